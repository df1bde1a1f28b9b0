//! Names of groups come in the order of their bytes, by prefix, a page at a time.

use larder_guest::bindings::store as raw;
use larder_guest::{Result, Store};

fn main() -> Result<()> {
    let store = Store::default_store()?;
    for group in ["b", "a", "", "Z", "ä", "a/b", "a.b", "10", "9", "🙂"] {
        store.set(group, "k", "v")?;
    }
    let all = store.groups("").collect::<Result<Vec<_>>>()?;
    assert_eq!(all, ["", "10", "9", "Z", "a", "a.b", "a/b", "b", "ä", "🙂"]);
    assert_eq!(store.groups("a").collect::<Result<Vec<_>>>()?, ["a", "a.b", "a/b"]);
    assert_eq!(store.groups("A").count(), 0);

    let raw = raw::Store::open("default")?;
    let (mut cursor, mut paged) = (None, Vec::new());
    loop {
        let page = raw.groups("", cursor.as_deref(), 3)?;
        assert!((1..=3).contains(&page.groups.len()), "{:?}", page.groups);
        paged.extend(page.groups);
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(paged, all);
    Ok(())
}
