//! Looking after what waits and what was put aside.

use crate::{
    Error, Result, Tenant,
    backend::{BucketWaiting, ParkedRow},
    limits::PARKED_PAGE_ROWS,
};

/// How the delivery of one bucket of a tenant stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BucketDelivery {
    /// The bucket.
    pub bucket: String,
    /// Rows that wait to be delivered.
    pub waiting: u64,
    /// Rows that were put aside.
    pub parked: u64,
    /// When the first row that waits was committed, in milliseconds since the epoch.
    pub oldest_waiting_ms: Option<i64>,
    /// Why the first row that waits was not delivered when that was tried last; `None` when it was not tried.
    pub error: Option<String>,
    /// When it is tried again, in milliseconds since the epoch; `None` when it need not wait, and when another process is
    /// the one who tries.
    pub next_try_ms: Option<i64>,
}

/// A row that was put aside, because the receiver refused it or because it is nothing that can be delivered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParkedDelivery {
    /// Its number in the journal.
    pub id: i64,
    /// The bucket that it was appended to.
    pub bucket: String,
    /// What was done; `None` when the row is gone from the journal.
    pub measurement: Option<String>,
    /// In milliseconds since the epoch; `None` when the row is gone from the journal.
    pub committed_at_ms: Option<i64>,
    /// Why.
    pub error: String,
    /// When it was put aside, in milliseconds since the epoch.
    pub parked_at_ms: i64,
}

impl Tenant {
    /// How delivery stands, for each bucket with something to deliver or parked. It can be asked of a tenant that another
    /// process has open too.
    ///
    /// # Errors
    /// [`Error::TenantNotFound`]; [`Error::Unsupported`] in memory, or when the database is of an older version and not open
    /// here; [`Error::Closed`], and the host's faults.
    pub fn delivery_status(&self) -> Result<Vec<BucketDelivery>> {
        let next_tries = self.delivery().next_tries(self.id());
        let found = self.observe(|read| read.outbox()?.buckets())?.unwrap_or_default();
        let status = |found: BucketWaiting| BucketDelivery {
            next_try_ms: next_tries.get(&found.bucket).copied(),
            bucket: found.bucket,
            waiting: found.waiting,
            parked: found.parked,
            oldest_waiting_ms: found.oldest,
            error: found.error,
        };
        Ok(found.into_iter().map(status).collect())
    }

    /// A page of rows that were put aside, behind the one of number `after`; 0 is the start. The last page is empty.
    ///
    /// # Errors
    /// Those of [`Tenant::delivery_status`].
    pub fn parked_deliveries(&self, after: i64) -> Result<Vec<ParkedDelivery>> {
        let mut page = Vec::new();
        self.observe(|read| {
            read.outbox()?.parked_rows(after, &mut |parked| {
                let ParkedRow { id, bucket, measurement, committed_at, error, parked_at } = parked;
                let parked_at_ms = parked_at;
                page.push(ParkedDelivery {
                    id,
                    bucket,
                    measurement,
                    committed_at_ms: committed_at,
                    error,
                    parked_at_ms,
                });
                page.len() < PARKED_PAGE_ROWS
            })
        })?;
        Ok(page)
    }

    /// Let rows that were put aside be delivered again, in the place that their numbers have; `None` is all of them.
    /// Answers how many.
    ///
    /// # Errors
    /// [`Error::Unsupported`] in memory, [`Error::Busy`], [`Error::Closed`], and the host's faults.
    pub fn retry_parked(&self, ids: Option<&[i64]>) -> Result<u64> {
        self.write(|writing| {
            writing.outgoing = true;
            let outbox = writing.write.outbox()?;
            of_each(ids, |id| outbox.unpark_rows(id))
        })
    }

    /// Give rows up that were put aside; they stay in the journal. `None` is all of them. Answers how many.
    ///
    /// # Errors
    /// Those of [`Tenant::retry_parked`].
    pub fn drop_parked(&self, ids: Option<&[i64]>) -> Result<u64> {
        self.write(|writing| {
            let outbox = writing.write.outbox()?;
            of_each(ids, |id| outbox.remove_parked(id))
        })
    }
}

fn of_each(ids: Option<&[i64]>, mut change: impl FnMut(Option<i64>) -> Result<u64>) -> Result<u64, Error> {
    match ids {
        None => change(None),
        Some(ids) => ids.iter().try_fold(0, |count, id| Ok(count + change(Some(*id))?)),
    }
}
