//! Told of keys by `wasi:keyvalue/watcher` 0.2.0-draft: writes down what it hears, and fails for a key that says so.

larder_test_programs::bindings! {
    inline: "
        package test:watcher;
        world all {
            import wasi:keyvalue/store@0.2.0-draft;
            export wasi:keyvalue/watcher@0.2.0-draft;
        }
    ",
    path: "../../wit/standard/keyvalue-draft",
    world: "test:watcher/all",
    generate_all,
}

larder_test_programs::writes_down_what_it_hears!();
