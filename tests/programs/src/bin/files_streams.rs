//! A file is written and read piece by piece, from any offset; it appears when its writer is finished.

use std::io::{Read, Write};

use larder_guest::files::Directory;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let files = Directory::open("default")?;
    files.write("f", "old")?;
    let mut writer = files.create("f")?;
    for n in 0..3_000 {
        writer.write_all(&[u8::try_from(n % 251)?; 1000])?;
    }
    assert_eq!(writer.written(), 3_000_000);
    assert_eq!(files.read("f")?, b"old", "it is not in place yet");
    writer.finish()?;
    let all = files.read("f")?;
    assert_eq!((all.len(), all[999], all[1000], all[2_999_999]), (3_000_000, 0, 1, (2_999 % 251) as u8));

    let mut reader = files.open_read("f")?;
    assert_eq!(reader.size(), 3_000_000);
    assert_eq!(reader.chunk(u32::MAX)?.len(), 1 << 20, "a piece is at most 1 MiB");
    assert_eq!(reader.chunk(0)?.len(), 0);
    let mut rest = Vec::new();
    reader.read_to_end(&mut rest)?;
    assert_eq!(rest, &all[1 << 20..]);
    assert!(reader.chunk(10)?.is_empty(), "the end");

    assert_eq!(files.open_read_at("f", 2_999_999)?.chunk(10)?, all[2_999_999..]);
    assert!(files.open_read_at("f", 3_000_000)?.chunk(10)?.is_empty());
    assert!(files.open_read_at("f", u64::MAX)?.chunk(10)?.is_empty(), "behind the end there is nothing");

    let empty = files.create("empty")?;
    empty.finish()?;
    assert_eq!(files.read("empty")?, b"");
    Ok(())
}
