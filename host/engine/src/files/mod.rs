//! The files of a tenant: a tree with a quota, in which no path leads out and no link is followed.
//!
//! - `path` parses what callers name, and holds the rules for names.
//! - `place` finds what a path is about, one real directory after the other.
//! - `ledger` is the account of bytes and files; `reservation` is a share of it that is not in the tree yet,
//!   and `open_files` are those that count until they are closed.
//! - `files` is the one door; `reader`, `writer`, `list` and `change` do its work.
//!
//! Names that an operator put into the tree and that break the rules for names cannot be named here: they are not
//! listed, but they count, and a directory with one is not empty.

mod change;
mod directories;
mod error;
#[expect(clippy::module_inception, reason = "the module is about what it is named for")]
mod files;
mod info;
mod ledger;
mod list;
mod open_files;
mod path;
mod place;
mod reader;
mod reservation;
mod temporary;
mod walk;
mod writer;

pub use error::{FileError, FileQuotaKind, FileResult};
pub use files::Files;
pub(crate) use files::WeakFiles;
pub use info::{FileInfo, FileItem, FileKind, FilePage, FileUsage};
pub use ledger::{FileLedger, TreeChange};
pub use open_files::{FileId, OpenedFile};
pub use path::broken_file_name_rule;
pub use reader::FileReader;
pub use writer::FileWriter;

#[cfg(test)]
mod tests;
