//! What is typed, in a file, or on standard input.

use std::{
    fs,
    io::{self, Read as _},
    path::Path,
};

use crate::failure::{Failure, Result};

/// The content of `file`, else `text`, where `-` is standard input; or as much of it as shows that it is longer than `limit`
/// bytes. `None` where neither is given.
pub(crate) fn read(text: Option<&str>, file: Option<&Path>, limit: usize) -> Result<Option<Vec<u8>>> {
    let bound = (limit as u64).saturating_add(1);
    let mut bytes = Vec::new();
    match (text, file) {
        (_, Some(path)) => {
            let read = fs::File::open(path).and_then(|file| file.take(bound).read_to_end(&mut bytes));
            read.map_err(|error| Failure::io("read", path, &error))?;
        }
        (Some("-"), None) => {
            let read = io::stdin().lock().take(bound).read_to_end(&mut bytes);
            read.map_err(|error| Failure::io("read", Path::new("standard input"), &error))?;
        }
        (Some(text), None) => bytes.extend_from_slice(text.as_bytes()),
        (None, None) => return Ok(None),
    }
    Ok(Some(bytes))
}
