//! The same by the version that Spin has.

larder_test_programs::bindings! {
    inline: "
        package test:config;
        world all {
            import wasi:config/store@0.2.0-draft-2024-09-27;
        }
        package wasi:config@0.2.0-draft-2024-09-27 {
            interface store {
                variant error { upstream(string), io(string) }
                get: func(key: string) -> result<option<string>, error>;
                get-all: func() -> result<list<tuple<string, string>>, error>;
            }
        }
    ",
    world: "test:config/all",
    generate_all,
}

larder_test_programs::reads_settings!();
