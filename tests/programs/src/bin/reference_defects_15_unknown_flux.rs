//! What is no Flux, or not supported, is refused: it never gives more rows than were asked for.

use larder_guest::Store;
use larder_guest::journal::FluxError;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let store = Store::default_store()?;
    store.journal().append("m", r#"{"v": 1}"#, [])?;
    for text in [
        "hello",
        "DROP TABLE x",
        "/* c */ SELECT 1",
        "from(bucket: 'x')",
        "range(begin: -1h)",
        "range(start: -1h",
        "range(start: -106752d, stop: -99999999999999999999d)",
        "r.v == 4x",
        "r.v ~ 1",
        "range(start: -1h) |> sum()",
    ] {
        let refused = store.journal().flux(text).next();
        assert!(matches!(refused, Some(Err(FluxError::Flux { .. }))), "{text}: {refused:?}");
    }
    for (text, rows) in [
        ("filter(fn: (r) => r.v > 4)", 0),
        ("filter(fn: (r) => r.v != 1)", 0),
        (r#"filter(fn: (r) => r["a b"] == "x")"#, 0),
        (r#"filter(fn: (r) => r._measurement == "m" or r._measurement == "n")"#, 1),
        (r#"filter(fn: (r) => r.my_measurement == "m")"#, 0),
    ] {
        assert_eq!(store.journal().flux(text).collect::<Result<Vec<_>, _>>()?.len(), rows, "{text}");
    }
    Ok(())
}
