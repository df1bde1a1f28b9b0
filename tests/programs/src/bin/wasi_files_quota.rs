//! What ordinary file functions write is charged to the tenant's quota. (The host: 1,000 bytes, 3 files.)

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Result, Seek, SeekFrom, Write};

fn refused<T>(answer: Result<T>, case: &str) {
    match answer {
        Err(error) => assert_eq!(error.kind(), ErrorKind::QuotaExceeded, "{case}: {error}"),
        Ok(_) => panic!("{case}: it was taken"),
    }
}

fn main() -> Result<()> {
    fs::write("/data/a", [1; 900])?;
    refused(fs::write("/data/b", [2; 101]), "a file too much");
    fs::write("/data/b", [2; 100])?;
    refused(OpenOptions::new().append(true).open("/data/b")?.write_all(b"x"), "appending");
    refused(OpenOptions::new().write(true).open("/data/b")?.set_len(101), "growing");
    let mut file = OpenOptions::new().write(true).open("/data/b")?;
    file.seek(SeekFrom::Start(1 << 40))?;
    refused(file.write_all(b"x"), "writing beyond the end");
    file.seek(SeekFrom::Start(0))?;
    drop(file);
    OpenOptions::new().write(true).open("/data/b")?.write_all(&[3; 100])?;
    assert_eq!(fs::read("/data/b")?, [3; 100], "writing over is free");

    OpenOptions::new().write(true).open("/data/a")?.set_len(0)?;
    OpenOptions::new().append(true).open("/data/b")?.write_all(&[4; 900])?;
    fs::create_dir("/data/d")?;
    refused(File::create("/data/c"), "a name too much");
    refused(fs::create_dir("/data/e"), "a directory too much");
    fs::remove_dir("/data/d")?;
    fs::remove_file("/data/b")?;
    fs::write("/data/c", [5; 1000])?;
    Ok(())
}
