use std::{fmt, io::Write as _};

use flate2::{Compression, write::GzEncoder};
use larder_engine::{DeliveryBatch, Refusal, Sink};
use ureq::{
    Agent,
    http::Uri,
    tls::{PemItem, RootCerts, TlsConfig, parse_pem},
};

use super::{
    answer,
    config::{InfluxConfig, InfluxError},
    line, operator_files,
    token::{Secret, TokenInUse},
};

/// Largest file of certificates, in bytes.
const CA_FILE_BYTES: u64 = 4 * 1024 * 1024;

/// Takes rows of journals to the write API of an InfluxDB v2, or of what understands it.
///
/// Answers 2xx are rows taken. 400 and 422 are about a row, which is looked for and parked; 413 is a batch that is too large.
/// 401 reads the token again, and tries once more if there is another. Any other 4xx parks the batch, but for 408, 425 and
/// 429, which are tried again as 5xx, redirects and a server that cannot be reached are. `Retry-After` in seconds is kept to,
/// up to an hour.
pub struct InfluxSink {
    config: InfluxConfig,
    url: Uri,
    token: Option<TokenInUse>,
    agent: Agent,
}

/// What became of one request.
enum Sent {
    Taken,
    Refused(Refusal),
    /// The token was not accepted.
    Unauthorised(Refusal),
}

impl InfluxSink {
    /// Connects to nothing yet, and reads no token: only what is configured is looked at.
    ///
    /// # Errors
    /// [`InfluxError`].
    pub fn new(config: InfluxConfig) -> Result<InfluxSink, InfluxError> {
        let url = config.url()?;
        let is_local = matches!(url.host(), Some("localhost" | "127.0.0.1" | "[::1]"));
        if url.scheme_str() == Some("http") && !is_local && config.token.is_some() {
            tracing::warn!(endpoint = config.endpoint, "the token goes over the network unencrypted: https keeps it");
        }
        let mut tls = TlsConfig::builder();
        if let Some(roots) = roots(&config)? {
            tls = tls.root_certs(roots);
        }
        let agent = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_connect(Some(config.connect_timeout))
            .timeout_global(Some(config.timeout))
            .user_agent(concat!("larder/", env!("CARGO_PKG_VERSION")))
            .tls_config(tls.build())
            .build()
            .new_agent();
        let token = config.token.clone().map(TokenInUse::new);
        Ok(InfluxSink { config, url, token, agent })
    }

    fn send(&self, bucket: &str, body: &[u8], token: Option<&Secret>) -> Sent {
        let mut request = self
            .agent
            .post(&self.url)
            .query("org", &self.config.organisation)
            .query("bucket", bucket)
            .query("precision", "ns")
            .header("content-type", "text/plain; charset=utf-8")
            .header("content-encoding", "gzip");
        if let Some(token) = token {
            request = request.header("authorization", token.header());
        }
        let without_token = |text: String| token.map_or(text.clone(), |token| token.removed_from(&text));
        let mut response = match request.send(body) {
            Ok(response) => response,
            Err(error) => {
                let reason = without_token(format!("{} cannot be written to: {error}", self.config.endpoint));
                return Sent::Refused(Refusal::Retry { after: None, reason });
            }
        };
        let status = response.status().as_u16();
        if (200..300).contains(&status) {
            return Sent::Taken;
        }
        let after = answer::after(&response);
        let reason = without_token(answer::reason(&mut response));
        match answer::refusal(status, after, reason) {
            None => Sent::Taken,
            Some(refusal) if status == 401 => Sent::Unauthorised(refusal),
            Some(refusal) => Sent::Refused(refusal),
        }
    }
}

impl Sink for InfluxSink {
    fn deliver(&self, batch: &DeliveryBatch<'_>) -> Result<(), Refusal> {
        let lines = line::encode(batch, self.config.whole_numbers).map_err(Refusal::Unfit)?;
        let retry = |reason: String| Refusal::Retry { after: None, reason };
        let body = compressed(&lines).map_err(|error| retry(format!("the rows cannot be compressed: {error}")))?;
        let token = self.token.as_ref().map(TokenInUse::get).transpose().map_err(retry)?;
        let refusal = match self.send(batch.bucket, &body, token.as_ref()) {
            Sent::Taken => return Ok(()),
            Sent::Refused(refusal) => return Err(refusal),
            Sent::Unauthorised(refusal) => refusal,
        };
        let another = match (&self.token, &token) {
            (Some(source), Some(refused)) => source.another(refused).map_err(retry)?,
            _ => None,
        };
        let Some(another) = another else { return Err(refusal) };
        match self.send(batch.bucket, &body, Some(&another)) {
            Sent::Taken => Ok(()),
            Sent::Refused(refusal) | Sent::Unauthorised(refusal) => Err(refusal),
        }
    }
}

impl fmt::Debug for InfluxSink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InfluxSink").field("config", &self.config).finish_non_exhaustive()
    }
}

/// The certificates that are trusted, if not the usual ones.
fn roots(config: &InfluxConfig) -> Result<Option<RootCerts>, InfluxError> {
    let Some(path) = &config.ca_file else { return Ok(None) };
    let refused = |problem: String| InfluxError::CaFile { path: path.clone(), problem };
    let bytes = operator_files::read(path, CA_FILE_BYTES).map_err(|error| refused(error.to_string()))?;
    let mut certificates = Vec::new();
    for item in parse_pem(&bytes) {
        if let PemItem::Certificate(certificate) = item.map_err(|error| refused(error.to_string()))? {
            certificates.push(certificate);
        }
    }
    if certificates.is_empty() {
        return Err(refused("there is no certificate in it".into()));
    }
    Ok(Some(RootCerts::new_with_certs(&certificates)))
}

fn compressed(text: &str) -> std::io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(text.len() / 4), Compression::fast());
    encoder.write_all(text.as_bytes())?;
    encoder.finish()
}
