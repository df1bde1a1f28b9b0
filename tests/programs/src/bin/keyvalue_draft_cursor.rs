//! A cursor is good in another instance, and one that no page answered is refused.

use bindings::wasi::keyvalue::{
    batch,
    store::{self, Error},
};
use larder_test_programs::{number, part};

larder_test_programs::bindings! { path: "../../wit/standard/keyvalue-draft", world: "all" }

fn main() -> Result<(), Error> {
    let bucket = store::open("")?;
    if part() == "first" {
        let entries: Vec<_> = (0..10_000).map(|n| (format!("{n:05}"), Vec::new())).collect();
        batch::set_many(&bucket, &entries)?;
        bucket.set("last", b"")?;
        println!("{}", bucket.list_keys(None)?.cursor.expect("there is a second page"));
        return Ok(());
    }
    let cursor = number(2);
    let page = bucket.list_keys(Some(cursor))?;
    assert_eq!((page.keys, page.cursor), (vec!["last".to_owned()], None));
    for forged in [0, 1, 10_000, cursor + 1, cursor ^ 1 << 63, u64::MAX] {
        let refused = bucket.list_keys(Some(forged));
        assert!(matches!(refused, Err(Error::Other(_))), "{forged}: {refused:?}");
    }
    assert!(store::open("other")?.list_keys(Some(cursor)).is_err(), "it is another bucket's");
    Ok(())
}
