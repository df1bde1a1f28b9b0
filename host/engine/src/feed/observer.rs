use std::{fmt, sync::Arc};

use super::{
    collect::Cursor,
    event::{FeedItem, Watch},
};
use crate::{
    Larder, Result, ScopeName, TenantId, Version,
    backend::{Backend, Position},
    store::context::Context,
};

/// Follows the changes of a tenant that another process may own: it reads the database without owning the tenant, and
/// changes nothing.
///
/// Nobody wakes it: ask again after a while.
pub struct Observer {
    backend: Arc<dyn Backend>,
    cursor: Cursor,
}

impl Larder {
    /// Follow the changes of a tenant, of all of it or of one scope, from now on or those of commits after `after`.
    ///
    /// # Errors
    /// [`Error::TenantNotFound`](crate::Error::TenantNotFound), [`Error::Unsupported`](crate::Error::Unsupported) in memory, or when the database is of an older version, which its
    /// owner brings up to date, and the host's faults.
    pub fn observe(
        &self,
        id: &TenantId,
        scope: Option<ScopeName>,
        watch: &Watch,
        after: Option<Version>,
    ) -> Result<Observer> {
        let backend = self.observed(id)?;
        let context = Context::plain(scope, self.config());
        let mut cursor = Cursor::new(&context, watch, 0)?;
        let after = match after {
            Some(after) => after,
            None => backend.read()?.as_read().sequence()?,
        };
        cursor.position = Position::after(after);
        Ok(Observer { backend, cursor })
    }
}

impl Observer {
    /// What has happened that it has not given yet, at most `most` items (and at most 1,000, or 1 MiB of values).
    ///
    /// # Errors
    /// The host's faults.
    pub fn try_next(&mut self, most: usize) -> Result<Vec<FeedItem>> {
        let snapshot = self.backend.read()?;
        let (items, position) = self.cursor.read(snapshot.as_read(), most)?;
        self.cursor.position = position;
        Ok(items)
    }
}

impl fmt::Debug for Observer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Observer").field("cursor", &self.cursor).finish_non_exhaustive()
    }
}
