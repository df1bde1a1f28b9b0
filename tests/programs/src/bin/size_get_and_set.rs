//! The least that a plugin does; the host's test looks at how large it is.

use larder_guest::{Result, Store};

fn main() -> Result<()> {
    let store = Store::default_store()?;
    store.set("colours", "sky", "blue")?;
    if store.get("colours", "sky")?.as_deref() == Some(b"blue") { Ok(()) } else { std::process::exit(2) }
}
