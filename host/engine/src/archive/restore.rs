//! Bringing the rows of an archive back.

use std::collections::VecDeque;

use super::{Archives, line};
use crate::{
    Error, Result,
    backend::{StoredArchive, Write},
    limits::ARCHIVE_STEP_ROWS,
    telemetry::Op,
    watch,
};

/// The rows of an archive that retention has not removed, in order.
struct Kept {
    archived_at: i64,
    after: (i64, i64),
    /// Number and line of each.
    ahead: VecDeque<(i64, Option<String>)>,
}

impl Archives {
    /// Make the rows of an archive live again, all in one transaction, and remove the archive. Rows that are still in the
    /// database keep their numbers, others get new ones; none is delivered again. Answers how many rows.
    ///
    /// # Errors
    /// [`Error::ArchiveNotFound`]; [`Error::Corrupt`] if it is damaged; [`Error::Busy`] while a compaction or another
    /// restoration of the tenant is under way; [`Error::Conflict`] when another program changed rows that are archived;
    /// [`Error::AccessDenied`], and the host's faults. Nothing was changed then.
    pub fn restore(&self, name: &str) -> Result<u64> {
        self.tenant().meters().run(Op::ArchiveRestore, || self.restore_now(name))
    }

    fn restore_now(&self, name: &str) -> Result<u64> {
        let (_open, _alone) = self.begin()?;
        self.clean()?;
        let archive = self.find(name)?;
        let mut reader = self.read(name)?;
        let rows = self.tenant().write(|writing| {
            let write = writing.write.as_mut();
            let mut kept =
                Kept { archived_at: archive.created_at, after: (i64::MIN, i64::MIN), ahead: VecDeque::new() };
            let mut rows = 0;
            while let Some(row) = reader.next_row()? {
                watch::check()?;
                rows += 1;
                let row = row.as_row();
                match kept.take(write, line::encode(&row))? {
                    Some(id) => write.archives()?.unmark(id)?,
                    None => write.archives()?.insert(&row)?,
                }
            }
            if Some(rows) != archive.rows || !kept.is_empty(write)? {
                return Err(Error::Conflict);
            }
            // From here on it is one to be removed.
            write.archives()?.set_archive(&StoredArchive { rows: None, ..archive.clone() })?;
            Ok(rows)
        })?;
        self.clean()?;
        Ok(rows)
    }
}

impl Kept {
    /// The number of the next row, if it is the one of this line.
    fn take(&mut self, write: &mut dyn Write, line: Option<String>) -> Result<Option<i64>> {
        self.fill(write)?;
        let is_next = self.ahead.front().is_some_and(|(_, next)| *next == line);
        Ok(if is_next { self.ahead.pop_front().map(|(id, _)| id) } else { None })
    }

    fn is_empty(&mut self, write: &mut dyn Write) -> Result<bool> {
        self.fill(write)?;
        Ok(self.ahead.is_empty())
    }

    fn fill(&mut self, write: &mut dyn Write) -> Result<()> {
        if !self.ahead.is_empty() {
            return Ok(());
        }
        let (ahead, after) = (&mut self.ahead, &mut self.after);
        let from = *after;
        write.as_read().archives()?.kept(self.archived_at, from, &mut |row| {
            *after = (row.committed_at, row.id);
            ahead.push_back((row.id, row.row.as_ref().and_then(line::encode)));
            ahead.len() < ARCHIVE_STEP_ROWS
        })
    }
}
