//! Directories are made with those on the way, and removed when they are empty.

use larder_guest::files::{Directory, FileError, Kind};

fn main() -> Result<(), FileError> {
    let files = Directory::open("default")?;
    files.create_directory("a/b/c")?;
    files.create_directory("a/b/c")?;
    files.create_directory("")?;
    assert_eq!(files.stat("a/b/c")?.map(|info| info.kind), Some(Kind::Directory));
    files.write("f", "")?;
    assert_eq!(files.create_directory("f"), Err(FileError::AlreadyExists));
    assert_eq!(files.create_directory("f/below"), Err(FileError::NotADirectory));

    assert_eq!(files.remove("a"), Err(FileError::NotEmpty));
    for path in ["a/b/c", "a/b", "a", "f"] {
        files.remove(path)?;
        assert_eq!(files.remove(path), Err(FileError::NotFound), "{path}");
    }
    assert_eq!(files.list("").count(), 0);
    assert_eq!(files.usage()?.files, 0);
    Ok(())
}
