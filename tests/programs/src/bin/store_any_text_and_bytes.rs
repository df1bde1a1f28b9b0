//! Groups, keys and values may be empty and hold any text, any bytes; no character has a special meaning.

use larder_guest::{Result, Store};

const NAMES: [&str; 12] =
    ["", "%", "_", "^", "*", "\\", "a:b", "\0", "tab\tline\nreturn\r", "Ü", "🙂", "../../etc/passwd"];

fn main() -> Result<()> {
    let store = Store::default_store()?;
    let every_byte: Vec<u8> = (0..=255).collect();
    for group in NAMES {
        for key in NAMES {
            store.set(group, key, format!("{group}|{key}"))?;
        }
    }
    for group in NAMES {
        assert_eq!(store.count(group)?, NAMES.len() as u64, "{group:?}");
        for key in NAMES {
            let value = store.get(group, key)?;
            assert_eq!(value, Some(format!("{group}|{key}").into_bytes()), "{group:?} {key:?}");
        }
    }
    assert_eq!(store.get("ü", "%")?, None, "case matters beyond ASCII");
    assert_eq!(store.get("A:B", "%")?, None, "case matters");
    store.set("values", "empty", b"")?;
    store.set("values", "every byte", &every_byte)?;
    assert_eq!(store.get("values", "empty")?, Some(Vec::new()));
    assert_eq!(store.get("values", "every byte")?, Some(every_byte));
    Ok(())
}
