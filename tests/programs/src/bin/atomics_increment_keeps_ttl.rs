//! An increment keeps the time to live of its entry; a swap clears it.

use std::time::Duration;

use larder_guest::{Outcome, Result, Store};
use larder_test_programs::part;

fn main() -> Result<()> {
    let store = Store::default_store()?;
    match part().as_str() {
        "write" => {
            store.set_with_ttl("g", "n", "7", Duration::from_secs(60))?;
            store.set_with_ttl("g", "swapped", "7", Duration::from_secs(60))?;
        }
        "half a minute later" => {
            assert_eq!(store.increment("g", "n", 1)?, 8);
            assert_eq!(store.entry("g", "n")?.and_then(|entry| entry.ttl), Some(Duration::from_secs(30)));
            let version = store.entry("g", "swapped")?.map(|entry| entry.version);
            assert!(matches!(store.compare_and_swap("g", "swapped", version, "8")?, Outcome::Done(_)));
        }
        "a minute later" => {
            assert_eq!(store.increment("g", "n", 1)?, 1, "an expired counter starts anew");
            assert_eq!(store.entry("g", "swapped")?.map(|entry| entry.ttl), Some(None));
        }
        part => panic!("no part {part}"),
    }
    Ok(())
}
