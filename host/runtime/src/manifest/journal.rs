use larder_engine::JournalConfig;
use serde::Deserialize;

use super::{ByteSize, DeliverManifest, ManifestError, Span};

/// How journals are kept. What is left out is as in [`JournalConfig::default`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct JournalManifest {
    /// The bucket that rows are appended to.
    pub bucket: Option<String>,
    /// Most bytes of a tenant's rows.
    pub bytes: Option<ByteSize>,
    /// How long after its commit an archived row is kept in the database.
    pub retention: Option<Span>,
    /// Bytes of a tenant's archives above which nothing more is archived.
    pub archive_bytes: Option<ByteSize>,
    /// Where rows are delivered to. Left out: nowhere.
    pub deliver: Option<DeliverManifest>,
}

impl JournalManifest {
    /// The engine's configuration.
    pub fn config(&self) -> JournalConfig {
        let default = JournalConfig::default();
        let of_receiver = self.deliver.as_ref().and_then(|deliver| deliver.bucket.clone());
        JournalConfig {
            bucket: of_receiver.or_else(|| self.bucket.clone()).unwrap_or(default.bucket),
            bytes: self.bytes.map(|size| size.0).or(default.bytes),
            retention: self.retention.map(|span| span.0).or(default.retention),
            archive_bytes: self.archive_bytes.map(|size| size.0).or(default.archive_bytes),
            deliver: self.deliver.is_some(),
        }
    }

    /// What can be known to be wrong before anything is opened.
    pub(super) fn check(&self) -> Result<(), ManifestError> {
        if self.bucket.as_ref().is_some_and(|bucket| bucket.is_empty() || bucket.contains(char::is_control)) {
            let problem = "a bucket has a name, without control characters, such as \"store\"";
            return Err(ManifestError::invalid("journal.bucket", problem));
        }
        let Some(deliver) = &self.deliver else { return Ok(()) };
        if self.bucket.is_some() {
            let problem = "rows are appended to the bucket of [journal.deliver]: leave this out";
            return Err(ManifestError::invalid("journal.bucket", problem));
        }
        deliver.check("journal.deliver")
    }
}
