//! Bearer tokens that name a tenant: JSON Web Tokens, signed by somebody whose key the host has.

use std::{collections::HashMap, fmt, time::Duration};

use http::{HeaderMap, header};
use jsonwebtoken::{DecodingKey, Validation, crypto::rust_crypto};
use serde_json::Value;

use super::refusal::Outcome;

/// Bytes that a secret for HS256 has at least: those of its digest.
const SECRET: usize = 32;

/// How tokens are signed. The host says it; what a token says of itself has to be the same.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// HMAC with SHA-256, by a secret of at least 32 bytes.
    Hs256,
    /// RSA (PKCS #1) with SHA-256, by a public key in PEM.
    Rs256,
    /// ECDSA over P-256 with SHA-256, by a public key in PEM.
    Es256,
    /// Ed25519, by a public key in PEM.
    EdDsa,
}

/// Why a key is not accepted.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// The secret is too short to be one.
    #[error("the secret has {length} bytes; it needs at least {SECRET}")]
    ShortSecret {
        /// Its bytes.
        length: usize,
    },
    /// It is no public key for the algorithm.
    #[error("not a public key for the algorithm in PEM: {message}")]
    Key {
        /// What is wrong with it.
        message: String,
    },
}

/// Which tokens are accepted, and which claim of them names the tenant. `exp` has to be there; `exp` and `nbf` are kept.
///
/// ```
/// use larder::http::{Algorithm, TokenRule};
/// let rule = TokenRule::new(Algorithm::Hs256, b"a secret of at least thirty-two bytes", "tenant")?
///     .audience("notes")
///     .issuer("https://login.example.org");
/// # Ok::<(), larder::http::TokenError>(())
/// ```
#[derive(Clone)]
pub struct TokenRule {
    key: DecodingKey,
    validation: Validation,
    claim: String,
    pass: bool,
}

impl TokenRule {
    /// Tokens that were signed by `algorithm` with the key. An end of line after a secret is none of it.
    ///
    /// # Errors
    /// [`TokenError`].
    pub fn new(algorithm: Algorithm, key: &[u8], claim: &str) -> Result<TokenRule, TokenError> {
        // Which code verifies; another choice of the process stays.
        let _ = rust_crypto::DEFAULT_PROVIDER.install_default();
        let wrong = |error: jsonwebtoken::errors::Error| TokenError::Key { message: error.to_string() };
        let (algorithm, key) = match algorithm {
            Algorithm::Hs256 => {
                let secret = key.trim_ascii_end();
                if secret.len() < SECRET {
                    return Err(TokenError::ShortSecret { length: secret.len() });
                }
                (jsonwebtoken::Algorithm::HS256, DecodingKey::from_secret(secret))
            }
            Algorithm::Rs256 => (jsonwebtoken::Algorithm::RS256, DecodingKey::from_rsa_pem(key).map_err(wrong)?),
            Algorithm::Es256 => (jsonwebtoken::Algorithm::ES256, DecodingKey::from_ec_pem(key).map_err(wrong)?),
            Algorithm::EdDsa => (jsonwebtoken::Algorithm::EdDSA, DecodingKey::from_ed_pem(key).map_err(wrong)?),
        };
        let mut validation = Validation::new(algorithm);
        validation.validate_nbf = true;
        validation.leeway = 0;
        Ok(TokenRule { key, validation, claim: claim.to_owned(), pass: false })
    }

    /// The token has to be meant for `audience`. Without this, one that names an audience is refused.
    pub fn audience(mut self, audience: &str) -> TokenRule {
        self.validation.set_audience(&[audience]);
        self.validation.required_spec_claims.insert("aud".into());
        self
    }

    /// The token has to be of `issuer`.
    pub fn issuer(mut self, issuer: &str) -> TokenRule {
        self.validation.set_issuer(&[issuer]);
        self.validation.required_spec_claims.insert("iss".into());
        self
    }

    /// How much the clocks of issuer and host may differ, in whole seconds. Default: not at all.
    pub fn leeway(mut self, leeway: Duration) -> TokenRule {
        self.validation.leeway = leeway.as_secs();
        self
    }

    pub(super) fn pass_on(&mut self) {
        self.pass = true;
    }

    /// What the token of a request says. It is taken out of the headers unless the guest is to see it.
    pub(super) fn claim(&self, headers: &mut HeaderMap) -> Result<String, Outcome> {
        let mut values = headers.get_all(header::AUTHORIZATION).iter();
        let (Some(value), None) = (values.next(), values.next()) else { return Err(Outcome::Unauthorized) };
        let token = value.to_str().ok().and_then(bearer).ok_or(Outcome::Unauthorized)?;
        let claims = jsonwebtoken::decode::<HashMap<String, Value>>(token, &self.key, &self.validation);
        let mut claims = claims.map_err(|error| {
            tracing::debug!(%error, "a token was refused");
            Outcome::Unauthorized
        })?;
        let Some(Value::String(tenant)) = claims.claims.remove(&self.claim) else {
            tracing::debug!(claim = self.claim, "a token does not name a tenant");
            return Err(Outcome::Unauthorized);
        };
        if !self.pass {
            headers.remove(header::AUTHORIZATION);
        }
        Ok(tenant)
    }
}

/// The token after the word `Bearer`, whose case does not matter.
fn bearer(value: &str) -> Option<&str> {
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim_start_matches(' '))
}

impl fmt::Debug for TokenRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenRule").field("claim", &self.claim).finish_non_exhaustive()
    }
}
