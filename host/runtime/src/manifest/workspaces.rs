use larder_engine::WorkspaceConfig;
use serde::Deserialize;

use super::{ByteSize, Span};

/// How many workspaces a scope may have, how large and how old. What is left out is as in [`WorkspaceConfig::default`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct WorkspacesManifest {
    /// [`WorkspaceConfig::number`].
    pub number: Option<usize>,
    /// [`WorkspaceConfig::bytes`].
    pub bytes: Option<ByteSize>,
    /// [`WorkspaceConfig::age`].
    pub age: Option<Span>,
}

impl WorkspacesManifest {
    /// The engine's configuration.
    pub fn config(&self) -> WorkspaceConfig {
        let default = WorkspaceConfig::default();
        WorkspaceConfig {
            number: self.number.unwrap_or(default.number),
            bytes: self.bytes.map_or(default.bytes, |size| size.0),
            age: self.age.map(|span| span.0).or(default.age),
        }
    }
}
