//! What is archived has the numbers that were given.

use larder_guest::Store;
use larder_guest::archive::Format;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let store = Store::default_store()?;
    let fields = r#"{"big":9007199254740993,"huge":123456789012345678901234567890,"real":1.5,"small":1e-7}"#;
    store.journal().append("m", fields, [])?;
    let done = store.archives().compact(i64::MAX, Format::Gzip)?.ok_or("there was a row")?;
    assert_eq!(store.archives().compact(i64::MAX, Format::Gzip)?, None);
    let row = store.archives().read(&done.name)?.next().ok_or("there is a row")??;
    assert_eq!(row.fields, fields);
    Ok(())
}
