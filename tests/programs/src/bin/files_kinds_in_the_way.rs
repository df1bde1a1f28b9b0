//! A directory where a file is wanted, and the other way round, is an error of its own.

use larder_guest::files::{Directory, FileError};

fn main() -> Result<(), FileError> {
    let files = Directory::open("default")?;
    files.create_directory("d")?;
    files.write("f", "content")?;
    for path in ["d", ""] {
        assert_eq!(files.read(path), Err(FileError::IsADirectory), "{path:?}");
        assert_eq!(files.open_read(path).map(drop), Err(FileError::IsADirectory), "{path:?}");
        assert_eq!(files.write(path, "x"), Err(FileError::IsADirectory), "{path:?}");
        assert_eq!(files.create(path).and_then(|writer| writer.finish()), Err(FileError::IsADirectory), "{path:?}");
    }
    assert_eq!(files.write("f/below", "x"), Err(FileError::NotADirectory));
    assert_eq!(files.create("f/below").and_then(|writer| writer.finish()), Err(FileError::NotADirectory));
    assert_eq!(files.list("f").next().expect("an error").map(drop), Err(FileError::NotADirectory));
    assert_eq!(files.list("absent").next().expect("an error").map(drop), Err(FileError::NotFound));
    for path in ["absent", "absent/f", "f/below"] {
        assert_eq!(files.read(path), Err(FileError::NotFound), "{path}");
        assert_eq!(files.open_read(path).map(drop), Err(FileError::NotFound), "{path}");
        assert_eq!(files.remove(path), Err(FileError::NotFound), "{path}");
    }

    // What comes to lie at the path while the file is being written.
    let writer = files.create("later")?;
    files.create_directory("later")?;
    assert_eq!(writer.finish(), Err(FileError::IsADirectory));
    let writer = files.create("way/later")?;
    files.write("way", "a file")?;
    assert_eq!(writer.finish(), Err(FileError::NotADirectory));
    assert_eq!((files.read("f")?, files.list("later").count()), (b"content".to_vec(), 0));
    Ok(())
}
