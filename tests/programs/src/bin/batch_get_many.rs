//! Many values in one call: one answer a key, in the order asked for, a key asked for twice answered twice.

use larder_guest::{Result, Store};

fn main() -> Result<()> {
    let store = Store::default_store()?;
    store.set_many("g", &[("a", "1"), ("b", ""), ("c", "3")])?;
    let values = store.get_many("g", &["c", "absent", "a", "b", "c"])?;
    let values: Vec<_> = values.iter().map(Option::as_deref).collect();
    assert_eq!(values, [Some(&b"3"[..]), None, Some(b"1"), Some(b""), Some(b"3")]);
    assert_eq!(store.get_many("nothing", &["a", "b"])?, [None, None]);
    assert!(store.get_many("g", &[] as &[&str])?.is_empty());
    Ok(())
}
