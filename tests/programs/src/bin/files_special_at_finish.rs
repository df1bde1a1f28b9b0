//! What came to lie at the path while the file was written is not replaced when it is no file. (The host puts a link there.)

use std::io::Write as _;

use larder_guest::files::{Directory, FileError};

fn main() -> Result<(), FileError> {
    let files = Directory::open("default")?;
    let mut writer = files.create("f")?;
    writer.write_all(b"content").unwrap();
    println!("ready");
    while files.stat("f")?.is_none() {}
    assert_eq!(writer.finish(), Err(FileError::NotAFile));
    assert_eq!(files.usage()?.bytes, 0, "what was written is gone");
    Ok(())
}
