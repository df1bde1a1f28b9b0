//! How many workspaces there may be, how large and how old.

use std::time::Duration;

/// How many workspaces a scope may have, how large and how old.
///
/// ```
/// use larder_engine::{Config, WorkspaceConfig};
/// let config = Config::new().workspaces(WorkspaceConfig { number: 8, ..WorkspaceConfig::default() });
/// # let _ = config;
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WorkspaceConfig {
    /// Most workspaces of a scope, left-over ones included. Default 64.
    pub number: usize,
    /// Most bytes of one, without its log. Default 256 MiB.
    pub bytes: u64,
    /// How long after its last write a left-over one is kept; then it goes to the quarantine when the left-over ones are next
    /// looked at. `None` is for ever. Default `None`.
    pub age: Option<Duration>,
}

impl Default for WorkspaceConfig {
    fn default() -> WorkspaceConfig {
        WorkspaceConfig { number: 64, bytes: 256 * 1024 * 1024, age: None }
    }
}
