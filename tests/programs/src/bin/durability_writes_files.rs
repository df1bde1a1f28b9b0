//! Replaces files for ever, each with a content that is whole or not there, and says when it was told that
//! one is stored: `f <me> <n>`, the file `<me>/<n % 5>` holds 20,000 bytes of the value `n % 251`, or of a later `n`.

use std::io::{Write, stdout};

use larder_guest::files::{Directory, FileError};
use larder_test_programs::argument;

fn main() -> Result<(), FileError> {
    let me = argument(1);
    let files = Directory::open("default")?;
    for n in 1_u64.. {
        let byte = u8::try_from(n % 251).unwrap_or(0);
        files.write(&format!("{me}/{}", n % 5), vec![byte; 20_000])?;
        let line = format!("f {me} {n}\n");
        stdout().write_all(line.as_bytes()).and_then(|()| stdout().flush()).expect("somebody listens");
    }
    Ok(())
}
