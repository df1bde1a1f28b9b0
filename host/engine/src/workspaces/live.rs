//! The workspaces that are in use, so that none is handed out twice.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use crate::TenantId;

type Key = (TenantId, String);

/// All of a root.
#[derive(Clone, Default)]
pub(crate) struct Live(Arc<Mutex<HashSet<Key>>>);

impl Live {
    /// Use a workspace, unless somebody does.
    pub(super) fn claim(&self, tenant: &TenantId, file: &str) -> Option<Claim> {
        let key = (tenant.clone(), file.to_owned());
        let is_free = self.locked().insert(key.clone());
        is_free.then(|| Claim { live: self.clone(), key })
    }

    pub(super) fn is_claimed(&self, tenant: &TenantId, file: &str) -> bool {
        self.locked().contains(&(tenant.clone(), file.to_owned()))
    }

    fn locked(&self) -> MutexGuard<'_, HashSet<Key>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The use of a workspace, until this is dropped.
pub(super) struct Claim {
    live: Live,
    key: Key,
}

impl Drop for Claim {
    fn drop(&mut self) {
        self.live.locked().remove(&self.key);
    }
}
