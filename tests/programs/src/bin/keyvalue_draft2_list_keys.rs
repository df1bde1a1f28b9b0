//! Pages of keys by cursors, of which none but those that a page answered are taken.

use bindings::wasi::keyvalue::{
    batch,
    store::{self, Error},
};

larder_test_programs::bindings! { path: "../../wit/standard/keyvalue-draft2", world: "all" }

fn main() -> Result<(), Error> {
    let bucket = store::open("")?;
    let keys: Vec<String> = (0..10_010).map(|n| format!("{n:05}")).collect();
    for some in keys.chunks(10_000) {
        let entries: Vec<_> = some.iter().map(|key| (key.clone(), Vec::new())).collect();
        batch::set_many(&bucket, &entries)?;
    }
    let first = bucket.list_keys(None)?;
    let cursor = first.cursor.expect("there is a second page");
    let second = bucket.list_keys(Some(&cursor))?;
    assert_eq!(second.cursor, None);
    assert!([first.keys, second.keys].concat() == keys);
    let altered = cursor.replace(&cursor[..1], "f") + "0";
    for forged in ["0", "", "1", "10000", "\u{e4}", &altered, &"a".repeat(100_000)] {
        let refused = bucket.list_keys(Some(forged));
        assert!(matches!(refused, Err(Error::Other(_))), "{forged}");
    }
    assert!(store::open("other")?.list_keys(Some(&cursor)).is_err(), "it is another bucket's");
    Ok(())
}
