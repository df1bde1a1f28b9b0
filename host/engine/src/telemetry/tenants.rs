//! How many tenants have a label of their own.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use super::{
    catalogue::METRICS,
    meters::{Meters, Shared},
};
use crate::TenantId;

/// The label of tenants beyond the bound. No tenant can be called this.
const OTHER: &str = "_other";

/// What the tenants of one root are measured with.
pub(crate) struct TenantMeters(Option<Measured>);

struct Measured {
    /// Tenants with a label of their own.
    most: usize,
    shared: Arc<Shared>,
    labelled: Mutex<HashMap<TenantId, Meters>>,
    /// What all other tenants share.
    others: Meters,
}

impl TenantMeters {
    /// `labels` is how many tenants have a label of their own; `None` measures nothing.
    pub(crate) fn new(labels: Option<usize>) -> TenantMeters {
        TenantMeters(labels.map(|most| {
            METRICS.iter().for_each(|metric| metric.describe());
            let shared = Arc::<Shared>::default();
            let others = Meters::of(&shared, (most > 0).then(|| OTHER.into()));
            Measured { most, shared, labelled: Mutex::default(), others }
        }))
    }

    /// The meters of a tenant; the first ones asked for get a label.
    pub(crate) fn of(&self, tenant: &TenantId) -> Meters {
        let Some(measured) = &self.0 else { return Meters::default() };
        if measured.most == 0 {
            return measured.others.clone();
        }
        let mut labelled = measured.labelled.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(meters) = labelled.get(tenant) {
            return meters.clone();
        }
        if labelled.len() >= measured.most {
            return measured.others.clone();
        }
        let meters = Meters::of(&measured.shared, Some(tenant.as_str().into()));
        labelled.insert(tenant.clone(), meters.clone());
        meters
    }
}
