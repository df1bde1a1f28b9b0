//! Who says which tenant a request is for: the host's rule, and nothing else.

use std::collections::BTreeSet;

use larder::TenantId;
use larder::http::{Algorithm, TenantPolicy, TenantRule, TokenRule};
use serde_json::json;

use super::BOTH;
use super::harness::{Client, Options, Served};
use crate::support::TENANT;

const SECRET: &[u8] = b"a secret that has thirty-two bytes";

async fn with(rule: TenantRule) -> Served {
    Served::start("serve_handler", Options { rule, ..Options::default() }).await
}

/// The status, and what the guest stored under the tenant that the rule found.
async fn put(served: &Served, target: &str, headers: &[(&str, &str)]) -> u16 {
    let mut client = Client::connect(served.address).await;
    client.ask("PUT", target, headers, "x").await.unwrap().status
}

fn keys(served: &Served, tenant: &str) -> u64 {
    served.host.tenant(tenant).store().count("entries").unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_header() {
    let served = with(TenantRule::header("x-tenant").unwrap()).await;
    assert_eq!(put(&served, "/entries/1", &[("x-tenant", "acme")]).await, 200);
    assert_eq!(put(&served, "/entries/1", &[("X-TENANT", "beta")]).await, 200);
    assert_eq!(put(&served, "/entries/2", &[]).await, 400);
    assert_eq!(put(&served, "/entries/2", &[("x-tenant", "acme"), ("x-tenant", "beta")]).await, 400);
    for unknown in ["gamma", "../acme", "ACME", "acme,beta", "acme/x", ""] {
        assert_eq!(put(&served, "/entries/2", &[("x-tenant", unknown)]).await, 404, "{unknown}");
    }
    assert_eq!((keys(&served, "acme"), keys(&served, "beta")), (1, 1));
    // Nothing was made for names that clients made up.
    let there: Vec<_> = served.host.larder.tenants().unwrap().iter().map(TenantId::to_string).collect();
    assert_eq!(there, ["acme", "beta"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_header_that_names_the_tenant_is_not_the_guests_to_see() {
    for program in BOTH {
        let served = Served::start(program, Options::default()).await;
        let mut client = Client::connect(served.address).await;
        let headers = [("x-tenant", TENANT), ("x-other", "kept"), ("connection", "keep-alive")];
        let seen = client.ask("GET", "/seen", &headers, "").await.unwrap().text;
        assert!(!seen.contains("x-tenant") && seen.contains("x-other: kept"), "{seen}");
        assert!(!seen.contains("connection"), "{seen}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host() {
    let served = with(TenantRule::host("notes.example.org")).await;
    let of = |host: &'static str| served.raw_put(host);
    assert!(of("Host: acme.notes.example.org\r\n").await.starts_with("HTTP/1.1 200"));
    assert!(of("Host: ACME.notes.example.org:8080\r\n").await.starts_with("HTTP/1.1 200"));
    for (host, status) in [
        ("Host: gamma.notes.example.org\r\n", "404"),
        ("Host: acme.example.org\r\n", "404"),
        ("Host: notes.example.org\r\n", "404"),
        ("Host: ..notes.example.org\r\n", "404"),
        ("Host: acme.notes.example.org\r\nHost: beta.notes.example.org\r\n", "400"),
        ("Host: beta@acme.notes.example.org\r\n", "400"),
        ("", "400"),
        ("X-Forwarded-Host: acme.notes.example.org\r\n", "400"),
    ] {
        let said = of(host).await;
        assert!(said.starts_with(&format!("HTTP/1.1 {status}")), "{host}: {said}");
    }
    // Beside the header, a target names a host too.
    let both = "PUT http://beta.notes.example.org/entries/k HTTP/1.1\r\nHost: acme.notes.example.org\r\n\
                Content-Length: 1\r\nConnection: close\r\n\r\nx";
    assert!(served.raw(both.as_bytes()).await.starts_with("HTTP/1.1 400"));
    assert_eq!((keys(&served, "acme"), keys(&served, "beta")), (1, 0));
}

impl Served {
    /// A write with these lines in its head.
    async fn raw_put(&self, lines: &str) -> String {
        let head = format!("PUT /entries/k HTTP/1.1\r\n{lines}Content-Length: 1\r\nConnection: close\r\n\r\nx");
        self.raw(head.as_bytes()).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_path() {
    let served = with(TenantRule::path()).await;
    let of = |target: &str| {
        let text = format!("PUT {target} HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nConnection: close\r\n\r\nx");
        let served = &served;
        async move { served.raw(text.as_bytes()).await }
    };
    assert!(of("/acme/entries/1").await.starts_with("HTTP/1.1 200"));
    for (target, status) in [
        ("/gamma/entries/1", "404"),
        ("/%61cme/entries/1", "404"),
        ("/../acme/entries/1", "404"),
        ("/beta/../acme/entries/1", "404"),
        ("//acme/entries/1", "400"),
        ("/", "400"),
    ] {
        let said = of(target).await;
        assert!(said.starts_with(&format!("HTTP/1.1 {status}")), "{target}: {said}");
    }
    // The guest is told where it is, and not by the client.
    let mut client = Client::connect(served.address).await;
    let spoofed = [("x-forwarded-prefix", "/beta")];
    let seen = client.ask("GET", "/acme/seen?x", &spoofed, "").await.unwrap().text;
    assert!(seen.contains("GET localhost /seen?x\n") && seen.contains("x-forwarded-prefix: /acme\n"), "{seen}");
    assert!(!seen.contains("/beta"), "{seen}");
    assert_eq!((keys(&served, "acme"), keys(&served, "beta")), (1, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token() {
    let rule = TokenRule::new(Algorithm::Hs256, SECRET, "tenant").unwrap().audience("notes");
    let served = with(TenantRule::token(rule)).await;
    let now = jsonwebtoken::get_current_timestamp();
    let signed = |claims| {
        let key = jsonwebtoken::EncodingKey::from_secret(SECRET);
        format!("Bearer {}", jsonwebtoken::encode(&jsonwebtoken::Header::default(), &claims, &key).unwrap())
    };
    let good = signed(json!({ "tenant": "acme", "exp": now + 600, "aud": "notes" }));
    assert_eq!(put(&served, "/entries/1", &[("authorization", &good)]).await, 200);
    // No other word of the client's counts.
    assert_eq!(put(&served, "/entries/2", &[("authorization", &good), ("x-tenant", "beta")]).await, 200);
    let payload = good.split('.').nth(1).unwrap();
    for bad in [
        signed(json!({ "tenant": "acme", "exp": now - 1, "aud": "notes" })),
        signed(json!({ "tenant": "acme", "exp": now + 600, "aud": "others" })),
        signed(json!({ "exp": now + 600, "aud": "notes" })),
        format!("Bearer eyJhbGciOiJub25lIn0.{payload}."),
        format!("Bearer {payload}"),
        good.replace("Bearer", "Basic"),
    ] {
        assert_eq!(put(&served, "/entries/3", &[("authorization", &bad)]).await, 401, "{bad}");
    }
    assert_eq!(put(&served, "/entries/3", &[("x-tenant", "acme")]).await, 401);
    let unknown = signed(json!({ "tenant": "gamma", "exp": now + 600, "aud": "notes" }));
    assert_eq!(put(&served, "/entries/3", &[("authorization", &unknown)]).await, 404);
    let mut client = Client::connect(served.address).await;
    let seen = client.ask("GET", "/seen", &[("authorization", &good)], "").await.unwrap().text;
    assert!(!seen.contains("authorization"), "{seen}");
    assert_eq!((keys(&served, "acme"), keys(&served, "beta")), (2, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn tenants_that_are_made_and_tenants_that_are_served() {
    let only = BTreeSet::from(["acme", "gamma"].map(|name| TenantId::parse(name).unwrap()));
    let policy = TenantPolicy { create: true, only: Some(only) };
    let served = Served::start("serve_incoming", Options { policy, ..Options::default() }).await;
    for (tenant, status) in [("acme", 200), ("gamma", 200), ("beta", 404), ("delta", 404)] {
        assert_eq!(served.ask_for(tenant, "PUT", "/entries/1", "x").await.status, status, "{tenant}");
    }
    assert!(served.host.tenant("gamma").exists().unwrap() && !served.host.tenant("delta").exists().unwrap());
}
