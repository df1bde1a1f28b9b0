//! Files in the tenant's own directory.
//!
//! For what is too large for an entry, or is a file by nature. Paths are
//! relative, with `/` between names; `..` and symbolic links lead nowhere.
//!
//! ```no_run
//! use std::io::Write;
//!
//! use larder_guest::files::Directory;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let directory = Directory::open("default")?;
//! directory.write("notes/today.txt", "buy bread")?;
//!
//! let mut writer = directory.create("notes/all.txt")?;
//! for item in directory.list("notes") {
//!     writeln!(writer, "{}", item?.name)?;
//! }
//! writer.finish()?;
//! # Ok(())
//! # }
//! ```

mod directory;
mod error;
mod stream;

pub use crate::bindings::files::{FileQuota, FileUsage, Info, Item, Kind};
pub use directory::{Directory, Items};
pub use error::FileError;
pub use stream::{FileReader, FileWriter};
