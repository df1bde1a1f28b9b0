//! Many changes in one call: all of them or none.

use super::update::Update;
use crate::{
    Change, Result, Version,
    backend::{Names, after},
    limits::DELETE_STEP_GROUPS,
    telemetry::Op,
    watch,
};

impl Update<'_> {
    /// Insert or replace many entries of a group; where a key stands twice, the last one holds.
    ///
    /// # Errors
    /// [`Error::QuotaExceeded`](crate::Error::QuotaExceeded), and
    /// [`Error::TooLarge`](crate::Error::TooLarge) for more items than
    /// [`Limits::batch_items`](crate::Limits::batch_items).
    pub fn set_many(&mut self, group: &str, entries: &[(String, Vec<u8>)]) -> Result<Version> {
        let _operation = self.context.operation(Op::SetMany);
        self.context.batch(entries.len())?;
        self.part(|update| {
            update.put_many(group, entries)?;
            Ok(update.writing.version)
        })
    }

    /// Delete many entries of a group. Answers how many were there.
    ///
    /// # Errors
    /// [`Error::TooLarge`](crate::Error::TooLarge) for more items than
    /// [`Limits::batch_items`](crate::Limits::batch_items).
    pub fn delete_many(&mut self, group: &str, keys: &[impl AsRef<str>]) -> Result<u64> {
        let _operation = self.context.operation(Op::DeleteMany);
        self.context.batch(keys.len())?;
        self.part(|update| {
            let mut deleted = 0;
            for key in keys {
                deleted += u64::from(update.delete(group, key.as_ref())?);
            }
            Ok(deleted)
        })
    }

    /// Delete every group whose name starts with `prefix`; `""` is all. Answers how many entries there were.
    ///
    /// # Errors
    /// Those of every function here.
    pub fn delete_prefix(&mut self, prefix: &str) -> Result<u64> {
        let _operation = self.context.operation(Op::DeletePrefix);
        let mut names = self.context.groups(prefix)?;
        self.part(|update| {
            let mut deleted = 0;
            loop {
                watch::check()?;
                let groups = update.some_groups(&names)?;
                let Some(last) = groups.last() else { return Ok(deleted) };
                names.from = after(last);
                for group in &groups {
                    deleted += update.delete_stored_group(group)?;
                }
            }
        })
    }

    /// The first groups of the range, no more than one step takes.
    fn some_groups(&mut self, names: &Names) -> Result<Vec<String>> {
        self.writing.flush()?;
        let mut groups = Vec::new();
        self.read().group_totals(names, &mut |group, _| {
            groups.push(group.to_owned());
            groups.len() < DELETE_STEP_GROUPS
        })?;
        Ok(groups)
    }

    /// Make changes of several kinds in several groups, in the order given.
    ///
    /// # Errors
    /// [`Error::QuotaExceeded`](crate::Error::QuotaExceeded), and
    /// [`Error::TooLarge`](crate::Error::TooLarge) for more items than
    /// [`Limits::batch_items`](crate::Limits::batch_items).
    pub fn apply(&mut self, changes: &[Change]) -> Result<Version> {
        let _operation = self.context.operation(Op::Apply);
        self.context.batch(changes.len())?;
        self.part(|update| {
            for change in changes {
                match change {
                    Change::Set { group, key, value, ttl_ms: None } => update.set(group, key, value).map(drop)?,
                    Change::Set { group, key, value, ttl_ms: Some(ttl_ms) } => {
                        update.set_with_ttl(group, key, value, *ttl_ms).map(drop)?;
                    }
                    Change::Delete { group, key } => update.delete(group, key).map(drop)?,
                    Change::DeleteGroup { group } => update.delete_group(group).map(drop)?,
                }
            }
            Ok(update.writing.version)
        })
    }
}
