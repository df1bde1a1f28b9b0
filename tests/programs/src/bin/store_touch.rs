//! `touch` changes when an entry expires, leaves its value, and gives it a new version.

use std::time::Duration;

use larder_guest::{Result, Store};
use larder_test_programs::part;

fn main() -> Result<()> {
    let store = Store::default_store()?;
    let minute = Duration::from_secs(60);
    match part().as_str() {
        "write" => {
            assert!(!store.touch("g", "absent", Some(minute))?);
            assert!(!store.exists("g", "absent")?);
            let first = store.set("g", "limited", "v")?;
            assert!(store.touch("g", "limited", Some(minute))?);
            let entry = store.entry("g", "limited")?.expect("it is there");
            assert_eq!((entry.text()?, entry.ttl), ("v", Some(minute)));
            assert!(entry.version > first);
            store.set_with_ttl("g", "freed", "v", minute)?;
            assert!(store.touch("g", "freed", None)?);
            store.set("g", "ended", "v")?;
            assert!(store.touch("g", "ended", Some(Duration::ZERO))?, "it was there");
            assert!(!store.exists("g", "ended")?);
        }
        "a minute later" => {
            assert!(!store.exists("g", "limited")?);
            assert_eq!(store.entry("g", "freed")?.map(|entry| entry.ttl), Some(None));
        }
        part => panic!("no part {part}"),
    }
    Ok(())
}
