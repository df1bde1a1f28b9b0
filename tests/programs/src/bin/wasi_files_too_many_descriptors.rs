//! Open files are bounded; closing one makes room.

use std::fs::{self, File};
use std::io::Result;

fn main() -> Result<()> {
    fs::write("/data/f", "content")?;
    let mut open = Vec::new();
    while let Ok(file) = File::open("/data/f") {
        open.push(file);
        assert!(open.len() < 1000, "there is no bound");
    }
    println!("{} files", open.len());
    assert!(open.len() > 50, "{}", open.len());
    drop(open.pop());
    open.push(File::open("/data/f")?);
    drop(open);
    for _ in 0..2000 {
        File::open("/data/f")?;
    }
    Ok(())
}
