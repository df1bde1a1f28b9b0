//! Each error that appending can answer.

use larder_guest::{Error, SizeLimit, Store};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let store = Store::default_store()?;
    let journal = store.journal();
    for (measurement, fields) in [("", "{}"), ("m", ""), ("m", "[]"), ("m", "null"), ("m", "{\"a\":}"), ("m", "{} {}")]
    {
        let refused = journal.append(measurement, fields, []);
        assert!(matches!(refused, Err(Error::InvalidArgument(_))), "{measurement:?} {fields:?}: {refused:?}");
    }
    let long = "x".repeat(1_025);
    assert!(matches!(journal.append(&long, "{}", []), Err(Error::InvalidArgument(_))));
    assert!(matches!(journal.append("m", "{}", [(&*long, "")]), Err(Error::InvalidArgument(_))));
    assert!(matches!(journal.append("m", "{}", [("", &*long)]), Err(Error::InvalidArgument(_))));
    assert!(matches!(journal.append("m", "{}", [("a", "1"), ("a", "2")]), Err(Error::InvalidArgument(_))));
    let names: Vec<String> = (0..257).map(|n| n.to_string()).collect();
    let tags = names.iter().map(|name| (&**name, ""));
    assert!(matches!(journal.append("m", "{}", tags), Err(Error::InvalidArgument(_))));
    let large = format!("{{\"a\":\"{}\"}}", "x".repeat(1 << 20));
    let too_large = journal.append("m", &large, []);
    assert!(
        matches!(too_large, Err(Error::TooLarge { what: SizeLimit::Value, limit: 1_048_576, .. })),
        "{too_large:?}"
    );
    Ok(())
}
