//! Files that are no components.

use crate::harness::Cli;

const CORE_MODULE: &[u8] = b"\0asm\x01\0\0\0";

#[test]
fn a_core_module_is_told_how_to_become_a_component() {
    let cli = Cli::new();
    cli.write("core.wasm", CORE_MODULE);
    for command in ["run", "call", "inspect"] {
        cli.run(&[command, "core.wasm"]).ended(10).says(&[
            "core.wasm: this is a core module, not a component",
            "hint: ",
            "wasm32-wasip2",
            "wasm-tools component new",
        ]);
    }
    assert_eq!(cli.run(&["inspect", "core.wasm", "--json"]).ended(10).json_error()["kind"], "core-module");
}

#[test]
fn what_is_no_wasm_is_told_so() {
    let cli = Cli::new();
    cli.write("text.wasm", b"hello");
    cli.write("empty.wasm", b"");
    cli.write("cut.wasm", b"\0asm\x0d\0\x01\0\x07\xff");
    cli.run(&["run", "text.wasm"]).ended(10).says(&["larder: error: text.wasm: not a WebAssembly component"]);
    cli.run(&["inspect", "empty.wasm"]).ended(10).says(&["not a WebAssembly component"]);
    cli.run(&["inspect", "cut.wasm"]).ended(10).says(&["cut.wasm: not a valid component"]);
    assert!(!cli.root().exists() || std::fs::read_dir(cli.root()).unwrap().next().is_none());
}

#[test]
fn a_missing_file_and_a_directory_are_told_apart() {
    let cli = Cli::new();
    cli.run(&["run", "missing.wasm"])
        .ended(1)
        .says(&["there is neither a file missing.wasm nor a plugin", "larder.toml"]);
    std::fs::create_dir(cli.path("dir")).unwrap();
    cli.run(&["run", "./dir"]).ended(1).says(&["cannot read ./dir"]);
}

#[test]
fn imports_that_no_host_of_ours_has_are_listed_without_a_flag() {
    let cli = Cli::new();
    cli.component(
        "http.wasm",
        r#"(component (import "wasi:http/types@0.2.0" (instance)) (import "larder:store/store@9.0.0" (instance)))"#,
    );
    let ran = cli.run(&["inspect", "http.wasm", "--json"]).ok().json();
    assert_eq!(ran["missing"].as_array().unwrap().len(), 2, "{ran}");
    assert_eq!(ran["suggestion"], serde_json::Value::Null);
    cli.run(&["inspect", "http.wasm"]).ok().shows(&["missing: no setting grants it", "larder:store 0.1"]);
}

#[test]
fn a_component_that_is_no_program_is_told_how_to_call_it() {
    let cli = Cli::new();
    cli.component("nothing.wasm", "(component)");
    cli.run(&["run", "nothing.wasm"]).ended(10).says(&["nothing.wasm", "wasi:cli/run", "`larder call`"]);
    cli.run(&["call", "nothing.wasm"]).ok().prints("");
    cli.run(&["call", "nothing.wasm", "f"]).ended(2).says(&["no exported function is called f", "exports no function"]);
}
