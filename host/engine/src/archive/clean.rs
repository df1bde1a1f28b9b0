//! Removing what interrupted compactions and restorations left behind.

use super::Archives;
use crate::{
    Result,
    sandbox::{ArchiveDir, ArchiveName},
};

impl Archives {
    /// Remove archives that are written down without rows, finished files or not: their rows are live. Whoever calls is alone
    /// with the archives.
    pub(super) fn clean(&self) -> Result<ArchiveDir> {
        let directory = self.tenant().archive_dir()?;
        let mut unfinished = Vec::new();
        self.tenant().read(|read| {
            read.archives()?.archives("", &mut |archive| {
                if archive.rows.is_none() {
                    unfinished.push(archive.name);
                }
                true
            })
        })?;
        for name in unfinished {
            // Only the database names what is removed, and by its pattern.
            directory.remove(&ArchiveName::parse(&name)?)?;
            self.tenant().write(|writing| writing.write.archives()?.forget_archive(&name))?;
            tracing::info!(tenant = %self.tenant().id(), archive = name, "an unfinished archive was removed");
        }
        Ok(directory)
    }
}
