//! Inside a transaction a template and pieces are of what the transaction wrote; a mistake in a template does not end it.

use larder_guest::{Error, Result, Store};

fn main() -> Result<()> {
    let store = Store::default_store()?;
    store.set("g", "k", "old value")?;
    let printed = store.transaction(|inside| {
        inside.set("g", "k", "new value")?;
        assert_eq!(store.render_string("g", "{{.k}}")?, "old value");
        assert!(matches!(inside.render("g", "{{"), Err(Error::TemplateParse(_))));
        assert_eq!(inside.get_fields("g", "k")?.unwrap()[0], b"new");
        assert_eq!(inside.get_split("g", "k", " ")?.unwrap()[0], b"new");
        inside.render_string("g", "{{.k}}")
    })?;
    assert_eq!(printed, "new value");
    assert_eq!(store.render_string("g", "{{.k}}")?, "new value");
    Ok(())
}
