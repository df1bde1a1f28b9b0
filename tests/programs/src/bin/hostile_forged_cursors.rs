//! Cursors that no page answered are refused, and lead nowhere. (The host keeps another scope in the same tenant.)

use larder_guest::Result;
use larder_guest::bindings::store::{Bound, Query, Store};
use larder_guest::bindings::types::Error;

fn main() -> Result<()> {
    let store = Store::open("default")?;
    for key in ["a", "b", "c"] {
        store.set("g", key, b"mine")?;
    }
    let scan = |cursor: Option<&str>| {
        let (start, end) = (Bound::Unbounded, Bound::Unbounded);
        store.scan(Query { group: "g", prefix: "", start, end, reverse: false, values: true, limit: 1, cursor })
    };
    let genuine = scan(None)?.next.expect("there are more");
    let mut forged: Vec<String> =
        ["", " ", "0", "zz", "a", "g/a", "secret", "../", "\0", "🙂", "' OR 1=1 --", "%", "-1"]
            .map(String::from)
            .into();
    forged.extend(["0".repeat(64), "f".repeat(1 << 20), genuine.to_uppercase(), format!("{genuine}00")]);
    forged.extend((0..genuine.len()).map(|n| genuine[..n].to_owned()));
    for n in 0..genuine.len() {
        let other = if genuine.as_bytes()[n] == b'0' { "1" } else { "0" };
        forged.push(format!("{}{other}{}", &genuine[..n], &genuine[n + 1..]));
    }
    for cursor in forged {
        let shown = cursor.chars().take(60).collect::<String>();
        assert!(matches!(scan(Some(&cursor)), Err(Error::InvalidArgument(_))), "{shown:?}");
        assert!(matches!(store.groups("", Some(&cursor), 1), Err(Error::InvalidArgument(_))), "{shown:?}");
    }
    assert_eq!(scan(Some(&genuine))?.entries[0].key, "b");
    Ok(())
}
