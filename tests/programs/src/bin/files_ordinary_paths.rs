//! Names that only look dangerous are names like others.

use larder_guest::files::{Directory, FileError};

fn main() -> Result<(), FileError> {
    let files = Directory::open("default")?;
    let longest = "x".repeat(255);
    let names = ["a b", "..a", "a..b", ".a", "~", "$HOME", "-rf", "*", "a;b", "ａ／ｂ", "․․", "CONs", "store.db"];
    for path in names.into_iter().chain([longest.as_str()]) {
        files.write(path, path)?;
        assert_eq!(files.read_to_string(path)?, path);
    }
    assert_eq!(files.list("").count(), names.len() + 1);
    files.write(&vec!["d"; 32].join("/"), "the deepest")?;
    Ok(())
}
