//! Of several instances that insert the same key, one does.

use bindings::wasmcloud::keyvalue::{
    store::open,
    types::{Error, SetOptions},
};
use larder_test_programs::{argument, number};

larder_test_programs::bindings! { path: "../../wit/standard/wasmcloud-keyvalue", world: "all" }

larder_guest::async_main!(run);

async fn run() -> Result<(), Error> {
    let bucket = open("".into()).await?;
    for n in 0..number(1) {
        let options = SetOptions { ttl_ms: Some(60_000), if_not_exists: true };
        match bucket.set(format!("lock {n}"), argument(2).into(), Some(options)).await {
            Ok(()) => println!("{n}"),
            Err(Error::PreconditionFailed) => {}
            Err(error) => return Err(error),
        }
        let holder = bucket.get(format!("lock {n}")).await?;
        assert!(holder.is_some(), "somebody has it");
    }
    Ok(())
}
