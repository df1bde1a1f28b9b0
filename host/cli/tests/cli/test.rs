//! test.

use serde_json::json;

use crate::harness::{Cli, guest};

/// One test that passes, one that traps, and one function that is none.
const TESTS: &str = r#"(component
    (core module $m
        (func (export "pass"))
        (func (export "trap") unreachable)
        (func (export "number") (param i32)))
    (core instance $i (instantiate $m))
    (func (export "test-good") (canon lift (core func $i "pass")))
    (func (export "test-bad") (canon lift (core func $i "trap")))
    (func (export "test-number") (param "n" u32) (canon lift (core func $i "number")))
    (func (export "other") (canon lift (core func $i "trap"))))"#;

#[test]
fn the_tests_of_a_component_are_run_and_counted() {
    let cli = Cli::new();
    cli.component("tests.wasm", TESTS);
    cli.run(&["test", "tests.wasm", "--list"]).ok().prints("test-good\ntest-bad\n");
    let ran = cli.run(&["test", "tests.wasm"]).ended(1);
    ran.shows(&["test-good ... ok", "test-bad ... FAILED", "the guest trapped", "1 passed, 1 failed\n"]);
    cli.run(&["test", "tests.wasm", "good"]).ok().shows(&["1 passed, 0 failed\n"]);
    let lines = cli.run(&["test", "tests.wasm", "--json"]).ended(1).json_lines();
    assert_eq!((&lines[0]["test"], &lines[0]["passed"]), (&json!("test-good"), &json!(true)));
    assert_eq!(lines[1]["passed"], false);
    assert!(lines[1]["message"].as_str().unwrap().contains("trapped"));
    assert_eq!(lines[2], json!({ "passed": 1, "failed": 1 }));
}

#[test]
fn a_component_without_tests_is_told_where_they_are_looked_for() {
    let cli = Cli::new();
    let ran = cli.run(&["test", &guest("notes_plugin")]).ended(1);
    ran.says(&["exports no test", "--tests"]);
}

/// The plugin as larder.toml has it: its label is the test's too, and its quota counts.
#[test]
fn grants_and_quotas_are_those_of_the_plugin() {
    let cli = Cli::new();
    let (notes, tests) = (guest("notes_plugin"), guest("notes_tests"));
    cli.run(&["test", &notes, "--tests", &tests]).ok().shows(&["4 passed, 0 failed\n"]);
    let plugin = |grant: &str| format!("[plugin.notes]\ncomponent = {notes:?}\n[plugin.notes.grants.default]\n{grant}");
    cli.manifest(&plugin("scope = \"notes\""));
    cli.run(&["test", "notes", "--tests", &tests]).ok().shows(&["4 passed, 0 failed\n"]);
    let quota = cli.run(&["test", "notes", "--tests", &tests, "--quota-keys", "2", "words"]).ended(1);
    quota.shows(&["test-a-note-is-found-by-each-of-its-words ... FAILED", "call: batch.apply -> quota-exceeded"]);
    cli.manifest(&plugin("").replace("default", "other"));
    let denied = cli.run(&["test", "notes", "--tests", &tests, "words"]).ended(1);
    denied.shows(&["call: store.open -> access-denied"]);
    assert!(!cli.root().join("tenants").exists(), "the tests have stores of their own");
}

#[test]
fn what_passed_is_shown_with_its_calls_when_asked() {
    let cli = Cli::new();
    let (notes, tests) = (guest("notes_plugin"), guest("notes_tests"));
    let ran = cli.run(&["test", &notes, "--tests", &tests, "few-calls", "--show-output"]).ok();
    ran.shows(&["test-a-search-makes-few-calls ... ok", "  call: store.open -> ok\n"]);
}

#[test]
fn a_filter_that_finds_nothing_is_no_success() {
    let cli = Cli::new();
    cli.component("tests.wasm", TESTS);
    cli.run(&["test", "tests.wasm", "goood"]).ended(1).says(&["no test has a name", "test-good, test-bad"]);
}

#[test]
fn inspect_says_that_it_has_tests() {
    let cli = Cli::new();
    let ran = cli.run(&["inspect", &guest("notes_tests"), "--grant", "default"]).ok();
    ran.shows(&["tests of a plugin (`larder test`)", "nothing is missing"]);
}

/// What has the kit is for tests, and `run` says so.
#[test]
fn a_component_with_tests_is_not_run_otherwise() {
    let cli = Cli::new();
    let ran = cli.run(&["run", &guest("testing_kit"), "-t", "acme", "--grant", "default"]).ended(3);
    ran.says(&["larder:test/kit@0.1.0", "`larder test`"]);
}
