//! More stores at a time than an instance may hold are refused, and so is an answer that is too large.

use bindings::fermyon::spin::key_value::{Error, Store};

larder_test_programs::bindings! { path: "../../wit/standard/spin-2", world: "all" }

fn main() -> Result<(), Error> {
    let mut held = Vec::new();
    let refused = loop {
        match Store::open("") {
            Ok(store) => held.push(store),
            Err(error) => break error,
        }
    };
    assert!(matches!(refused, Error::StoreTableFull), "{refused:?}");
    held.truncate(1);
    // Keys that the host made, of more bytes than an answer has.
    match held[0].get_keys() {
        Err(Error::Other(said)) => assert!(said.contains("query result exceeds limit of 1048576 bytes"), "{said}"),
        other => panic!("{:?}", other.map(|keys| keys.len())),
    }
    Ok(())
}
