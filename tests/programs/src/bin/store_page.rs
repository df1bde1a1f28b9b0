//! `page` answers entries by position.

use larder_guest::{Result, Store};

fn main() -> Result<()> {
    let store = Store::default_store()?;
    for n in 0..10 {
        store.set("g", &format!("k{n}"), n.to_string())?;
    }
    let keys = |offset, limit| -> Result<String> {
        Ok(store.page("g", offset, limit)?.into_iter().map(|entry| entry.key).collect::<Vec<_>>().join(" "))
    };
    assert_eq!(keys(0, 3)?, "k0 k1 k2");
    assert_eq!(keys(8, 3)?, "k8 k9");
    assert_eq!(keys(10, 3)?, "");
    assert_eq!(keys(u64::MAX, u32::MAX)?, "");
    assert_eq!(keys(0, 0)?, "", "no entries were asked for");
    assert_eq!(store.page("g", 4, 1)?[0].text()?, "4");
    assert!(store.page("nothing", 0, 3)?.is_empty());
    Ok(())
}
