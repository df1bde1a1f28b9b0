//! SQLite files that go in and out.

mod exported;
mod imported;
mod journal;

pub(crate) use exported::ExportedFile;
pub(crate) use imported::ImportedFile;
pub(super) use journal::{has_row, last_row, put_row, rows, visit_rows};
