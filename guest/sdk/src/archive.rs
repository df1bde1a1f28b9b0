//! Archives: old rows of the journal, compressed, out of the database.
//!
//! ```no_run
//! use larder_guest::{Store, archive::Format};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let store = Store::default_store()?;
//! let archives = store.archives();
//! let before_ms = 1_790_000_000_000;
//! while let Some(done) = archives.compact(before_ms, Format::Zstd)? {
//!     println!("{} rows are in {}", done.rows, done.name);
//!     if !done.more {
//!         break;
//!     }
//! }
//! for archive in archives.list() {
//!     for row in archives.read(&archive?.name)? {
//!         println!("{}", row?.fields);
//!     }
//! }
//! # Ok(())
//! # }
//! ```

use core::fmt;

use std::vec::IntoIter;

use crate::bindings::archive as raw;
pub use crate::bindings::archive::{ArchivedRow, Compacted, Format, Info, Verified};
use crate::paging::Pages;
use crate::{Error, Store};

/// How many rows are asked for at once; the host ends a page earlier when it
/// has a megabyte.
const PAGE: u32 = 1_000;

/// Why a call on archives was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ArchiveError {
    /// What any call on a store can answer.
    Store(Error),
    /// There is none of this name.
    NotFound,
    /// Its file is damaged or gone; the text says where.
    Damaged(String),
}

impl From<raw::ArchiveError> for ArchiveError {
    fn from(error: raw::ArchiveError) -> Self {
        match error {
            raw::ArchiveError::Store(error) => Self::Store(error.into()),
            raw::ArchiveError::NotFound => Self::NotFound,
            raw::ArchiveError::Damaged(place) => Self::Damaged(place),
        }
    }
}

impl fmt::Display for ArchiveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Store(error) => error.fmt(f),
            Self::NotFound => f.write_str("there is no archive of this name"),
            Self::Damaged(place) => write!(f, "the archive is damaged, {place}: tell the host's operator"),
        }
    }
}

impl core::error::Error for ArchiveError {}

/// The archives of a store's scope; see [`Store::archives`].
#[derive(Clone, Copy, Debug)]
pub struct Archives<'a> {
    store: &'a Store,
}

impl Store {
    /// The archives of the store's scope.
    pub fn archives(&self) -> Archives<'_> {
        Archives { store: self }
    }
}

impl<'a> Archives<'a> {
    /// Moves the rows of the journal that were committed before `before_ms`,
    /// in milliseconds since the epoch, into a new archive, at most 250,000 of
    /// them. `None` when there is nothing to move.
    ///
    /// # Errors
    /// [`Error::Busy`] while another compaction is under way,
    /// [`Error::QuotaExceeded`] when the archives have no room,
    /// [`Error::TransactionOpen`], [`Error::Conflict`],
    /// [`Error::AccessDenied`].
    pub fn compact(&self, before_ms: i64, format: Format) -> Result<Option<Compacted>, ArchiveError> {
        Ok(raw::compact(self.store.raw(), before_ms, format)?)
    }

    /// The archives, oldest first. They are fetched a page at a time; an error
    /// is the last item.
    pub fn list(&self) -> Infos<'a> {
        Infos { store: self.store, pages: Pages::new() }
    }

    /// The rows of an archive, in the order of their commits.
    ///
    /// # Errors
    /// [`ArchiveError::NotFound`], [`ArchiveError::Damaged`];
    /// [`Error::TooMany`] when too many are being read.
    pub fn read(&self, name: &str) -> Result<ArchivedRows, ArchiveError> {
        Ok(ArchivedRows {
            raw: raw::Reader::open(self.store.raw(), name)?,
            page: Vec::new().into_iter(),
            failed: false,
        })
    }

    /// Reads all of an archive and compares it with what is written down of it.
    ///
    /// # Errors
    /// [`ArchiveError::NotFound`]. Damage is an answer.
    pub fn verify(&self, name: &str) -> Result<Verified, ArchiveError> {
        Ok(raw::verify(self.store.raw(), name)?)
    }

    /// Makes the rows of an archive live again, all or none, and removes the
    /// archive. Answers how many.
    ///
    /// # Errors
    /// Those of [`Archives::compact`]; [`ArchiveError::NotFound`],
    /// [`ArchiveError::Damaged`].
    pub fn restore(&self, name: &str) -> Result<u64, ArchiveError> {
        Ok(raw::restore(self.store.raw(), name)?)
    }
}

impl ArchivedRow {
    /// The value of a tag.
    pub fn tag(&self, name: &str) -> Option<&str> {
        self.tags.iter().find(|tag| tag.name == name).map(|tag| &*tag.value)
    }
}

/// Archives; see [`Archives::list`].
#[derive(Debug)]
pub struct Infos<'a> {
    store: &'a Store,
    pages: Pages<IntoIter<Info>>,
}

impl Iterator for Infos<'_> {
    type Item = Result<Info, ArchiveError>;

    fn next(&mut self) -> Option<Self::Item> {
        let store = self.store;
        self.pages.next(|after| {
            let page = raw::list(store.raw(), after)?;
            let last = page.last().map(|info| info.name.clone());
            Ok((page, last))
        })
    }
}

/// The rows of an archive; see [`Archives::read`]. An error is the last item.
#[derive(Debug)]
pub struct ArchivedRows {
    raw: raw::Reader,
    page: std::vec::IntoIter<ArchivedRow>,
    failed: bool,
}

impl Iterator for ArchivedRows {
    type Item = Result<ArchivedRow, ArchiveError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.page.len() == 0 && !self.failed {
            match self.raw.next(PAGE) {
                Ok(page) => self.page = page.into_iter(),
                Err(error) => {
                    self.failed = true;
                    return Some(Err(error.into()));
                }
            }
        }
        self.page.next().map(Ok)
    }
}
