use std::{
    collections::BTreeSet,
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    time::Duration,
};

use larder_engine::TenantId;
use serde::Deserialize;

use super::{ByteSize, ManifestError, Span};

/// How `larder serve` serves. What is left out is as in `larder::http`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ServeManifest {
    /// Where requests are taken. Default `127.0.0.1:8080`.
    pub address: Option<SocketAddr>,
    /// Where health and metrics are told. Default: nowhere.
    pub admin: Option<SocketAddr>,
    /// How the tenant of a request is found. Default: all requests are for the plugin's tenant.
    pub tenant: Option<TenantRuleManifest>,
    /// Whether a tenant that is not there is made at its first request. Default: no.
    #[serde(default)]
    pub create_tenants: bool,
    /// The tenants that are served. Default: all that there are.
    pub tenants: Option<BTreeSet<String>>,
    /// How often to look whether the component's file has changed. Default 1 s; 0 is never.
    pub watch: Option<Span>,
    /// What requests and connections may use.
    #[serde(default)]
    pub limits: ServeLimitsManifest,
}

/// How the tenant of a request is found.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "from", deny_unknown_fields, rename_all = "kebab-case", rename_all_fields = "kebab-case")]
pub enum TenantRuleManifest {
    /// The host's name, before a domain.
    Host {
        /// What follows the tenant and a dot.
        domain: String,
    },
    /// A header that a server in front sets.
    Header {
        /// Its name.
        name: String,
        /// Whether the guest sees it.
        #[serde(default)]
        pass_on: bool,
    },
    /// The first part of the path.
    Path {},
    /// A claim of a bearer token.
    Token {
        /// How tokens are signed.
        algorithm: AlgorithmName,
        /// The file with the secret or the public key.
        key_file: PathBuf,
        /// The claim that names the tenant.
        claim: String,
        /// Whom tokens are meant for.
        audience: Option<String>,
        /// Whose tokens they are.
        issuer: Option<String>,
        /// How much clocks may differ.
        leeway: Option<Span>,
        /// Whether the guest sees the token.
        #[serde(default)]
        pass_on: bool,
    },
}

/// How tokens are signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum AlgorithmName {
    /// HMAC with SHA-256.
    HS256,
    /// RSA (PKCS #1) with SHA-256.
    RS256,
    /// ECDSA over P-256 with SHA-256.
    ES256,
    /// Ed25519.
    EdDSA,
}

/// Bounds of serving, each of which may be left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ServeLimitsManifest {
    /// Requests that are answered at the same time.
    pub requests: Option<usize>,
    /// The same of one tenant.
    pub tenant_requests: Option<usize>,
    /// How long a request waits for room.
    pub wait: Option<Span>,
    /// Bytes of a request's body.
    pub request_bytes: Option<ByteSize>,
    /// Bytes of a response's body.
    pub response_bytes: Option<ByteSize>,
    /// Instances that wait for a request.
    pub warm: Option<usize>,
    /// How long each of them waits.
    pub warm_time: Option<Span>,
    /// Requests that an instance answers before it goes.
    pub reuse: Option<usize>,
    /// Requests that an instance answers at the same time.
    pub at_once: Option<usize>,
    /// Connections at the same time.
    pub connections: Option<usize>,
    /// How long the head of a request may take, and how long a connection stays open without one.
    pub head_time: Option<Span>,
    /// How long a client may take no byte.
    pub write_time: Option<Span>,
    /// Bytes of the head of a request.
    pub head_bytes: Option<ByteSize>,
    /// Headers of a request.
    pub headers: Option<usize>,
    /// How long requests may take to end when the server is to end.
    pub drain: Option<Span>,
}

impl ServeManifest {
    /// Where requests are taken.
    pub fn address(&self) -> SocketAddr {
        self.address.unwrap_or_else(|| (Ipv4Addr::LOCALHOST, 8080).into())
    }

    /// How often to look whether the component's file has changed; `None` is never.
    pub fn watch(&self) -> Option<Duration> {
        let every = self.watch.map_or(Duration::from_secs(1), |span| span.0);
        (!every.is_zero()).then_some(every)
    }

    /// The tenants that are served; `None` is all that there are.
    ///
    /// # Errors
    /// [`ManifestError::Invalid`] for a name that is none.
    pub fn only(&self) -> Result<Option<BTreeSet<TenantId>>, ManifestError> {
        let parsed =
            |name: &String| TenantId::parse(name).map_err(|error| ManifestError::invalid("serve.tenants", error));
        self.tenants.as_ref().map(|names| names.iter().map(parsed).collect()).transpose()
    }

    pub(super) fn check(&self) -> Result<(), ManifestError> {
        self.only()?;
        let limits = &self.limits;
        let counts = [
            ("requests", limits.requests),
            ("tenant-requests", limits.tenant_requests),
            ("reuse", limits.reuse),
            ("at-once", limits.at_once),
            ("connections", limits.connections),
            ("headers", limits.headers),
        ];
        if let Some((name, _)) = counts.into_iter().find(|(_, count)| *count == Some(0)) {
            return Err(ManifestError::invalid(format!("serve.limits.{name}"), "it is at least 1"));
        }
        Ok(())
    }

    pub(super) fn place(&mut self, folder: &Path) {
        if let Some(TenantRuleManifest::Token { key_file, .. }) = &mut self.tenant {
            *key_file = folder.join(&key_file);
        }
    }
}

#[cfg(feature = "http")]
mod served {
    use super::{AlgorithmName, ServeLimitsManifest, TenantRuleManifest};
    use crate::{
        ManifestError,
        http::{Algorithm, HttpLimits, ServerLimits, TenantRule, TokenRule},
    };

    impl TenantRuleManifest {
        /// The rule. Reads the key of tokens.
        ///
        /// # Errors
        /// [`ManifestError::Invalid`] for what cannot be a rule; [`ManifestError::Read`] for the key.
        pub fn rule(&self) -> Result<TenantRule, ManifestError> {
            let invalid = |error: String| ManifestError::invalid("serve.tenant", error);
            match self {
                TenantRuleManifest::Host { domain } => Ok(TenantRule::host(domain)),
                TenantRuleManifest::Header { name, pass_on } => {
                    let rule = TenantRule::header(name).map_err(|error| invalid(error.to_string()))?;
                    Ok(if *pass_on { rule.pass_on() } else { rule })
                }
                TenantRuleManifest::Path {} => Ok(TenantRule::path()),
                TenantRuleManifest::Token { algorithm, key_file, claim, audience, issuer, leeway, pass_on } => {
                    let key = std::fs::read(key_file)
                        .map_err(|source| ManifestError::Read { path: key_file.clone(), source })?;
                    let mut rule = TokenRule::new(Algorithm::from(*algorithm), &key, claim)
                        .map_err(|error| invalid(format!("{}: {error}", key_file.display())))?;
                    if let Some(audience) = audience {
                        rule = rule.audience(audience);
                    }
                    if let Some(issuer) = issuer {
                        rule = rule.issuer(issuer);
                    }
                    if let Some(leeway) = leeway {
                        rule = rule.leeway(leeway.0);
                    }
                    let rule = TenantRule::token(rule);
                    Ok(if *pass_on { rule.pass_on() } else { rule })
                }
            }
        }
    }

    impl From<AlgorithmName> for Algorithm {
        fn from(name: AlgorithmName) -> Algorithm {
            match name {
                AlgorithmName::HS256 => Algorithm::Hs256,
                AlgorithmName::RS256 => Algorithm::Rs256,
                AlgorithmName::ES256 => Algorithm::Es256,
                AlgorithmName::EdDSA => Algorithm::EdDsa,
            }
        }
    }

    impl ServeLimitsManifest {
        /// Those of requests.
        pub fn requests(&self) -> HttpLimits {
            let usual = HttpLimits::default();
            HttpLimits {
                requests: self.requests.unwrap_or(usual.requests),
                tenant_requests: self.tenant_requests.unwrap_or(usual.tenant_requests),
                wait: self.wait.map_or(usual.wait, |span| span.0),
                request_bytes: self.request_bytes.map_or(usual.request_bytes, |size| size.0),
                response_bytes: self.response_bytes.map_or(usual.response_bytes, |size| size.0),
                warm: self.warm.unwrap_or(usual.warm),
                warm_time: self.warm_time.map_or(usual.warm_time, |span| span.0),
                reuse: self.reuse.or(usual.reuse),
                at_once: self.at_once.unwrap_or(usual.at_once),
            }
        }

        /// Those of connections.
        pub fn connections(&self) -> ServerLimits {
            let usual = ServerLimits::default();
            let bytes = |size: super::ByteSize| usize::try_from(size.0).unwrap_or(usize::MAX);
            ServerLimits {
                connections: self.connections.unwrap_or(usual.connections),
                head_time: self.head_time.map_or(usual.head_time, |span| span.0),
                write_time: self.write_time.map_or(usual.write_time, |span| span.0),
                head_bytes: self.head_bytes.map_or(usual.head_bytes, bytes),
                headers: self.headers.unwrap_or(usual.headers),
                drain: self.drain.map_or(usual.drain, |span| span.0),
            }
        }
    }
}
