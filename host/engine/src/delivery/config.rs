use std::{fmt, sync::Arc, time::Duration};

use super::backoff;

/// A number from 0 to 1, another one each time.
pub(super) type Jitter = Arc<dyn Fn() -> f64 + Send + Sync>;

/// How rows are delivered. [`DeliveryConfig::new`] lists the defaults.
///
/// ```
/// use larder_engine::DeliveryConfig;
/// use std::time::Duration;
/// let config = DeliveryConfig::new().batch_rows(500).longest_wait(Duration::from_secs(10));
/// # let _ = config;
/// ```
#[derive(Clone)]
pub struct DeliveryConfig {
    pub(super) batch_rows: usize,
    pub(super) batch_bytes: usize,
    pub(super) gather: Duration,
    pub(super) first_wait: Duration,
    pub(super) longest_wait: Duration,
    pub(super) close_wait: Duration,
    pub(super) jitter: Jitter,
}

impl DeliveryConfig {
    /// The defaults: batches of at most 1,000 rows and 1 MiB, gathered for 100 ms; waits of 500 ms and then twice as long each time up to 60 s,
    /// between half of that and all of it, by chance; 2 s for an answer when the root is closed.
    pub fn new() -> DeliveryConfig {
        DeliveryConfig {
            batch_rows: 1_000,
            batch_bytes: 1024 * 1024,
            gather: Duration::from_millis(100),
            first_wait: Duration::from_millis(500),
            longest_wait: Duration::from_secs(60),
            close_wait: Duration::from_secs(2),
            jitter: Arc::new(backoff::chance),
        }
    }

    /// Most rows of a batch. Default 1,000; at least 1, at most 100,000.
    pub fn batch_rows(mut self, rows: usize) -> DeliveryConfig {
        self.batch_rows = rows.clamp(1, 100_000);
        self
    }

    /// Bytes of the rows' texts in the journal after which a batch ends; it holds at least one row. Default 1 MiB.
    pub fn batch_bytes(mut self, bytes: usize) -> DeliveryConfig {
        self.batch_bytes = bytes;
        self
    }

    /// How long what is committed is gathered before a batch of it is made, by [`Larder::deliver_to`](crate::Larder::deliver_to):
    /// each batch costs the tenant a commit of its own, for which writers wait. Full batches do not wait. Default 100 ms.
    pub fn gather(mut self, gather: Duration) -> DeliveryConfig {
        self.gather = gather;
        self
    }

    /// The wait before the second try. Default 500 ms; at least 1 ms.
    pub fn first_wait(mut self, wait: Duration) -> DeliveryConfig {
        self.first_wait = wait.max(Duration::from_millis(1));
        self
    }

    /// The longest wait before a try, unless the receiver asks for a longer one. Default 60 s; at least 1 ms.
    pub fn longest_wait(mut self, wait: Duration) -> DeliveryConfig {
        self.longest_wait = wait.max(Duration::from_millis(1));
        self
    }

    /// How long closing the root waits for the receiver's answer to what it has. What it took without that being written
    /// down comes again. Default 2 s.
    pub fn close_wait(mut self, wait: Duration) -> DeliveryConfig {
        self.close_wait = wait;
        self
    }

    /// Where the chance in waits comes from: a number from 0 to 1. Default: another one each time.
    pub fn jitter(mut self, jitter: impl Fn() -> f64 + Send + Sync + 'static) -> DeliveryConfig {
        self.jitter = Arc::new(jitter);
        self
    }

    /// The wait after the failure of this number, counted from 1, in milliseconds.
    pub(super) fn wait_ms(&self, failure: u32) -> i64 {
        let wait = backoff::wait(self.first_wait, self.longest_wait, failure, (self.jitter)());
        i64::try_from(wait.as_millis()).unwrap_or(i64::MAX)
    }
}

impl Default for DeliveryConfig {
    fn default() -> DeliveryConfig {
        DeliveryConfig::new()
    }
}

impl fmt::Debug for DeliveryConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeliveryConfig")
            .field("batch_rows", &self.batch_rows)
            .field("batch_bytes", &self.batch_bytes)
            .field("gather", &self.gather)
            .field("first_wait", &self.first_wait)
            .field("longest_wait", &self.longest_wait)
            .field("close_wait", &self.close_wait)
            .finish_non_exhaustive()
    }
}
