//! Scopes whose names differ in case are apart. (The host granted two of them, with a quota of two keys each.)

use std::time::Duration;

use larder_guest::{Result, Store};

fn main() -> Result<()> {
    let (lower, upper) = (Store::open("lower")?, Store::open("upper")?);
    for key in ["a", "b"] {
        lower.set("default", key, "v")?;
        upper.set("default", key, "v")?;
    }
    assert_eq!(lower.groups("").collect::<Result<Vec<_>>>()?, ["default"]);
    assert_eq!(lower.count_all("")?, 2);
    lower.set_with_ttl("default", "a", "v", Duration::ZERO)?;
    assert_eq!(upper.purge_expired()?, 0);
    lower.delete_prefix("")?;
    assert_eq!((lower.count_all("")?, upper.count_all("")?), (0, 2));
    Ok(())
}
