//! A server of a test, and clients.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use http_body_util::{BodyExt as _, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::{HeaderMap, Request};
use hyper_util::rt::TokioIo;
use larder::http::{
    Access, Drained, HttpLimits, HttpPlugin, HttpServer, HttpService, Outgoing, ServerConfig, TenantPolicy, TenantRule,
};
use larder::{Grant, Interfaces, LarderCtx, Limits, Setup};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::support::{Host, PATIENCE, TENANT, guest, runtime};

/// What a test says of its server.
pub(crate) struct Options {
    pub(crate) rule: TenantRule,
    pub(crate) policy: TenantPolicy,
    pub(crate) limits: HttpLimits,
    pub(crate) instance: Limits,
    pub(crate) config: fn(ServerConfig) -> ServerConfig,
    pub(crate) outgoing: Outgoing,
    /// Those that are there from the beginning.
    pub(crate) tenants: &'static [&'static str],
}

impl Default for Options {
    fn default() -> Options {
        Options {
            rule: TenantRule::header("x-tenant").unwrap(),
            policy: TenantPolicy::default(),
            limits: HttpLimits { wait: PATIENCE, ..HttpLimits::default() },
            instance: Limits { time: PATIENCE, ..Limits::default() },
            config: |config| config,
            outgoing: Outgoing::none(),
            tenants: &[TENANT, "beta"],
        }
    }
}

/// A server, with what it told of requests.
pub(crate) struct Served {
    pub(crate) host: Host,
    pub(crate) address: SocketAddr,
    pub(crate) service: HttpService,
    pub(crate) told: Arc<Mutex<Vec<Access>>>,
    end: oneshot::Sender<()>,
    task: JoinHandle<Drained>,
}

/// A program of this suite, ready to serve.
pub(crate) fn handler(program: &str) -> HttpPlugin {
    HttpPlugin::load_file(runtime(), guest(program), &Interfaces::all()).unwrap()
}

impl Served {
    pub(crate) async fn start(program: &str, options: Options) -> Served {
        let host = Host::new();
        for tenant in options.tenants {
            host.tenant(tenant).create().unwrap();
        }
        let (larder, limits) = (host.larder.clone(), options.instance);
        let plugin = handler(program).outgoing_hosts(options.outgoing);
        let service = HttpService::new(plugin, options.limits, move |tenant| {
            let grant = Grant::store(larder.tenant(tenant).store());
            let ctx = LarderCtx::builder().limits(limits.clone()).grant("default", grant).build()?;
            Ok(Setup::new(ctx))
        });
        let told = Arc::<Mutex<Vec<Access>>>::default();
        let tell = told.clone();
        let config = ServerConfig::new(options.rule).policy(options.policy);
        let config = (options.config)(config).log(Arc::new(move |access| tell.lock().unwrap().push(access.clone())));
        let server = HttpServer::new(service.clone(), host.larder.clone(), config);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (end, ended) = oneshot::channel();
        let serving = async move { server.serve(listener, async move { drop(ended.await) }).await };
        Served { host, address, service, told, end, task: tokio::spawn(serving) }
    }

    /// A request of [`TENANT`] on a connection of its own.
    pub(crate) async fn ask(&self, method: &str, target: &str, body: &str) -> Said {
        self.ask_for(TENANT, method, target, body).await
    }

    pub(crate) async fn ask_for(&self, tenant: &str, method: &str, target: &str, body: &str) -> Said {
        let mut client = Client::connect(self.address).await;
        client.ask(method, target, &[("x-tenant", tenant)], body).await.expect("there is an answer")
    }

    /// Bytes as they are, and what came until the server closed the connection.
    pub(crate) async fn raw(&self, bytes: &[u8]) -> String {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        stream.write_all(bytes).await.unwrap();
        let mut answer = Vec::new();
        // A connection that was cut may be reset: what came before counts.
        let read = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut answer)).await;
        assert!(read.is_ok(), "the server does not close: {}", String::from_utf8_lossy(&answer));
        String::from_utf8_lossy(&answer).into_owned()
    }

    /// Wait until so many requests have ended, and answer the words for how.
    pub(crate) async fn outcomes(&self, number: usize) -> Vec<&'static str> {
        let all = async {
            loop {
                let told: Vec<_> = self.told.lock().unwrap().iter().map(|access| access.outcome.as_str()).collect();
                if told.len() >= number {
                    return told;
                }
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(PATIENCE, all).await.expect("they end")
    }

    /// Wait until so many instances have nothing to do.
    pub(crate) async fn idle(&self, number: usize) {
        let idle = async {
            while self.service.idle_instances() != number {
                tokio::task::yield_now().await;
            }
        };
        let waited = tokio::time::timeout(PATIENCE, idle).await;
        assert!(waited.is_ok(), "{} instances wait, not {number}", self.service.idle_instances());
    }

    /// Let it end in good order.
    pub(crate) async fn end(self) -> (Host, Drained) {
        drop(self.end);
        let drained = tokio::time::timeout(PATIENCE, self.task).await.expect("it ends").unwrap();
        (self.host, drained)
    }
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

/// A connection that is kept.
pub(crate) struct Client(SendRequest<Full<Bytes>>);

impl Client {
    pub(crate) async fn connect(address: SocketAddr) -> Client {
        Client::try_connect(address).await.expect("it connects")
    }

    pub(crate) async fn try_connect(address: SocketAddr) -> Option<Client> {
        let stream = TcpStream::connect(address).await.ok()?;
        let (sender, connection) = handshake(TokioIo::new(stream)).await.ok()?;
        tokio::spawn(connection);
        Some(Client(sender))
    }

    /// The answer; none when the connection was closed or cut.
    pub(crate) async fn ask(
        &mut self,
        method: &str,
        target: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Option<Said> {
        let request = Request::builder().method(method).uri(target).header("host", "localhost");
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        let request = request.body(Full::new(Bytes::copy_from_slice(body.as_bytes()))).unwrap();
        let answer = async {
            self.0.ready().await.ok()?;
            let (head, body) = self.0.send_request(request).await.ok()?.into_parts();
            let bytes = body.collect().await.ok()?.to_bytes();
            let text = String::from_utf8_lossy(&bytes).into_owned();
            Some(Said { status: head.status.as_u16(), headers: head.headers, text })
        };
        tokio::time::timeout(PATIENCE, answer).await.expect("the server answers or closes")
    }
}
