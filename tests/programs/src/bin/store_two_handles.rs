//! Two handles of one label are the same entries, and two labels are not.

use larder_guest::{Result, Store};

fn main() -> Result<()> {
    let (one, two, other) = (Store::default_store()?, Store::default_store()?, Store::open("second")?);
    one.set("g", "k", "v")?;
    assert_eq!(two.get_string("g", "k")?.as_deref(), Some("v"));
    assert_eq!(other.get("g", "k")?, None);
    other.set("g", "k", "another")?;
    drop(one);
    assert_eq!(two.get_string("g", "k")?.as_deref(), Some("v"), "a handle outlives the other");
    assert_eq!(two.delete_prefix("")?, 1);
    assert_eq!(other.count_all("")?, 1);
    Ok(())
}
