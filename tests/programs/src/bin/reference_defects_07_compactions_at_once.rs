//! One of many instances that compact at the same time. Prints how many rows it moved.

use larder_guest::archive::{ArchiveError, Format};
use larder_guest::{Error, Store};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let store = Store::default_store()?;
    let mut moved = 0;
    loop {
        match store.archives().compact(i64::MAX, Format::Gzip) {
            Ok(Some(done)) => moved += done.rows,
            Ok(None) => break,
            Err(ArchiveError::Store(Error::Busy)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    println!("{moved}");
    Ok(())
}
