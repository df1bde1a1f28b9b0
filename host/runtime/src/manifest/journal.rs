use larder_engine::JournalConfig;
use serde::Deserialize;

use super::{DeliverManifest, ManifestError};

/// How journals are kept. What is left out is as in [`JournalConfig::default`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct JournalManifest {
    /// Where rows are delivered to. Left out: nowhere.
    pub deliver: Option<DeliverManifest>,
}

impl JournalManifest {
    /// The engine's configuration.
    pub fn config(&self) -> JournalConfig {
        let default = JournalConfig::default();
        let bucket = self.deliver.as_ref().and_then(|deliver| deliver.bucket.clone());
        JournalConfig { deliver: self.deliver.is_some(), bucket: bucket.unwrap_or(default.bucket), ..default }
    }

    /// What can be known to be wrong before anything is opened.
    pub(super) fn check(&self) -> Result<(), ManifestError> {
        self.deliver.as_ref().map_or(Ok(()), |deliver| deliver.check("journal.deliver"))
    }
}
