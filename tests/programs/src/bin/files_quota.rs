//! A write past the quota is refused with what is in use and the limit. (The host: 1,000 bytes, 5 files.)

use std::io::Write;

use larder_guest::files::{Directory, FileError, FileQuota};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let files = Directory::open("default")?;
    let bytes = |used| FileError::QuotaExceeded { quota: FileQuota::Bytes, used, limit: 1000 };
    let names = FileError::QuotaExceeded { quota: FileQuota::Files, used: 5, limit: 5 };
    files.write("a", [1; 900])?;
    assert_eq!(files.write("b", [2; 101]), Err(bytes(900)));
    assert!(files.stat("b")?.is_none());
    files.write("b", [2; 100])?;
    assert_eq!(files.write("a", [3; 901]), Err(bytes(1000)), "the new content counts in place of the old one");
    assert_eq!(files.read("a")?, [1; 900]);
    files.write("a", [3; 10])?;

    let mut writer = files.create("c")?;
    writer.write_all(&[4; 800])?;
    assert!(writer.write_all(&[4; 100]).is_err(), "110 + 800 + 100 bytes");
    assert_eq!(writer.written(), 800, "what was written before stays");
    assert_eq!(files.write("d", [5; 100]), Err(bytes(910)), "what is being written counts");
    writer.write_all(&[4; 90])?;
    writer.finish()?;
    assert_eq!((files.stat("c")?.map(|info| info.size), files.usage()?.bytes), (Some(890), 1000));

    files.create_directory("x/y")?;
    assert_eq!(files.usage()?.files, 5);
    assert_eq!(files.write("e", ""), Err(names.clone()));
    assert_eq!(files.create_directory("z"), Err(names.clone()), "directories count");
    assert_eq!(files.write("x/y/f", ""), Err(names));
    files.remove("x/y")?;
    files.write("e", "")?;
    let usage = files.usage()?;
    assert_eq!((usage.files, usage.max_files, usage.max_bytes), (5, Some(5), Some(1000)));
    Ok(())
}
