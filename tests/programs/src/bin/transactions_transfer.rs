//! Moves one unit between accounts in a transaction, many times, while other instances do the same.

use larder_guest::{Result, Store};
use larder_test_programs::number;

const ACCOUNTS: u64 = 4;

fn main() -> Result<()> {
    let store = Store::default_store()?;
    for n in 0..number(1) {
        let (from, to) = ((n % ACCOUNTS).to_string(), ((n * 7 + 1) % ACCOUNTS).to_string());
        store.transaction(|tx| {
            tx.increment("accounts", &from, -1)?;
            tx.increment("accounts", &to, 1)
        })?;
    }
    Ok(())
}
