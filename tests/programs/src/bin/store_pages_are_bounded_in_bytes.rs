//! A page holds at most 4 MiB of values, and at least one entry whatever its size, so that paging comes to its end.

use larder_guest::bindings::store as raw;
use larder_guest::{Result, Store};

const MIB: usize = 1 << 20;

fn main() -> Result<()> {
    let store = Store::default_store()?;
    for (key, size) in [("a", 3 * MIB), ("b", 3 * MIB), ("c", 6 * MIB), ("d", 1), ("e", 1)] {
        store.set("g", key, vec![b'v'; size])?;
    }
    let raw_store = raw::Store::open("default")?;
    let (mut cursor, mut pages) = (None, Vec::new());
    loop {
        let (start, end) = (raw::Bound::Unbounded, raw::Bound::Unbounded);
        let cursor_now = cursor.as_deref();
        let query = raw::Query {
            group: "g",
            prefix: "",
            start,
            end,
            reverse: false,
            values: true,
            limit: 0,
            cursor: cursor_now,
        };
        let page = raw_store.scan(query)?;
        pages.push(page.entries.iter().map(|entry| entry.key.as_str()).collect::<String>());
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(pages, ["a", "b", "c", "de"]);
    assert_eq!(store.scan("g").keys().count(), 5, "keys alone fit in a page");
    assert_eq!(store.page("g", 0, 100)?.len(), 1, "pages by position are bounded too");
    assert_eq!(store.page("g", 3, 100)?.len(), 2);
    Ok(())
}
