//! Directories, readers and writers together are bounded; dropping one makes room.

use larder_guest::files::{Directory, FileError};

fn main() -> Result<(), FileError> {
    let files = Directory::open("default")?;
    files.write("f", "content")?;
    let refused = FileError::TooManyHandles { limit: 64 };
    let (mut readers, mut writers, mut directories) = (Vec::new(), Vec::new(), Vec::new());
    for n in 0..21 {
        readers.push(files.open_read("f")?);
        writers.push(files.create(&format!("w{n}"))?);
        directories.push(Directory::open("default")?);
    }
    assert_eq!(files.open_read("f").map(drop), Err(refused.clone()));
    assert_eq!(files.create("w").map(drop), Err(refused.clone()));
    assert_eq!(Directory::open("default").map(drop), Err(refused.clone()));
    assert_eq!(files.read("f")?, b"content", "what needs no handle goes on");

    drop(readers.pop());
    writers.push(files.create("w")?);
    assert_eq!(files.create("x").map(drop), Err(refused));
    writers.pop().expect("there are some").finish()?;
    files.create("x")?.finish()?;
    drop((readers, writers, directories));
    for _ in 0..1000 {
        files.open_read("f")?;
    }
    Ok(())
}
