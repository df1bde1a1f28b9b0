//! A reader goes on reading the file that it opened when the file is replaced or removed.

use larder_guest::files::{Directory, FileError};

fn main() -> Result<(), FileError> {
    let files = Directory::open("default")?;
    files.write("replaced", "old content")?;
    files.write("removed", "old content")?;
    let (mut replaced, mut removed) = (files.open_read("replaced")?, files.open_read("removed")?);
    assert_eq!(replaced.chunk(4)?, b"old ");
    files.write("replaced", "new")?;
    files.remove("removed")?;
    assert_eq!(replaced.chunk(100)?, b"content");
    assert_eq!(removed.chunk(100)?, b"old content");
    assert_eq!(files.read("replaced")?, b"new");
    assert_eq!(files.read("removed"), Err(FileError::NotFound));
    Ok(())
}
