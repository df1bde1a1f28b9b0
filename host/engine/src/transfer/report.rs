//! What came of a transfer.

use crate::limits::{NAME_IN_ERROR_CHARS, REFUSED_LISTED};

/// How far a transfer has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TransferProgress {
    /// Entries and journal rows so far.
    pub done: u64,
    /// How many there are, where that is known.
    pub total: Option<u64>,
}

/// What was not taken in, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// What it is, fit to be shown: an entry by its group and key, a line by its number.
    pub what: String,
    /// Why.
    pub reason: String,
}

impl Refused {
    pub(crate) fn new(what: String, reason: impl Into<String>) -> Refused {
        Refused { what, reason: reason.into() }
    }
}

/// What an import did, or in a dry run would have done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImportReport {
    /// Whether it was kept: neither a dry run nor undone because something was refused.
    pub kept: bool,
    /// Entries that were not there before.
    pub added: u64,
    /// Entries that replaced others.
    pub replaced: u64,
    /// Entries that were there already, with the same value and expiry.
    pub unchanged: u64,
    /// Entries left out because their place was taken.
    pub skipped: u64,
    /// Entries left out because they had expired.
    pub expired: u64,
    /// Journal rows that were not there before.
    pub journal_added: u64,
    /// Journal rows that were there already, the same in everything.
    pub journal_unchanged: u64,
    /// How many things were refused.
    pub refused: u64,
    /// The first hundred of them.
    pub refusals: Vec<Refused>,
}

impl ImportReport {
    pub(super) fn refuse(&mut self, refused: Refused) {
        self.refused += 1;
        if self.refusals.len() < REFUSED_LISTED {
            self.refusals.push(refused);
        }
    }
}

/// What an export wrote.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ExportReport {
    /// Entries.
    pub entries: u64,
    /// Journal rows.
    pub journal_rows: u64,
    /// Rows of a legacy table that are kept aside in the tenant, and not written; see
    /// [`Tenant::unmigrated`](crate::Tenant::unmigrated).
    pub kept_aside: u64,
}

/// What became of a workspace's file in an import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WorkspaceImport {
    /// Copied, or in a dry run, fit to be copied: so many bytes.
    Copied(u64),
    /// Not copied, and why.
    Refused(String),
}

/// A workspace's file in an import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportedWorkspace {
    /// The workspace's name, or what it would be, fit to be shown.
    pub name: String,
    /// What became of it.
    pub outcome: WorkspaceImport,
}

/// A name fit to be shown.
pub(crate) fn shown(name: &[u8]) -> String {
    let text = String::from_utf8_lossy(name);
    let cut: String = text.chars().take(NAME_IN_ERROR_CHARS).collect();
    if cut.len() < text.len() { format!("{cut:?}...") } else { format!("{cut:?}") }
}

pub(crate) fn shown_entry(group: &[u8], key: &[u8]) -> String {
    format!("entry {} of group {}", shown(key), shown(group))
}
