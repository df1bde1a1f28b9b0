//! Writes files until it is refused, by the contract and by WASI. (The host: 1 MiB and 50 files.)

use std::fs;
use std::io::Write;

use larder_guest::files::{Directory, FileError};

fn main() -> Result<(), FileError> {
    let files = Directory::open("default")?;
    for n in 0..200 {
        let _ = files.write(&format!("small{n}"), "x");
        let _ = fs::write(format!("/data/smaller{n}"), "x");
        let _ = files.create_directory(&format!("d{n}/e"));
    }
    assert_eq!(files.usage()?.files, 50);
    for n in 0..30 {
        let mut writer = files.create("small0")?;
        let _ = writer.write_all(&vec![0; 100_000 * n]);
        let _ = writer.finish();
        let _ = fs::write("/data/small0", vec![0; 100_000 * n]);
    }
    let usage = files.usage()?;
    assert!(usage.bytes <= 1 << 20, "{}", usage.bytes);
    assert!(files.write("small1", vec![0; 1 << 20]).is_err());
    Ok(())
}
