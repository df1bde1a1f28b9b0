//! A writer that is dropped leaves neither file nor directory, and gives back what it used of the quota.

use std::io::Write;

use larder_guest::files::Directory;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let files = Directory::open("default")?;
    files.write("f", "old")?;
    let before = files.usage()?;
    for path in ["f", "new", "in/a/new/directory"] {
        let mut writer = files.create(path)?;
        writer.write_all(&[7; 1000])?;
        drop(writer);
    }
    assert_eq!(files.read("f")?, b"old");
    let names = files.list("").map(|item| Ok(item?.name)).collect::<Result<Vec<_>, Box<dyn std::error::Error>>>()?;
    assert_eq!(names, ["f"]);
    let after = files.usage()?;
    assert_eq!((after.bytes, after.files), (before.bytes, before.files));
    Ok(())
}
