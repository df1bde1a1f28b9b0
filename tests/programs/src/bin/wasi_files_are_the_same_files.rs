//! The preopen and the contract's `files` are the same tree with the same account.

use std::error::Error;
use std::fs;

use larder_guest::files::Directory;

fn main() -> Result<(), Box<dyn Error>> {
    let files = Directory::open("default")?;
    files.write("d/by-contract", "12345")?;
    assert_eq!(fs::read_to_string("/data/d/by-contract")?, "12345");
    fs::write("/data/d/by-wasi", "123")?;
    assert_eq!(files.read_to_string("d/by-wasi")?, "123");
    let usage = files.usage()?;
    assert_eq!((usage.bytes, usage.files), (8, 3));
    fs::remove_file("/data/d/by-contract")?;
    files.remove("d/by-wasi")?;
    fs::remove_dir("/data/d")?;
    let usage = files.usage()?;
    assert_eq!((usage.bytes, usage.files), (0, 0));
    Ok(())
}
