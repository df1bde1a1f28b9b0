//! Each operation as a call of its own: one transaction each.

use super::Store;
use crate::{Change, GroupPage, Outcome, PackedPage, Page, Query, Result, Usage, Version};

/// Write the methods that pass their arguments on to [`View`](crate::View) or [`Update`](crate::Update).
macro_rules! pass_on {
    ($($door:ident $to:ident { $(
        $(#[$doc:meta])*
        $name:ident ( $($arg:ident : $type:ty),* ) -> $answer:ty;
    )* })*) => {
        impl Store { $($(
            $(#[$doc])*
            #[doc = ""]
            #[doc = concat!("Arguments and errors are those of [`", stringify!($to), "::", stringify!($name), "`](crate::", stringify!($to), "::", stringify!($name), ").")]
            ///
            /// # Errors
            #[doc = concat!("Those of [`Store::", stringify!($door), "`] too.")]
            pub fn $name(&self, $($arg: $type),*) -> Result<$answer> {
                self.$door(|operations| operations.$name($($arg),*))
            }
        )*)* }
    };
}

pass_on! {
    view View {
        /// Whether a group has an entry.
        group_exists(group: &str) -> bool;
        /// The number of entries in a group.
        count(group: &str) -> u64;
        /// The number of entries in all groups whose name starts with `prefix`.
        count_all(prefix: &str) -> u64;
        /// The values of many keys.
        get_many(group: &str, keys: &[impl AsRef<str>]) -> Vec<Option<Vec<u8>>>;
        /// The names of groups that start with `prefix`.
        groups(prefix: &str, cursor: Option<&str>, limit: u32) -> GroupPage;
        /// Entries of one group within a range.
        scan(query: &Query) -> Page;
        /// Entries of one group within a range, in one piece of memory.
        scan_packed(query: &Query) -> PackedPage;
        /// Entries of one group by position.
        page(group: &str, offset: u64, limit: u32) -> Page;
        /// The value of an entry cut at a separator.
        get_split(group: &str, key: &str, separator: &[u8]) -> Option<Vec<Vec<u8>>>;
        /// The value of an entry cut at white space.
        get_fields(group: &str, key: &str) -> Option<Vec<Vec<u8>>>;
        /// What a template makes of the entries of a group.
        render(group: &str, template: &str) -> Vec<u8>;
        /// What the scope uses.
        usage() -> Usage;
    }
    update Update {
        /// Delete all entries of a group.
        delete_group(group: &str) -> u64;
        /// Delete every group whose name starts with `prefix`.
        delete_prefix(prefix: &str) -> u64;
        /// Remove rows that have expired.
        purge_expired() -> u64;
        /// Insert or replace many entries.
        set_many(group: &str, entries: &[(String, Vec<u8>)]) -> Version;
        /// Delete many entries.
        delete_many(group: &str, keys: &[impl AsRef<str>]) -> u64;
        /// Make changes of several kinds.
        apply(changes: &[Change]) -> Version;
    }
}

/// Write the methods for writes of one entry: where others write just then, they are committed together. What is borrowed is
/// copied only if it has to wait.
macro_rules! combine {
    ($(
        $(#[$doc:meta])*
        $name:ident ( $($arg:ident : $how:tt $type:ty),* ) -> $answer:ty;
    )*) => {
        impl Store { $(
            $(#[$doc])*
            #[doc = ""]
            #[doc = concat!("Arguments and errors are those of [`Update::", stringify!($name), "`](crate::Update::", stringify!($name), ").")]
            /// What other threads write to the tenant at the same time is committed together with it, by one sync, and yet each
            /// write has a version and an error of its own.
            ///
            /// # Errors
            /// Those of [`Store::update`] too.
            pub fn $name(&self, $($arg: combine!(@type $how $type)),*) -> Result<$answer> {
                if let Some(turn) = self.try_turn() {
                    return turn.update(|update| update.$name($($arg),*));
                }
                $(let $arg = combine!(@own $how $arg);)*
                self.combine(move |update| update.$name($(combine!(@lend $how $arg)),*))
            }
        )* }
    };
    (@type lent $type:ty) => { &$type };
    (@type given $type:ty) => { $type };
    (@own lent $arg:ident) => { $arg.to_owned() };
    (@own given $arg:ident) => { $arg };
    (@lend lent $arg:ident) => { &$arg };
    (@lend given $arg:ident) => { $arg };
}

combine! {
    /// Insert or replace an entry.
    set(group: lent str, key: lent str, value: lent [u8]) -> Version;
    /// Insert or replace an entry that expires.
    set_with_ttl(group: lent str, key: lent str, value: lent [u8], ttl_ms: given u64) -> Version;
    /// Change when an entry expires.
    touch(group: lent str, key: lent str, ttl_ms: given Option<u64>) -> bool;
    /// Delete an entry.
    delete(group: lent str, key: lent str) -> bool;
    /// Add to a counter.
    increment(group: lent str, key: lent str, delta: given i64) -> i64;
    /// Replace an entry if it is at a version.
    compare_and_swap(group: lent str, key: lent str, expected: given Option<Version>, value: lent [u8]) -> Outcome;
    /// Delete an entry if it is at a version.
    compare_and_delete(group: lent str, key: lent str, expected: given Version) -> Outcome;
}
