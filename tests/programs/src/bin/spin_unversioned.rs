//! Stores by number: a missing key is an error, and so is a number that stands for no store.

use bindings::fermyon::spin::key_value::{Error, close, delete, exists, get, get_keys, open, set};

larder_test_programs::bindings! { path: "../../wit/standard/spin-unversioned", world: "all" }

fn main() -> Result<(), Error> {
    assert!(matches!(open("forbidden"), Err(Error::AccessDenied)));
    let store = open("default")?;
    assert!(matches!(get(store, "bar"), Err(Error::NoSuchKey)));
    assert!(!exists(store, "bar")?);
    set(store, "bar", b"baz")?;
    set(store, "a/b", b"")?;
    assert_eq!(get(store, "bar")?, b"baz");
    assert_eq!(get_keys(store)?, ["a/b", "bar"]);
    delete(store, "bar")?;
    delete(store, "bar")?;
    assert!(!exists(store, "bar")?);
    let long = "k".repeat(100_000);
    assert!(matches!(set(store, &long, b""), Err(Error::Io(_))));

    for number in [u32::MAX, 12_345, 0, 1, 2, 3].into_iter().filter(|number| *number != store) {
        assert!(matches!(get(number, "a/b"), Err(Error::InvalidStore)), "{number}");
        assert!(matches!(get_keys(number), Err(Error::InvalidStore)), "{number}");
        close(number);
    }
    assert!(exists(store, "a/b")?, "it is still open");
    close(store);
    assert!(matches!(exists(store, "a/b"), Err(Error::InvalidStore)));
    close(store);
    for _ in 0..1_000 {
        close(open("")?);
    }
    let refused = (0..100).find_map(|_| open("").err());
    assert!(matches!(refused, Some(Error::StoreTableFull)), "{refused:?}");
    Ok(())
}
