//! What is sent, and what becomes of the rows by what is answered.

use super::{
    server::{Server, answer, taken},
    *,
};

fn answered(head: &'static str, body: &'static str) -> Result<(), Refusal> {
    let server = Server::start(move |_, _| answer(head, body));
    deliver(&sink(InfluxConfig::new(server.endpoint(), "o")), &["m"])
}

#[test]
fn rows_are_posted_compressed_to_the_organisation_and_the_bucket() {
    let server = Server::start(|_, _| taken());
    let sink = sink(InfluxConfig::new(server.endpoint() + "/", "an org"));
    deliver(&sink, &["a", "b c"]).unwrap();
    let [request] = server.requests().try_into().unwrap();
    assert_eq!(request.target, "/api/v2/write?org=an%20org&bucket=ev%20ents%26x&precision=ns");
    assert_eq!(request.body, "a,tenant=acme n=1 1700000000000000001\nb\\ c,tenant=acme n=2 1700000000000000002\n");
    assert_eq!(request.headers["content-encoding"], "gzip");
    assert_eq!(request.headers["content-type"], "text/plain; charset=utf-8");
    assert!(request.headers["user-agent"].starts_with("larder/"));
    assert!(!request.headers.contains_key("authorization"));
}

#[test]
fn success_is_any_status_of_its_kind() {
    for head in ["200 OK", "201 Created", "204 No Content"] {
        answered(head, "").unwrap();
    }
}

#[test]
fn statuses_tell_rows_that_are_wrong_from_a_server_that_is_away() {
    for head in ["400 Bad Request", "422 Unprocessable Entity"] {
        assert!(matches!(answered(head, ""), Err(Refusal::Invalid { .. })), "{head}");
    }
    assert!(matches!(answered("413 Payload Too Large", ""), Err(Refusal::TooLarge { .. })));
    for head in ["401 Unauthorized", "403 Forbidden", "404 Not Found", "405 Method Not Allowed", "410 Gone"] {
        assert!(matches!(answered(head, ""), Err(Refusal::Refused { .. })), "{head}");
    }
    for head in ["408 Request Timeout", "429 Too Many Requests", "500 Oh", "502 Oh", "503 Oh", "504 Oh", "599 Oh"] {
        assert!(matches!(answered(head, ""), Err(Refusal::Retry { after: None, .. })), "{head}");
    }
}

#[test]
fn a_wait_that_is_asked_for_is_told_up_to_an_hour() {
    for (head, seconds) in [
        ("429 Too Many\r\nretry-after: 7", Some(7)),
        ("503 Away\r\nRetry-After: 120", Some(120)),
        ("503 Away\r\nretry-after: 99999999999", Some(3600)),
        ("503 Away\r\nretry-after: soon", None),
    ] {
        let Err(Refusal::Retry { after, .. }) = answered(head, "") else { panic!("{head}") };
        assert_eq!(after, seconds.map(Duration::from_secs), "{head}");
    }
}

#[test]
fn the_reason_is_what_the_server_says_on_one_line_and_not_all_of_it() {
    let Err(Refusal::Invalid { reason }) =
        answered("400 Bad Request", "{\"code\":\"invalid\",\n\t\"message\":\"field n\u{1b}\"}")
    else {
        panic!("not invalid")
    };
    assert_eq!(reason, "400 Bad Request: {\"code\":\"invalid\", \"message\":\"field n \"}");
    let server = Server::start(|_, _| answer("500 Oh", &"x".repeat(10_000_000)));
    let Err(Refusal::Retry { reason, .. }) = deliver(&sink(InfluxConfig::new(server.endpoint(), "o")), &["m"]) else {
        panic!("no retry")
    };
    assert!(reason.len() < 2200, "{} bytes", reason.len());
}

#[test]
fn a_redirect_is_not_followed() {
    let elsewhere = Server::start(|_, _| taken());
    let location =
        Box::leak(format!("307 Temporary Redirect\r\nlocation: {}/x", elsewhere.endpoint()).into_boxed_str());
    let server = Server::start(|_, _| answer(location, ""));
    let Err(Refusal::Retry { reason, .. }) = deliver(&sink(InfluxConfig::new(server.endpoint(), "o")), &["m"]) else {
        panic!("no retry")
    };
    assert!(reason.contains("redirect") && reason.contains(&elsewhere.endpoint()), "{reason}");
    assert_eq!(elsewhere.requests().len(), 0);
}

#[test]
fn rows_that_are_no_lines_are_named_and_nothing_is_sent() {
    let server = Server::start(|_, _| taken());
    let sink = sink(InfluxConfig::new(server.endpoint(), "o"));
    let Err(Refusal::Unfit(unfit)) = deliver(&sink, &["a", "#b", "c\n"]) else { panic!("not unfit") };
    assert_eq!(unfit.iter().map(|(place, _)| *place).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(server.requests().len(), 0);
}

#[test]
fn what_is_wrong_is_parked_and_all_else_is_delivered() {
    let dir = tempfile::tempdir().unwrap();
    let (larder, tenant) = larder(dir.path(), "events");
    for n in 0..20 {
        append(&tenant, &if n == 3 { "#3".into() } else { format!("m{n}") }, "{\"n\":1}");
    }
    append(&tenant, "nothing", "{}");
    let server = Server::start(|_, request| {
        if request.body.lines().count() > 9 {
            return answer("413 Payload Too Large", "");
        }
        match request.body.lines().any(|line| line.starts_with("m11,")) {
            true => answer("400 Bad Request", "field type conflict"),
            false => taken(),
        }
    });
    let report = deliver_all(&larder, sink(InfluxConfig::new(server.endpoint(), "o")));
    assert_eq!((report.delivered, report.parked, report.left.len()), (18, 3, 0));
    let parked = tenant.parked_deliveries(0).unwrap();
    let told: Vec<_> = parked.iter().map(|row| (row.measurement.as_deref().unwrap(), row.error.as_str())).collect();
    assert!(told[0].0 == "#3" && told[0].1.contains("comment"), "{told:?}");
    assert_eq!(told[1..], [("m11", "400 Bad Request: field type conflict"), ("nothing", "no field has a value")]);
}
