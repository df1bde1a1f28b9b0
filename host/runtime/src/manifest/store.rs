use larder_engine::{Config, Durability, FeedConfig, FileQuota, Quota};
use serde::Deserialize;

use super::{ByteSize, Span};

/// How a root is run. What is left out is as in [`Config::new`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct StoreManifest {
    /// What an acknowledged write has survived: `full` or `normal`.
    pub durability: Option<DurabilityName>,
    /// How long a writer waits for another one.
    pub busy_timeout: Option<Span>,
    /// How long a transaction may stay open.
    pub transaction_deadline: Option<Span>,
    /// How often expired entries are removed.
    pub purge_interval: Option<Span>,
    /// How many tenants are kept open.
    pub open_tenants: Option<usize>,
    /// Memory for entries that were read or written lately, of all open tenants together.
    pub read_cache: Option<ByteSize>,
    /// How much of the past the change feed keeps; `false` keeps none.
    pub feed: Option<FeedManifest>,
    /// A quota on all that each tenant stores.
    #[serde(default)]
    pub quota: QuotaManifest,
    /// A quota on each tenant's files.
    #[serde(default)]
    pub file_quota: FileQuotaManifest,
}

/// A [`Durability`] as it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DurabilityName {
    /// [`Durability::Full`].
    Full,
    /// [`Durability::Normal`].
    Normal,
}

/// A [`FeedConfig`] as it is written: its bounds, or whether there is a feed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum FeedManifest {
    /// A feed of the default size, or none.
    Kept(bool),
    /// A feed of this size.
    Bounds(FeedBoundsManifest),
}

/// The bounds of a feed; what is left out is as in [`FeedConfig::default`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct FeedBoundsManifest {
    /// Most events.
    pub events: Option<u64>,
    /// Most bytes of events.
    pub bytes: Option<ByteSize>,
    /// Longest time.
    pub age: Option<Span>,
    /// Largest value that an event carries.
    pub value_bytes: Option<ByteSize>,
}

impl From<FeedManifest> for Option<FeedConfig> {
    fn from(feed: FeedManifest) -> Option<FeedConfig> {
        let default = FeedConfig::default();
        match feed {
            FeedManifest::Kept(kept) => kept.then_some(default),
            FeedManifest::Bounds(bounds) => Some(FeedConfig {
                events: bounds.events.unwrap_or(default.events),
                bytes: bounds.bytes.map_or(default.bytes, |size| size.0),
                age_ms: bounds
                    .age
                    .map_or(default.age_ms, |Span(age)| u64::try_from(age.as_millis()).unwrap_or(u64::MAX)),
                value_bytes: bounds
                    .value_bytes
                    .map_or(default.value_bytes, |size| usize::try_from(size.0).unwrap_or(usize::MAX)),
            }),
        }
    }
}

/// A [`Quota`] as it is written; what is left out is unlimited.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct QuotaManifest {
    /// Live entries.
    pub keys: Option<u64>,
    /// Groups with an entry.
    pub groups: Option<u64>,
    /// Bytes of group names, keys and values.
    pub bytes: Option<ByteSize>,
}

/// A [`FileQuota`] as it is written; what is left out is unlimited.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct FileQuotaManifest {
    /// Bytes of all files together.
    pub bytes: Option<ByteSize>,
    /// Files and directories together.
    pub files: Option<u64>,
}

impl From<QuotaManifest> for Quota {
    fn from(quota: QuotaManifest) -> Quota {
        Quota { keys: quota.keys, groups: quota.groups, bytes: quota.bytes.map(|size| size.0) }
    }
}

impl From<FileQuotaManifest> for FileQuota {
    fn from(quota: FileQuotaManifest) -> FileQuota {
        FileQuota { bytes: quota.bytes.map(|size| size.0), files: quota.files }
    }
}

impl StoreManifest {
    /// The engine's configuration.
    pub fn config(&self) -> Config {
        let mut config = Config::new().tenant_quota(self.quota.into()).file_quota(self.file_quota.into());
        if let Some(durability) = self.durability {
            config = config.durability(match durability {
                DurabilityName::Full => Durability::Full,
                DurabilityName::Normal => Durability::Normal,
            });
        }
        if let Some(Span(timeout)) = self.busy_timeout {
            config = config.busy_timeout(timeout);
        }
        if let Some(Span(deadline)) = self.transaction_deadline {
            config = config.transaction_deadline(deadline);
        }
        if let Some(Span(interval)) = self.purge_interval {
            config = config.purge_interval(interval);
        }
        if let Some(tenants) = self.open_tenants {
            config = config.open_tenants(tenants);
        }
        if let Some(ByteSize(bytes)) = self.read_cache {
            config = config.read_cache(bytes);
        }
        if let Some(feed) = self.feed {
            config = config.feed(feed.into());
        }
        config
    }
}
