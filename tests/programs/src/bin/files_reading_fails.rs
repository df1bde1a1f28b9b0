//! A piece that the host's storage cannot read is an error, and no end of the file. (The host makes the first read fail.)

use larder_guest::files::{Directory, FileError};

fn main() -> Result<(), FileError> {
    let files = Directory::open("default")?;
    files.write("f", "content")?;
    let mut reader = files.open_read("f")?;
    assert_eq!(reader.chunk(100), Err(FileError::Unavailable));
    assert_eq!(reader.chunk(100)?, b"content");
    Ok(())
}
