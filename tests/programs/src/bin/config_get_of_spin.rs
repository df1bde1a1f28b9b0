//! The same by the version that Spin has.

use bindings::wasi::config::store::{self, Error};

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

fn main() -> Result<(), Error> {
    assert_eq!(store::get("theme")?.as_deref(), Some("light"));
    assert_eq!(store::get("empty")?.as_deref(), Some(""));
    for none in ["none", "", "THEME", "a b", "theme\0", &"x".repeat(100_000)] {
        assert_eq!(store::get(none)?, None, "{none:?}");
    }
    let all = [("empty", ""), ("theme", "light")].map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(store::get_all()?, all);
    Ok(())
}
