//! On a preopen for reading nothing changes. (The host wrote `f`.)

use std::fs::{self, File, OpenOptions};
use std::io::Result;

fn main() -> Result<()> {
    let changes = [
        fs::write("/data/new", "mine"),
        fs::write("/data/f", "mine"),
        OpenOptions::new().append(true).open("/data/f").map(drop),
        File::create("/data/f").map(drop),
        fs::remove_file("/data/f"),
        fs::rename("/data/f", "/data/g"),
        fs::create_dir("/data/d"),
        File::open("/data/f").and_then(|file| file.set_len(0)),
    ];
    for (n, answer) in changes.into_iter().enumerate() {
        assert!(answer.is_err(), "change {n}");
    }
    assert_eq!(fs::read_to_string("/data/f")?, "theirs");
    assert_eq!(fs::read_dir("/data")?.count(), 1);
    Ok(())
}
