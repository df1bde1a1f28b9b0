//! What an instance has of wasi:http.

use std::{str::FromStr, sync::Arc};

use http::uri::{Authority, Scheme};
use wasmtime_wasi_http::{
    Error, RequestOptions, WasiBody, WasiHttpCtx, WasiHttpCtxView, WasiHttpHooks, WasiHttpView, default_send_request,
};

use crate::State;

/// The hosts that a guest may ask, each as `name` or `name:port`. None by default.
///
/// ```
/// let outgoing = larder::http::Outgoing::none().allow("api.example.org")?.allow("127.0.0.1:8086")?;
/// # Ok::<(), larder::http::InvalidHost>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outgoing(Vec<(String, Option<u16>)>);

/// A host that is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{host:?} is not a host; write such as \"api.example.org\" or \"127.0.0.1:8086\"")]
pub struct InvalidHost {
    /// What was given.
    pub host: String,
}

impl Outgoing {
    /// No host at all.
    pub fn none() -> Outgoing {
        Outgoing::default()
    }

    /// One host more. Without a port: at the usual port of the scheme.
    ///
    /// # Errors
    /// [`InvalidHost`].
    pub fn allow(mut self, host: &str) -> Result<Outgoing, InvalidHost> {
        let invalid = || InvalidHost { host: host.to_owned() };
        let authority = Authority::from_str(host).map_err(|_| invalid())?;
        if authority.as_str().contains('@') || authority.host().is_empty() {
            return Err(invalid());
        }
        // A port that is none is not the same as no port.
        let port = match authority.port_u16() {
            None if authority.as_str() != authority.host() => return Err(invalid()),
            port => port,
        };
        self.0.push((authority.host().to_ascii_lowercase(), port));
        Ok(self)
    }

    fn allows(&self, uri: &http::Uri) -> bool {
        let Some(authority) = uri.authority().filter(|authority| !authority.as_str().contains('@')) else {
            return false;
        };
        let usual = if uri.scheme() == Some(&Scheme::HTTPS) { 443 } else { 80 };
        let asked = authority.port_u16().unwrap_or(usual);
        self.0.iter().any(|(host, port)| authority.host().eq_ignore_ascii_case(host) && port.unwrap_or(usual) == asked)
    }
}

/// What sits in the store of an instance for wasi:http.
#[derive(Default)]
pub(crate) struct GuestHttp {
    ctx: WasiHttpCtx,
    hooks: Hooks,
}

impl GuestHttp {
    /// Let the guest ask these hosts.
    pub(crate) fn allow(&mut self, outgoing: Arc<Outgoing>) {
        self.hooks.outgoing = outgoing;
    }
}

#[derive(Default)]
struct Hooks {
    outgoing: Arc<Outgoing>,
}

type Sent = Result<(http::Response<WasiBody>, Box<dyn Future<Output = Result<(), Error>> + Send>), Error>;

impl WasiHttpHooks for Hooks {
    fn send_request(
        &mut self,
        request: http::Request<WasiBody>,
        options: Option<RequestOptions>,
        _handled: Box<dyn Future<Output = Result<(), Error>> + Send>,
    ) -> Box<dyn Future<Output = Sent> + Send> {
        if !self.outgoing.allows(request.uri()) {
            return Box::new(std::future::ready(Err(Error::HttpRequestDenied)));
        }
        Box::new(async move {
            let (response, io) = default_send_request(request, options).await?;
            let io: Box<dyn Future<Output = Result<(), Error>> + Send> = Box::new(io);
            Ok((response.map(http_body_util::BodyExt::boxed_unsync), io))
        })
    }
}

impl WasiHttpView for State {
    fn http(&mut self) -> WasiHttpCtxView<'_> {
        let (http, table) = self.http_and_table();
        WasiHttpCtxView { hooks: &mut http.hooks, table, ctx: &mut http.ctx }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_hosts_that_are_named_are_asked() {
        let outgoing = Outgoing::none().allow("api.example.org").unwrap().allow("127.0.0.1:8086").unwrap();
        let allowed = |uri: &str| outgoing.allows(&uri.parse().unwrap());
        for uri in [
            "https://api.example.org/x",
            "http://API.example.org",
            "https://api.example.org:443/",
            "http://127.0.0.1:8086/",
        ] {
            assert!(allowed(uri), "{uri}");
        }
        for uri in [
            "https://example.org/",
            "https://api.example.org:8443/",
            "https://evil.api.example.org/",
            "http://127.0.0.1/",
            "http://user@api.example.org/",
            "http://api.example.org@evil.example/",
            "/x",
        ] {
            assert!(!allowed(uri), "{uri}");
        }
        assert!(!Outgoing::none().allows(&"http://localhost/".parse().unwrap()));
    }

    #[test]
    fn what_is_no_host_is_refused() {
        for bad in ["", "https://example.org", "a b", "user@host", "host:", "host:99999", ":80"] {
            assert!(Outgoing::none().allow(bad).is_err(), "{bad}");
        }
    }
}
