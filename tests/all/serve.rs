//! Components that answer HTTP, through a real server.

mod ends;
mod faults;
mod harness;
mod limits;
mod tenants;

use larder::http::{HttpLimits, Outgoing, TenantRule};
use larder::{Interfaces, LoadError, Plugin, TenantId};

use self::harness::{Options, Served};
use crate::support::{TENANT, guest, runtime};

foreach_serve!(assert_test_exists);

/// Both kinds of component.
const BOTH: [&str; 2] = ["serve_incoming", "serve_handler"];

/// What each of them does alike.
async fn answers(program: &str) {
    let served = Served::start(program, Options::default()).await;
    let said = served.ask("PUT", "/entries/colour", "blue").await;
    assert_eq!((said.status, said.text.as_str()), (200, "colour"));
    let said = served.ask("GET", "/entries/colour", "").await;
    assert_eq!((said.status, said.text.as_str()), (200, "blue"));
    assert_eq!(served.ask_for("beta", "GET", "/entries/colour", "").await.status, 404);
    assert_eq!(served.ask("GET", "/nothing", "").await.status, 404);
    let long = "x".repeat(1 << 20);
    assert_eq!(served.ask("PUT", "/entries/long", &long).await.status, 200);
    assert_eq!(served.ask("GET", "/entries/long", "").await.text, long);
    assert_eq!(served.ask("GET", "/large/1000000", "").await.text.len(), 1_003_520);
    for n in 1..=3 {
        assert_eq!(served.ask("POST", "/count", "").await.text, n.to_string());
    }
    let said = served.ask("GET", "/seen?a=%20b", "").await;
    assert_eq!(said.text.lines().next(), Some("GET localhost /seen?a=%20b"));
    // What was stored is there, by the host's own eyes.
    let (host, drained) = served.end().await;
    assert_eq!((drained.cut, drained.guests_left), (0, false));
    assert_eq!(host.store().get("entries", "colour").unwrap().unwrap(), b"blue");
    host.check();
}

#[tokio::test(flavor = "multi_thread")]
async fn serve_incoming() {
    answers("serve_incoming").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn serve_handler() {
    answers("serve_handler").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn wasi_http_is_for_those_who_serve() {
    for program in BOTH {
        let Err(LoadError::Missing { imports }) = Plugin::load_file(runtime(), guest(program), &Interfaces::all())
        else {
            panic!("{program} was loaded");
        };
        assert!(imports.iter().any(|import| import.name.starts_with("wasi:http/types@0.")), "{imports:?}");
        assert!(imports.iter().all(|import| import.cure.contains("larder serve")), "{imports:?}");
    }
    let program = guest("store_get_and_set");
    let refused = larder::http::HttpPlugin::load_file(runtime(), program, &Interfaces::all());
    assert!(matches!(refused, Err(LoadError::NotAHandler)));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_instance_answers_again_for_its_own_tenant_only() {
    let served = Served::start("serve_handler", Options::default()).await;
    for (tenant, count, idle) in
        [(TENANT, "1", 1), (TENANT, "2", 1), ("beta", "1", 2), (TENANT, "3", 2), ("beta", "2", 2)]
    {
        assert_eq!(served.ask_for(tenant, "GET", "/answered", "").await.text, count, "{tenant}");
        served.idle(idle).await;
    }
    // One that trapped is not used again.
    assert_eq!(served.ask("GET", "/trap", "").await.status, 500);
    served.idle(1).await;
    assert_eq!(served.ask("GET", "/answered", "").await.text, "1");
    assert_eq!(served.ask_for("beta", "GET", "/answered", "").await.text, "3");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_older_component_gets_an_instance_for_each_request_unless_it_is_said() {
    let served = Served::start("serve_incoming", Options::default()).await;
    for _ in 0..3 {
        assert_eq!(served.ask("GET", "/answered", "").await.text, "1");
    }
    let limits = HttpLimits { reuse: Some(2), ..Options::default().limits };
    let served = Served::start("serve_incoming", Options { limits, ..Options::default() }).await;
    for (count, idle) in [("1", 1), ("2", 0), ("1", 1), ("2", 0)] {
        assert_eq!(served.ask("GET", "/answered", "").await.text, count);
        served.idle(idle).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn where_no_instance_may_wait_requests_are_answered_all_the_same() {
    let limits = HttpLimits { warm: 0, ..Options::default().limits };
    let served = Served::start("serve_handler", Options { limits, ..Options::default() }).await;
    for _ in 0..3 {
        assert_eq!(served.ask("GET", "/answered", "").await.status, 200);
        served.idle(0).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn more_tenants_than_may_wait_are_served_all_the_same() {
    let tenants: &[&str] = &["t-0", "t-1", "t-2", "t-3", "t-4", "t-5", "t-6", "t-7", "t-8", "t-9"];
    let limits = HttpLimits { warm: 2, requests: 1, ..Options::default().limits };
    let served = Served::start("serve_handler", Options { limits, tenants, ..Options::default() }).await;
    for round in 0..3 {
        for tenant in tenants {
            let said = served.ask_for(tenant, "POST", "/count", "").await;
            assert_eq!(said.text, (round + 1).to_string(), "{tenant}");
        }
    }
    assert!(served.service.idle_instances() <= 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn other_hosts_are_asked_where_it_is_granted_only() {
    let asked = Served::start("serve_incoming", Options::default()).await;
    let host = asked.address.to_string();
    for program in BOTH {
        let denied = Served::start(program, Options::default()).await;
        let said = denied.ask("GET", &format!("/ask?{host}"), "").await;
        assert!(said.text.contains("HttpRequestDenied"), "{said:?}");
        let outgoing = Outgoing::none().allow(&host).unwrap();
        let allowed = Served::start(program, Options { outgoing, ..Options::default() }).await;
        // It says no tenant, and is told so.
        assert_eq!(allowed.ask("GET", &format!("/ask?{host}"), "").await.text, "400");
        let said = allowed.ask("GET", "/ask?127.0.0.1:9", "").await;
        assert!(said.text.contains("HttpRequestDenied"), "{said:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_after_the_answer_is_there() {
    for program in BOTH {
        let rule = TenantRule::fixed(TenantId::parse(TENANT).unwrap());
        let served = Served::start(program, Options { rule, ..Options::default() }).await;
        assert_eq!(served.ask("GET", "/after/key", "").await.status, 200);
        let (host, drained) = served.end().await;
        assert!(!drained.guests_left);
        assert_eq!(host.store().get("entries", "key").unwrap().unwrap(), b"after", "{program}");
    }
}
