//! import, export, unmigrated.

use std::path::Path;

use serde_json::json;

use crate::harness::Cli;

/// A copy of a database of go-store's beside the root.
fn copy(cli: &Cli, fixture: &str, name: &str) {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../engine/tests/fixtures");
    std::fs::copy(fixtures.join(fixture), cli.path(name)).unwrap();
}

const LINES: &str = "{\"type\":\"entry\",\"group\":\"config\",\"key\":\"colour\",\"value\":\"blue\"}
{\"type\":\"entry\",\"group\":\"config\",\"key\":\"size\",\"value\":\"12\"}
";

#[test]
fn a_database_of_go_store_s_is_taken_in_with_its_workspaces() {
    let cli = Cli::new();
    copy(&cli, "current.db", "store.db");
    std::fs::create_dir(cli.path("state")).unwrap();
    copy(&cli, "state/orphan-a.duckdb", "state/orphan-a.duckdb");
    cli.run(&["import", "store.db", "-t", "acme"]).ended(1).says(&["`--create` makes it"]);
    let dry = cli.run(&["import", "store.db", "-t", "acme", "--create", "--dry-run"]).ok();
    let dry = dry.shows(&["workspace orphan-a: 12.0 KiB\n", "tenant acme: dry run: ", "6 journal rows added\n"]);
    cli.run(&["list", "-t", "acme"]).ok().prints("");
    let done = cli.run(&["import", "store.db", "-t", "acme"]).ok();
    assert_eq!(done.text(), dry.text().replace("dry run", "taken in"));
    cli.run(&["get", "-t", "acme", "config", "colour"]).ok().shows(&["blue"]);
    assert!(cli.root().join("tenants/acme/state/orphan-a.duckdb").exists());
    let again = cli.run(&["import", "store.db", "-t", "acme", "--json"]).ended(1).json();
    assert_eq!((&again["added"], &again["journal_unchanged"]), (&json!(0), &json!(6)));
    assert_eq!(again["workspaces"][0]["refused"], "there is a workspace of this name already");
}

#[test]
fn what_is_refused_is_told_and_keeps_the_rest_out() {
    let cli = Cli::with_acme();
    cli.run(&["set", "-t", "acme", "config", "colour", "red"]).ok();
    let refused = "refused: entry \"colour\" of group \"config\": entry: another value or expiry is there already\n";
    let lines = LINES.as_bytes();
    cli.run_with_input(&["import", "-", "-t", "acme"], lines)
        .ended(1)
        .prints(&format!("{refused}tenant acme: nothing kept: 1 there already, 1 refused\n"));
    let skip = ["import", "-", "-t", "acme", "--on-conflict", "skip"];
    cli.run_with_input(&skip, lines).ok().prints("tenant acme: taken in: 1 there already, 1 skipped\n");
    let replace = ["import", "-", "-t", "acme", "--on-conflict", "replace"];
    cli.run_with_input(&replace, lines).ok().prints("tenant acme: taken in: 1 replaced, 1 there already\n");
    cli.run(&["get", "-t", "acme", "config", "colour"]).ok().shows(&["blue"]);
    let rest = ["import", "-", "-t", "acme", "--leave-out-refused"];
    cli.run_with_input(&rest, b"nonsense\n").ended(1).shows(&["refused: line 1: ", "taken in: 1 refused\n"]);
}

#[test]
fn what_is_given_out_can_be_taken_in() {
    let cli = Cli::with_acme();
    cli.run(&["export", "-", "-t", "acme"]).ok().prints(LINES);
    cli.run(&["export", "out.db", "-t", "acme"]).ok().prints("out.db: 2 entries, 0 journal rows\n");
    let report = cli.run(&["export", "out.jsonl", "-t", "acme", "--json"]).ok().json();
    assert_eq!(report, json!({"entries": 2, "journal_rows": 0, "kept_aside": 0}));
    assert_eq!(std::fs::read_to_string(cli.path("out.jsonl")).unwrap(), LINES);
    for (file, tenant) in [("out.db", "one"), ("out.jsonl", "two")] {
        cli.run(&["import", file, "-t", tenant, "--create", "--scope", "s"]).ok().shows(&["2 entries added"]);
        cli.run(&["export", "-", "-t", tenant, "--scope", "s"]).ok().prints(LINES);
        cli.run(&["list", "-t", tenant]).ok().prints("s:config\n");
    }
    cli.run(&["export", "out.db", "-t", "acme"]).ended(7).says(&["out.db", "there is something of this name"]);
}

#[test]
fn wrong_files_are_told_by_their_name() {
    let cli = Cli::with_acme();
    cli.run(&["import", "missing.db", "-t", "acme"]).ended(1).says(&["cannot read missing.db"]);
    cli.write("empty.db", b"SQLite format 3\0 and no more");
    cli.run(&["import", "empty.db", "-t", "acme"]).ended(2).says(&["empty.db: the database to import: "]);
    cli.run(&["import", "-", "-t", "acme", "--format", "sqlite"]).ended(2);
    cli.run(&["export", "-", "-t", "acme", "--format", "sqlite"]).ended(2);
    copy(&cli, "bad-legacy-kv-columns.db", "bad.db");
    cli.run(&["import", "bad.db", "-t", "acme"]).ended(2).says(&["columns a, b"]);
}

#[test]
fn what_a_migration_kept_aside_is_listed() {
    let cli = Cli::with_acme();
    copy(&cli, "bad-legacy-kv-null.db", "larder-data/tenants/acme/store.db");
    cli.run(&["unmigrated", "-t", "acme"])
        .ok()
        .shows(&["kv\tNULL\tk2\tv2\tgrp is NULL\n", "kv\tg\tk3\tNULL\tvalue is NULL\n"]);
    let rows = cli.run(&["unmigrated", "-t", "acme", "--json"]).ok().json_lines();
    assert_eq!((rows.len(), &rows[0]["group"], &rows[0]["key"]), (3, &json!(null), &json!("k2")));
    cli.run(&["check", "-t", "acme"]).ok().shows(&["sound, 1 entry\n", "3 rows of a legacy table kept aside"]);
    cli.run(&["export", "out.db", "-t", "acme"]).ok().shows(&["3 rows kept aside"]);
}
