//! Tries to read what was granted to another plugin of the same tenant. (The host put `secret/k` into scope `theirs`.)

use larder_guest::files::Directory;
use larder_guest::{Error, Result, Store};

fn main() -> Result<()> {
    for label in ["theirs", "secret", "acme", "mine", "", "default\0theirs", "../theirs", "default:theirs", "DEFAULT"] {
        assert_eq!(Store::open(label).map(drop), Err(Error::AccessDenied), "{label:?}");
        assert!(Directory::open(label).is_err(), "{label:?}");
    }
    let store = Store::default_store()?;
    store.set("mine", "k", "v")?;
    for group in ["secret", "theirs:secret", "mine:secret", ":secret", "../theirs:secret", "theirs"] {
        assert!(!store.group_exists(group)?, "{group:?}");
        assert_eq!(store.get(group, "k")?, None, "{group:?}");
    }
    assert_eq!(store.count_all("")?, 1);
    assert_eq!(store.groups("").collect::<Result<Vec<_>>>()?, ["mine"]);
    assert_eq!(store.groups("theirs").count() + store.groups("sec").count(), 0);
    assert_eq!(store.delete_prefix("")?, 1, "its own, and nothing else");
    assert_eq!(store.usage()?.keys.used, 0);
    Ok(())
}
