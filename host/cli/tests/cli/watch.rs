//! watch.

use std::{
    io::{BufRead as _, BufReader},
    process::Stdio,
};

use serde_json::{Value, json};

use crate::harness::Cli;

#[test]
fn what_is_kept_is_shown_from_a_commit_on() {
    let cli = Cli::with_acme();
    let all = ["watch", "-t", "acme", "--from", "1", "--until-head"];
    cli.run(&all).ok().prints("1\tset\tconfig\tcolour\tblue\n2\tset\tconfig\tsize\t12\n");
    cli.run(&["watch", "-t", "acme", "--from", "2", "--until-head"]).ok().prints("2\tset\tconfig\tsize\t12\n");
    cli.run(&["watch", "-t", "acme", "--from", "1", "--limit", "1"]).ok().prints("1\tset\tconfig\tcolour\tblue\n");
    cli.run(&["watch", "-t", "acme", "--until-head"]).ok().prints("");
    cli.run(&["delete", "-t", "acme", "config", "size"]).ok();
    let deleted = cli.run(&all).ok();
    let last = deleted.text().lines().last().unwrap();
    assert!(last.ends_with("\tdelete\tconfig\tsize"), "{last}");
}

#[test]
fn json_is_one_change_a_line() {
    let cli = Cli::with_acme();
    cli.write("raw", &[0xff]);
    cli.run(&["set", "-t", "acme", "config", "raw", "--file", "raw"]).ok();
    let lines = cli.run(&["watch", "-t", "acme", "--from", "1", "--until-head", "--json"]).ok().json_lines();
    let events: Vec<&Value> = lines.iter().map(|line| &line["event"]).collect();
    assert_eq!(events.len(), 3);
    let is =
        |event: &Value, wanted: Value| wanted.as_object().unwrap().iter().all(|(name, value)| event[name] == *value);
    let colour = json!({"kind": "set", "group": "config", "key": "colour", "value": "blue", "version": 1, "index": 0,
        "last": true, "expires_at_ms": null});
    assert!(is(events[0], colour), "{}", events[0]);
    assert!(is(events[2], json!({"key": "raw", "value_base64": "/w=="})), "{}", events[2]);
    assert!(events[2].get("value").is_none());
}

#[test]
fn what_is_committed_later_is_shown_as_it_comes() {
    let cli = Cli::with_acme();
    let mut child = cli
        .command(&["watch", "-t", "acme", "--from", "3", "--limit", "2"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    // Beside it: the tenant is not its own.
    cli.run(&["set", "-t", "acme", "config", "colour", "red"]).ok();
    let first = lines.next().unwrap().unwrap();
    assert!(first.ends_with("\tset\tconfig\tcolour\tred"), "{first}");
    cli.run(&["set", "-t", "acme", "config", "colour", "green"]).ok();
    let second = lines.next().unwrap().unwrap();
    assert!(second.ends_with("\tset\tconfig\tcolour\tgreen"), "{second}");
    assert!(lines.next().is_none());
    let ended = child.wait_with_output().unwrap();
    assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
}

#[test]
fn a_scope_is_followed_by_its_own_names() {
    let cli = Cli::with_acme();
    for (group, key) in [("packages", "serde"), ("packs", "a"), ("other", "b")] {
        cli.run(&["set", "-t", "acme", "--scope", "inventory", group, key, "v"]).ok();
    }
    let watch = |arguments: &[&str]| {
        let always = ["watch", "-t", "acme", "--scope", "inventory", "--from", "1", "--until-head", "--json"];
        let ran = cli.run(&[&always[..], arguments].concat()).ok();
        let key = |line: Value| format!("{}/{}", line["event"]["group"], line["event"]["key"]).replace('"', "");
        ran.json_lines().into_iter().map(key).collect::<Vec<_>>()
    };
    assert_eq!(watch(&[]), ["packages/serde", "packs/a", "other/b"]);
    assert_eq!(watch(&["--prefix", "pack"]), ["packages/serde", "packs/a"]);
    assert_eq!(watch(&["--group", "packs"]), ["packs/a"]);
    cli.run(&["watch", "-t", "acme", "--group", "a", "--prefix", "b"]).ended(2);
}

#[test]
fn a_tenant_that_is_not_there_is_not_made() {
    let cli = Cli::with_acme();
    cli.run(&["watch", "-t", "nobody", "--until-head"]).ended(1).says(&["nobody"]);
    cli.run(&["tenants"]).ok().prints("acme\n");
}
