//! A cursor stays good when the host is started again. (The host passes on what the first part printed.)

use larder_guest::Result;
use larder_guest::bindings::store::{Bound, Page, Query, Store};
use larder_test_programs::{argument, part};

fn page(store: &Store, cursor: Option<&str>) -> Result<Page> {
    let (start, end) = (Bound::Unbounded, Bound::Unbounded);
    Ok(store.scan(Query { group: "g", prefix: "", start, end, reverse: false, values: false, limit: 2, cursor })?)
}

fn main() -> Result<()> {
    let store = Store::open("default")?;
    match part().as_str() {
        "first page" => {
            for key in ["a", "b", "c"] {
                store.set("g", key, b"v")?;
            }
            println!("{}", page(&store, None)?.next.expect("there is a third entry"));
        }
        "second page" => {
            let rest = page(&store, Some(&argument(2)))?;
            assert_eq!(rest.entries.into_iter().map(|entry| entry.key).collect::<Vec<_>>(), ["c"]);
            assert_eq!(rest.next, None);
        }
        part => panic!("no part {part}"),
    }
    Ok(())
}
