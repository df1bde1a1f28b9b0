//! Every function of `store`, `batch` and `atomics` runs inside a transaction.

use std::time::Duration;

use larder_guest::{Outcome, Result, Store};

fn main() -> Result<()> {
    let store = Store::default_store()?;
    let second = Duration::from_secs(1);
    let tx = store.begin()?;
    let version = tx.set("g", "k", "v")?;
    tx.set_with_ttl("g", "short", "v", second)?;
    assert!(tx.touch("g", "k", Some(second))? && tx.exists("g", "k")? && tx.group_exists("g")?);
    assert_eq!(tx.entry("g", "k")?.map(|entry| (entry.version, entry.ttl)), Some((version, Some(second))));
    assert_eq!(tx.set_many("g", &[("a", "1"), ("b", "2")])?, version);
    assert_eq!(tx.get_many("g", &["a", "c"])?, [Some(b"1".to_vec()), None]);
    assert_eq!(tx.batch().set("h", "a", "1").delete("g", "a").apply()?, version);
    assert_eq!(tx.delete_many("g", &["a", "b"])?, 1);
    assert_eq!(tx.increment("n", "n", 2)?, 2);
    assert!(matches!(tx.compare_and_swap("h", "b", None, "1")?, Outcome::Done(_)));
    let now = tx.entry("h", "b")?.expect("it was inserted").version;
    assert!(matches!(tx.compare_and_delete("h", "b", now)?, Outcome::Done(_)));
    assert_eq!((tx.count("g")?, tx.count_all("")?, tx.page("g", 1, 9)?.len()), (2, 4, 1));
    assert_eq!(tx.groups("").collect::<Result<Vec<_>>>()?, ["g", "h", "n"]);
    assert_eq!(tx.purge_expired()?, 0);
    assert_eq!((tx.delete_group("h")?, tx.delete_prefix("n")?), (1, 1));
    assert!(tx.delete("g", "short")?);
    assert!(tx.remaining() > Duration::ZERO);
    tx.commit()?;
    assert_eq!(store.count_all("")?, 1);
    Ok(())
}
