//! What `inspect` says of where a component is at home.

use serde_json::{Value, json};

use crate::harness::{Cli, guest};

/// What is said of a component in the file `path`, for programs.
fn home(cli: &Cli, path: &str) -> Value {
    let value = cli.run(&["inspect", path, "--json"]).ok().json();
    // Each import is served or has what to do instead, and not both.
    for import in value["imports"].as_array().unwrap() {
        assert_eq!(import["served"] == json!(true), import["instead"].is_null(), "{import}");
    }
    value
}

#[track_caller]
fn says(home: &Value, hosts: &[&str], role: &str, worlds: &[&str]) {
    let home = &home["home"];
    assert_eq!(
        (&home["hosts"], &home["role"], &home["worlds"]),
        (&json!(hosts), &json!(role), &json!(worlds)),
        "{home}"
    );
}

fn import<'a>(home: &'a Value, name: &str) -> &'a Value {
    let imports = home["imports"].as_array().unwrap();
    imports.iter().find(|import| import["name"] == name).unwrap_or_else(|| panic!("{name} is not in {imports:?}"))
}

/// The worlds of a program built by today's Rust, whose version of WASI is the toolchain's.
fn command_and(home: &Value, more: &[&str]) -> Vec<String> {
    let command = home["home"]["worlds"][0].as_str().unwrap().to_owned();
    assert!(command.starts_with("wasi:cli/command@0.2."), "{command}");
    [command].into_iter().chain(more.iter().map(|world| (*world).to_owned())).collect()
}

#[test]
fn guests_of_each_home_are_known() {
    let cli = Cli::new();
    let known: [(&str, &[&str], &[&str]); 9] = [
        ("keyvalue_draft_increment", &["wasmtime", "wasmcloud"], &["wasi:keyvalue/imports@0.2.0-draft"]),
        ("keyvalue_draft2_swap", &["spin"], &["wasi:keyvalue/imports@0.2.0-draft2"]),
        ("keyvalue_draft2_batch_of_spin", &["spin"], &["wasi:keyvalue/imports@0.2.0-draft2"]),
        ("config_get", &["wasmtime", "wasmcloud"], &["wasi:config/imports@0.2.0-rc.1"]),
        ("spin_unversioned", &["spin"], &[]),
        ("spin_2_entries", &["spin"], &[]),
        ("blobstore_objects", &["wasmcloud"], &["wasi:blobstore/imports@0.2.0-draft"]),
        ("store_get_and_set", &["larder"], &["larder:store/key-value@0.1.0"]),
        ("transactions_beside", &["larder"], &["larder:store/database@0.1.0"]),
    ];
    for (name, hosts, worlds) in known {
        let found = home(&cli, &guest(name));
        let worlds = command_and(&found, worlds);
        says(&found, hosts, "command", &worlds.iter().map(String::as_str).collect::<Vec<_>>());
    }
    let batch = home(&cli, &guest("keyvalue_draft2_batch_of_spin"));
    let because = batch["home"]["because"].to_string();
    assert!(because.contains("the type that Spin has"), "{because}");
    // A program of Rust, which exports `run` too.
    let trigger = home(&cli, &guest("triggers_mirror"));
    assert_eq!((&trigger["home"]["role"], &trigger["command"]), (&json!("trigger"), &json!(true)));
    let worlds = trigger["home"]["worlds"].as_array().unwrap();
    assert_eq!((&worlds[0], &worlds[2]), (&json!("larder:store/trigger@0.1.0"), &json!("larder:store/database@0.1.0")));
    says(&home(&cli, &guest("notes_plugin")), &["larder"], "functions", &["larder:store/database@0.1.0"]);
}

#[test]
fn an_application_of_spin_is_told_what_runs_and_what_does_not() {
    let cli = Cli::new();
    cli.component(
        "spin.wasm",
        r#"(component
            (import "fermyon:spin/key-value@2.0.0" (instance))
            (import "fermyon:spin/sqlite@2.0.0" (instance))
            (import "fermyon:spin/variables@2.0.0" (instance))
            (import "wasi:http/outgoing-handler@0.2.0" (instance))
            (instance $handler)
            (export "wasi:http/incoming-handler@0.2.0" (instance $handler)))"#,
    );
    let found = home(&cli, "spin.wasm");
    says(&found, &["spin"], "http-handler", &["fermyon:spin/http-trigger@2.0.0"]);
    let store = import(&found, "fermyon:spin/key-value@2.0.0");
    assert_eq!(
        store["differences"][0],
        json!({ "there": "at most 256 stores are open", "here": "64, or the limit `stores` of the plugin" })
    );
    let instead = |name| import(&found, name)["instead"].as_str().unwrap().to_owned();
    assert!(instead("fermyon:spin/sqlite@2.0.0").contains("larder:store/workspaces"));
    assert!(instead("fermyon:spin/variables@2.0.0").contains("wasi:config/store"));
    // A handler may ask the hosts that `outgoing` names.
    assert!(import(&found, "wasi:http/outgoing-handler@0.2.0")["instead"].is_null(), "{found}");
    cli.run(&["inspect", "spin.wasm"]).ok().shows(&[
        "spin.wasm: an HTTP handler (`larder serve`)\n",
        "built for Spin: it imports fermyon:spin/key-value@2.0.0, it imports fermyon:spin/sqlite@2.0.0, ",
        "probably of the world fermyon:spin/http-trigger@2.0.0\n",
        "fermyon:spin/sqlite@2.0.0         missing: no setting grants it: ",
        "different from home\n  fermyon:spin/key-value@2.0.0\n    there: at most 256 stores are open\n    here:  64,",
    ]);
    cli.run(&["run", "spin.wasm"]).ended(10).says(&["wasi:cli/run", "an HTTP handler: `larder serve`"]);
}

#[test]
fn a_component_of_spins_former_name_is_known_by_its_export() {
    let cli = Cli::new();
    let text = r#"(component (instance $handler) (export "fermyon:spin/inbound-redis" (instance $handler)))"#;
    cli.component("redis.wasm", text);
    let found = home(&cli, "redis.wasm");
    says(&found, &["spin"], "functions", &["fermyon:spin/redis-trigger"]);
    assert!(found["home"]["exports"][0]["instead"].as_str().unwrap().contains("no equivalent"), "{found}");
    cli.run(&["inspect", "redis.wasm"]).ok().shows(&["fermyon:spin/inbound-redis  never called by larder itself: "]);
}

/// What uses functions of the component model 0.3 is known too, and compiles on the engine for it.
#[test]
fn components_with_async_functions_are_known() {
    let cli = Cli::new();
    cli.component(
        "cloud.wasm",
        r#"(component
            (import "wasmcloud:keyvalue/store@0.2.0" (instance (export "open" (func async (param "name" string)))))
            (import "wasmcloud:messaging/consumer@0.3.0" (instance (export "request" (func async))))
            (instance $handler)
            (export "wasi:http/handler@0.3.0" (instance $handler)))"#,
    );
    let found = home(&cli, "cloud.wasm");
    says(&found, &["wasmcloud"], "http-handler", &["wasi:http/service@0.3.0"]);
    let messages = import(&found, "wasmcloud:messaging/consumer@0.3.0");
    assert!(messages["instead"].as_str().unwrap().contains("larder:store/events"), "{messages}");
    cli.component(
        "sqlite.wasm",
        r#"(component (import "spin:sqlite/sqlite@3.1.0" (instance (export "open-async" (func async (result (stream u8)))))))"#,
    );
    says(&home(&cli, "sqlite.wasm"), &["spin"], "nothing", &[]);
}

#[test]
fn plain_components_are_at_home_everywhere() {
    let cli = Cli::new();
    cli.component(
        "proxy.wasm",
        r#"(component
            (import "wasi:http/types@0.2.2" (instance))
            (import "wasi:sockets/tcp@0.2.2" (instance))
            (instance $handler)
            (export "wasi:http/incoming-handler@0.2.2" (instance $handler)))"#,
    );
    let found = home(&cli, "proxy.wasm");
    says(&found, &["wasi"], "http-handler", &["wasi:http/proxy@0.2.2"]);
    assert_eq!(import(&found, "wasi:sockets/tcp@0.2.2")["differences"][0]["here"], "none: each address is refused");
    cli.component("empty.wasm", "(component)");
    says(&home(&cli, "empty.wasm"), &["wasi"], "nothing", &[]);
    cli.component("game.wasm", r#"(component (import "example:game/world" (instance)) (import "log" (func)))"#);
    says(&home(&cli, "game.wasm"), &["other"], "nothing", &[]);
    cli.run(&["inspect", "game.wasm"])
        .ok()
        .shows(&["a host with interfaces of its own: it imports example:game/world"]);
}

#[test]
fn a_watcher_is_told_how_it_is_called() {
    let cli = Cli::new();
    cli.component(
        "watcher.wasm",
        r#"(component
            (import "wasi:keyvalue/store@0.2.0-draft" (instance))
            (instance $watcher)
            (export "wasi:keyvalue/watcher@0.2.0-draft" (instance $watcher)))"#,
    );
    let found = home(&cli, "watcher.wasm");
    let worlds = ["wasi:keyvalue/watch-service@0.2.0-draft", "wasi:keyvalue/imports@0.2.0-draft"];
    says(&found, &["wasmcloud"], "trigger", &worlds);
    let told = &found["home"]["exports"][0]["differences"][0]["here"];
    assert!(told.as_str().unwrap().contains("at least once and in order"), "{told}");
    cli.run(&["run", "watcher.wasm"]).ended(10).says(&["`larder triggers run`"]);
}

/// A valid component that wasmtime does not compile as the host has set it up.
#[test]
fn what_does_not_run_here_is_told_apart_from_what_is_broken() {
    let cli = Cli::new();
    cli.component(
        "threads.wasm",
        r#"(component
            (import "fermyon:spin/llm@2.0.0" (instance))
            (core module (memory 1 1 shared) (func (drop (struct.new_default $s))) (type $s (struct (field i32)))))"#,
    );
    let ran = cli.run(&["inspect", "threads.wasm"]).ended(10);
    let ran = ran.shows(&["built for Spin: it imports fermyon:spin/llm@2.0.0", "larder runs no models"]);
    ran.says(&["threads.wasm: not a valid component"]);
    let value = cli.run(&["inspect", "threads.wasm", "--json"]).ended(10).json();
    assert_eq!(value["home"]["hosts"], json!(["spin"]));
    assert_eq!(value["imports"][0]["granted"], Value::Null);
}
