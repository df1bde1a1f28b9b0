//! A file is what was last written, whole; directories on the way are made.

use larder_guest::files::{Directory, FileError, Kind};

fn main() -> Result<(), FileError> {
    let files = Directory::open("default")?;
    assert_eq!(files.read("a.txt"), Err(FileError::NotFound));
    files.write("a.txt", "one")?;
    assert_eq!(files.read_to_string("a.txt")?, "one");
    files.write("a.txt", "a longer text than before")?;
    files.write("a.txt", "two")?;
    assert_eq!(files.read("a.txt")?, b"two");
    files.write("empty", "")?;
    assert_eq!(files.read("empty")?, b"");
    let every_byte: Vec<u8> = (0..=255).collect();
    files.write("deep/down/in the/Ordner für Ü/🙂.bin", &every_byte)?;
    assert_eq!(files.read("deep/down/in the/Ordner für Ü/🙂.bin")?, every_byte);
    assert_eq!(files.stat("deep/down")?.map(|info| info.kind), Some(Kind::Directory));

    let again = Directory::open("default")?;
    assert_eq!(again.read("a.txt")?, b"two", "one label is one tree");
    Ok(())
}
