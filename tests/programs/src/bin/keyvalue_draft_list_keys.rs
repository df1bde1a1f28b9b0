//! Pages of keys: in order, each key once, also when what was listed is deleted meanwhile.

use bindings::wasi::keyvalue::{batch, store};

larder_test_programs::bindings! { path: "../../wit/standard/keyvalue-draft", world: "all" }

fn main() -> Result<(), store::Error> {
    let bucket = store::open("")?;
    let empty = bucket.list_keys(None)?;
    assert!(empty.keys.is_empty() && empty.cursor.is_none());
    let keys: Vec<String> = (0..25_000).map(|n| format!("{n:05}")).collect();
    for some in keys.chunks(10_000) {
        let entries: Vec<_> = some.iter().map(|key| (key.clone(), b"v".to_vec())).collect();
        batch::set_many(&bucket, &entries)?;
    }
    let (mut listed, mut cursor, mut pages) = (Vec::new(), None, 0);
    loop {
        let page = bucket.list_keys(cursor)?;
        batch::delete_many(&bucket, &page.keys)?;
        listed.extend(page.keys);
        (cursor, pages) = (page.cursor, pages + 1);
        if cursor.is_none() {
            break;
        }
    }
    assert!(listed == keys, "{} keys", listed.len());
    assert!(pages > 1, "so that cursors are used");
    Ok(())
}
