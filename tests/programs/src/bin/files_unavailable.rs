//! When the host's storage fails, the guest learns that and nothing of the host. (The host took its own directory for
//! unfinished files away.)

use larder_guest::files::{Directory, FileError};

fn main() -> Result<(), FileError> {
    let files = Directory::open("default")?;
    assert_eq!(files.write("f", "content"), Err(FileError::Unavailable));
    assert_eq!(files.create("f").map(drop), Err(FileError::Unavailable));
    assert!(files.stat("f")?.is_none());
    assert_eq!((files.usage()?.files, files.usage()?.bytes), (0, 0));
    Ok(())
}
