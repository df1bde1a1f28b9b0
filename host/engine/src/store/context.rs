//! What an operation has to know beside its arguments: the scope, the limits, the time.

use std::{borrow::Cow, sync::Arc};

use crate::{
    Config, Error, JournalConfig, Limits, Quota, Result, ScopeName, SizeLimit,
    backend::{Names, Totals},
    scope,
    telemetry::{Entered, Meters, Op},
};

/// Whose operation it is, and when.
#[derive(Clone, Debug)]
pub(crate) struct Context {
    pub(crate) scope: Option<ScopeName>,
    pub(crate) quota: Quota,
    pub(crate) tenant_quota: Quota,
    pub(crate) limits: Limits,
    /// How the journal is kept.
    pub(crate) journal: Arc<JournalConfig>,
    pub(crate) meters: Meters,
    pub(crate) now: i64,
}

impl Context {
    /// Of somebody who writes nothing.
    pub(crate) fn plain(scope: Option<ScopeName>, config: &Config) -> Context {
        Context {
            scope,
            quota: Quota::default(),
            tenant_quota: Quota::default(),
            limits: config.limits,
            journal: config.journal.clone(),
            meters: Meters::default(),
            now: config.clock.now_ms(),
        }
    }

    /// An operation begins; it ends when the answer is dropped.
    pub(crate) fn operation(&self, op: Op) -> Entered<'_> {
        self.meters.enter(op)
    }

    /// The name under which a group is stored, once it is known to be no longer than allowed.
    pub(crate) fn group<'a>(&self, group: &'a str) -> Result<Cow<'a, str>> {
        check(SizeLimit::Group, group.len(), self.limits.group_bytes)?;
        Ok(scope::stored(self.scope.as_ref(), group))
    }

    /// The stored groups whose local name starts with `prefix`.
    pub(crate) fn groups(&self, prefix: &str) -> Result<Names> {
        Ok(Names::with_prefix(&self.group(prefix)?))
    }

    pub(crate) fn key<'a>(&self, key: &'a str) -> Result<&'a str> {
        check(SizeLimit::Key, key.len(), self.limits.key_bytes)?;
        Ok(key)
    }

    pub(crate) fn value(&self, value: &[u8]) -> Result<()> {
        check(SizeLimit::Value, value.len(), self.limits.value_bytes)
    }

    pub(crate) fn batch(&self, items: usize) -> Result<()> {
        check(SizeLimit::Batch, items, self.limits.batch_items)
    }

    /// The scope's name among the counters.
    pub(crate) fn account(&self) -> &str {
        self.scope.as_ref().map_or(super::accounts::WHOLE, ScopeName::as_str)
    }

    /// The quotas that a write in this scope must keep, each with the name of its counter.
    pub(crate) fn quotas(&self) -> [(&str, Quota); 2] {
        [(self.account(), self.quota), (super::accounts::WHOLE, self.tenant_quota)]
    }

    /// The moment `ttl_ms` from now; `None` is never.
    pub(crate) fn expiry(&self, ttl_ms: Option<u64>) -> Option<i64> {
        self.now.checked_add(i64::try_from(ttl_ms?).ok()?)
    }

    /// Milliseconds until then.
    pub(crate) fn ttl(&self, expires_at: Option<i64>) -> Option<u64> {
        expires_at.map(|at| u64::try_from(at.saturating_sub(self.now)).unwrap_or(0))
    }
}

pub(crate) fn check(what: SizeLimit, size: usize, limit: usize) -> Result<()> {
    if size > limit {
        return Err(Error::TooLarge { what, size: size as u64, limit: limit as u64 });
    }
    Ok(())
}

/// What is live of the rows that are there.
pub(crate) fn live(all: Totals, expired: Totals) -> Totals {
    Totals {
        keys: all.keys.saturating_sub(expired.keys),
        groups: all.groups.saturating_sub(expired.groups),
        bytes: all.bytes.saturating_sub(expired.bytes),
    }
}
