//! `purge-expired` removes what has expired and answers how many; what lives stays.

use std::time::Duration;

use larder_guest::{Result, Store};
use larder_test_programs::part;

fn main() -> Result<()> {
    let store = Store::default_store()?;
    match part().as_str() {
        "write" => {
            for n in 0..5 {
                store.set_with_ttl("short", &n.to_string(), "v", Duration::from_secs(1))?;
            }
            store.set_with_ttl("long", "k", "v", Duration::from_secs(60))?;
            store.set("ever", "k", "v")?;
            assert_eq!(store.purge_expired()?, 0);
        }
        "purge" => {
            assert_eq!(store.purge_expired()?, 5);
            assert_eq!(store.purge_expired()?, 0);
            assert_eq!(store.count_all("")?, 2);
        }
        part => panic!("no part {part}"),
    }
    Ok(())
}
