//! What lies there to be worked on.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use metrics::{Label, gauge};

use super::{catalogue as names, meters::Meters};
use crate::limits::CONSUMER_LABELS;

/// The label of those beyond the bound.
const OTHER: &str = "_other";

/// How much of each kind waits in one tenant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Waiting {
    /// Expired entries that are still to be purged.
    pub(crate) expired: u64,
    /// Journal entries that wait for delivery.
    pub(crate) outbox: u64,
    /// Journal entries that the receiver refused for good.
    pub(crate) outbox_parked: u64,
    /// Events that the feed holds.
    pub(crate) feed_events: u64,
    /// Bytes of them.
    pub(crate) feed_bytes: u64,
    /// For each who follows the feed by name.
    pub(crate) behind: Vec<Behind>,
}

/// How far one who follows the feed is behind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Behind {
    /// The name.
    pub(crate) consumer: String,
    /// Events of commits that are not done, wanted or not.
    pub(crate) events: u64,
    /// Events that were put aside.
    pub(crate) parked: u64,
}

type Labels = (Option<Arc<str>>, Option<Arc<str>>);

/// The gauges of a root: what waits in the tenants that are open, summed up where tenants share a label.
#[derive(Debug, Default)]
pub(crate) struct WaitingGauges {
    known: Mutex<Known>,
}

/// What was shown: of tenants that were closed since, it goes to 0.
#[derive(Debug, Default)]
struct Known {
    /// By name of the metric, and tenant and consumer.
    values: BTreeMap<(&'static str, Labels), u64>,
    /// Consumers with a label of their own.
    consumers: Vec<Arc<str>>,
}

impl WaitingGauges {
    /// Show what was found in each open tenant.
    pub(crate) fn set(&self, found: &[(Meters, Waiting)]) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.values.values_mut().for_each(|value| *value = 0);
        for (meters, waiting) in found.iter().filter(|(meters, _)| meters.are_on()) {
            let tenant = meters.label();
            for (name, value) in [
                (names::EXPIRED, waiting.expired),
                (names::OUTBOX, waiting.outbox),
                (names::OUTBOX_PARKED, waiting.outbox_parked),
                (names::FEED_EVENTS, waiting.feed_events),
                (names::FEED_BYTES, waiting.feed_bytes),
            ] {
                known.add(name, (tenant.cloned(), None), value);
            }
            for Behind { consumer, events, parked } in &waiting.behind {
                let consumer = Some(known.consumer(consumer));
                known.add(names::CONSUMER_WAITING, (tenant.cloned(), consumer.clone()), *events);
                known.add(names::CONSUMER_PARKED, (tenant.cloned(), consumer), *parked);
            }
        }
        for ((name, (tenant, consumer)), value) in &known.values {
            let labels = [("tenant", tenant), ("consumer", consumer)];
            let labels = labels.into_iter().filter_map(|(name, value)| Some(Label::new(name, value.clone()?)));
            gauge!(*name, labels.collect::<Vec<_>>()).set(*value as f64);
        }
    }
}

impl Known {
    fn add(&mut self, name: &'static str, labels: Labels, value: u64) {
        *self.values.entry((name, labels)).or_default() += value;
    }

    /// The first ones have a label of their own.
    fn consumer(&mut self, name: &str) -> Arc<str> {
        if let Some(known) = self.consumers.iter().find(|known| known.as_ref() == name) {
            return known.clone();
        }
        if self.consumers.len() >= CONSUMER_LABELS {
            return OTHER.into();
        }
        self.consumers.push(name.into());
        name.into()
    }
}
