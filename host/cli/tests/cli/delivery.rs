//! The delivery of journals, looked after from the command line.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpListener,
    thread::{self, JoinHandle},
};

use rusqlite::Connection;
use serde_json::json;

use crate::harness::{Cli, guest};

/// Rows of the journal of `acme`, as a host that delivers leaves them. An error parks a row.
fn with_rows(rows: &[(&str, Option<&str>)]) -> Cli {
    let cli = Cli::with_acme();
    let database = Connection::open(cli.root().join("tenants/acme/store.db")).unwrap();
    for (n, (measurement, error)) in (1..).zip(rows) {
        let row = "INSERT INTO journal_entries (bucket_name, measurement, fields_json, tags_json, committed_at)
            VALUES ('events', ?1, '{\"n\":1}', '{}', 1000)";
        database.execute(row, [measurement]).unwrap();
        let waiting = "INSERT INTO larder_outbox VALUES (?1, 'events', ?2, ?3)";
        database.execute(waiting, (n, error, error.map(|_| 2000))).unwrap();
    }
    std::fs::create_dir_all(cli.root().join("pending/delivery")).unwrap();
    cli.write("larder-data/pending/delivery/acme", b"");
    cli
}

fn deliver_to(cli: &Cli, port: u16) {
    cli.manifest(&format!(
        "[journal.deliver]\nendpoint = \"http://127.0.0.1:{port}\"\norganisation = \"o\"\nbucket = \"events\"\n\
         first-wait = \"5ms\"\nlongest-wait = \"20ms\""
    ));
}

/// A port on which nobody listens.
fn closed_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// Answers these, a request each, and then the requests that came.
fn server(answers: &'static [&'static str]) -> (u16, JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let serve = move || {
        answers
            .iter()
            .map(|answer| {
                let (mut stream, _) = listener.accept().unwrap();
                let mut reader = BufReader::new(stream.try_clone().unwrap());
                let lines: Vec<String> =
                    reader.by_ref().lines().map(Result::unwrap).take_while(|line| !line.is_empty()).collect();
                let length =
                    lines.iter().find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
                reader.read_exact(&mut vec![0; length.unwrap()]).unwrap();
                write!(stream, "HTTP/1.1 {answer}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").unwrap();
                lines[0].clone()
            })
            .collect()
    };
    (port, thread::spawn(serve))
}

#[test]
fn what_waits_and_what_was_put_aside_is_shown() {
    let cli = with_rows(&[("a", None), ("b", Some("no such bucket")), ("c", None)]);
    cli.run(&["journal", "status"]).ok().prints(
        "journals are not delivered: larder.toml has no table [journal.deliver]\nacme\tevents\t2 waiting\t1 parked\n",
    );
    let status = json!({
        "tenant": "acme", "bucket": "events", "waiting": 2, "parked": 1, "oldest_waiting_ms": 1000, "error": null,
    });
    assert_eq!(cli.run(&["journal", "status", "--tenant", "acme", "--json"]).ok().json(), status);
    cli.run(&["journal", "parked", "-t", "acme"]).ok().prints("2\tevents\tb\tno such bucket\n");
    let parked = json!({
        "id": 2, "bucket": "events", "measurement": "b", "committed_at_ms": 1000, "error": "no such bucket",
        "parked_at_ms": 2000,
    });
    assert_eq!(cli.run(&["journal", "parked", "-t", "acme", "--json"]).ok().json(), parked);
    deliver_to(&cli, 1);
    cli.run(&["journal", "status"]).ok().shows(&["delivered to http://127.0.0.1:1, organisation o, bucket events\n"]);
    cli.run(&["journal", "status", "-t", "nobody"]).ended(1);
}

#[test]
fn a_tenant_that_is_in_use_can_be_looked_at() {
    let cli = with_rows(&[("a", None)]);
    // As whoever has the tenant open does.
    let lock = std::fs::File::options().write(true).open(cli.root().join("tenants/acme/owner.lock")).unwrap();
    lock.lock().unwrap();
    cli.run(&["journal", "status", "-t", "acme"]).ok().shows(&["1 waiting"]);
    cli.run(&["journal", "retry", "-t", "acme", "--all"]).ended(5);
}

#[test]
fn what_was_put_aside_waits_again_or_is_given_up() {
    let cli = with_rows(&[("a", Some("x")), ("b", Some("x")), ("c", Some("x")), ("d", None)]);
    cli.run(&["journal", "retry", "-t", "acme"]).ended(2);
    cli.run(&["journal", "retry", "-t", "acme", "4"]).ended(1).says(&["none of these rows is put aside"]);
    cli.run(&["journal", "retry", "-t", "acme", "1", "4"]).ok().prints("1 row waits again\n");
    cli.run(&["journal", "drop", "-t", "acme", "--all"]).ended(2).says(&["--yes"]);
    assert_eq!(cli.run(&["journal", "drop", "-t", "acme", "2", "--json"]).ok().json(), json!({ "dropped": 1 }));
    cli.run(&["journal", "drop", "-t", "acme", "--all", "--yes"]).ok().prints("1 row is given up\n");
    cli.run(&["journal", "status", "-t", "acme"]).ok().shows(&["2 waiting\t0 parked"]);
}

#[test]
fn what_waits_is_delivered_on_demand() {
    let cli = with_rows(&[("a", None), ("b", None)]);
    let (port, served) = server(&["503 Away", "204 No Content"]);
    deliver_to(&cli, port);
    cli.run(&["journal", "deliver"]).ok().prints("delivered 2 rows\n");
    let target = "POST /api/v2/write?org=o&bucket=events&precision=ns HTTP/1.1";
    assert_eq!(served.join().unwrap(), [target, target]);
    cli.run(&["journal", "status"]).ok().shows(&["nothing waits, nothing is put aside"]);
    let report = json!({ "delivered": 0, "parked": 0, "left": [], "failed": [] });
    assert_eq!(cli.run(&["journal", "deliver", "--json"]).ok().json(), report);
}

#[test]
fn what_a_guest_commits_while_the_server_is_away_is_delivered_later() {
    let cli = Cli::new();
    deliver_to(&cli, closed_port());
    cli.run(&["run", &guest("workspaces_commit"), "--tenant", "acme", "--grant", "default"]).ok();
    let status = cli.run(&["journal", "status", "--json"]).ok().json();
    assert_eq!(
        (&status["tenant"], &status["bucket"], &status["waiting"]),
        (&"acme".into(), &"events".into(), &1.into())
    );
    let (port, served) = server(&["204 No Content"]);
    deliver_to(&cli, port);
    cli.run(&["journal", "deliver"]).ok().prints("delivered 1 row\n");
    served.join().unwrap();
}

#[test]
fn what_is_refused_or_left_is_told() {
    let cli = with_rows(&[("a", None)]);
    cli.run(&["journal", "deliver"]).ended(2).says(&["[journal.deliver]"]);
    deliver_to(&cli, closed_port());
    let ran = cli.run(&["journal", "deliver", "-t", "acme", "--time", "50ms", "--json"]).ended(1).json();
    assert!(ran["left"][0]["error"].as_str().unwrap().contains("cannot be written to"), "{ran}");
    let (port, served) = server(&["404 Not Found"]);
    deliver_to(&cli, port);
    cli.run(&["journal", "deliver"]).ended(1).prints("delivered 0 rows, put 1 aside\n");
    served.join().unwrap();
    cli.run(&["journal", "parked", "-t", "acme"]).ok().prints("1\tevents\ta\t404 Not Found\n");
}

#[test]
fn a_manifest_that_lacks_a_part_names_it() {
    let cli = Cli::with_acme();
    cli.manifest("[journal.deliver]\nendpoint = \"https://influx.example.org\"");
    cli.run(&["journal", "status"]).ended(2).says(&["`organisation` is missing", "`bucket` is missing", "events"]);
}
