//! A transaction that lost keeps nothing, and the SDK runs it again. (The host makes the first three commits lose.)

use larder_guest::{Error, Result, Store};

fn main() -> Result<()> {
    let store = Store::default_store()?;
    let lost = store.begin()?;
    lost.set("g", "k", "lost")?;
    assert_eq!(lost.commit(), Err(Error::Conflict));
    assert_eq!(store.get("g", "k")?, None, "nothing of it was kept");

    let mut runs = 0;
    store.transaction(|tx| {
        runs += 1;
        tx.increment("g", "runs", 1)
    })?;
    assert_eq!(runs, 3, "run again until it was not lost");
    assert_eq!(store.get_string("g", "runs")?.as_deref(), Some("1"), "kept once");
    Ok(())
}
