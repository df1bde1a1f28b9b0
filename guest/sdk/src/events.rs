//! What changes in a store.

use core::time::Duration;

use crate::bindings::events as raw;
use crate::bindings::poll::Pollable;
pub use crate::bindings::types::{Event, EventKind, Gap, Item};
use crate::entry::millis;
use crate::{Result, Store, Version};

/// Which changes to watch: those of groups.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Filter {
    /// All of the store.
    #[default]
    All,
    /// One group.
    Group(String),
    /// Every group whose name starts with this.
    Prefix(String),
}

/// Follows the changes of a store, in the order of commits; see
/// [`Store::watch`].
///
/// As an iterator it waits for each next item, and ends with an error alone.
#[derive(Debug)]
pub struct Watcher {
    raw: raw::Watcher,
    /// Fetched and not given yet.
    ahead: std::vec::IntoIter<Item>,
}

impl Store {
    /// Watches from now on, or behind the commit `after`: the version of a
    /// write, or what [`Watcher::position`] told; 0 is everything that the host
    /// still keeps.
    ///
    /// A watcher that falls behind what the host keeps gets an [`Item::Gap`] and
    /// goes on.
    ///
    /// ```no_run
    /// # fn main() -> larder_guest::Result<()> {
    /// # let store = larder_guest::Store::default_store()?;
    /// use larder_guest::{Filter, Item};
    /// for item in store.watch(Filter::Group("jobs".into()), None)? {
    ///     match item? {
    ///         Item::Event(event) => println!("{}: {:?}", event.key, event.kind),
    ///         Item::Gap(gap) => println!("missed the commits {} to {}", gap.from, gap.to),
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::TooMany`](crate::Error::TooMany) when too many watchers are
    /// open, [`Error::Unsupported`](crate::Error::Unsupported) when the host
    /// keeps no feed; see [`Store`].
    pub fn watch(&self, what: Filter, after: Option<Version>) -> Result<Watcher> {
        let what = match &what {
            Filter::All => raw::Filter::All,
            Filter::Group(group) => raw::Filter::Group(group),
            Filter::Prefix(prefix) => raw::Filter::Prefix(prefix),
        };
        let raw = self.check(raw::Watcher::watch(self.raw(), what, after))?;
        Ok(Watcher { raw, ahead: Vec::new().into_iter() })
    }
}

impl Watcher {
    /// The next items, at most `max` (0 leaves it to the host), without
    /// waiting: none when nothing happened.
    ///
    /// # Errors
    /// [`Error::Closed`](crate::Error::Closed),
    /// [`Error::Unavailable`](crate::Error::Unavailable).
    pub fn try_next(&mut self, max: u32) -> Result<Vec<Item>> {
        let ahead: Vec<Item> = self.ahead.by_ref().collect();
        if ahead.is_empty() { Ok(self.raw.try_next(max)?) } else { Ok(ahead) }
    }

    /// The next items, at most `max`; waits for them at most `timeout` (`None`:
    /// as long as the host lets the plugin run), and answers none then.
    ///
    /// # Errors
    /// As [`Watcher::try_next`].
    pub fn next_items(&mut self, max: u32, timeout: Option<Duration>) -> Result<Vec<Item>> {
        let ahead: Vec<Item> = self.ahead.by_ref().collect();
        if ahead.is_empty() { Ok(self.raw.next(max, timeout.map(millis))?) } else { Ok(ahead) }
    }

    /// Ready when [`Watcher::try_next`] may have something to give: to wait for
    /// several things at once, by `bindings::poll::poll`. Drop it before the
    /// watcher.
    pub fn subscribe(&self) -> Pollable {
        self.raw.subscribe()
    }

    /// The last commit of which everything was fetched: pass it to
    /// [`Store::watch`] to go on from here.
    pub fn position(&self) -> Version {
        self.raw.position()
    }
}

impl Iterator for Watcher {
    type Item = Result<Item>;

    fn next(&mut self) -> Option<Result<Item>> {
        while self.ahead.len() == 0 {
            match self.raw.next(0, None) {
                Ok(items) => self.ahead = items.into_iter(),
                Err(error) => return Some(Err(error.into())),
            }
        }
        self.ahead.next().map(Ok)
    }
}
