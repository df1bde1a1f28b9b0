//! Prints each group that it can think of, and finds its own entry only.

use larder_guest::{Error, Result, Store};

fn main() -> Result<()> {
    let store = Store::default_store()?;
    assert_eq!(store.set("g", "k", ""), Err(Error::AccessDenied));
    assert_eq!(store.render_string("g", "{{.}}")?, "map[k:own]");
    for group in ["other:g", "own:g", "", ":g", "../g", "other:"] {
        assert_eq!(store.render_string(group, "{{.}}")?, "map[]", "{group}");
        assert_eq!(store.get_fields(group, "k")?, None, "{group}");
        assert_eq!(store.get_split(group, "k", "")?, None, "{group}");
    }
    Ok(())
}
