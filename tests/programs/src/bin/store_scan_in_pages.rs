//! Paging finds every entry once, in both directions, and goes on while entries come and go.

use larder_guest::bindings::store as raw;
use larder_guest::{Result, Store};

fn page(store: &raw::Store, reverse: bool, cursor: Option<&str>) -> Result<(Vec<String>, Option<String>)> {
    let (start, end) = (raw::Bound::Unbounded, raw::Bound::Unbounded);
    let page =
        store.scan(raw::Query { group: "g", prefix: "k", start, end, reverse, values: true, limit: 4, cursor })?;
    assert!(page.entries.len() <= 4);
    Ok((page.entries.into_iter().map(|entry| entry.key).collect(), page.next))
}

fn main() -> Result<()> {
    let store = Store::default_store()?;
    let all: Vec<String> = (10..40).map(|n| format!("k{n}")).collect();
    for key in &all {
        store.set("g", key, key)?;
    }
    let handle = raw::Store::open("default")?;
    for reverse in [false, true] {
        let (mut found, mut cursor) = page(&handle, reverse, None)?;
        while let Some(position) = cursor {
            let (keys, next) = page(&handle, reverse, Some(&position))?;
            found.extend(keys);
            cursor = next;
        }
        if reverse {
            found.reverse();
        }
        assert_eq!(found, all);
    }

    let (first, cursor) = page(&handle, false, None)?;
    assert_eq!(first, ["k10", "k11", "k12", "k13"]);
    store.set("g", "k10a", "behind the cursor")?;
    store.set("g", "k14a", "ahead of it")?;
    store.delete("g", "k13")?;
    store.delete("g", "k15")?;
    let (second, _) = page(&handle, false, cursor.as_deref())?;
    assert_eq!(second, ["k14", "k14a", "k16", "k17"]);
    Ok(())
}
