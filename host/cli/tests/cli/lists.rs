//! list.

use serde_json::json;

use crate::harness::Cli;

#[test]
fn groups_and_keys_are_listed_in_order() {
    let cli = Cli::with_acme();
    cli.run(&["set", "-t", "acme", "a", "k", "v"]).ok();
    cli.run(&["list", "-t", "acme"]).ok().prints("a\nconfig\n");
    cli.run(&["list", "-t", "acme", "config"]).ok().prints("colour\nsize\n");
    cli.run(&["list", "-t", "acme", "config", "--reverse", "--limit", "1"]).ok().prints("size\n");
    cli.run(&["list", "-t", "acme", "config", "--prefix", "col", "--values"]).ok().prints("colour\tblue\n");
    cli.run(&["list", "-t", "acme", "--prefix", "con"]).ok().prints("config\n");
    cli.run(&["list", "-t", "acme", "none"]).ok().prints("");
    cli.run(&["list", "-t", "acme", "--values"]).ended(2);
}

#[test]
fn json_is_one_value_a_line() {
    let cli = Cli::with_acme();
    let groups = cli.run(&["list", "-t", "acme", "--json"]).ok().json_lines();
    assert_eq!(groups, [json!({"group": "config"})]);
    let keys = cli.run(&["list", "-t", "acme", "config", "--json"]).ok().json_lines();
    assert_eq!(keys[1], json!({"group": "config", "key": "size", "version": 2, "ttl_ms": null}));
    let entries = cli.run(&["list", "-t", "acme", "config", "--json", "--values"]).ok().json_lines();
    assert_eq!(entries[1]["value"], "12");
}

#[test]
fn more_than_a_page_is_listed() {
    let cli = Cli::with_acme();
    let larder = larder::Larder::open(cli.root(), larder::Config::new()).unwrap();
    let store = larder.tenant(&larder::TenantId::parse("acme").unwrap()).store();
    let entries: Vec<(String, Vec<u8>)> = (0..10_000).map(|n| (format!("{n:05}"), Vec::new())).collect();
    store.set_many("many", &entries).unwrap();
    store.set("many", "10000", b"last").unwrap();
    drop((store, larder));
    let all = cli.run(&["list", "-t", "acme", "many"]).ok();
    assert_eq!(all.text().lines().count(), 10_001);
    assert!(all.text().ends_with("\n09999\n10000\n"));
    let limited = cli.run(&["list", "-t", "acme", "many", "--limit", "10000"]).ok();
    assert_eq!(limited.text().lines().count(), 10_000);
}

#[test]
fn a_reader_that_has_seen_enough_is_no_failure() {
    let cli = Cli::with_acme();
    cli.run(&["set", "-t", "acme", "g", "k", &"x".repeat(100_000)]).ok();
    let mut child = cli
        .command(&["get", "-t", "acme", "g", "k", "--json"])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let ended = child.wait_with_output().unwrap();
    assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
    assert!(ended.stderr.is_empty());
}
