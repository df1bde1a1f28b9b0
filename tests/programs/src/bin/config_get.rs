//! Settings are read by name, and all of them in the order of their names.

use bindings::wasi::config::store::{self, Error};

larder_test_programs::bindings! { path: "../../wit/standard/config", world: "all" }

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
