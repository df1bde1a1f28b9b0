//! What has expired is removed before a write is refused for a quota. (The host: 2 keys, and it moves the clock.)

use std::time::Duration;

use larder_guest::{Error, Quota, Result, Store};
use larder_test_programs::part;

fn main() -> Result<()> {
    let store = Store::default_store()?;
    match part().as_str() {
        "fill" => {
            store.set_with_ttl("g", "1", "", Duration::from_secs(1))?;
            store.set_with_ttl("g", "2", "", Duration::from_secs(60))?;
            let full = Error::QuotaExceeded { quota: Quota::Keys, used: 2, limit: 2 };
            assert_eq!(store.set("g", "3", ""), Err(full));
        }
        "a second later" => {
            store.set("g", "3", "")?;
            let full = Error::QuotaExceeded { quota: Quota::Keys, used: 2, limit: 2 };
            assert_eq!(store.set("g", "1", ""), Err(full), "a key that comes back counts as a new one");
        }
        part => panic!("no part {part}"),
    }
    Ok(())
}
