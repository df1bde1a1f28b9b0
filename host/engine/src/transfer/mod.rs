//! Taking data in from elsewhere, and giving it out: go-store's SQLite files and JSON lines.

mod export;
mod import;
mod item;
mod json_lines;
mod report;
mod workspaces;

use std::{
    io::{BufRead, Write},
    path::Path,
};

pub(crate) use item::{Found, Item, TransferEntry, TransferRow};
pub use report::{ExportReport, ImportReport, ImportedWorkspace, Refused, TransferProgress, WorkspaceImport};
pub(crate) use report::{shown, shown_entry};

use crate::Result;

/// Where an import comes from.
#[non_exhaustive]
pub enum ImportSource<'a> {
    /// A database of go-store, of any of its versions, or of larder; the file is copied first, with its log, and never
    /// changed. Nobody may be writing to it.
    SqliteFile(&'a Path),
    /// A JSON object a line, as an export writes them.
    JsonLines(&'a mut dyn BufRead),
}

/// Where an export goes to.
#[non_exhaustive]
pub enum ExportTarget<'a> {
    /// A database that go-store opens. It takes its place, durable, when all is in it.
    SqliteFile(&'a Path),
    /// JSON lines in a file, which takes its place like a database.
    JsonLinesFile(&'a Path),
    /// JSON lines.
    JsonLines(&'a mut dyn Write),
}

/// What becomes of an entry whose group and key are taken by another value or expiry.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnConflict {
    /// It is refused.
    #[default]
    Fail,
    /// What is there stays.
    Skip,
    /// What is there is replaced.
    Replace,
}

/// How an import is done. Default: everything or nothing, and nothing that is there is touched.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ImportOptions {
    /// What becomes of an entry whose place is taken.
    pub on_conflict: OnConflict,
    /// Keep the rest when something is refused; otherwise nothing is kept then.
    pub leave_out_refused: bool,
    /// Do all of it, quotas included, and keep nothing.
    pub dry_run: bool,
}

/// Reads a source from start to end.
pub(crate) trait Source {
    /// How many things there are, where that is known.
    fn total(&self) -> Option<u64>;
    fn each(&mut self, visit: &mut dyn FnMut(Found) -> Result<()>) -> Result<()>;
}

/// Takes what is exported.
pub(crate) trait Sink {
    fn put(&mut self, item: &Item) -> Result<()>;
    /// Everything was put.
    fn finish(&mut self) -> Result<()>;
}
