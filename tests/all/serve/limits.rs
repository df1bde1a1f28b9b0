//! Bounds, and what is told where they are met.

use std::time::Duration;

use larder::Limits;
use larder::http::{HttpLimits, ServerLimits};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::BOTH;
use super::harness::{Options, Served};
use crate::support::TENANT;

/// Long enough for a guest to begin, short enough for a test.
const SHORT: Duration = Duration::from_millis(300);

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_is_too_large() {
    for program in BOTH {
        let limits = HttpLimits { request_bytes: 1000, ..Options::default().limits };
        let served = Served::start(program, Options { limits, ..Options::default() }).await;
        assert_eq!(served.ask("PUT", "/entries/fits", &"x".repeat(1000)).await.status, 200);
        assert_eq!(served.ask("PUT", "/entries/large", &"x".repeat(1001)).await.status, 413);
        // One that does not say how long it is.
        let chunk = format!("{:x}\r\n{}\r\n", 600, "x".repeat(600));
        let head = format!(
            "PUT /entries/large HTTP/1.1\r\nHost: x\r\nX-Tenant: {TENANT}\r\nTransfer-Encoding: chunked\r\n\r\n"
        );
        let said = served.raw(format!("{head}{chunk}{chunk}0\r\n\r\n").as_bytes()).await;
        assert!(said.starts_with("HTTP/1.1 413"), "{said}");
        let store = served.host.store();
        assert!(store.exists("entries", "fits").unwrap() && !store.exists("entries", "large").unwrap());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_is_too_large() {
    for program in BOTH {
        let limits = HttpLimits { response_bytes: 10_000, ..Options::default().limits };
        let served = Served::start(program, Options { limits, ..Options::default() }).await;
        assert_eq!(served.ask("GET", "/large/8000", "").await.text.len(), 8192);
        // The end of a body in chunks is a chunk of nothing: it does not come.
        let head = format!("GET /large/100000000 HTTP/1.1\r\nHost: x\r\nX-Tenant: {TENANT}\r\n\r\n");
        let said = served.raw(head.as_bytes()).await;
        // Where the bound is reached before anything was sent, nothing is.
        assert!(said.is_empty() || said.starts_with("HTTP/1.1 200"), "{said}");
        assert!(!said.ends_with("\r\n0\r\n\r\n"), "{} bytes", said.len());
        assert!(said.len() < 50_000, "{} bytes", said.len());
        assert_eq!(served.outcomes(2).await, ["answered", "cut-off"], "{program}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_that_takes_too_long() {
    for program in BOTH {
        let instance = Limits { time: SHORT, ..Limits::default() };
        let served = Served::start(program, Options { instance, ..Options::default() }).await;
        for target in ["/loop", "/sleep"] {
            assert_eq!(served.ask("GET", target, "").await.status, 504, "{program} {target}");
        }
        assert_eq!(served.ask("GET", "/seen", "").await.status, 200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_sends_too_slowly() {
    for program in BOTH {
        let instance = Limits { time: SHORT, ..Limits::default() };
        let served = Served::start(program, Options { instance, ..Options::default() }).await;
        let head =
            format!("PUT /entries/slow HTTP/1.1\r\nHost: x\r\nX-Tenant: {TENANT}\r\nContent-Length: 10\r\n\r\nhalf");
        let said = served.raw(head.as_bytes()).await;
        assert!(said.starts_with("HTTP/1.1 408"), "{said}");
        assert!(!served.host.store().exists("entries", "slow").unwrap());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_sends_no_head() {
    let config = |config: larder::http::ServerConfig| {
        config.limits(ServerLimits { head_time: SHORT, ..ServerLimits::default() })
    };
    let served = Served::start("serve_incoming", Options { config, ..Options::default() }).await;
    // Both end, without an answer or with one that says so.
    for head in [&b""[..], b"GET / HTT"] {
        let said = served.raw(head).await;
        assert!(said.is_empty() || said.starts_with("HTTP/1.1 408"), "{said}");
    }
    // A connection that is kept ends as well when nothing more is asked on it.
    let whole = format!("GET /seen HTTP/1.1\r\nHost: x\r\nX-Tenant: {TENANT}\r\n\r\n");
    assert!(served.raw(whole.as_bytes()).await.starts_with("HTTP/1.1 200"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_takes_nothing() {
    let config = |config: larder::http::ServerConfig| {
        config.limits(ServerLimits { write_time: SHORT, ..ServerLimits::default() })
    };
    let limits = HttpLimits { requests: 1, ..Options::default().limits };
    let served = Served::start("serve_incoming", Options { config, limits, ..Options::default() }).await;
    let mut stream = TcpStream::connect(served.address).await.unwrap();
    let head = format!("GET /large/60000000 HTTP/1.1\r\nHost: x\r\nX-Tenant: {TENANT}\r\n\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    assert_eq!(served.outcomes(1).await, ["cut-off"]);
    // Its place is another's then.
    assert_eq!(served.ask("GET", "/seen", "").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_head_that_is_too_large() {
    let served = Served::start("serve_incoming", Options::default()).await;
    let head = |headers: &str| format!("GET /seen HTTP/1.1\r\nHost: x\r\nX-Tenant: {TENANT}\r\n{headers}\r\n");
    let long = head(&format!("X-Long: {}\r\n", "x".repeat(100_000)));
    assert!(served.raw(long.as_bytes()).await.starts_with("HTTP/1.1 431"));
    let many = head(&"X-Many: x\r\n".repeat(200));
    assert!(served.raw(many.as_bytes()).await.starts_with("HTTP/1.1 431"));
}

/// A request whose guest waits for the end of its body.
async fn held(served: &Served, tenant: &str) -> TcpStream {
    let mut stream = TcpStream::connect(served.address).await.unwrap();
    let head = format!(
        "PUT /entries/held HTTP/1.1\r\nHost: x\r\nX-Tenant: {tenant}\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\
         Connection: close\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    // The server asks for the body when a guest reads it.
    let mut asked = [0; 25];
    stream.read_exact(&mut asked).await.unwrap();
    assert_eq!(&asked, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream
}

/// Let it end.
async fn let_go(mut stream: TcpStream) -> String {
    stream.write_all(b"blue").await.unwrap();
    let mut said = String::new();
    stream.read_to_string(&mut said).await.unwrap();
    said
}

#[tokio::test(flavor = "multi_thread")]
async fn more_requests_than_there_is_room_for() {
    for program in BOTH {
        let limits = HttpLimits { requests: 2, wait: Duration::ZERO, ..HttpLimits::default() };
        let served = Served::start(program, Options { limits, ..Options::default() }).await;
        let (one, other) = (held(&served, TENANT).await, held(&served, "beta").await);
        let refused = served.ask("GET", "/seen", "").await;
        assert_eq!(refused.status, 503, "{program}");
        assert_eq!(refused.headers["retry-after"], "1");
        assert!(let_go(one).await.starts_with("HTTP/1.1 200"));
        assert!(let_go(other).await.starts_with("HTTP/1.1 200"));
        served.outcomes(3).await;
        assert_eq!(served.ask("GET", "/entries/held", "").await.text, "blue");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tenant_that_has_all_its_requests_under_way() {
    let limits = HttpLimits { tenant_requests: 1, wait: Duration::ZERO, ..HttpLimits::default() };
    let served = Served::start("serve_handler", Options { limits, ..Options::default() }).await;
    let one = held(&served, TENANT).await;
    assert_eq!(served.ask("GET", "/seen", "").await.status, 503);
    assert_eq!(served.ask_for("beta", "GET", "/seen", "").await.status, 200);
    assert!(let_go(one).await.starts_with("HTTP/1.1 200"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_waits_for_room() {
    let limits = HttpLimits { requests: 1, ..Options::default().limits };
    let served = Served::start("serve_handler", Options { limits, ..Options::default() }).await;
    let one = held(&served, TENANT).await;
    let (waited, ended) = tokio::join!(served.ask("GET", "/entries/held", ""), let_go(one));
    assert!(ended.starts_with("HTTP/1.1 200"));
    assert_eq!(waited.text, "blue");
}
