//! Does one thing, named by its argument, on 1,000 entries; the host counts how often it is called for it.

use larder_guest::{Error, Result, Store};

const ENTRIES: usize = 1_000;

fn main() -> Result<()> {
    let what = std::env::args().nth(1).unwrap_or_default();
    let store = Store::default_store()?;
    let entries: Vec<_> = (0..ENTRIES).map(|n| (format!("{n:04}"), vec![b'x'; 64])).collect();
    match what.as_str() {
        "set-many" => store.set_many("g", &entries).map(drop),
        "write-behind" => store.write_behind(|writes| {
            for (key, value) in &entries {
                writes.set("g", key.as_str(), value.as_slice())?;
            }
            Ok::<_, Error>(())
        }),
        "get-many" => {
            let keys: Vec<_> = entries.iter().map(|(key, _)| key).collect();
            let found = store.get_many("g", &keys)?;
            assert!(found.len() == ENTRIES && found.iter().all(Option::is_some));
            Ok(())
        }
        "for-each" => {
            let mut seen = 0;
            store.scan("g").for_each(|_| {
                seen += 1;
                true
            })?;
            assert_eq!(seen, ENTRIES);
            Ok(())
        }
        "update" => store.update("g", "0000", |_| b"y".to_vec()).map(drop),
        other => panic!("there is no {other:?}"),
    }
}
