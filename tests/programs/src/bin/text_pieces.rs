//! Values are cut at separators, at characters and at white space.

use larder_guest::{Error, Result, SizeLimit, Store};

fn main() -> Result<()> {
    let store = Store::default_store()?;
    let group = store.group("g");
    group.set("csv", "a,,b,")?;
    group.set("words", " alpha\u{a0}beta\n")?;
    group.set("bytes", b"a\xFFb")?;
    group.set("empty", "")?;
    assert_eq!(group.get_split("csv", ",")?.unwrap(), [&b"a"[..], b"", b"b", b""]);
    assert_eq!(group.get_split("bytes", "")?.unwrap(), [b"a", &b"\xFF"[..], b"b"]);
    assert_eq!(group.get_split("bytes", b"\xFF")?.unwrap(), [b"a", b"b"]);
    assert_eq!(group.get_split("empty", ",")?.unwrap(), [b""]);
    assert_eq!(group.get_split("empty", "")?.unwrap(), [b""; 0]);
    assert_eq!(group.get_split("absent", ",")?, None);
    assert_eq!(group.get_fields("words")?.unwrap(), [&b"alpha"[..], b"beta"]);
    assert_eq!(group.get_fields("empty")?.unwrap(), [b""; 0]);
    assert_eq!(group.get_fields("absent")?, None);

    group.set("many", vec![b','; 200_000])?;
    match group.get_split("many", ",") {
        Err(Error::TooLarge { what: SizeLimit::Batch, limit: 100_000, .. }) => Ok(()),
        other => panic!("{:?}", other.map(|pieces| pieces.map(|pieces| pieces.len()))),
    }
}
