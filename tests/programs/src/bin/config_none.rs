//! Without settings there is none.

use bindings::wasi::config::store::{self, Error};

larder_test_programs::bindings! { path: "../../wit/standard/config", world: "all" }

fn main() -> Result<(), Error> {
    assert_eq!(store::get("theme")?, None);
    assert!(store::get_all()?.is_empty());
    Ok(())
}
