//! Opens directories, readers and writers for ever and holds them; the errors do not stop it.

use larder_guest::files::{Directory, FileError};

fn main() -> Result<(), FileError> {
    let files = Directory::open("default")?;
    files.write("f", "content")?;
    let (mut directories, mut readers, mut writers) = (Vec::new(), Vec::new(), Vec::new());
    for n in 0..5_000 {
        directories.extend(Directory::open("default"));
        readers.extend(files.open_read("f"));
        writers.extend(files.create(&format!("w{n}")));
    }
    assert_eq!(directories.len() + readers.len() + writers.len(), 63);
    assert_eq!(files.open_read("f").map(drop), Err(FileError::TooManyHandles { limit: 64 }));
    Ok(())
}
