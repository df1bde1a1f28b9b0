//! Counts its runs by `spin:key-value/key-value@3.0.0`, whose functions are async.

use spin_sdk::key_value::{Error, Store};
use spin_sdk::wasip3;

struct Program;

wasip3::cli::command::export!(Program);

impl wasip3::exports::cli::run::Guest for Program {
    async fn run() -> Result<(), ()> {
        count().await.map_err(|error| eprintln!("{error:?}"))
    }
}

async fn count() -> Result<(), Error> {
    let store = Store::open_default().await?;
    let before =
        store.get("runs").await?.map_or(0, |value| String::from_utf8_lossy(&value).parse().expect("it is digits"));
    let runs: u32 = before + 1;
    store.set("runs", runs.to_string()).await?;
    println!("run {runs}, keys {:?}", store.get_keys().await.collect().await?);
    Ok(())
}

fn main() {}
