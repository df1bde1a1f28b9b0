//! Dropping archived rows that are old enough.

use crate::{
    Result,
    limits::PURGE_STEP_ROWS,
    tenant::{OpenTenant, Purged},
};

impl OpenTenant {
    /// Remove archived rows that the configuration no longer keeps, unless somebody writes now.
    pub(crate) fn drop_outdated(&self, now: i64, purged: &mut Purged) -> Result<()> {
        let Some(before) = self.outdated_before(now) else { return Ok(()) };
        while !self.is_closed() && self.has_outdated(before)? {
            let Some(permit) = self.try_enter_as_writer() else {
                purged.is_all = false;
                break;
            };
            let mut writing = self.begin()?;
            let rows = writing.write.archives()?.remove_outdated(before, PURGE_STEP_ROWS)?;
            writing.changed = true;
            self.commit(writing, permit)?;
            if rows == 0 {
                break;
            }
        }
        Ok(())
    }
}
