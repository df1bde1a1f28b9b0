//! Workspaces: named buffers of work in progress, committed to the store.
//!
//! ```no_run
//! use larder_guest::{Store, workspaces::Workspace};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let store = Store::default_store()?;
//! let import = Workspace::create(&store, "import 7")?;
//! import.put("row", r#"{"sku": "A-1", "stock": 4}"#)?;
//! for row in import.query("SELECT data ->> 'sku' FROM entries WHERE kind = ?", ["row"])? {
//!     println!("{:?}", row.text(0));
//! }
//! let rows = import.commit()?["row"];
//! # Ok(())
//! # }
//! ```

use core::fmt;
use std::collections::BTreeMap;

use crate::bindings::workspaces as raw;
use crate::sql::{Rows, SqlError, Value};
use crate::{Error, Store};

/// Why a call on a workspace was refused.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum WorkspaceError {
    /// What any call on a store can answer; [`Error::Closed`] when the
    /// workspace was committed, discarded or closed.
    Store(Error),
    /// There is one of this name, in use or left over.
    AlreadyExists,
    /// There is none of this name to recover.
    NotFound,
    /// It would have more bytes than this.
    Full(u64),
    /// The scope has as many as it may.
    TooMany(u32),
}

impl From<raw::WorkspaceError> for WorkspaceError {
    fn from(error: raw::WorkspaceError) -> Self {
        match error {
            raw::WorkspaceError::Store(error) => Self::Store(error.into()),
            raw::WorkspaceError::AlreadyExists => Self::AlreadyExists,
            raw::WorkspaceError::NotFound => Self::NotFound,
            raw::WorkspaceError::Full(limit) => Self::Full(limit),
            raw::WorkspaceError::TooMany(limit) => Self::TooMany(limit),
        }
    }
}

impl fmt::Display for WorkspaceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Store(error) => error.fmt(f),
            Self::AlreadyExists => f.write_str("there is a workspace of this name: recover it, or take another name"),
            Self::NotFound => f.write_str("there is no workspace of this name to recover"),
            Self::Full(limit) => write!(f, "the workspace would have more than {limit} bytes: commit it"),
            Self::TooMany(limit) => write!(f, "{limit} workspaces are the most there may be: commit or discard one"),
        }
    }
}

impl core::error::Error for WorkspaceError {}

/// The names of workspaces of the store's scope that are left over, in order.
///
/// # Errors
/// [`WorkspaceError::Store`].
pub fn orphans(store: &Store) -> Result<Vec<String>, WorkspaceError> {
    Ok(raw::orphans(store.raw())?)
}

/// A workspace that this instance uses. When it is dropped, it is left over.
#[derive(Debug)]
pub struct Workspace(raw::Workspace);

impl Workspace {
    /// A new one, of a name of 1 to 240 bytes.
    ///
    /// # Errors
    /// [`WorkspaceError::AlreadyExists`], [`WorkspaceError::TooMany`], and
    /// [`Error::InvalidArgument`] for the name.
    pub fn create(store: &Store, name: &str) -> Result<Self, WorkspaceError> {
        Ok(Self(raw::create(store.raw(), name)?))
    }

    /// One that is left over.
    ///
    /// # Errors
    /// [`WorkspaceError::NotFound`], [`WorkspaceError::AlreadyExists`] when it
    /// is in use.
    pub fn recover(store: &Store, name: &str) -> Result<Self, WorkspaceError> {
        Ok(Self(raw::recover(store.raw(), name)?))
    }

    /// Its name.
    pub fn name(&self) -> String {
        self.0.name()
    }

    /// Add a piece: a kind, and a JSON object of at most 1 MiB.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`], [`Error::TooLarge`];
    /// [`WorkspaceError::Full`].
    pub fn put(&self, kind: &str, data: &str) -> Result<(), WorkspaceError> {
        Ok(self.0.put(raw::Piece { kind, data })?)
    }

    /// Add pieces, all or none.
    ///
    /// # Errors
    /// As [`Workspace::put`].
    pub fn put_many<'a>(&self, pieces: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<(), WorkspaceError> {
        let pieces: Vec<_> = pieces.into_iter().map(|(kind, data)| raw::Piece { kind, data }).collect();
        Ok(self.0.put_many(&pieces)?)
    }

    /// How many pieces it has.
    ///
    /// # Errors
    /// [`WorkspaceError::Store`].
    pub fn count(&self) -> Result<u64, WorkspaceError> {
        Ok(self.0.count()?)
    }

    /// How many pieces it has of each kind.
    ///
    /// # Errors
    /// [`WorkspaceError::Store`].
    pub fn aggregate(&self) -> Result<BTreeMap<String, u64>, WorkspaceError> {
        Ok(tallies(self.0.aggregate()?))
    }

    /// The answer to one statement of SQL, with values for its `?`. It reads
    /// `entries` with `id`, `kind`, `data` and `created_at`.
    ///
    /// # Errors
    /// [`SqlError`].
    pub fn query<V: Into<Value>>(
        &self,
        statement: &str,
        parameters: impl IntoIterator<Item = V>,
    ) -> Result<Rows, SqlError> {
        Rows::of(parameters, |parameters| self.0.query(statement, parameters))
    }

    /// Commit it to the journal and to the entry `summary` of group
    /// `workspace:NAME`, once, and remove it. Answers the aggregate.
    ///
    /// # Errors
    /// What a write can answer; the workspace is then as it was.
    pub fn commit(&self) -> Result<BTreeMap<String, u64>, WorkspaceError> {
        Ok(tallies(self.0.commit()?))
    }

    /// Remove it with all that is in it.
    ///
    /// # Errors
    /// [`WorkspaceError::Store`].
    pub fn discard(&self) -> Result<(), WorkspaceError> {
        Ok(self.0.discard()?)
    }

    /// End the use of it and keep it.
    pub fn close(&self) {
        self.0.close();
    }
}

fn tallies(tallies: Vec<raw::Tally>) -> BTreeMap<String, u64> {
    tallies.into_iter().map(|tally| (tally.kind, tally.pieces)).collect()
}
