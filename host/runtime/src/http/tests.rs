//! Rules, without a guest.

use http::{HeaderMap, Request, header, request::Parts};
use jsonwebtoken::{EncodingKey, Header};
use larder_engine::TenantId;
use serde_json::{Value, json};

use super::{Algorithm, Outcome, TenantRule, TokenError, TokenRule};

const SECRET: &[u8] = b"a secret that has thirty-two bytes";

fn parts(uri: &str, headers: &[(&str, &str)]) -> Parts {
    let request = headers.iter().fold(Request::get(uri), |request, (name, value)| request.header(*name, *value));
    request.body(()).unwrap().into_parts().0
}

fn named(rule: &TenantRule, uri: &str, headers: &[(&str, &str)]) -> Result<String, Outcome> {
    rule.apply(&mut parts(uri, headers)).map(|tenant| tenant.to_string())
}

#[test]
fn a_fixed_tenant_is_no_affair_of_the_request() {
    let rule = TenantRule::fixed(TenantId::parse("acme").unwrap());
    assert_eq!(named(&rule, "/other/", &[("host", "other.example.org"), ("x-tenant", "other")]).unwrap(), "acme");
}

#[test]
fn the_host_names_the_tenant() {
    let rule = TenantRule::host(".Notes.example.org");
    let host = |host: &str| named(&rule, "/", &[("host", host)]);
    assert_eq!(host("acme.notes.example.org").unwrap(), "acme");
    assert_eq!(host("ACME.notes.EXAMPLE.org:8080").unwrap(), "acme");
    assert_eq!(host("eu.acme.notes.example.org").unwrap(), "eu.acme");
    for unknown in [
        "notes.example.org",
        ".notes.example.org",
        "acme.example.org",
        "acme.notes.example.org.evil.org",
        "acme.notes.example.org.",
        "evilnotes.example.org",
        "-acme.notes.example.org",
        "con.notes.example.org",
        "[::1]",
    ] {
        assert_eq!(host(unknown), Err(Outcome::UnknownTenant), "{unknown}");
    }
    for none in ["other@acme.notes.example.org", "a b", ""] {
        assert_eq!(host(none), Err(Outcome::NoTenant), "{none}");
    }
    assert_eq!(named(&rule, "/", &[]), Err(Outcome::NoTenant));
    let two = [("host", "acme.notes.example.org"), ("host", "beta.notes.example.org")];
    assert_eq!(named(&rule, "/", &two), Err(Outcome::BadRequest));
    // The target of the request and its header have to agree.
    let header = [("host", "acme.notes.example.org")];
    assert_eq!(named(&rule, "http://beta.notes.example.org/", &header), Err(Outcome::BadRequest));
    assert_eq!(named(&rule, "http://acme.notes.example.org/", &header).unwrap(), "acme");
    assert_eq!(named(&rule, "/", &[header[0], ("x-forwarded-host", "beta.notes.example.org")]).unwrap(), "acme");
}

#[test]
fn a_header_names_the_tenant() {
    let rule = TenantRule::header("X-Tenant").unwrap();
    let mut request = parts("/", &[("x-tenant", "acme")]);
    assert_eq!(rule.apply(&mut request).unwrap().as_str(), "acme");
    assert!(request.headers.is_empty());
    let mut request = parts("/", &[("x-tenant", "acme")]);
    rule.clone().pass_on().apply(&mut request).unwrap();
    assert_eq!(request.headers["x-tenant"], "acme");
    assert_eq!(named(&rule, "/", &[]), Err(Outcome::NoTenant));
    assert_eq!(named(&rule, "/", &[("x-tenant", "acme"), ("x-tenant", "acme")]), Err(Outcome::NoTenant));
    for unknown in ["", "../acme", "acme/beta", "ACME", "acme, beta", "acme%00", ".", "..", "nul"] {
        assert_eq!(named(&rule, "/", &[("x-tenant", unknown)]), Err(Outcome::UnknownTenant), "{unknown}");
    }
    for taken in ["host", "Authorization", "content-length", "a b", ""] {
        assert!(TenantRule::header(taken).is_err(), "{taken}");
    }
}

#[test]
fn the_path_names_the_tenant() {
    let rule = TenantRule::path();
    for (target, tenant, rest) in [
        ("/acme/notes?x=1", "acme", "/notes?x=1"),
        ("/acme", "acme", "/"),
        ("/acme/", "acme", "/"),
        ("/acme?x", "acme", "/?x"),
        ("/acme/../beta/", "acme", "/../beta/"),
        ("/acme//beta", "acme", "//beta"),
        ("/acme/%2e%2e/beta", "acme", "/%2e%2e/beta"),
        ("http://localhost/acme/x", "acme", "/x"),
    ] {
        let mut request = parts(target, &[("x-forwarded-prefix", "/beta")]);
        assert_eq!(rule.apply(&mut request).unwrap().as_str(), tenant, "{target}");
        assert_eq!(request.uri.path_and_query().unwrap(), rest, "{target}");
        let prefixes: Vec<_> = request.headers.get_all("x-forwarded-prefix").iter().collect();
        assert_eq!(prefixes, ["/acme"], "{target}");
    }
    for none in ["/", "//acme/", "/?x=acme"] {
        assert_eq!(named(&rule, none, &[]), Err(Outcome::NoTenant), "{none}");
    }
    for unknown in ["/../acme/", "/./acme/", "/%61cme/", "/acme%2fbeta/", "/ACME/", "/acme;x/"] {
        assert_eq!(named(&rule, unknown, &[]), Err(Outcome::UnknownTenant), "{unknown}");
    }
}

fn token(claims: &Value) -> String {
    jsonwebtoken::encode(&Header::default(), claims, &EncodingKey::from_secret(SECRET)).unwrap()
}

fn later() -> u64 {
    jsonwebtoken::get_current_timestamp() + 600
}

fn by_token(rule: &TenantRule, token: &str) -> Result<String, Outcome> {
    named(rule, "/", &[("authorization", &format!("Bearer {token}"))])
}

fn rule() -> TokenRule {
    TokenRule::new(Algorithm::Hs256, SECRET, "tenant").unwrap()
}

#[test]
fn a_token_names_the_tenant() {
    let good = token(&json!({ "tenant": "acme", "exp": later() }));
    let rule = TenantRule::token(rule());
    assert_eq!(by_token(&rule, &good).unwrap(), "acme");
    assert_eq!(named(&rule, "/", &[("authorization", &format!("bearer  {good}"))]).unwrap(), "acme");
    let mut headers = HeaderMap::new();
    headers.insert(header::AUTHORIZATION, format!("Bearer {good}").parse().unwrap());
    let mut request = parts("/", &[]);
    request.headers = headers.clone();
    rule.apply(&mut request).unwrap();
    assert!(request.headers.is_empty());
    request.headers = headers;
    rule.clone().pass_on().apply(&mut request).unwrap();
    assert_eq!(request.headers.len(), 1);

    assert_eq!(named(&rule, "/", &[]), Err(Outcome::Unauthorized));
    assert_eq!(named(&rule, "/", &[("authorization", &format!("Basic {good}"))]), Err(Outcome::Unauthorized));
    let twice = format!("Bearer {good}");
    let twice = [("authorization", twice.as_str()), ("authorization", twice.as_str())];
    assert_eq!(named(&rule, "/", &twice), Err(Outcome::Unauthorized));
}

#[test]
fn a_token_that_does_not_hold_is_refused() {
    let by_rule = TenantRule::token(rule());
    let now = jsonwebtoken::get_current_timestamp();
    for claims in [
        json!({ "tenant": "acme" }),
        json!({ "tenant": "acme", "exp": now - 1 }),
        json!({ "tenant": "acme", "exp": "never" }),
        json!({ "tenant": "acme", "exp": later(), "nbf": now + 300 }),
        json!({ "tenant": "acme", "exp": later(), "aud": "others" }),
        json!({ "tenant": 7, "exp": later() }),
        json!({ "tenants": "acme", "exp": later() }),
    ] {
        assert_eq!(by_token(&by_rule, &token(&claims)), Err(Outcome::Unauthorized), "{claims}");
    }
    let unknown = token(&json!({ "tenant": "../acme", "exp": later() }));
    assert_eq!(by_token(&by_rule, &unknown), Err(Outcome::UnknownTenant));

    let good = token(&json!({ "tenant": "acme", "exp": later() }));
    let (head, signature) = good.rsplit_once('.').unwrap();
    let (header, claims) = head.split_once('.').unwrap();
    let other = token(&json!({ "tenant": "beta", "exp": later() }));
    let others = other.split('.').nth(1).unwrap();
    // `{"alg":"none","typ":"JWT"}`, and RS256 in place of HS256.
    let none = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0";
    let rs256 = "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9";
    for bad in [
        format!("{none}.{claims}."),
        format!("{none}.{claims}.{signature}"),
        format!("{rs256}.{claims}.{signature}"),
        format!("{header}.{others}.{signature}"),
        format!("{head}."),
        head.to_owned(),
        format!("{good}.{signature}"),
        "x".to_owned(),
        String::new(),
    ] {
        assert_eq!(by_token(&by_rule, &bad), Err(Outcome::Unauthorized), "{bad}");
    }
    let key = EncodingKey::from_secret(b"another secret of thirty-two bytes");
    let forged = jsonwebtoken::encode(&Header::default(), &json!({ "tenant": "acme", "exp": later() }), &key).unwrap();
    assert_eq!(by_token(&by_rule, &forged), Err(Outcome::Unauthorized));
}

#[test]
fn audience_and_issuer_are_kept() {
    let by_rule = TenantRule::token(rule().audience("notes").issuer("login"));
    let claims = |aud: &Value, iss: &str| json!({ "tenant": "acme", "exp": later(), "aud": aud, "iss": iss });
    assert_eq!(by_token(&by_rule, &token(&claims(&json!("notes"), "login"))).unwrap(), "acme");
    assert_eq!(by_token(&by_rule, &token(&claims(&json!(["x", "notes"]), "login"))).unwrap(), "acme");
    for bad in [
        claims(&json!("others"), "login"),
        claims(&json!("notes"), "somebody"),
        json!({ "tenant": "acme", "exp": later() }),
        json!({ "tenant": "acme", "exp": later(), "aud": "notes" }),
    ] {
        assert_eq!(by_token(&by_rule, &token(&bad)), Err(Outcome::Unauthorized), "{bad}");
    }
}

#[test]
fn a_key_that_is_none_is_refused() {
    assert_eq!(
        TokenRule::new(Algorithm::Hs256, b"too short\n", "tenant").unwrap_err(),
        TokenError::ShortSecret { length: 9 }
    );
    for algorithm in [Algorithm::Rs256, Algorithm::Es256, Algorithm::EdDsa] {
        let refused = TokenRule::new(algorithm, SECRET, "tenant");
        assert!(matches!(refused, Err(TokenError::Key { .. })), "{algorithm:?}");
    }
}

#[test]
fn public_keys_verify() {
    // Ed25519 by rcgen, which can write both halves as PEM.
    for (pair, ours, theirs) in [
        (&rcgen::PKCS_ED25519, Algorithm::EdDsa, jsonwebtoken::Algorithm::EdDSA),
        (&rcgen::PKCS_ECDSA_P256_SHA256, Algorithm::Es256, jsonwebtoken::Algorithm::ES256),
    ] {
        let pair = rcgen::KeyPair::generate_for(pair).unwrap();
        let private = pair.serialize_pem();
        let key = match ours {
            Algorithm::EdDsa => EncodingKey::from_ed_pem(private.as_bytes()),
            _ => EncodingKey::from_ec_pem(private.as_bytes()),
        };
        let rule = TokenRule::new(ours, pair.public_key_pem().as_bytes(), "tenant").unwrap();
        let claims = json!({ "tenant": "acme", "exp": later() });
        let signed = jsonwebtoken::encode(&Header::new(theirs), &claims, &key.unwrap()).unwrap();
        assert_eq!(by_token(&TenantRule::token(rule.clone()), &signed).unwrap(), "acme", "{ours:?}");
        // Signed with what everybody knows, the public key, as if it were a secret.
        let forger = EncodingKey::from_secret(pair.public_key_pem().as_bytes());
        let forged = jsonwebtoken::encode(&Header::default(), &claims, &forger).unwrap();
        assert_eq!(by_token(&TenantRule::token(rule), &forged), Err(Outcome::Unauthorized), "{ours:?}");
    }
}

/// The keys were made for this test by `openssl genpkey` and open nothing.
#[test]
fn a_public_key_of_rsa_verifies() {
    let (private, public) = (include_bytes!("tests/rsa_private.pem"), include_bytes!("tests/rsa_public.pem"));
    let rule = TenantRule::token(TokenRule::new(Algorithm::Rs256, public, "tenant").unwrap());
    let claims = json!({ "tenant": "acme", "exp": later() });
    let signed = |algorithm, key: &EncodingKey| jsonwebtoken::encode(&Header::new(algorithm), &claims, key).unwrap();
    let key = EncodingKey::from_rsa_pem(private).unwrap();
    assert_eq!(by_token(&rule, &signed(jsonwebtoken::Algorithm::RS256, &key)).unwrap(), "acme");
    // Another digest than the host said, by the right key; and the public key as if it were a secret.
    assert_eq!(by_token(&rule, &signed(jsonwebtoken::Algorithm::RS512, &key)), Err(Outcome::Unauthorized));
    let forger = EncodingKey::from_secret(public);
    assert_eq!(by_token(&rule, &signed(jsonwebtoken::Algorithm::HS256, &forger)), Err(Outcome::Unauthorized));
}

#[test]
fn the_page_of_the_metrics_has_each_of_them_with_its_kind_and_labels() {
    let page = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/metrics.md");
    let page = std::fs::read_to_string(page).unwrap();
    let rows = page.lines().filter(|line| line.starts_with("| `larder_http"));
    let told: Vec<Vec<&str>> =
        rows.map(|line| line.split('|').skip(1).map(|cell| cell.trim().trim_matches('`')).collect()).collect();
    let told: Vec<_> = told.iter().map(|row| (row[0], row[1].to_owned(), row[3].to_owned())).collect();
    let listed = super::METRICS
        .iter()
        .map(|metric| (metric.name, format!("{:?}", metric.kind).to_lowercase(), metric.labels.join("`, `")));
    assert_eq!(told, listed.collect::<Vec<_>>());
}
