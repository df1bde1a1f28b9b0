//! The workspaces that are in use, so that none is handed out twice, and all end with their root.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
};

use super::workspace::Shared;
use crate::TenantId;

type Key = (TenantId, String);

/// All of a root: by their file, and how to end the use of those that were handed out.
#[derive(Clone, Default)]
pub(crate) struct Live(Arc<Mutex<HashMap<Key, Weak<Shared>>>>);

impl Live {
    /// Use a workspace, unless somebody does.
    pub(super) fn claim(&self, tenant: &TenantId, file: &str) -> Option<Claim> {
        let key = (tenant.clone(), file.to_owned());
        let mut claimed = self.locked();
        if claimed.contains_key(&key) {
            return None;
        }
        claimed.insert(key.clone(), Weak::new());
        Some(Claim { live: self.clone(), key })
    }

    pub(super) fn is_claimed(&self, tenant: &TenantId, file: &str) -> bool {
        self.locked().contains_key(&(tenant.clone(), file.to_owned()))
    }

    /// The one that was claimed is this; it ends when the root is closed.
    pub(super) fn hand_out(&self, tenant: &TenantId, file: &str, shared: &Arc<Shared>) {
        if let Some(claimed) = self.locked().get_mut(&(tenant.clone(), file.to_owned())) {
            *claimed = Arc::downgrade(shared);
        }
    }

    /// End the use of all; their files are left over.
    pub(crate) fn close(&self) {
        let handed_out: Vec<Arc<Shared>> = self.locked().values().filter_map(Weak::upgrade).collect();
        for shared in handed_out {
            shared.close();
        }
    }

    fn locked(&self) -> MutexGuard<'_, HashMap<Key, Weak<Shared>>> {
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
