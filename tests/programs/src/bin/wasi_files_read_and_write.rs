//! Ordinary file functions work on a writable preopen: write, append, seek, truncate, read.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};

fn main() -> io::Result<()> {
    fs::write("/data/f", "one")?;
    assert_eq!(fs::read_to_string("/data/f")?, "one");
    OpenOptions::new().append(true).open("/data/f")?.write_all(b" two")?;
    assert_eq!(fs::read_to_string("/data/f")?, "one two");

    let mut file = OpenOptions::new().read(true).write(true).open("/data/f")?;
    file.seek(SeekFrom::Start(4))?;
    file.write_all(b"TWO and more")?;
    file.seek(SeekFrom::Start(0))?;
    let mut text = String::new();
    file.read_to_string(&mut text)?;
    assert_eq!(text, "one TWO and more");
    file.set_len(3)?;
    assert_eq!((file.metadata()?.len(), fs::read("/data/f")?), (3, b"one".to_vec()));
    file.set_len(5)?;
    assert_eq!(fs::read("/data/f")?, b"one\0\0");

    let large: Vec<u8> = (0..1_000_000_u32).map(|n| (n % 251) as u8).collect();
    let mut writer = io::BufWriter::new(File::create("/data/large")?);
    writer.write_all(&large)?;
    writer.into_inner()?.sync_all()?;
    assert_eq!(fs::read("/data/large")?, large);
    File::create("/data/large")?;
    assert_eq!(fs::metadata("/data/large")?.len(), 0, "creating truncates");
    assert_eq!(fs::read("/data/absent").map_err(|error| error.kind()), Err(io::ErrorKind::NotFound));
    assert!(File::create_new("/data/f").is_err());
    Ok(())
}
