//! archive write, list, verify, read, restore.

use crate::harness::Cli;

fn archived(format: &str) -> (Cli, String) {
    let cli = Cli::with_acme();
    for n in 0..3 {
        let fields = format!("{{\"n\":{n},\"exact\":9007199254740993}}");
        cli.run(&["journal", "append", "-t", "acme", "work", &fields, "--tag", "a=b"]).ok();
    }
    cli.run(&["archive", "write", "-t", "acme", "--before", "-1h"]).ok().prints("nothing to move\n");
    let written = cli.run(&["archive", "write", "-t", "acme", "--before", "1h", "--format", format, "--json"]).ok();
    let written = written.json();
    assert_eq!((&written["rows"], &written["skipped"]), (&3.into(), &0.into()));
    let name = written["name"].as_str().unwrap().to_owned();
    (cli, name)
}

#[test]
fn rows_go_there_and_back() {
    for format in ["gzip", "zstd"] {
        let (cli, name) = archived(format);
        cli.run(&["journal", "query", "-t", "acme"]).ok().prints("");
        assert_eq!(cli.run(&["journal", "query", "-t", "acme", "--archived", "--json"]).ok().json_lines().len(), 3);
        let listed = cli.run(&["archive", "list", "-t", "acme", "--json"]).ok().json();
        assert_eq!((&listed["name"], &listed["rows"]), (&name.as_str().into(), &3.into()));
        cli.run(&["archive", "list", "-t", "acme"]).ok().shows(&[&name, "3 rows"]);
        cli.run(&["archive", "verify", "-t", "acme"]).ok().shows(&[&name, "whole"]);
        let read = cli.run(&["archive", "read", "-t", "acme", &name]).ok();
        assert_eq!(read.json_lines().len(), 3);
        assert!(
            read.text().contains(r#""fields":{"exact":9007199254740993,"n":2},"tags":{"a":"b"}"#),
            "{}",
            read.text()
        );
        cli.run(&["archive", "restore", "-t", "acme", &name]).ok().prints("3 rows are live again\n");
        assert_eq!(cli.run(&["journal", "query", "-t", "acme", "--json"]).ok().json_lines().len(), 3);
        cli.run(&["archive", "list", "-t", "acme"]).ok().prints("");
        cli.run(&["archive", "restore", "-t", "acme", &name]).ended(1).says(&["no archive"]);
    }
}

#[test]
fn damage_is_found() {
    let (cli, name) = archived("gzip");
    let path = cli.root().join("tenants/acme/archive").join(&name);
    let whole = std::fs::read(&path).unwrap();
    std::fs::write(&path, &whole[..whole.len() - 9]).unwrap();
    cli.run(&["archive", "verify", "-t", "acme"]).ended(6).shows(&["damaged"]);
    let told = cli.run(&["archive", "verify", "-t", "acme", &name, "--json"]).ended(6).json();
    assert!(!told["problems"].as_array().unwrap().is_empty(), "{told}");
    cli.run(&["archive", "restore", "-t", "acme", &name]).ended(6);
}

#[test]
fn what_is_wrong_is_named() {
    let (cli, _) = archived("gzip");
    cli.run(&["archive", "write", "-t", "acme"]).ended(2).says(&["--before"]);
    cli.run(&["archive", "write", "-t", "acme", "--before", "soon"]).ended(2).says(&["soon"]);
    cli.run(&["archive", "write", "-t", "acme", "--before", "1h", "--format", "lz4"]).ended(2).says(&["lz4"]);
    cli.run(&["archive", "read", "-t", "acme", "../store.db"]).ended(2);
    let missing = "journal-20260131-000000.000000000.jsonl.gz";
    cli.run(&["archive", "read", "-t", "acme", missing]).ended(1).says(&[missing]);
}
