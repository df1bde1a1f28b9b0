use serde::Deserialize;

use super::{ByteSize, Span};
use crate::Limits;

/// Bounds on an instance, each of which may be left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct LimitsManifest {
    /// [`Limits::memory`].
    pub memory: Option<ByteSize>,
    /// [`Limits::time`].
    pub time: Option<Span>,
    /// [`Limits::call_bytes`].
    pub call_bytes: Option<ByteSize>,
    /// [`Limits::resources`].
    pub resources: Option<usize>,
    /// [`Limits::stores`].
    pub stores: Option<u32>,
    /// [`Limits::transactions`].
    pub transactions: Option<u32>,
    /// [`Limits::files`].
    pub files: Option<u32>,
    /// [`Limits::watchers`].
    pub watchers: Option<u32>,
    /// [`Limits::workspaces`].
    pub workspaces: Option<u32>,
    /// [`Limits::rows`].
    pub rows: Option<u32>,
    /// [`Limits::archives`].
    pub archives: Option<u32>,
}

impl LimitsManifest {
    /// These, and `otherwise` for those that were left out.
    pub fn or(&self, otherwise: Limits) -> Limits {
        Limits {
            memory: self.memory.map_or(otherwise.memory, |size| size.0),
            time: self.time.map_or(otherwise.time, |span| span.0),
            call_bytes: self
                .call_bytes
                .map_or(otherwise.call_bytes, |size| usize::try_from(size.0).unwrap_or(usize::MAX)),
            resources: self.resources.unwrap_or(otherwise.resources),
            stores: self.stores.unwrap_or(otherwise.stores),
            transactions: self.transactions.unwrap_or(otherwise.transactions),
            files: self.files.unwrap_or(otherwise.files),
            watchers: self.watchers.unwrap_or(otherwise.watchers),
            workspaces: self.workspaces.unwrap_or(otherwise.workspaces),
            rows: self.rows.unwrap_or(otherwise.rows),
            archives: self.archives.unwrap_or(otherwise.archives),
        }
    }
}
