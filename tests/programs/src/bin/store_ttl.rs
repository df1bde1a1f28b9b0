//! An entry whose time to live has passed is gone for every function from that millisecond on.

use std::time::Duration;

use larder_guest::{Result, Store};
use larder_test_programs::part;

fn main() -> Result<()> {
    let store = Store::default_store()?;
    match part().as_str() {
        "write" => {
            store.set_with_ttl("short", "k", "v", Duration::from_millis(1000))?;
            store.set_with_ttl("cleared", "k", "v", Duration::from_millis(1000))?;
            store.set("cleared", "k", "v")?;
            store.set_with_ttl("ever", "k", "v", Duration::MAX)?;
            store.set_with_ttl("at once", "k", "v", Duration::ZERO)?;
            assert!(!store.exists("at once", "k")?, "zero is gone at once");
        }
        "last millisecond" => {
            assert_eq!(store.entry("short", "k")?.and_then(|entry| entry.ttl), Some(Duration::from_millis(1)));
            assert!(store.group_exists("short")?);
            assert_eq!(store.count("short")?, 1);
        }
        "gone" => {
            assert_eq!(store.get("short", "k")?, None);
            assert_eq!(store.entry("short", "k")?, None);
            assert!(!store.exists("short", "k")? && !store.group_exists("short")?);
            assert_eq!((store.count("short")?, store.count_all("")?), (0, 2));
            assert_eq!(store.groups("").collect::<Result<Vec<_>>>()?, ["cleared", "ever"]);
            assert_eq!(store.scan("short").keys().count(), 0);
            assert!(store.page("short", 0, 10)?.is_empty());
            assert_eq!(store.get_many("short", &["k"])?, [None]);
            assert_eq!(store.usage()?.keys.used, 2);
            assert!(!store.touch("short", "k", None)?, "it cannot be called back");
            assert!(!store.delete("short", "k")?);
            assert_eq!(store.increment("short", "k", 1)?, 1, "and a new one starts anew");
        }
        part => panic!("no part {part}"),
    }
    Ok(())
}
