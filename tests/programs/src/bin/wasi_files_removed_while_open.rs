//! A file that is removed while it is open can be used further, and is charged until it is closed.

use std::error::Error;
use std::fs::{self, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};

use larder_guest::files::Directory;

fn main() -> Result<(), Box<dyn Error>> {
    let files = Directory::open("default")?;
    let mut file = OpenOptions::new().read(true).write(true).create(true).truncate(true).open("/data/f")?;
    file.write_all(&[1; 100])?;
    fs::remove_file("/data/f")?;
    assert_eq!((files.usage()?.files, files.usage()?.bytes), (0, 100));
    file.write_all(&[2; 50])?;
    assert_eq!(files.usage()?.bytes, 150);
    file.seek(SeekFrom::Start(0))?;
    let mut content = Vec::new();
    file.read_to_end(&mut content)?;
    assert_eq!(content.len(), 150);
    drop(file);
    assert_eq!(files.usage()?.bytes, 0);
    Ok(())
}
