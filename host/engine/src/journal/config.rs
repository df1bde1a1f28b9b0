//! How journals are kept.

use std::time::Duration;

/// How the journals of a root are kept.
///
/// ```
/// use larder_engine::{Config, JournalConfig};
/// let config = Config::new().journal(JournalConfig { bucket: "events".into(), ..JournalConfig::default() });
/// # let _ = config;
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JournalConfig {
    /// The bucket that rows are appended to. Default `store`.
    pub bucket: String,
    /// Most bytes of a tenant's rows, archived ones that are still kept included. `None` is unlimited. Default 1 GiB.
    pub bytes: Option<u64>,
    /// How long after its commit an archived row is kept in the database. `None` is for ever. Default `None`.
    pub retention: Option<Duration>,
    /// Bytes of a tenant's archives above which compaction is refused. `None` is unlimited. Default 10 GiB.
    pub archive_bytes: Option<u64>,
    /// Whether rows that are appended are to be delivered: they wait in the tenant's database until
    /// [a receiver](crate::Larder::deliver_to) has taken them. Default `false`.
    pub deliver: bool,
}

impl Default for JournalConfig {
    fn default() -> JournalConfig {
        JournalConfig {
            bucket: "store".into(),
            bytes: Some(1 << 30),
            retention: None,
            archive_bytes: Some(10 << 30),
            deliver: false,
        }
    }
}
