//! When the host shuts the store down, every function answers `closed`.

use larder_guest::{Error, Result, Store};

fn main() -> Result<()> {
    let store = Store::default_store()?;
    store.set("g", "k", "v")?;
    println!("ready");
    let error = loop {
        if let Err(error) = store.get("g", "k") {
            break error;
        }
    };
    assert_eq!(error, Error::Closed);
    let answers = [
        store.set("g", "k", "w").map(drop),
        store.exists("g", "k").map(drop),
        store.delete("g", "k").map(drop),
        store.count_all("").map(drop),
        store.usage().map(drop),
        store.scan("g").keys().collect::<Result<Vec<_>>>().map(drop),
        store.get_many("g", &["k"]).map(drop),
        store.increment("g", "n", 1).map(drop),
        store.begin().map(drop),
    ];
    for (n, answer) in answers.into_iter().enumerate() {
        assert_eq!(answer, Err(Error::Closed), "call {n}");
    }
    Ok(())
}
