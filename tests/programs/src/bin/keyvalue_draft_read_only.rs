//! What is granted for reading only is read, and each write is refused.

use bindings::wasi::keyvalue::{
    atomics, batch,
    store::{self, Error},
};

larder_test_programs::bindings! { path: "../../wit/standard/keyvalue-draft", world: "all" }

fn main() -> Result<(), Error> {
    let bucket = store::open("")?;
    assert_eq!(bucket.get("k")?.as_deref(), Some(&b"theirs"[..]));
    assert_eq!(bucket.list_keys(None)?.keys, ["k"]);
    let (entries, keys) = ([("k".to_owned(), Vec::new())], ["k".to_owned()]);
    assert!(matches!(bucket.set("k", b""), Err(Error::AccessDenied)));
    assert!(matches!(bucket.delete("k"), Err(Error::AccessDenied)));
    assert!(matches!(atomics::increment(&bucket, "n", 1), Err(Error::AccessDenied)));
    assert!(matches!(batch::set_many(&bucket, &entries), Err(Error::AccessDenied)));
    assert!(matches!(batch::delete_many(&bucket, &keys), Err(Error::AccessDenied)));
    assert_eq!(batch::get_many(&bucket, &keys)?[0].as_ref().map(|(_, value)| &value[..]), Some(&b"theirs"[..]));
    Ok(())
}
