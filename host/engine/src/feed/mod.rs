//! The change feed: every commit's events, in order, for those who watch.
//!
//! A write transaction [records](recorder) what it changes, and the events are committed with it. Watchers read the feed
//! from a [position](collect) of their own; a [signal](signal) wakes them. So a writer waits for nobody, and whoever was
//! away goes on where they were, or is told what the feed no longer holds.

mod callbacks;
mod collect;
mod consumer;
mod event;
mod observer;
mod record;
mod recorder;
mod signal;
mod trim;
mod watcher;

pub use callbacks::Subscription;
pub use consumer::{Batch, Consumer, ConsumerStatus, ParkedEvent};
pub use event::{Event, EventKind, FeedConfig, FeedItem, FeedStatus, Watch};
pub use observer::Observer;
pub(crate) use recorder::Recorder;
pub(crate) use signal::{Signal, Signals};
pub(crate) use trim::{Fullness, Trimmer};
pub use watcher::Watcher;
