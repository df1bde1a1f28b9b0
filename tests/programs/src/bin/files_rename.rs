//! `rename` moves files and directories in one step, and replaces a file.

use larder_guest::files::{Directory, FileError};

fn main() -> Result<(), FileError> {
    let files = Directory::open("default")?;
    files.write("a", "a")?;
    files.write("b", "b")?;
    files.write("d/inner", "inner")?;
    files.rename("a", "c")?;
    files.rename("c", "b")?;
    assert_eq!((files.read("b")?, files.stat("a")?.is_none(), files.stat("c")?.is_none()), (b"a".to_vec(), true, true));
    assert_eq!(files.usage()?.bytes, 6, "what was replaced is given back");
    files.rename("d", "e")?;
    files.rename("b", "e/b")?;
    assert_eq!(files.read("e/inner")?, b"inner");
    assert_eq!(files.read("e/b")?, b"a");
    files.rename("e/b", "e/b")?;
    assert_eq!(files.read("e/b")?, b"a", "on itself it changes nothing");

    files.write("file", "x")?;
    files.create_directory("empty")?;
    assert_eq!(files.rename("absent", "x"), Err(FileError::NotFound));
    assert_eq!(files.rename("file", "no/such/directory"), Err(FileError::NotFound));
    assert_eq!(files.rename("file", "empty"), Err(FileError::AlreadyExists));
    assert_eq!(files.rename("e", "empty"), Err(FileError::AlreadyExists));
    assert_eq!(files.rename("e", "file"), Err(FileError::NotADirectory));
    assert_eq!(files.rename("e/b", "file/below"), Err(FileError::NotADirectory));
    assert_eq!(files.rename("file", ""), Err(FileError::IsADirectory));
    assert!(matches!(files.rename("e", "e/inside"), Err(FileError::InvalidPath(_))), "into itself");
    assert_eq!(files.read("file")?, b"x");
    Ok(())
}
