//! What changes in a store, as a stream.

use core::fmt;
use core::future::{Future, IntoFuture};
use core::pin::Pin;
use core::task::{Context, Poll, ready};
use std::collections::VecDeque;

use wit_bindgen::{FutureRead, StreamRead, StreamReader, StreamResult};

use crate::bindings::event_stream as raw;
use crate::bindings::types;
use crate::{Filter, Item, Result, Store, Version};

type End = core::result::Result<(), types::Error>;

/// Items that are fetched at once.
const AHEAD: usize = 64;

/// Follows the changes of a store, in the order of commits, without holding up
/// what the plugin does besides; see [`Store::event_stream`].
///
/// It reads on when it is asked to. Dropping it ends it at the host too.
pub struct EventStream {
    items: StreamReader<Item>,
    /// Why it has ended; `None` once that was given.
    end: Option<Pin<Box<FutureRead<End>>>>,
    /// Fetched and not given yet.
    ahead: VecDeque<Item>,
    position: Option<Version>,
}

impl Store {
    /// Follows the changes from now on, or behind the commit `after`, as
    /// [`Store::watch`] does, but as a stream of a concurrent program.
    ///
    /// Needs the feature `async`, and a caller that may wait: an async export, or
    /// [`async_main`](crate::async_main).
    ///
    /// ```no_run
    /// # async fn follow() -> larder_guest::Result<()> {
    /// # let store = larder_guest::Store::default_store()?;
    /// use larder_guest::{Filter, Item};
    /// let mut changes = store.event_stream(Filter::Group("jobs".into()), None).await?;
    /// while let Some(item) = changes.next().await {
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
    /// Those of [`Store::watch`]; streams and watchers count together.
    pub async fn event_stream(&self, what: Filter, after: Option<Version>) -> Result<EventStream> {
        let (items, end) = self.check(raw::watch(self.raw(), what, after).await)?;
        Ok(EventStream { items, end: Some(Box::pin(end.into_future())), ahead: VecDeque::new(), position: after })
    }
}

impl EventStream {
    /// The next item; waits for it. An error is the last thing it gives, `None`
    /// comes after that.
    ///
    /// Dropping the future passes nothing over, so that it can race with others.
    ///
    /// # Errors
    /// [`Error::Closed`](crate::Error::Closed) when the host shuts down,
    /// [`Error::Unavailable`](crate::Error::Unavailable).
    pub async fn next(&mut self) -> Option<Result<Item>> {
        while self.ahead.is_empty() {
            let end = self.end.as_mut()?;
            let read = Box::pin(self.items.read(Vec::with_capacity(AHEAD)));
            if (Reading { read, ahead: &mut self.ahead, is_done: false }).await == StreamResult::Dropped {
                let ended = end.await;
                self.end = None;
                return ended.err().map(|error| Err(error.into()));
            }
        }
        let item = self.ahead.pop_front()?;
        self.position = Some(match &item {
            Item::Event(event) if event.last => event.version,
            Item::Event(event) => event.version.saturating_sub(1),
            Item::Gap(gap) => gap.to,
        });
        Some(Ok(item))
    }

    /// The last commit of which everything was given: pass it to
    /// [`Store::event_stream`] as `after` to go on from here. `None` for a stream
    /// that began from now on and gave nothing yet.
    pub fn position(&self) -> Option<Version> {
        self.position
    }
}

impl fmt::Debug for EventStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventStream").field("position", &self.position).finish_non_exhaustive()
    }
}

/// A read that puts what it got to what is ahead, also when it is given up.
struct Reading<'a> {
    read: Pin<Box<StreamRead<'a, Item>>>,
    ahead: &'a mut VecDeque<Item>,
    is_done: bool,
}

impl Future for Reading<'_> {
    type Output = StreamResult;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<StreamResult> {
        let (result, items) = ready!(self.read.as_mut().poll(context));
        self.is_done = true;
        self.ahead.extend(items);
        Poll::Ready(result)
    }
}

impl Drop for Reading<'_> {
    fn drop(&mut self) {
        if !self.is_done {
            let (_, items) = self.read.as_mut().cancel();
            self.ahead.extend(items);
        }
    }
}
