//! The model: a map of rows. Nothing is kept that can be counted.

use std::collections::{BTreeMap, BTreeSet};

use larder_engine::{Error, Quota, QuotaKind};

use super::step::{Expected, SCOPES, Who, Write};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) value: Vec<u8>,
    pub(super) expires_at: Option<i64>,
    /// Another one with each write.
    pub(super) stamp: u64,
}

/// Rows by stored group and key, expired ones too.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Rows(pub(super) BTreeMap<(String, String), Row>);

/// What an operation answers, without versions, which are each implementation's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    Done,
    Was(bool),
    Count(u64),
    Sum(i64),
    /// The value that is there instead.
    Stale(Option<Vec<u8>>),
    /// Of a purge: no more than so many.
    Purged(u64),
}

/// The text of an error says which one it is, with its numbers.
pub(super) type Answered = Result<Answer, String>;

/// Whose operation it is, and when.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asking {
    pub(super) who: Who,
    pub(super) now: i64,
    pub(super) stamp: u64,
    pub(super) tenant_quota: Quota,
}

/// The quota of each scope.
pub(super) fn quota(who: Who) -> Quota {
    match SCOPES[who] {
        Some("a") => Quota { keys: Some(5), groups: Some(3), bytes: Some(110) },
        Some("A") => Quota { keys: None, groups: Some(2), bytes: None },
        Some("ab") => Quota { keys: None, groups: None, bytes: Some(60) },
        _ => Quota::default(),
    }
}

/// What comes before the name of each group of a scope.
pub(super) fn prefix(who: Who) -> String {
    SCOPES[who].map_or(String::new(), |scope| format!("{scope}:"))
}

/// Keys, groups and bytes of what is live.
pub(super) type Used = (u64, u64, u64);

impl Rows {
    pub(super) fn live(&self, prefix: &str, now: i64) -> impl Iterator<Item = (&(String, String), &Row)> {
        let rows = self.0.iter().filter(move |(_, row)| row.expires_at.is_none_or(|at| at > now));
        rows.filter(move |((group, _), _)| group.starts_with(prefix))
    }

    pub(super) fn used(&self, prefix: &str, now: i64) -> Used {
        let groups: BTreeSet<&str> = self.live(prefix, now).map(|((group, _), _)| group.as_str()).collect();
        let bytes =
            self.live(prefix, now).map(|((group, key), row)| (group.len() + key.len() + row.value.len()) as u64);
        (self.live(prefix, now).count() as u64, groups.len() as u64, bytes.sum())
    }

    pub(super) fn get(&self, group: &str, key: &str, now: i64) -> Option<&Row> {
        let row = self.0.get(&(group.to_owned(), key.to_owned()))?;
        row.expires_at.is_none_or(|at| at > now).then_some(row)
    }

    /// Do it wholly or not at all.
    pub(super) fn write(&mut self, asking: Asking, write: &Write) -> Answered {
        let mut changed = self.clone();
        let answer = changed.change(asking, write)?;
        *self = changed;
        Ok(answer)
    }

    fn change(&mut self, asking: Asking, write: &Write) -> Answered {
        let now = asking.now;
        let stored = |group: &str| prefix(asking.who) + group;
        match write {
            Write::Set { group, key, value, ttl_ms } => {
                self.put(asking, &stored(group), key, value, until(now, *ttl_ms))
            }
            Write::Touch { group, key, ttl_ms } => {
                let there = self.get(&stored(group), key, now).is_some();
                if there && let Some(row) = self.0.get_mut(&(stored(group), key.clone())) {
                    (row.expires_at, row.stamp) = (until(now, *ttl_ms), asking.stamp);
                }
                Ok(Answer::Was(there))
            }
            Write::Delete { group, key } => {
                let there = self.get(&stored(group), key, now).is_some();
                self.0.remove(&(stored(group), key.clone()));
                Ok(Answer::Was(there))
            }
            Write::DeleteGroup { group } => Ok(self.delete_where(now, |name| name == stored(group))),
            Write::DeletePrefix { prefix } => Ok(self.delete_where(now, |name| name.starts_with(&stored(prefix)))),
            Write::Increment { group, key, delta } => self.increment(asking, &stored(group), key, *delta),
            Write::Swap { group, key, expected, value } => {
                if let Some(stale) = self.stale(&stored(group), key, *expected, now) {
                    return Ok(stale);
                }
                self.put(asking, &stored(group), key, value, None)
            }
            Write::SwapDelete { group, key, expected } => {
                // Nothing to delete is stale, whatever was expected of it.
                let expected = if *expected == Expected::Absent { Expected::Other } else { *expected };
                if let Some(stale) = self.stale(&stored(group), key, expected, now) {
                    return Ok(stale);
                }
                self.0.remove(&(stored(group), key.clone()));
                Ok(Answer::Done)
            }
            Write::SetMany { group, pairs } => {
                for (key, value) in pairs {
                    self.put(asking, &stored(group), key, value, None)?;
                }
                Ok(Answer::Done)
            }
            Write::DeleteMany { group, keys } => {
                let there = keys.iter().filter(|key| {
                    let there = self.get(&stored(group), key, now).is_some();
                    self.0.remove(&(stored(group), (*key).clone()));
                    there
                });
                Ok(Answer::Count(there.count() as u64))
            }
            Write::Apply(changes) => {
                for change in changes {
                    self.change(asking, change)?;
                }
                Ok(Answer::Done)
            }
            Write::Purge => {
                let before = self.0.len();
                let prefix = prefix(asking.who);
                self.0
                    .retain(|(group, _), row| !group.starts_with(&prefix) || row.expires_at.is_none_or(|at| at > now));
                Ok(Answer::Purged((before - self.0.len()) as u64))
            }
        }
    }

    fn put(&mut self, asking: Asking, group: &str, key: &str, value: &[u8], expires_at: Option<i64>) -> Answered {
        let now = asking.now;
        let old = self.get(group, key, now).map(|row| row.value.len());
        let names = group.len() + key.len();
        let more_bytes = (names + value.len()) as i64 - old.map_or(0, |old| (names + old) as i64);
        let more_keys = i64::from(old.is_none());
        let more_groups = i64::from(old.is_none() && !self.live("", now).any(|((name, _), _)| name == group));
        for (used, quota) in
            [(self.used(&prefix(asking.who), now), quota(asking.who)), (self.used("", now), asking.tenant_quota)]
        {
            for (kind, used, more, limit) in [
                (QuotaKind::Keys, used.0, more_keys, quota.keys),
                (QuotaKind::Groups, used.1, more_groups, quota.groups),
                (QuotaKind::Bytes, used.2, more_bytes, quota.bytes),
            ] {
                if let Some(limit) = limit
                    && more > 0
                    && used + more as u64 > limit
                {
                    return Err(Error::QuotaExceeded { quota: kind, used, limit }.to_string());
                }
            }
        }
        let row = Row { value: value.to_vec(), expires_at, stamp: asking.stamp };
        self.0.insert((group.to_owned(), key.to_owned()), row);
        Ok(Answer::Done)
    }

    fn increment(&mut self, asking: Asking, group: &str, key: &str, delta: i64) -> Answered {
        let old = self.get(group, key, asking.now).cloned();
        let before = match &old {
            None => 0,
            Some(row) => number(&row.value).ok_or_else(|| Error::NotACounter.to_string())?,
        };
        let sum = before.checked_add(delta).ok_or_else(|| Error::Overflow.to_string())?;
        let expires_at = old.and_then(|row| row.expires_at);
        self.put(asking, group, key, sum.to_string().as_bytes(), expires_at)?;
        Ok(Answer::Sum(sum))
    }

    fn stale(&self, group: &str, key: &str, expected: Expected, now: i64) -> Option<Answer> {
        let row = self.get(group, key, now);
        let as_expected = match expected {
            Expected::Absent => row.is_none(),
            Expected::Current => row.is_some(),
            Expected::Other => false,
        };
        (!as_expected).then(|| Answer::Stale(row.map(|row| row.value.clone())))
    }

    fn delete_where(&mut self, now: i64, goes: impl Fn(&str) -> bool) -> Answer {
        let count = self.live("", now).filter(|((group, _), _)| goes(group)).count() as u64;
        self.0.retain(|(group, _), _| !goes(group));
        Answer::Count(count)
    }
}

fn until(now: i64, ttl_ms: Option<u64>) -> Option<i64> {
    let at = i128::from(now) + i128::from(ttl_ms?);
    i64::try_from(at).ok()
}

fn number(value: &[u8]) -> Option<i64> {
    let text = std::str::from_utf8(value).ok();
    if let Some(number) = text.and_then(|text| text.parse().ok()) {
        return Some(number);
    }
    let is_text = text.is_some_and(|text| text.chars().all(|c| !c.is_control()));
    if is_text { None } else { value.try_into().ok().map(i64::from_le_bytes) }
}
