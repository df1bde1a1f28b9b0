//! Opens directories and files by WASI for ever and holds them; the errors do not stop it.

use std::fs::{self, File};
use std::io::Result;

fn main() -> Result<()> {
    fs::write("/data/f", "content")?;
    let (mut listings, mut files) = (Vec::new(), Vec::new());
    for _ in 0..3_000 {
        listings.extend(fs::read_dir("/data"));
        files.extend(File::open("/data/f"));
    }
    println!("{} listings and {} files", listings.len(), files.len());
    assert!(listings.len() + files.len() <= 256, "there is no bound");
    Ok(())
}
