use std::fmt;

use super::{
    collect::{Cursor, record_of},
    event::{Event, FeedItem, Watch},
    record::{self, Records},
};
use crate::{
    Error, Result, Store, Tenant, Version,
    backend::{Names, Parked, Position},
    limits::{CONSUMER_NAME_BYTES, PARKED_ERROR_BYTES},
    scope,
    store::update::Writing,
    telemetry::Op,
};

/// Follows the changes of a scope from a position that is kept in the tenant's database, under a name: what it has not
/// acknowledged comes again, after a restart too.
///
/// One at a time should use a name. What it cannot take can be [parked](Consumer::park), so that what comes after is not
/// held up.
///
/// ```
/// use larder_engine::{Config, Larder, TenantId, Watch};
/// # fn main() -> larder_engine::Result<()> {
/// # let store = Larder::in_memory(Config::new()).tenant(&TenantId::parse("acme")?).store();
/// store.set("users", "1", b"Ada")?;
/// let mut consumer = store.consumer("indexer", &Watch::All)?;
/// let batch = consumer.next(100)?;
/// assert_eq!(batch.items().len(), 1);
/// consumer.acknowledge(&batch)?;
/// assert!(consumer.next(100)?.is_empty());
/// # Ok(())
/// # }
/// ```
pub struct Consumer {
    store: Store,
    name: String,
    cursor: Cursor,
}

/// Items that a [`Consumer`] was given.
#[derive(Clone, Debug)]
pub struct Batch {
    items: Vec<FeedItem>,
    begin: Position,
    end: Position,
}

/// How far a consumer has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsumerStatus {
    /// Its name.
    pub name: String,
    /// The last commit that it has done all of.
    pub position: Version,
    /// The last commit of the tenant.
    pub head: Version,
    /// Events that are put aside.
    pub parked: u64,
}

/// An event that a consumer could not take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParkedEvent {
    /// Its number among the parked events of the tenant.
    pub id: i64,
    /// Who could not take it.
    pub consumer: String,
    /// The event, with the group's name as the whole tenant knows it.
    pub event: Event,
    /// How often it was tried.
    pub attempts: u32,
    /// Why it failed the last time.
    pub error: String,
    /// When it was put aside, in milliseconds since the epoch.
    pub parked_at_ms: i64,
}

impl Batch {
    /// The items, in order.
    pub fn items(&self) -> &[FeedItem] {
        &self.items
    }

    /// Whether there was nothing that was wanted.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// The same as batches of one item each, to find the one that fails.
    pub fn split(&self) -> Vec<Batch> {
        let mut begin = self.begin;
        let mut single = |item: &FeedItem| {
            let batch = Batch { items: vec![item.clone()], begin, end: item.end() };
            begin = batch.end;
            batch
        };
        self.items.iter().map(&mut single).collect()
    }
}

impl Store {
    /// Follow the changes of this scope as the consumer `name` of the tenant: 1 to 256 bytes. One that is new begins with
    /// the oldest commit that the feed holds.
    ///
    /// # Errors
    /// [`Error::Unsupported`] where no feed is [kept](crate::Config::feed), [`Error::InvalidArgument`] for the name,
    /// [`Error::TooLarge`] for a group, and the host's faults.
    pub fn consumer(&self, name: &str, watch: &Watch) -> Result<Consumer> {
        check_name(name)?;
        let tenant = self.tenant_handle();
        if tenant.config().feed.is_none() {
            return Err(Error::Unsupported("following a tenant without a change feed"));
        }
        let mut cursor = Cursor::new(&self.context(), watch, 0)?;
        let (floor, kept) = tenant.read(|read| {
            let mut kept = None;
            read.consumers(&Names::one(name), &mut |_, position| {
                kept = Some(position);
                false
            })?;
            Ok((read.feed_floor()?, kept))
        })?;
        cursor.position = kept.unwrap_or(Position::after(floor));
        let mut consumer = Consumer { store: self.clone(), name: name.into(), cursor };
        if kept.is_none() {
            // Known from now on, so that what it misses is told.
            consumer.move_to(Op::ConsumerAcknowledge, consumer.cursor.position, |_| Ok(()))?;
        }
        Ok(consumer)
    }
}

impl Consumer {
    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What comes after all that was acknowledged, at most `most` items (and at most 1,000, or 1 MiB of values).
    ///
    /// # Errors
    /// [`Error::Closed`], and the host's faults.
    pub fn next(&mut self, most: usize) -> Result<Batch> {
        let tenant = self.store.tenant_handle();
        let begin = self.cursor.position;
        let cursor = &mut self.cursor;
        let (items, end) = tenant.meters().run(Op::ConsumerNext, || tenant.read(|read| cursor.read(read, most)))?;
        if items.is_empty() {
            // What nobody wants need not be written down; it is passed over again after a restart.
            self.cursor.position = end;
        }
        Ok(Batch { items, begin, end })
    }

    /// All of the batch is done with, durably.
    ///
    /// # Errors
    /// [`Error::Busy`], [`Error::Closed`], and the host's faults.
    pub fn acknowledge(&mut self, batch: &Batch) -> Result<()> {
        self.move_to(Op::ConsumerAcknowledge, batch.end, |_| Ok(()))
    }

    /// The batch is done with for now: its events are put aside with the `error` that says why, durably and in one step.
    ///
    /// # Errors
    /// Those of [`Consumer::acknowledge`].
    pub fn park(&mut self, batch: &Batch, attempts: u32, error: &str) -> Result<()> {
        let (name, scope) = (self.name.clone(), self.store.scope().cloned());
        let parked_at_ms = self.store.tenant_handle().config().clock.now_ms();
        let mut error = error.to_owned();
        error.truncate(error.floor_char_boundary(PARKED_ERROR_BYTES));
        self.move_to(Op::ConsumerPark, batch.end, |writing| {
            for item in &batch.items {
                // What a gap has lost cannot be tried again.
                let FeedItem::Event(event) = item else { continue };
                let mut body = Vec::new();
                record::append(&mut body, &record_of(event, &scope::stored(scope.as_ref(), &event.group)));
                writing.write.park(&Parked {
                    id: 0,
                    consumer: name.clone(),
                    version: event.version,
                    at_ms: event.at_ms,
                    body,
                    attempts,
                    error: error.clone(),
                    parked_at_ms,
                })?;
            }
            Ok(())
        })
    }

    fn move_to(&mut self, op: Op, position: Position, also: impl FnOnce(&mut Writing) -> Result<()>) -> Result<()> {
        let (name, tenant) = (&self.name, self.store.tenant_handle());
        let write = |writing: &mut Writing| {
            also(writing)?;
            writing.write.set_consumer(name, Some(position))
        };
        tenant.meters().run(op, || tenant.write(write))?;
        self.cursor.position = position;
        Ok(())
    }
}

impl Tenant {
    /// Those who follow the changes by name, and how far each has come.
    ///
    /// # Errors
    /// [`Error::Closed`], and the host's faults.
    pub fn consumers(&self) -> Result<Vec<ConsumerStatus>> {
        self.read(|read| {
            let head = read.sequence()?;
            let mut found = Vec::new();
            read.consumers(&Names::with_prefix(""), &mut |name, position| {
                let done =
                    if position.taken == u64::MAX { position.version } else { position.version.saturating_sub(1) };
                found.push(ConsumerStatus { name: name.into(), position: done, head, parked: 0 });
                true
            })?;
            for consumer in &mut found {
                consumer.parked = read.parked_events(&consumer.name)?;
            }
            Ok(found)
        })
    }

    /// Forget a consumer and what is parked of it: one of that name begins anew. Answers whether there was one.
    ///
    /// # Errors
    /// [`Error::Busy`], [`Error::Closed`], and the host's faults.
    pub fn forget_consumer(&self, name: &str) -> Result<bool> {
        let known = self.consumers()?.iter().any(|consumer| consumer.name == name);
        self.write(|writing| writing.write.set_consumer(name, None))?;
        Ok(known)
    }

    /// Parked events behind number `after`, at most `most` and at most 1,000, of one consumer or of all.
    ///
    /// # Errors
    /// [`Error::Closed`], and the host's faults.
    pub fn parked_events(&self, consumer: Option<&str>, after: i64, most: usize) -> Result<Vec<ParkedEvent>> {
        let cursor = Cursor::new(&self.store().context(), &Watch::All, 0)?;
        let most = most.clamp(1, crate::limits::WATCH_ANSWER_EVENTS);
        self.read(|read| {
            let mut found = Vec::new();
            read.parked(consumer, after, &mut |parked| {
                if let Some(record) = Records::of(&parked.body).next() {
                    let event = cursor.event(&record, parked.version, 0, parked.at_ms);
                    let Parked { id, consumer, attempts, error, parked_at_ms, .. } = parked;
                    found.push(ParkedEvent { id, consumer, event, attempts, error, parked_at_ms });
                }
                found.len() < most
            })?;
            Ok(found)
        })
    }

    /// Take a parked event away: it was done after all, or is given up. Answers whether it was there.
    ///
    /// # Errors
    /// [`Error::Busy`], [`Error::Closed`], and the host's faults.
    pub fn unpark(&self, id: i64) -> Result<bool> {
        self.write(|writing| writing.write.unpark(id))
    }

    /// What the change feed holds.
    ///
    /// # Errors
    /// [`Error::Closed`], and the host's faults.
    pub fn feed_status(&self) -> Result<super::FeedStatus> {
        self.read(|read| read.feed_status())
    }
}

fn check_name(name: &str) -> Result<()> {
    let refused = |rule: &str| Err(Error::InvalidArgument { argument: "consumer", rule: rule.into() });
    if name.is_empty() {
        refused("a consumer has a name")
    } else if name.len() > CONSUMER_NAME_BYTES {
        refused("the name of a consumer has at most 256 bytes")
    } else {
        Ok(())
    }
}

impl fmt::Debug for Consumer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Consumer").field("name", &self.name).field("cursor", &self.cursor).finish_non_exhaustive()
    }
}
