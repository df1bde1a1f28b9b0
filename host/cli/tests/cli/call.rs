//! call.

use serde_json::json;

use crate::harness::{Cli, guest};

/// Two functions of one name, and one that takes a negative number.
const NUMBERS: &str = r#"(component
    (core module $m
        (func (export "negate") (param i32) (result i32) (i32.sub (i32.const 0) (local.get 0)))
        (func (export "trap") unreachable))
    (core instance $i (instantiate $m))
    (func $negate (param "number" s32) (result s32) (canon lift (core func $i "negate")))
    (func $trap (canon lift (core func $i "trap")))
    (instance $one (export "negate" (func $negate)))
    (instance $two (export "negate" (func $negate)))
    (export "test:a/one" (instance $one))
    (export "test:a/two" (instance $two))
    (export "minus" (func $negate))
    (export "crash" (func $trap)))"#;

#[test]
fn functions_are_listed_with_their_types() {
    let cli = Cli::new();
    let notes = guest("notes_plugin");
    cli.run(&["call", &notes]).ok().shows(&[
        "example:notes/notes@0.1.0#add: func(text: string) -> result<u64, string>\n",
        "#list: func() -> result<list<record { id: u64, text: string }>, string>\n",
    ]);
    let listed = cli.run(&["call", &notes, "--json"]).ok().json_lines();
    assert_eq!(listed[0]["function"], "add");
    assert_eq!(listed[0]["params"], json!([{"name": "text", "type": "string"}]));
    assert!(!cli.root().exists());
}

#[test]
fn functions_are_called_with_wave() {
    let cli = Cli::new();
    let notes = guest("notes_plugin");
    let call =
        |arguments: &[&str]| cli.run(&[&["call", &notes], arguments, &["-t", "acme", "--grant", "default"]].concat());
    call(&["add", r#""buy milk""#]).ok().prints("ok(1)\n");
    call(&["example:notes/notes@0.1.0#get", "1"]).ok().prints("ok(some(\"buy milk\"))\n");
    call(&["get", "7"]).ok().prints("ok(none)\n");
    call(&["list"]).ok().prints("ok([{id: 1, text: \"buy milk\"}])\n");
    assert_eq!(call(&["list", "--json"]).ok().json(), json!({"ok": [{"id": 1, "text": "buy milk"}]}));
}

#[test]
fn what_does_not_fit_is_told_with_place_and_type() {
    let cli = Cli::new();
    let notes = guest("notes_plugin");
    cli.run(&["call", &notes, "add", "milk"]).ended(2).says(&["argument 1 (text: string)", r#"'"milk"'"#]);
    cli.run(&["call", &notes, "get", r#""x""#]).ended(2).says(&["argument 1 (id: u64)"]);
    cli.run(&["call", &notes, "get"]).ended(2).says(&["takes 1 argument, not 0", "func(id: u64)"]);
    cli.run(&["call", &notes, "list", "1"]).ended(2).says(&["takes 0 arguments, not 1"]);
    cli.run(&["call", &notes, "ad"]).ended(2).says(&["no exported function is called ad", "did you mean add?"]);
    cli.run(&["call", &notes, "get", &"[".repeat(100_000)]).ended(2).says(&["nested deeper"]);
}

#[test]
fn grants_are_needed_for_a_call() {
    let cli = Cli::new();
    cli.run(&["call", &guest("notes_plugin"), "add", r#""x""#]).ended(3).says(&[
        "error: ",
        "--grant default",
        "hint: larder call",
    ]);
}

#[test]
fn two_functions_of_a_name_are_told_apart() {
    let cli = Cli::new();
    cli.component("numbers.wasm", NUMBERS);
    cli.run(&["call", "numbers.wasm", "minus", "-5"]).ok().prints("5\n");
    cli.run(&["call", "numbers.wasm", "minus", "5", "--json"]).ok().prints("-5\n");
    cli.run(&["call", "numbers.wasm", "test:a/two#negate", "1"]).ok().prints("-1\n");
    cli.run(&["call", "numbers.wasm", "negate", "1"])
        .ended(2)
        .says(&["several functions are called negate", "test:a/one#negate or test:a/two#negate"]);
}

#[test]
fn a_trap_is_status_eight() {
    let cli = Cli::new();
    cli.component("numbers.wasm", NUMBERS);
    cli.run(&["call", "numbers.wasm", "crash"]).ended(8).says(&["error: the guest trapped", "unreachable"]);
    assert_eq!(cli.run(&["call", "numbers.wasm", "crash", "--json"]).ended(8).json_error()["kind"], "trap");
}

#[test]
fn an_error_that_a_function_answers_is_status_one() {
    let cli = Cli::new();
    let notes = guest("notes_plugin");
    let grants = ["-t", "acme", "--grant", "default", "--read-only", "default"];
    let ran = cli.run(&[&["call", &notes, "add", r#""x""#], &grants[..]].concat()).ended(1);
    assert!(ran.text().starts_with("err("), "{}", ran.text());
}
