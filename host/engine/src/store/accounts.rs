//! The counters of keys, groups and bytes, as a write transaction changes them.
//!
//! They are read once, changed in memory with each row, and written before the commit: a quota check costs the same
//! however much is stored.

use std::collections::HashMap;

use crate::{
    Result,
    backend::{GroupTotals, Names, Read, Totals, Write},
    limits::{ACCOUNTS_HELD, ACCOUNTS_KEPT},
    scope,
};

/// The whole tenant, among the scopes.
pub(crate) const WHOLE: &str = "";

#[derive(Debug, Default)]
pub(crate) struct Accounts {
    groups: HashMap<String, Account<GroupTotals>>,
    scopes: HashMap<String, Account<Totals>>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Account<T> {
    totals: T,
    changed: bool,
}

/// Rows that came or went, and their bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Difference {
    pub(crate) keys: i64,
    pub(crate) bytes: i64,
}

impl std::ops::AddAssign for Difference {
    fn add_assign(&mut self, other: Difference) {
        self.keys = self.keys.saturating_add(other.keys);
        self.bytes = self.bytes.saturating_add(other.bytes);
    }
}

impl Accounts {
    pub(crate) fn group(&mut self, read: &dyn Read, group: &str) -> Result<GroupTotals> {
        if let Some(account) = self.groups.get(group) {
            return Ok(account.totals);
        }
        let mut totals = GroupTotals::default();
        read.group_totals(&Names::one(group), &mut |_, found| {
            totals = found;
            false
        })?;
        self.groups.insert(group.into(), Account { totals, changed: false });
        Ok(totals)
    }

    /// The totals of a scope; [`WHOLE`] is the tenant.
    pub(crate) fn scope(&mut self, read: &dyn Read, scope: &str) -> Result<Totals> {
        if let Some(account) = self.scopes.get(scope) {
            return Ok(account.totals);
        }
        let totals = read.totals(scope)?;
        self.scopes.insert(scope.into(), Account { totals, changed: false });
        Ok(totals)
    }

    /// Whether one more row in `group` would be the first.
    pub(crate) fn is_new_group(&mut self, read: &dyn Read, group: &str) -> Result<bool> {
        Ok(self.group(read, group)?.keys == 0)
    }

    /// Rows of `group` came or went.
    pub(crate) fn change(&mut self, read: &dyn Read, group: &str, by: Difference) -> Result<()> {
        if by == Difference::default() {
            return Ok(());
        }
        let before = self.group(read, group)?;
        let after = GroupTotals { keys: plus(before.keys, by.keys), bytes: plus(before.bytes, by.bytes) };
        let groups = i64::from(after.keys > 0) - i64::from(before.keys > 0);
        put(&mut self.groups, group, after);
        for scope in [Some(WHOLE), scope::scope_of(group)].into_iter().flatten() {
            let before = self.scope(read, scope)?;
            let after = Totals {
                keys: plus(before.keys, by.keys),
                groups: plus(before.groups, groups),
                bytes: plus(before.bytes, by.bytes),
            };
            put(&mut self.scopes, scope, after);
        }
        Ok(())
    }

    /// Whether so many are held that they are to be written and forgotten: a guest can name any number of groups in one
    /// transaction.
    pub(crate) fn are_many(&self) -> bool {
        self.held() >= ACCOUNTS_HELD
    }

    pub(crate) fn held(&self) -> usize {
        self.groups.len().max(self.scopes.len())
    }

    /// Read them again when they are next needed; what changed has been written, or was undone below.
    pub(crate) fn forget(&mut self) {
        self.groups.clear();
        self.scopes.clear();
    }

    /// What an undo goes back to, if they are few: then to be written anew, whatever was written meanwhile.
    pub(crate) fn few(&self) -> Option<Accounts> {
        (self.held() <= ACCOUNTS_KEPT)
            .then(|| Accounts { groups: unwritten(&self.groups), scopes: unwritten(&self.scopes) })
    }

    /// What is kept of them for the next transaction, when they are written.
    pub(crate) fn into_next(self) -> Accounts {
        if self.held() > ACCOUNTS_KEPT { Accounts::default() } else { self }
    }

    /// Write what changed.
    pub(crate) fn flush(&mut self, write: &mut dyn Write) -> Result<()> {
        for (group, account) in self.groups.iter_mut().filter(|(_, account)| account.changed) {
            write.set_group_totals(group, account.totals)?;
            account.changed = false;
        }
        for (scope, account) in self.scopes.iter_mut().filter(|(_, account)| account.changed) {
            write.set_totals(scope, account.totals)?;
            account.changed = false;
        }
        Ok(())
    }
}

fn unwritten<T: Copy>(accounts: &HashMap<String, Account<T>>) -> HashMap<String, Account<T>> {
    accounts.iter().map(|(name, account)| (name.clone(), Account { totals: account.totals, changed: true })).collect()
}

fn put<T>(accounts: &mut HashMap<String, Account<T>>, name: &str, totals: T) {
    match accounts.get_mut(name) {
        Some(account) => *account = Account { totals, changed: true },
        None => drop(accounts.insert(name.into(), Account { totals, changed: true })),
    }
}

fn plus(total: u64, by: i64) -> u64 {
    total.saturating_add_signed(by)
}
