//! A cursor that was altered or belongs to another directory is refused.

use larder_guest::bindings::files::{Directory, FileError};

fn main() -> Result<(), FileError> {
    let files = Directory::open("default")?;
    for path in ["a/1", "a/2", "a/3", "b/1", "b/2"] {
        files.write(path, b"")?;
    }
    let cursor = files.list("a", None, 1)?.next.expect("there are more");
    assert_eq!(files.list("a", Some(&cursor), 9)?.items.len(), 2);
    let mut altered = cursor.clone();
    altered.replace_range(0..1, if cursor.starts_with('0') { "1" } else { "0" });
    for other in ["", "0", "../../etc", "a/2", &altered, &cursor[1..], &"0".repeat(100_000)] {
        let answer = files.list("a", Some(other), 1).map(drop);
        assert_eq!(answer, Err(FileError::InvalidCursor), "{}", &other[..other.len().min(40)]);
    }
    assert_eq!(files.list("b", Some(&cursor), 1).map(drop), Err(FileError::InvalidCursor));
    Ok(())
}
