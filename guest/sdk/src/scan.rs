//! Reading many entries, and the names of groups.

use core::ops::{Bound, RangeBounds};
use std::vec::IntoIter;

use crate::bindings::store as raw;
use crate::packed::Packed;
use crate::paging::Pages;
use crate::{Entry, EntryRef, Result, Store};

impl Store {
    /// Reads entries of a group in the order of their keys; see [`Scan`].
    ///
    /// ```no_run
    /// # fn main() -> larder_guest::Result<()> {
    /// # let store = larder_guest::Store::default_store()?;
    /// for entry in store.scan("people").prefix("a").entries() {
    ///     let entry = entry?;
    ///     println!("{}: {} bytes", entry.key, entry.value.len());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn scan<'a>(&'a self, group: &'a str) -> Scan<'a> {
        Scan {
            store: self,
            group,
            prefix: String::new(),
            start: Bound::Unbounded,
            end: Bound::Unbounded,
            reverse: false,
            page_size: 0,
        }
    }

    /// The names of groups that start with `prefix`, in order.
    pub fn groups(&self, prefix: impl Into<String>) -> Groups<'_> {
        Groups { store: self, prefix: prefix.into(), pages: Pages::new() }
    }
}

/// Which entries of a group to read: those that match all that was asked for.
///
/// Ends in [`Scan::entries`] or [`Scan::keys`], iterators that fetch a page
/// when they need one, so that a group of any size takes little memory. What
/// others write while a scan runs is seen if it lies ahead of it.
#[derive(Clone, Debug)]
#[must_use = "a scan reads nothing before `entries` or `keys`"]
pub struct Scan<'a> {
    store: &'a Store,
    group: &'a str,
    prefix: String,
    start: Bound<String>,
    end: Bound<String>,
    reverse: bool,
    page_size: u32,
}

impl<'a> Scan<'a> {
    /// Only keys that start with `prefix`, byte by byte.
    pub fn prefix(mut self, prefix: impl Into<String>) -> Self {
        self.prefix = prefix.into();
        self
    }

    /// Only keys in a range, in byte order: `"a".."m"`, `"a"..="m"`, `.."m"`.
    ///
    /// The low end comes first also for [`Scan::reverse`].
    pub fn range<S: AsRef<str>>(mut self, range: impl RangeBounds<S>) -> Self {
        self.start = range.start_bound().map(|key| key.as_ref().to_owned());
        self.end = range.end_bound().map(|key| key.as_ref().to_owned());
        self
    }

    /// From the last key to the first.
    pub fn reverse(mut self) -> Self {
        self.reverse = true;
        self
    }

    /// How many entries to fetch at once; 0, the default, leaves it to the
    /// host, which fetches at most 10,000 entries and 4 MiB.
    pub fn page_size(mut self, entries: u32) -> Self {
        self.page_size = entries;
        self
    }

    /// The entries with their values. An error is the last item.
    pub fn entries(self) -> Entries<'a> {
        Entries { scan: self, pages: Pages::new() }
    }

    /// The keys alone, which spares the host reading the values. An error is
    /// the last item.
    pub fn keys(self) -> Keys<'a> {
        Keys { scan: self, pages: Pages::new() }
    }

    /// Calls `visit` with each entry where it lies, which spares an allocation
    /// for each key and value, until it answers `false`.
    ///
    /// # Errors
    ///
    /// Those of the host, as the last item of [`Scan::entries`] has them.
    ///
    /// ```no_run
    /// # fn main() -> larder_guest::Result<()> {
    /// # let store = larder_guest::Store::default_store()?;
    /// let mut bytes = 0;
    /// store.scan("people").for_each(|entry| {
    ///     bytes += entry.value.len();
    ///     true
    /// })?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn for_each(self, mut visit: impl FnMut(EntryRef<'_>) -> bool) -> Result<()> {
        let mut cursor = None;
        loop {
            let page = self.fetch_packed(cursor.as_deref())?;
            if !Packed::new(page.entries).all(&mut visit) || page.next.is_none() {
                return Ok(());
            }
            cursor = page.next;
        }
    }

    fn fetch_keys(&self, cursor: Option<&str>) -> Result<raw::Page> {
        self.store.check(self.store.raw().scan(self.query(false, cursor)))
    }

    fn fetch_packed(&self, cursor: Option<&str>) -> Result<raw::PackedPage> {
        self.store.check(self.store.raw().scan_packed(self.query(true, cursor)))
    }

    fn query<'q>(&'q self, values: bool, cursor: Option<&'q str>) -> raw::Query<'q> {
        raw::Query {
            group: self.group,
            prefix: &self.prefix,
            start: lower(&self.start),
            end: lower(&self.end),
            reverse: self.reverse,
            values,
            limit: self.page_size,
            cursor,
        }
    }
}

impl<'a> IntoIterator for Scan<'a> {
    type Item = Result<Entry>;
    type IntoIter = Entries<'a>;

    fn into_iter(self) -> Entries<'a> {
        self.entries()
    }
}

fn lower(bound: &Bound<String>) -> raw::Bound<'_> {
    match bound {
        Bound::Unbounded => raw::Bound::Unbounded,
        Bound::Included(key) => raw::Bound::Included(key),
        Bound::Excluded(key) => raw::Bound::Excluded(key),
    }
}

/// The entries of a [`Scan`].
#[derive(Debug)]
pub struct Entries<'a> {
    scan: Scan<'a>,
    pages: Pages<Packed>,
}

impl Iterator for Entries<'_> {
    type Item = Result<Entry>;

    fn next(&mut self) -> Option<Self::Item> {
        let entry = self.pages.next(|cursor| {
            let page = self.scan.fetch_packed(cursor)?;
            Ok((Packed::new(page.entries), page.next))
        })?;
        Some(entry)
    }
}

/// The keys of a [`Scan`].
#[derive(Debug)]
pub struct Keys<'a> {
    scan: Scan<'a>,
    pages: Pages<IntoIter<crate::bindings::types::Entry>>,
}

impl Iterator for Keys<'_> {
    type Item = Result<String>;

    fn next(&mut self) -> Option<Self::Item> {
        let entry = self.pages.next(|cursor| {
            let page = self.scan.fetch_keys(cursor)?;
            Ok((page.entries, page.next))
        })?;
        Some(entry.map(|entry| entry.key))
    }
}

/// Names of groups; see [`Store::groups`].
#[derive(Debug)]
pub struct Groups<'a> {
    store: &'a Store,
    prefix: String,
    pages: Pages<IntoIter<String>>,
}

impl Iterator for Groups<'_> {
    type Item = Result<String>;

    fn next(&mut self) -> Option<Self::Item> {
        self.pages.next(|cursor| {
            let answer = self.store.raw().groups(&self.prefix, cursor, 0);
            let page = self.store.check(answer)?;
            Ok((page.groups, page.next))
        })
    }
}
