//! With a grant for reading, every change answers `access-denied`. (The host wrote `f`.)

use larder_guest::files::{Directory, FileError};

fn main() -> Result<(), FileError> {
    let files = Directory::open("default")?;
    let changes = [
        files.write("f", "mine"),
        files.write("new", "mine"),
        files.create("new").map(drop),
        files.create_directory("d"),
        files.remove("f"),
        files.rename("f", "g"),
    ];
    for (n, answer) in changes.into_iter().enumerate() {
        assert_eq!(answer, Err(FileError::AccessDenied), "change {n}");
    }
    assert_eq!(files.read_to_string("f")?, "theirs");
    assert_eq!(files.open_read("f")?.chunk(6)?, b"theirs");
    assert_eq!((files.list("").count(), files.stat("f")?.is_some(), files.usage()?.files), (1, true, 1));
    Ok(())
}
