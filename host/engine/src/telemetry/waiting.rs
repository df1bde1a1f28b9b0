//! What lies there to be worked on.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use metrics::{Label, gauge};

use super::{catalogue as names, meters::Meters};

/// How much of each kind waits in one tenant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Waiting {
    /// Expired entries that are still to be purged.
    pub(crate) expired: u64,
    /// Journal entries that wait for delivery.
    pub(crate) outbox: u64,
    /// Journal entries that the receiver refused for good.
    pub(crate) outbox_parked: u64,
}

impl Waiting {
    fn add(&mut self, other: Waiting) {
        self.expired += other.expired;
        self.outbox += other.outbox;
        self.outbox_parked += other.outbox_parked;
    }

    fn values(self) -> [(&'static str, u64); 3] {
        [(names::EXPIRED, self.expired), (names::OUTBOX, self.outbox), (names::OUTBOX_PARKED, self.outbox_parked)]
    }
}

/// The gauges of a root: what waits in the tenants that are open, summed up where tenants share a label.
#[derive(Debug, Default)]
pub(crate) struct WaitingGauges {
    /// Labels that were set; those whose tenants were closed since go to 0.
    known: Mutex<BTreeMap<Option<Arc<str>>, Waiting>>,
}

impl WaitingGauges {
    /// Show what was found in each open tenant.
    pub(crate) fn set(&self, found: &[(Meters, Waiting)]) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.values_mut().for_each(|waiting| *waiting = Waiting::default());
        for (meters, waiting) in found.iter().filter(|(meters, _)| meters.are_on()) {
            known.entry(meters.label().cloned()).or_default().add(*waiting);
        }
        for (label, waiting) in known.iter() {
            let labels: Vec<Label> = label.iter().map(|label| Label::new("tenant", label.clone())).collect();
            for (name, value) in waiting.values() {
                gauge!(name, labels.clone()).set(value as f64);
            }
        }
    }
}
