//! Writes half a file and traps.

use std::io::Write;

use larder_guest::files::{Directory, FileError};

fn main() -> Result<(), FileError> {
    let files = Directory::open("default")?;
    let mut writer = files.create("new/directory/half")?;
    writer.write_all(&[7; 100_000]).expect("there is room");
    panic!("in the middle of a file");
}
