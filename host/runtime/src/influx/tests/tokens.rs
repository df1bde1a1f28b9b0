//! By which the server knows this host.

use super::{
    super::Token,
    server::{Answer, Request, Server, answer, taken},
    *,
};

/// Takes rows with the token `good`.
fn guarded(_: usize, request: &Request) -> Answer {
    match request.headers.get("authorization").map(String::as_str) {
        Some("Token good") => taken(),
        other => answer("401 Unauthorized", &format!("unauthorized: {other:?}")),
    }
}

#[test]
fn the_token_is_read_again_when_it_is_not_accepted() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("token");
    std::fs::write(&path, "good\n").unwrap();
    let server = Server::start(guarded);
    let sink = sink(InfluxConfig::new(server.endpoint(), "o").token(Token::File(path.clone())));
    deliver(&sink, &["a"]).unwrap();
    // What is accepted is kept; the file may be half written just now.
    std::fs::write(&path, "").unwrap();
    deliver(&sink, &["b"]).unwrap();
    assert_eq!(server.requests().len(), 2);
}

#[test]
fn a_new_token_is_used_without_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("token");
    std::fs::write(&path, "old").unwrap();
    let server = Server::start(guarded);
    let sink = sink(InfluxConfig::new(server.endpoint(), "o").token(Token::File(path.clone())));
    let Err(Refusal::Refused { reason }) = deliver(&sink, &["a"]) else { panic!("not refused") };
    // The same token is not tried twice, and nobody is told it.
    assert_eq!(server.requests().len(), 1);
    assert!(reason.contains("401") && reason.contains("(token)") && !reason.contains("old"), "{reason}");
    std::fs::write(&path, "good").unwrap();
    deliver(&sink, &["a"]).unwrap();
    let tokens: Vec<String> =
        server.requests().iter().map(|request| request.headers["authorization"].clone()).collect();
    assert_eq!(tokens, ["Token old", "Token old", "Token good"]);
}

#[test]
fn without_its_file_rows_wait() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("token");
    let server = Server::start(guarded);
    let sink = sink(InfluxConfig::new(server.endpoint(), "o").token(Token::File(path.clone())));
    let Err(Refusal::Retry { reason, .. }) = deliver(&sink, &["a"]) else { panic!("no retry") };
    assert!(reason.contains(path.to_str().unwrap()), "{reason}");
    assert_eq!(server.requests().len(), 0);
    std::fs::write(&path, "good").unwrap();
    deliver(&sink, &["a"]).unwrap();
    assert!(!format!("{sink:?}").contains("good"));
}
