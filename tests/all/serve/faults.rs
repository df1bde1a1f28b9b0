//! Guests and clients that go wrong in the middle.

use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

use larder::http::HttpLimits;

use super::BOTH;
use super::harness::{Client, Options, Served};
use crate::support::TENANT;

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_that_traps_or_says_nothing() {
    for program in BOTH {
        let served = Served::start(program, Options::default()).await;
        for target in ["/trap", "/none", "/status/101"] {
            let said = served.ask("GET", target, "").await;
            assert_eq!((said.status, said.text.as_str()), (500, "the request could not be answered\n"), "{target}");
        }
        assert_eq!(served.ask("GET", "/write-and-trap/half", "").await.status, 500);
        assert_eq!(served.ask("GET", "/entries/half", "").await.status, 404);
        assert_eq!(served.ask("PUT", "/entries/whole", "x").await.status, 200);
        let mut outcomes = served.outcomes(6).await;
        outcomes.dedup();
        assert_eq!(outcomes, ["guest-failed", "answered"], "{program}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_that_traps_in_the_middle_of_its_answer() {
    for program in BOTH {
        let served = Served::start(program, Options::default()).await;
        let head = format!("GET /broken HTTP/1.1\r\nHost: x\r\nX-Tenant: {TENANT}\r\n\r\n");
        let said = served.raw(head.as_bytes()).await;
        assert!(said.is_empty() || said.starts_with("HTTP/1.1 "), "{said}");
        assert!(!said.ends_with("\r\n0\r\n\r\n"), "{program} seems whole: {said}");
        assert_eq!(served.ask("GET", "/seen", "").await.status, 200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_goes_in_the_middle_of_its_body() {
    for program in BOTH {
        let limits = HttpLimits { requests: 1, ..Options::default().limits };
        let served = Served::start(program, Options { limits, ..Options::default() }).await;
        for n in 0..20 {
            let mut stream = TcpStream::connect(served.address).await.unwrap();
            let head =
                format!("PUT /entries/{n} HTTP/1.1\r\nHost: x\r\nX-Tenant: {TENANT}\r\nContent-Length: 9\r\n\r\nhalf");
            stream.write_all(head.as_bytes()).await.unwrap();
            drop(stream);
        }
        // Each place is free again, and nothing of half a body is stored.
        assert_eq!(served.ask("PUT", "/entries/whole", "x").await.status, 200);
        let (host, drained) = served.end().await;
        assert!(!drained.guests_left);
        assert_eq!(host.store().count("entries").unwrap(), 1, "{program}");
        host.check();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_request_is_no_guests_affair() {
    let served = Served::start("serve_incoming", Options::default()).await;
    let tenant = format!("X-Tenant: {TENANT}\r\n");
    for (head, status) in [
        ("nonsense\r\n\r\n".to_owned(), "400"),
        (format!("CONNECT example.org:443 HTTP/1.1\r\nHost: example.org:443\r\n{tenant}\r\n"), "400"),
        (format!("GET /seen HTTP/1.1\r\nHost: a b\r\n{tenant}\r\n"), "400"),
        (format!("GET /seen HTTP/1.1\r\nHost: x\r\n{tenant}Content-Length: 1\r\nContent-Length: 2\r\n\r\n"), "400"),
        (format!("GET /seen HTTP/1.1\r\nHost: x\r\n{tenant}Content-Length: -1\r\n\r\n"), "400"),
    ] {
        let close = head.replacen("Host", "Connection: close\r\nHost", 1);
        let said = served.raw(close.as_bytes()).await;
        assert!(said.starts_with(&format!("HTTP/1.1 {status}")), "{head}: {said}");
    }
    // Before HTTP/1.1 nobody had to say which host is meant.
    let said = served.raw(format!("GET /seen HTTP/1.0\r\n{tenant}\r\n").as_bytes()).await;
    assert!(said.contains("200 OK") && said.contains("GET localhost /seen"), "{said}");
    assert_eq!(served.ask("GET", "/seen", "").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_connections() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    // Both ends of each are here.
    let maximum = getrlimit(Resource::Nofile).maximum;
    setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum }).unwrap();
    for program in BOTH {
        let served = Served::start(program, Options::default()).await;
        let mut clients = Vec::new();
        for _ in 0..1_000 {
            clients.push(Client::connect(served.address).await);
        }
        // All are open, and each of them asks.
        let asking = clients.into_iter().enumerate().map(|(n, mut client)| {
            tokio::spawn(async move {
                let said = client.ask("PUT", &format!("/entries/{n:04}"), &[("x-tenant", TENANT)], "x").await;
                (said.expect("there is an answer").status, client)
            })
        });
        let asking: Vec<_> = asking.collect();
        for asked in asking {
            assert_eq!(asked.await.unwrap().0, 200, "{program}");
        }
        let (host, _) = served.end().await;
        assert_eq!(host.store().count("entries").unwrap(), 1_000);
        host.check();
    }
}
