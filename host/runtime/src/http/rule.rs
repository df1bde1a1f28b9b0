//! Which tenant a request is for: by a rule of the host's, never by the guest.

use http::{
    HeaderMap, HeaderName, HeaderValue, Uri, header,
    request::Parts,
    uri::{Authority, PathAndQuery},
};
use larder_engine::TenantId;

use super::{refusal::Outcome, token::TokenRule};

/// Tells a guest below which path it is served, where the rule takes the tenant from the path.
const PREFIX: HeaderName = HeaderName::from_static("x-forwarded-prefix");

/// How the tenant of a request is found.
///
/// What a client says in two ways, such as in a header that comes twice, is refused: no guest sees the request. A name has to be a
/// tenant's as it stands, nothing of it is decoded.
///
/// ```
/// use larder::http::TenantRule;
/// let by_host = TenantRule::host("notes.example.org");
/// let by_header = TenantRule::header("x-tenant")?;
/// # Ok::<(), larder::http::InvalidRule>(())
/// ```
#[derive(Clone, Debug)]
pub struct TenantRule(Rule);

#[derive(Clone, Debug)]
enum Rule {
    Fixed(TenantId),
    Host { suffix: String },
    Header { name: HeaderName, pass: bool },
    Path,
    Token(Box<TokenRule>),
}

/// A rule that is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{name:?} cannot be the name of a header with the tenant")]
pub struct InvalidRule {
    /// What was given.
    pub name: String,
}

/// Headers that say something else already.
const TAKEN: [HeaderName; 4] = [header::HOST, header::AUTHORIZATION, header::CONTENT_LENGTH, header::TRANSFER_ENCODING];

impl TenantRule {
    /// All requests are for one tenant, which need not be there yet.
    pub fn fixed(tenant: TenantId) -> TenantRule {
        TenantRule(Rule::Fixed(tenant))
    }

    /// The name of the host is the tenant's, followed by a dot and `domain`. Upper case is as lower case, as in names of hosts.
    pub fn host(domain: &str) -> TenantRule {
        let domain = domain.trim_start_matches('.').to_ascii_lowercase();
        TenantRule(Rule::Host { suffix: format!(".{domain}") })
    }

    /// The header `name` holds the tenant. Only for a server behind another one that sets the header, and removes what clients send.
    /// The guest does not see it, unless it is [passed on](TenantRule::pass_on).
    ///
    /// # Errors
    /// [`InvalidRule`].
    pub fn header(name: &str) -> Result<TenantRule, InvalidRule> {
        let invalid = || InvalidRule { name: name.to_owned() };
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| invalid())?;
        if TAKEN.contains(&name) {
            return Err(invalid());
        }
        Ok(TenantRule(Rule::Header { name, pass: false }))
    }

    /// The first part of the path is the tenant. The guest sees the path without it, and `x-forwarded-prefix` with it.
    pub fn path() -> TenantRule {
        TenantRule(Rule::Path)
    }

    /// A bearer token names the tenant.
    pub fn token(rule: TokenRule) -> TenantRule {
        TenantRule(Rule::Token(Box::new(rule)))
    }

    /// Let the guest see the header or the token that named the tenant.
    pub fn pass_on(mut self) -> TenantRule {
        match &mut self.0 {
            Rule::Header { pass, .. } => *pass = true,
            Rule::Token(rule) => rule.pass_on(),
            Rule::Fixed(_) | Rule::Host { .. } | Rule::Path => {}
        }
        self
    }

    /// Whether the host named the tenant, and no request does.
    pub(super) fn is_fixed(&self) -> bool {
        matches!(self.0, Rule::Fixed(_))
    }

    /// The tenant of a request, which becomes what the guest is to see of it.
    pub(super) fn apply(&self, request: &mut Parts) -> Result<TenantId, Outcome> {
        check_host(request)?;
        match &self.0 {
            Rule::Fixed(tenant) => Ok(tenant.clone()),
            Rule::Host { suffix } => {
                let host = host_of(request).ok_or(Outcome::NoTenant)?.to_ascii_lowercase();
                named(host.strip_suffix(suffix.as_str()).ok_or(Outcome::UnknownTenant)?)
            }
            Rule::Header { name, pass } => {
                let tenant = named(only(&request.headers, name)?.ok_or(Outcome::NoTenant)?)?;
                if !pass {
                    request.headers.remove(name);
                }
                Ok(tenant)
            }
            Rule::Path => from_path(request),
            Rule::Token(rule) => named(&rule.claim(&mut request.headers)?),
        }
    }
}

/// A name that is none is that of no tenant.
fn named(name: &str) -> Result<TenantId, Outcome> {
    TenantId::parse(name).map_err(|_| Outcome::UnknownTenant)
}

/// The one value of a header; `None` where there is none.
fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Result<Option<&'a str>, Outcome> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => value.to_str().map(Some).map_err(|_| Outcome::NoTenant),
        (Some(_), Some(_)) => Err(Outcome::NoTenant),
    }
}

/// One host, or none, and no other in the target of the request.
fn check_host(request: &Parts) -> Result<(), Outcome> {
    let host = only(&request.headers, &header::HOST).map_err(|_| Outcome::BadRequest)?;
    match (host, request.uri.authority()) {
        (Some(host), Some(authority)) if !authority.as_str().eq_ignore_ascii_case(host) => Err(Outcome::BadRequest),
        _ => Ok(()),
    }
}

/// The name of the host that was asked, without a port.
fn host_of(request: &Parts) -> Option<String> {
    let authority = match request.uri.authority() {
        Some(authority) => authority.clone(),
        None => Authority::try_from(request.headers.get(header::HOST)?.as_bytes()).ok()?,
    };
    // Somebody's name before the host has no meaning here.
    (!authority.as_str().contains('@')).then(|| authority.host().to_owned())
}

fn from_path(request: &mut Parts) -> Result<TenantId, Outcome> {
    let target = request.uri.path_and_query().map_or("/", PathAndQuery::as_str);
    let below = target.strip_prefix('/').ok_or(Outcome::NoTenant)?;
    let end = below.find(['/', '?']).unwrap_or(below.len());
    let (name, rest) = below.split_at(end);
    if name.is_empty() {
        return Err(Outcome::NoTenant);
    }
    let tenant = named(name)?;
    let rest = if rest.starts_with('/') { rest.to_owned() } else { format!("/{rest}") };
    let mut parts = std::mem::take(&mut request.uri).into_parts();
    parts.path_and_query = Some(rest.parse().map_err(|_| Outcome::BadRequest)?);
    request.uri = Uri::from_parts(parts).map_err(|_| Outcome::BadRequest)?;
    let prefix = HeaderValue::from_str(&format!("/{tenant}")).map_err(|_| Outcome::BadRequest)?;
    request.headers.insert(PREFIX, prefix);
    Ok(tenant)
}
