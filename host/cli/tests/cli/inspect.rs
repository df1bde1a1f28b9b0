//! inspect.

use serde_json::json;

use crate::harness::{Cli, guest};

#[test]
fn what_is_missing_is_shown_with_the_flag_that_grants_it() {
    let cli = Cli::new();
    let program = guest("inventory");
    cli.run(&["inspect", &program]).ok().shows(&[
        "a program for the command line",
        "larder:store/store@0.1.0",
        "missing: --grant default",
        "wasi:cli/run@",
        "grants for tenant default\n  none\n",
        &format!("to grant all of it: larder run {program} --grant default --files default\n"),
    ]);
    assert!(!cli.root().exists(), "inspecting makes nothing");
}

#[test]
fn what_is_granted_is_shown() {
    let cli = Cli::new();
    let program = guest("inventory");
    let grants =
        ["-t", "acme", "--grant", "default=inv", "--files", "default", "--read-only", "default", "--time", "2s"];
    let ran = cli.run(&[&["inspect", &program], &grants[..]].concat()).ok();
    let ran = ran.shows(&["default: scope inv of tenant acme, reading only, files", "time 2s", "nothing is missing"]);
    assert!(!ran.text().contains("missing:"));
    let value = cli.run(&[&["inspect", &program, "--json"], &grants[..]].concat()).ok().json();
    assert_eq!((&value["command"], &value["missing"], &value["tenant"]), (&json!(true), &json!([]), &json!("acme")));
    assert_eq!(value["grants"]["default"]["read_only"], true);
    assert_eq!(value["limits"]["time_ms"], 2000);
}

#[test]
fn json_lists_imports_exports_and_needs() {
    let cli = Cli::new();
    let value = cli.run(&["inspect", &guest("notes_plugin"), "--json"]).ok().json();
    assert_eq!(value["command"], false);
    let import =
        |name: &str| value["imports"].as_array().unwrap().iter().find(|import| import["name"] == name).cloned();
    assert_eq!(
        import("larder:store/batch@0.1.0"),
        Some(json!({
            "name": "larder:store/batch@0.1.0", "kind": "larder", "granted": false,
            "served": true, "differences": [], "instead": null,
        }))
    );
    assert!(value["exports"].as_array().unwrap().iter().any(|export| export["function"] == "search"));
    let needs = value["missing"].as_array().unwrap();
    assert!(needs.iter().all(|need| need["flags"] == json!(["--grant default"])), "{needs:?}");
    assert!(value["suggestion"].as_str().unwrap().starts_with("larder call "), "{value}");
}

#[test]
fn interfaces_of_others_are_shown_like_larder_s_own() {
    let cli = Cli::new();
    let program = guest("keyvalue_draft_batch");
    let value = cli.run(&["inspect", &program, "--json"]).ok().json();
    let imports = value["imports"].as_array().unwrap();
    let batch = imports.iter().find(|import| import["name"] == "wasi:keyvalue/batch@0.2.0-draft").unwrap();
    assert_eq!(
        (&batch["kind"], &batch["granted"], &batch["served"]),
        (&json!("standard"), &json!(false), &json!(true))
    );
    cli.run(&["inspect", &program]).ok().shows(&["missing: --grant default"]);
    cli.run(&["inspect", &program, "--grant", "default"]).ok().shows(&["nothing is missing"]);
    cli.run(&["run", &program, "--grant", "default"]).ok();
    assert_eq!(cli.run(&["list", "-t", "default", "default"]).ok().text(), "b\n");

    let labelled = r#"(component (import "cache" (implements "wasi:keyvalue/store@0.2.0-draft") (instance)))"#;
    cli.component("labelled.wasm", labelled);
    let value = cli.run(&["inspect", "labelled.wasm", "--json"]).ok().json();
    assert_eq!(value["imports"][0]["implements"], "wasi:keyvalue/store@0.2.0-draft", "{value}");
    let ran = cli.run(&["inspect", "labelled.wasm"]).ok();
    ran.shows(&["cache: wasi:keyvalue/store@0.2.0-draft", "missing: --grant cache"]);
    // A label is what the component calls it, whatever else is granted.
    cli.run(&["inspect", "labelled.wasm", "--grant", "default"]).ok().shows(&["missing: --grant cache"]);
    cli.run(&["inspect", "labelled.wasm", "--grant", "cache"]).ok().shows(&["nothing is missing"]);
}
