//! Delivery of journals to a receiver, on a real disk.

mod batches;
mod crash;
mod life;
mod parked;
mod rows;
mod waits;

use std::{
    sync::{Arc, Condvar, Mutex},
    time::Duration,
};

use larder_engine::{
    BucketDelivery, Config, DeliveryBatch, DeliveryConfig, DeliveryReport, DeliveryRow, JournalConfig, Larder, Refusal,
    Sink, Store, Tenant,
};

use crate::{sqlite::Place, support::*};

/// What becomes of a batch; the number is that of the call, from 0.
type Rule = Box<dyn Fn(usize, &DeliveryBatch<'_>) -> Result<(), Refusal> + Send + Sync>;

/// A receiver that does as it is told, and remembers.
struct Receiver {
    rule: Rule,
    calls: Mutex<Vec<Call>>,
    called: Condvar,
}

/// A batch that came in.
#[derive(Clone, Debug, PartialEq)]
struct Call {
    tenant: String,
    bucket: String,
    rows: Vec<DeliveryRow>,
    taken: bool,
}

impl Receiver {
    fn new(rule: impl Fn(usize, &DeliveryBatch<'_>) -> Result<(), Refusal> + Send + Sync + 'static) -> Arc<Receiver> {
        Arc::new(Receiver { rule: Box::new(rule), calls: Mutex::default(), called: Condvar::new() })
    }

    /// One that takes everything.
    fn willing() -> Arc<Receiver> {
        Receiver::new(|_, _| Ok(()))
    }

    fn calls(&self) -> Vec<Call> {
        self.calls.lock().unwrap().clone()
    }

    /// The measurements of the rows of each call.
    fn batches(&self) -> Vec<Vec<String>> {
        self.calls().iter().map(|call| call.rows.iter().map(|row| row.measurement.clone()).collect()).collect()
    }

    /// The measurements of all rows that it took, in the order of their coming.
    fn taken(&self) -> Vec<String> {
        let taken = self.calls().into_iter().filter(|call| call.taken);
        taken.flat_map(|call| call.rows).map(|row| row.measurement).collect()
    }

    /// Wait until it was called so often.
    #[track_caller]
    fn wait_for(&self, calls: usize) {
        let guard = self.calls.lock().unwrap();
        let waited = self.called.wait_timeout_while(guard, Duration::from_secs(30), |made| made.len() < calls).unwrap();
        assert!(!waited.1.timed_out(), "{} of {calls} calls", waited.0.len());
    }
}

impl Sink for Receiver {
    fn deliver(&self, batch: &DeliveryBatch<'_>) -> Result<(), Refusal> {
        let number = self.calls.lock().unwrap().len();
        let answer = (self.rule)(number, batch);
        let call = Call {
            tenant: batch.tenant.to_string(),
            bucket: batch.bucket.into(),
            rows: batch.rows.to_vec(),
            taken: answer.is_ok(),
        };
        self.calls.lock().unwrap().push(call);
        self.called.notify_all();
        answer
    }
}

fn retry(reason: &str) -> Result<(), Refusal> {
    Err(Refusal::Retry { after: None, reason: reason.into() })
}

fn with_delivery(config: Config) -> Config {
    config.journal(JournalConfig { deliver: true, ..JournalConfig::default() })
}

fn open(place: &Place) -> Larder {
    Larder::open(place.root(), with_delivery(place.config())).unwrap()
}

/// Waits of one second, two, four and so on, up to a minute.
fn steady() -> DeliveryConfig {
    DeliveryConfig::new()
        .gather(Duration::ZERO)
        .first_wait(Duration::from_secs(1))
        .longest_wait(Duration::from_secs(60))
        .jitter(|| 1.0)
}

fn append(store: &Store, measurements: &[&str]) {
    for measurement in measurements {
        store.journal().append(measurement, "{\"n\":1}", &Default::default()).unwrap();
    }
}

fn deliver(larder: &Larder, receiver: &Arc<Receiver>) -> DeliveryReport {
    larder.deliver_now(receiver.clone(), steady(), None, Duration::from_millis(1)).unwrap()
}

/// The one bucket for which there is something.
#[track_caller]
fn status(tenant: &Tenant) -> BucketDelivery {
    let [status] = tenant.delivery_status().unwrap().try_into().unwrap();
    status
}
