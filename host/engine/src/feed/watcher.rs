use std::{fmt, sync::Arc, time::Duration};

use event_listener::Listener;

use super::{
    Subscription,
    callbacks::Callbacks,
    collect::Cursor,
    event::{FeedItem, Watch},
    signal::Signal,
};
use crate::{Error, Result, Store, Tenant, Version, backend::Position, telemetry::Op, watch};

/// Follows the changes of a scope, in the order of commits.
///
/// It is a position in the tenant's feed: it costs no thread, keeps no tenant open, and no writer waits for it. When the
/// feed no longer holds what comes next, it gives one [gap](FeedItem::Gap) and goes on behind it.
///
/// ```
/// use larder_engine::{Config, EventKind, FeedItem, Larder, TenantId, Watch};
/// # fn main() -> larder_engine::Result<()> {
/// # let store = Larder::in_memory(Config::new()).tenant(&TenantId::parse("acme")?).store();
/// let mut watcher = store.watch(&Watch::Group("users".into()), None)?;
/// store.set("users", "1", b"Ada")?;
/// let items = watcher.try_next(100)?;
/// assert!(matches!(&items[..], [FeedItem::Event(event)] if event.kind == EventKind::Set && event.key == "1"));
/// # Ok(())
/// # }
/// ```
///
/// A clone is a position of its own, which begins where this one is.
#[derive(Clone)]
pub struct Watcher {
    tenant: Tenant,
    signal: Arc<Signal>,
    cursor: Cursor,
    /// The head of the feed when all up to it had been read: nothing is new until it moves.
    read_to: Option<Version>,
}

/// What a read of the feed came to.
struct Read {
    items: Vec<FeedItem>,
    position: Position,
    read_to: Option<Version>,
}

impl Store {
    /// Follow the changes of this scope from now on, or those of commits after `after`: a [version](crate::Version) of an
    /// entry, or the one that [`Watcher::position`] told, of this process or an earlier one.
    ///
    /// A store of a transaction watches what is committed, as any other does.
    ///
    /// # Errors
    /// [`Error::Unsupported`] where no feed is [kept](crate::Config::feed), [`Error::TooLarge`] for a group, and the
    /// host's faults.
    pub fn watch(&self, watch: &Watch, after: Option<Version>) -> Result<Watcher> {
        let tenant = self.tenant_handle();
        tenant.meters().run(Op::Watch, || self.watch_now(tenant, watch, after))
    }

    fn watch_now(&self, tenant: &Tenant, watch: &Watch, after: Option<Version>) -> Result<Watcher> {
        if tenant.config().feed.is_none() {
            return Err(Error::Unsupported("watching a tenant without a change feed"));
        }
        let signal = tenant.signal()?;
        // A group that may not be is refused before anything is opened.
        let mut cursor = Cursor::new(&self.context(), watch, 0)?;
        let after = match after {
            Some(after) => after,
            None => tenant.read(|read| read.sequence())?,
        };
        cursor.position = Position::after(after);
        Ok(Watcher { tenant: tenant.clone(), signal, cursor, read_to: None })
    }

    /// [`Store::watch`] for tasks.
    ///
    /// # Errors
    /// Those of [`Store::watch`].
    pub async fn watch_async(&self, watch: Watch, after: Option<Version>) -> Result<Watcher> {
        let store = self.clone();
        watch::unblock(move || store.watch(&watch, after)).await
    }

    /// Call `call` for each change of this scope from now on, until the subscription is dropped or
    /// [removed](Subscription::remove).
    ///
    /// It is called after the commit, outside all locks, in the order of commits, by the thread that committed, before its
    /// call returns; when another thread is just calling callbacks of the tenant, by that one. It may write, and register
    /// and remove callbacks: what it writes is told when it has returned. Its panics are logged.
    ///
    /// # Errors
    /// Those of [`Store::watch`].
    pub fn on_change(&self, watch: &Watch, call: impl Fn(&FeedItem) + Send + Sync + 'static) -> Result<Subscription> {
        let watcher = self.watch(watch, None)?;
        let signal = watcher.signal.clone();
        Ok(Callbacks::add(&signal, watcher, call))
    }
}

impl Watcher {
    /// What has happened that it has not given yet, at most `most` items (and at most 1,000, or 1 MiB of values, in one
    /// answer); empty when there is nothing.
    ///
    /// # Errors
    /// [`Error::Closed`], and the host's faults; nothing is passed over then.
    pub fn try_next(&mut self, most: usize) -> Result<Vec<FeedItem>> {
        if self.is_at_head()? {
            return Ok(Vec::new());
        }
        let read = read(&self.tenant, &self.signal, &self.cursor, most)?;
        Ok(self.keep(read))
    }

    /// [`Watcher::try_next`] for tasks. Dropping the future passes nothing over.
    ///
    /// # Errors
    /// Those of [`Watcher::try_next`].
    pub async fn try_next_async(&mut self, most: usize) -> Result<Vec<FeedItem>> {
        if self.is_at_head()? {
            return Ok(Vec::new());
        }
        let (tenant, signal, cursor) = (self.tenant.clone(), self.signal.clone(), self.cursor.clone());
        let read = watch::unblock(move || read(&tenant, &signal, &cursor, most)).await?;
        Ok(self.keep(read))
    }

    /// Wait until something happens, at most `timeout`, and answer as [`Watcher::try_next`] does: empty when nothing did.
    ///
    /// # Errors
    /// Those of [`Watcher::try_next`]. Closing the store ends the wait.
    pub fn next(&mut self, most: usize, timeout: Duration) -> Result<Vec<FeedItem>> {
        let listener = self.signal.listen();
        let items = self.try_next(most)?;
        if !items.is_empty() {
            return Ok(items);
        }
        listener.wait_timeout(timeout);
        self.try_next(most)
    }

    /// Wait until something happens, for as long as it takes. Dropping the future passes nothing over.
    ///
    /// # Errors
    /// Those of [`Watcher::try_next`]. Closing the store ends the wait.
    pub async fn next_async(&mut self, most: usize) -> Result<Vec<FeedItem>> {
        loop {
            let listener = self.signal.listen();
            let items = self.try_next_async(most).await?;
            if !items.is_empty() {
                return Ok(items);
            }
            listener.await;
        }
    }

    /// Wait until [`Watcher::try_next`] may have something to give: at once when it has, and when the store is closed.
    pub fn ready(&self) -> impl Future<Output = ()> + Send + 'static {
        let (signal, read_to) = (self.signal.clone(), self.read_to);
        async move {
            loop {
                let listener = signal.listen();
                if signal.is_closed() || read_to != Some(signal.head()) {
                    return;
                }
                listener.await;
            }
        }
    }

    /// The last commit of which it has given all there was for it: to go on from later, by [`Store::watch`].
    pub fn position(&self) -> Version {
        let Position { version, taken } = self.cursor.position;
        if taken == u64::MAX { version } else { version.saturating_sub(1) }
    }

    fn is_at_head(&self) -> Result<bool> {
        if self.signal.is_closed() {
            return Err(Error::Closed);
        }
        Ok(self.read_to == Some(self.signal.head()))
    }

    fn keep(&mut self, read: Read) -> Vec<FeedItem> {
        (self.cursor.position, self.read_to) = (read.position, read.read_to);
        read.items
    }
}

fn read(tenant: &Tenant, signal: &Signal, cursor: &Cursor, most: usize) -> Result<Read> {
    // Looked at before, so that a commit in between makes it read once more.
    let head = signal.head();
    let (items, position) = tenant.meters().run(Op::WatchRead, || tenant.read(|read| cursor.read(read, most)))?;
    let read_to = items.is_empty().then_some(head);
    Ok(Read { items, position, read_to })
}

impl fmt::Debug for Watcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watcher")
            .field("tenant", self.tenant.id())
            .field("position", &self.position())
            .finish_non_exhaustive()
    }
}
