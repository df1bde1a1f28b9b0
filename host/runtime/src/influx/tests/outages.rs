//! A server that is down, slow, or fails.

use std::{
    net::TcpListener,
    sync::{Mutex, mpsc},
    time::Instant,
};

use super::{
    server::{Server, answer, taken},
    *,
};

fn retried(answer: Result<(), Refusal>) -> String {
    match answer {
        Err(Refusal::Retry { after: None, reason }) => reason,
        other => panic!("{other:?}"),
    }
}

/// A port on which nobody listens.
fn closed_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

#[test]
fn a_server_that_cannot_be_reached_is_tried_again() {
    let endpoint = format!("http://127.0.0.1:{}", closed_port());
    let reason = retried(deliver(&sink(InfluxConfig::new(&endpoint, "o")), &["m"]));
    assert!(reason.contains(&endpoint), "{reason}");
    let reason = retried(deliver(&sink(InfluxConfig::new("http://no-such-host.invalid", "o")), &["m"]));
    assert!(reason.contains("no-such-host"), "{reason}");
}

#[test]
fn a_server_that_hangs_up_or_talks_nonsense_is_tried_again() {
    let server = Server::start(|call, _| match call {
        0 => None,
        _ => answer("what?", "no"),
    });
    let sink = sink(InfluxConfig::new(server.endpoint(), "o"));
    retried(deliver(&sink, &["m"]));
    retried(deliver(&sink, &["m"]));
}

#[test]
fn a_server_that_does_not_answer_in_time_is_tried_again() {
    let (ends, end) = mpsc::channel::<()>();
    let end = Mutex::new(end);
    let server = Server::start(move |_, _| {
        let _ = end.lock().unwrap().recv();
        None
    });
    let config = InfluxConfig::new(server.endpoint(), "o").timeout(Duration::from_millis(200));
    let begun = Instant::now();
    let reason = retried(deliver(&sink(config), &["m"]));
    assert!(reason.contains("timeout"), "{reason}");
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
    drop(ends);
}

#[test]
fn all_rows_arrive_once_and_in_order_after_an_outage() {
    let dir = tempfile::tempdir().unwrap();
    let (larder, tenant) = larder(dir.path(), "events");
    let server = Server::start(|call, _| match call % 4 {
        0 => answer("503 Service Unavailable", ""),
        1 => None,
        2 => answer("500 Internal Server Error", "oh"),
        _ => taken(),
    });
    larder.deliver_to(Arc::new(sink(InfluxConfig::new(server.endpoint(), "o"))), quick()).unwrap();
    let expected: Vec<String> = (0..30).map(|n| format!("m{n}")).collect();
    for measurement in &expected {
        append(&tenant, measurement, "{\"n\":1}");
    }
    let give_up = Instant::now() + Duration::from_secs(60);
    while !tenant.delivery_status().unwrap().is_empty() {
        assert!(Instant::now() < give_up, "{:?}", tenant.delivery_status());
        std::thread::yield_now();
    }
    larder.close();
    let mut taken = Vec::new();
    for (call, request) in server.requests().iter().enumerate().filter(|(call, _)| call % 4 == 3) {
        assert!(request.target.contains("bucket=events"), "{call}");
        taken.extend(request.body.lines().map(|line| line.split(',').next().unwrap().to_owned()));
    }
    assert_eq!(taken, expected);
}
