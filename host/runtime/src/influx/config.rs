use std::{path::PathBuf, time::Duration};

use ureq::http::Uri;

use super::token::Token;

/// Where journals are delivered to, and how. [`InfluxConfig::new`] lists the defaults.
#[derive(Clone, Debug)]
pub struct InfluxConfig {
    pub(super) endpoint: String,
    pub(super) organisation: String,
    pub(super) token: Option<Token>,
    pub(super) ca_file: Option<PathBuf>,
    pub(super) connect_timeout: Duration,
    pub(super) timeout: Duration,
    pub(super) whole_numbers: WholeNumbers,
}

/// What whole numbers become.
///
/// A journal, as Go's JSON, keeps 2.0 as 2, and InfluxDB refuses a field that was a float and is an integer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum WholeNumbers {
    /// Floats, as all numbers: the receiver rounds what has more than 53 bits.
    #[default]
    Float,
    /// Integers of 64 bits, exact. A field has to be always whole or never.
    Integer,
}

/// Why journals cannot be delivered as configured.
#[non_exhaustive]
#[derive(Debug, thiserror::Error)]
pub enum InfluxError {
    /// The endpoint is no address of a server.
    #[error("the endpoint {endpoint:?} {problem}; an example is \"https://influx.example.org:8086\"")]
    Endpoint {
        /// The endpoint.
        endpoint: String,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// The file with certificates cannot be used.
    #[error("the certificates in {} cannot be used: {problem}", path.display())]
    CaFile {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
}

impl InfluxConfig {
    /// The write API of the server at `endpoint`, `https` or `http` with its host, for an organisation.
    ///
    /// By default there is no token, certificates are those of the public authorities, connecting takes at most 10 s and a
    /// whole request 30 s, and whole numbers are floats.
    pub fn new(endpoint: impl Into<String>, organisation: impl Into<String>) -> InfluxConfig {
        InfluxConfig {
            endpoint: endpoint.into(),
            organisation: organisation.into(),
            token: None,
            ca_file: None,
            connect_timeout: Duration::from_secs(10),
            timeout: Duration::from_secs(30),
            whole_numbers: WholeNumbers::default(),
        }
    }

    /// Where the token comes from that the server knows this host by. Default: none is sent.
    pub fn token(mut self, token: Token) -> InfluxConfig {
        self.token = Some(token);
        self
    }

    /// A file with certificates in the PEM format: servers are trusted that one of them has signed, and no others. Default:
    /// those of the public authorities, as Mozilla lists them.
    pub fn ca_file(mut self, file: impl Into<PathBuf>) -> InfluxConfig {
        self.ca_file = Some(file.into());
        self
    }

    /// How long connecting may take, encryption included. Default 10 s.
    pub fn connect_timeout(mut self, timeout: Duration) -> InfluxConfig {
        self.connect_timeout = timeout;
        self
    }

    /// How long a request may take, from looking up the host to the end of the answer. Default 30 s.
    pub fn timeout(mut self, timeout: Duration) -> InfluxConfig {
        self.timeout = timeout;
        self
    }

    /// What whole numbers become. Default: floats.
    pub fn whole_numbers(mut self, whole_numbers: WholeNumbers) -> InfluxConfig {
        self.whole_numbers = whole_numbers;
        self
    }

    /// The address to post to.
    pub(crate) fn url(&self) -> Result<Uri, InfluxError> {
        let refused = |problem| InfluxError::Endpoint { endpoint: shown(&self.endpoint), problem };
        let endpoint = self.endpoint.trim_end_matches('/');
        let uri: Uri = endpoint.parse().map_err(|_| refused("is no address"))?;
        let authority = uri.authority().ok_or_else(|| refused("has no host"))?;
        if !matches!(uri.scheme_str(), Some("http" | "https")) {
            return Err(refused("does not begin with https:// or http://"));
        }
        if authority.host().is_empty() {
            return Err(refused("has no host"));
        }
        if authority.as_str().contains('@') {
            return Err(refused("has a user in it: the token goes into a file or a variable"));
        }
        if uri.query().is_some() || endpoint.contains('#') {
            return Err(refused("has more than a host, a port and a path"));
        }
        format!("{endpoint}/api/v2/write").parse().map_err(|_| refused("is no address"))
    }
}

/// Without what stands for a password before the host.
fn shown(endpoint: &str) -> String {
    match (endpoint.find("//"), endpoint.rfind('@')) {
        (Some(start), Some(end)) if start < end => format!("{}//...{}", &endpoint[..start], &endpoint[end..]),
        _ => endpoint.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_is_a_server_with_a_path_or_without() {
        for (endpoint, url) in [
            ("https://influx.example.org:8086", "https://influx.example.org:8086/api/v2/write"),
            ("http://127.0.0.1:1//", "http://127.0.0.1:1/api/v2/write"),
            ("https://host/some/place/", "https://host/some/place/api/v2/write"),
            ("http://[::1]:8086", "http://[::1]:8086/api/v2/write"),
        ] {
            assert_eq!(InfluxConfig::new(endpoint, "o").url().unwrap().to_string(), url);
        }
    }

    #[test]
    fn other_endpoints_are_refused_without_telling_a_password() {
        for endpoint in
            ["", "influx", "influx:8086", "ftp://host", "https://", "https:///x", "http://h?x=1", "http://h#x"]
        {
            let error = InfluxConfig::new(endpoint, "o").url().unwrap_err().to_string();
            assert!(error.contains("https://influx.example.org:8086"), "{error}");
        }
        let error = InfluxConfig::new("https://user:secret@host", "o").url().unwrap_err().to_string();
        assert!(error.contains("token") && !error.contains("secret"), "{error}");
    }
}
