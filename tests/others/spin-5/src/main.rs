//! Counts its runs by `fermyon:spin/key-value@2.0.0`.

use spin_sdk::key_value::{Error, Store};

fn main() -> Result<(), Error> {
    let store = Store::open_default()?;
    let before = store.get("runs")?.map_or(0, |value| String::from_utf8_lossy(&value).parse().expect("it is digits"));
    let runs: u32 = before + 1;
    store.set("runs", runs.to_string().as_bytes())?;
    println!("run {runs}, keys {:?}", store.get_keys()?);
    Ok(())
}
