//! A file over 16 MiB is not answered in one call, but piece by piece.

use std::io::Write;

use larder_guest::files::{Directory, FileError};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let files = Directory::open("default")?;
    let mut writer = files.create("f")?;
    for _ in 0..16 {
        writer.write_all(&vec![1; 1 << 20])?;
    }
    writer.finish()?;
    assert_eq!(files.read("f")?.len(), 16 << 20);

    let mut writer = files.create("f")?;
    for _ in 0..17 {
        writer.write_all(&vec![1; 1 << 20])?;
    }
    writer.finish()?;
    assert_eq!(files.read("f"), Err(FileError::TooLarge { limit: 16 << 20 }));
    let mut reader = files.open_read("f")?;
    let mut size = 0;
    while let piece @ 1.. = reader.chunk(u32::MAX)?.len() {
        size += piece;
    }
    assert_eq!(size, 17 << 20);
    Ok(())
}
