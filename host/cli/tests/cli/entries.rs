//! get, set, delete.

use serde_json::json;

use crate::harness::Cli;

#[test]
fn a_value_comes_out_as_it_went_in() {
    let cli = Cli::with_acme();
    cli.run(&["get", "-t", "acme", "config", "colour"]).ok().prints("blue");
    let bytes: Vec<u8> = (0..=255).collect();
    cli.write("bytes", &bytes);
    cli.run(&["set", "-t", "acme", "binary", "file", "--file", "bytes"]).ok();
    assert_eq!(cli.run(&["get", "-t", "acme", "binary", "file"]).ok().bytes(), bytes);
    cli.run_with_input(&["set", "-t", "acme", "binary", "piped", "-"], &bytes).ok();
    assert_eq!(cli.run(&["get", "-t", "acme", "binary", "piped"]).ok().bytes(), bytes);
}

#[test]
fn json_tells_version_and_time_to_live() {
    let cli = Cli::with_acme();
    let version =
        cli.run(&["set", "-t", "acme", "s", "abc", "x", "--ttl", "1h", "--json"]).ok().json()["version"].clone();
    let entry = cli.run(&["get", "-t", "acme", "s", "abc", "--json"]).ok().json();
    assert_eq!(entry["version"], version);
    assert!((3_000_000..=3_600_000).contains(&entry["ttl_ms"].as_u64().unwrap()), "{entry}");
    let entry = cli.run(&["--json", "get", "-t", "acme", "config", "colour"]).ok().json();
    assert_eq!(entry, json!({"group": "config", "key": "colour", "value": "blue", "version": 1, "ttl_ms": null}));
    cli.run_with_input(&["set", "-t", "acme", "b", "k", "-"], &[0xff, 0]).ok();
    assert_eq!(cli.run(&["get", "-t", "acme", "b", "k", "--json"]).ok().json()["value_base64"], "/wA=");
}

#[test]
fn what_is_not_there_is_status_one() {
    let cli = Cli::with_acme();
    cli.run(&["get", "-t", "acme", "config", "shape"]).ended(1).says(&["no entry \"shape\" in group \"config\""]);
    cli.run(&["delete", "-t", "acme", "config", "shape"]).ended(1).says(&["no entry"]);
    cli.run(&["delete", "-t", "acme", "nothing", "--yes"]).ended(1).says(&["no entry"]);
    assert_eq!(cli.run(&["get", "-t", "acme", "config", "shape", "--json"]).ended(1).json_error()["kind"], "not-found");
}

#[test]
fn hostile_keys_are_shown_harmlessly_and_found_as_they_are() {
    let cli = Cli::with_acme();
    let key = "\x1b[2J\n\u{202e}evil";
    cli.run(&["set", "-t", "acme", "g", key, "v"]).ok();
    cli.run(&["get", "-t", "acme", "g", key]).ok().prints("v");
    cli.run(&["list", "-t", "acme", "g"]).ok().prints("\\u{1b}[2J\\n\\u{202e}evil\n");
    let ran = cli.run(&["get", "-t", "acme", key, "k"]).ended(1);
    assert!(!ran.stderr().contains('\x1b'), "{}", ran.stderr());
}

#[test]
fn an_entry_is_deleted_without_a_question_and_a_group_is_not() {
    let cli = Cli::with_acme();
    cli.run(&["delete", "-t", "acme", "config", "size"]).ok().prints("deleted 1 entry\n");
    cli.run(&["delete", "-t", "acme", "config"]).ended(2).says(&["has to be confirmed", "`--yes`"]);
    cli.run(&["get", "-t", "acme", "config", "colour"]).ok();
    let deleted = cli.run(&["delete", "-t", "acme", "config", "--yes", "--json"]).ok().json();
    assert_eq!(deleted, json!({"deleted": 1}));
    cli.run(&["get", "-t", "acme", "config", "colour"]).ended(1);
}

#[test]
fn groups_are_deleted_by_prefix() {
    let cli = Cli::with_acme();
    for group in ["tmp-1", "tmp-2", "tm"] {
        cli.run(&["set", "-t", "acme", group, "k", "v"]).ok();
    }
    cli.run(&["delete", "-t", "acme", "--prefix", "tmp-"]).ended(2);
    cli.run(&["delete", "-t", "acme", "--prefix", "tmp-", "--yes"]).ok().prints("deleted 2 entries\n");
    cli.run(&["list", "-t", "acme"]).ok().prints("config\ntm\n");
    cli.run(&["delete", "-t", "acme", "--prefix", "", "-y"]).ok().prints("deleted 3 entries\n");
    cli.run(&["delete", "-t", "acme", "g", "--prefix", "x"]).ended(2);
}

#[test]
fn scopes_are_namespaces() {
    let cli = Cli::with_acme();
    cli.run(&["set", "-t", "acme", "--scope", "inv", "g", "k", "inside"]).ok();
    cli.run(&["get", "-t", "acme", "--scope", "inv", "g", "k"]).ok().prints("inside");
    cli.run(&["get", "-t", "acme", "g", "k"]).ended(1);
    cli.run(&["list", "-t", "acme", "--scope", "inv"]).ok().prints("g\n");
    cli.run(&["list", "-t", "acme", "--scope", "a:b"]).ended(2).says(&["scope \"a:b\" is refused"]);
}

#[test]
fn values_past_the_limit_and_past_the_quota_are_status_four() {
    let cli = Cli::with_acme();
    cli.write("large", &vec![0; (16 << 20) + 1]);
    let error = cli.run(&["set", "-t", "acme", "g", "k", "--file", "large", "--json"]).ended(4).json_error();
    assert_eq!(error["kind"], "too-large");
    cli.manifest("[store]\nquota = { keys = 2 }");
    cli.run(&["set", "-t", "acme", "g", "k", "v"]).ended(4).says(&["quota of 2 keys exceeded", "hint: "]);
}

#[test]
fn a_value_has_to_come_from_one_place() {
    let cli = Cli::with_acme();
    cli.run(&["set", "-t", "acme", "g", "k"]).ended(2);
    cli.run(&["set", "-t", "acme", "g", "k", "v", "--file", "larder.toml"]).ended(2);
    cli.run(&["set", "-t", "acme", "g", "k", "--file", "missing"]).ended(1).says(&["cannot read missing"]);
    cli.run(&["set", "-t", "acme", "g", "k", "v", "--ttl", "soon"]).ended(2).says(&["is not a length of time"]);
}
