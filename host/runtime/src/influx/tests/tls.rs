//! Over TLS, with an authority of one's own.

use std::{fs, path::PathBuf};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::{
    ServerConfig, ServerConnection, StreamOwned,
    pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
};

use super::{
    server::{Server, taken},
    *,
};

/// An authority, and its certificate in a file.
struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    file: PathBuf,
    _folder: tempfile::TempDir,
}

impl Authority {
    fn new() -> Authority {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("ca.pem");
        fs::write(&file, issuer.pem()).unwrap();
        Authority { issuer, file, _folder: folder }
    }

    /// A server with a certificate of this authority for `name`.
    fn server(&self, name: &str) -> Server {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new([name.to_owned()]).unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)
            .unwrap();
        let config = Arc::new(config);
        let wrap = move |stream| {
            let connection = ServerConnection::new(config.clone()).unwrap();
            Box::new(StreamOwned::new(connection, stream)) as Box<dyn server::Stream>
        };
        Server::wrapped(Box::new(wrap), |_, _| taken())
    }
}

fn at(server: &Server) -> InfluxConfig {
    InfluxConfig::new(format!("https://localhost:{}", server.port()), "o")
}

#[test]
fn an_authority_of_ones_own_is_trusted_when_it_is_named() {
    let authority = Authority::new();
    let server = authority.server("localhost");
    deliver(&sink(at(&server).ca_file(&authority.file)), &["m"]).unwrap();
    assert_eq!(server.lines(), ["m,tenant=acme n=1 1700000000000000001"]);
}

#[test]
fn a_server_that_nobody_vouches_for_gets_nothing() {
    let (authority, other) = (Authority::new(), Authority::new());
    let server = authority.server("localhost");
    let elsewhere = authority.server("elsewhere.example.org");
    for config in [at(&server), at(&server).ca_file(&other.file), at(&elsewhere).ca_file(&authority.file)] {
        let Err(Refusal::Retry { reason, .. }) = deliver(&sink(config), &["m"]) else { panic!("no retry") };
        assert!(reason.contains("certificate"), "{reason}");
    }
    assert_eq!((server.requests().len(), elsewhere.requests().len()), (0, 0));
}
