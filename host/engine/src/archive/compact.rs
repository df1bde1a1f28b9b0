//! Moving old rows into an archive.
//!
//! What was begun is written down first, so that whatever ends it, the next who comes knows what to remove: until its rows
//! are marked, an archive is none.

use super::{ArchiveFormat, Archives, Compacted, line};
use crate::{
    Error, Result,
    backend::{Outgoing, Read, StoredArchive},
    limits::{ARCHIVE_ROWS, ARCHIVE_STEP_BYTES, ARCHIVE_STEP_ROWS, SKIPPED_SHOWN},
    sandbox::{ArchiveDir, ArchiveName, disk_error},
    telemetry::Op,
    watch,
};

/// The zero of Go's time, the year 1: no moment that is meant.
const ZERO_MS: i64 = -62_135_596_800_000;

/// What is on its way into an archive.
struct Batch {
    lines: String,
    rows: u64,
    skipped: Vec<i64>,
    /// Time and number of the last row that was looked at.
    last: Option<(i64, i64)>,
}

/// What went into an archive.
struct Written {
    rows: u64,
    skipped: Vec<i64>,
    last: (i64, i64),
    more: bool,
}

impl Archives {
    /// Move rows that were committed before `before_ms`, in milliseconds since the epoch, into a new archive of at most
    /// 250,000. A row whose JSON cannot be read stays where it is. `None` when there is nothing to move.
    ///
    /// However it ends, each row is live or in exactly one archive.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] for a `before_ms` that is Go's zero time or earlier; [`Error::Busy`] while another
    /// compaction or restoration of the tenant is under way; [`Error::QuotaExceeded`] when the archives have no room;
    /// [`Error::AccessDenied`], [`Error::Conflict`] when another program changed the rows meanwhile, and the host's faults.
    pub fn compact(&self, before_ms: i64, format: ArchiveFormat) -> Result<Option<Compacted>> {
        self.tenant().meters().run(Op::ArchiveCompact, || self.compact_now(before_ms, format))
    }

    fn compact_now(&self, before_ms: i64, format: ArchiveFormat) -> Result<Option<Compacted>> {
        if before_ms <= ZERO_MS {
            return Err(Error::InvalidArgument { argument: "before", rule: "it is a moment, not empty".into() });
        }
        let (_open, _alone) = self.begin()?;
        let directory = self.clean()?;
        let (last_id, last_archive) = self.tenant().read(|read| read.archives()?.last_row_and_archive())?;
        let rows = Outgoing { scope: self.scope(), after: (i64::MIN, i64::MIN), before: before_ms, last_id };
        if self.next_batch(&rows)?.last.is_none() {
            return Ok(None);
        }
        self.has_room()?;
        let created_at = self.tenant().config().clock.now_ms().max(last_archive.saturating_add(1));
        let name = ArchiveName::at(created_at, format)?;
        let begun = StoredArchive {
            name: name.as_str().into(),
            scope: self.scope().map(Into::into),
            rows: None,
            bytes: None,
            created_at,
        };
        self.tenant().write(|writing| writing.write.archives()?.set_archive(&begun))?;
        let done = self.write_and_mark(&directory, &name, &rows, &begun);
        if !matches!(done, Ok(Some(_)))
            && let Err(error) = self.clean()
        {
            tracing::warn!(tenant = %self.tenant().id(), %error, "an unfinished archive stays for the next compaction");
        }
        done
    }

    fn write_and_mark(
        &self,
        directory: &ArchiveDir,
        name: &ArchiveName,
        rows: &Outgoing<'_>,
        begun: &StoredArchive,
    ) -> Result<Option<Compacted>> {
        let written = self.write(directory, name, rows)?;
        if !written.skipped.is_empty() {
            let rows = written.skipped.len();
            tracing::warn!(tenant = %self.tenant().id(), rows, "rows of the journal that cannot be read stay where they are");
        }
        if written.rows == 0 {
            return Ok(None);
        }
        let bytes = directory.publish(name)?;
        self.tenant().write(|writing| {
            let archives = writing.write.archives()?;
            let marked = archives.mark(rows, written.last, &written.skipped, begun.created_at)?;
            if marked != written.rows {
                return Err(Error::Conflict);
            }
            archives.set_archive(&StoredArchive { rows: Some(marked), bytes: Some(bytes), ..begun.clone() })
        })?;
        let mut skipped_ids = written.skipped;
        let skipped = skipped_ids.len() as u64;
        skipped_ids.truncate(SKIPPED_SHOWN);
        let name = name.as_str().into();
        Ok(Some(Compacted { name, rows: written.rows, bytes, skipped, skipped_ids, more: written.more }))
    }

    /// Write the rows into a file that is no archive yet, durably.
    fn write(&self, directory: &ArchiveDir, name: &ArchiveName, rows: &Outgoing<'_>) -> Result<Written> {
        let failed = |source| disk_error(self.tenant().id(), "writing an archive", source);
        let mut out = name.format().writer(directory.create(name)?).map_err(failed)?;
        let mut written = Written { rows: 0, skipped: Vec::new(), last: rows.after, more: false };
        loop {
            watch::check()?;
            let batch = self.next_batch(&Outgoing { after: written.last, ..*rows })?;
            let Some(last) = batch.last else { break };
            if written.rows + batch.rows > ARCHIVE_ROWS {
                written.more = true;
                break;
            }
            out.write(batch.lines.as_bytes()).map_err(failed)?;
            written.rows += batch.rows;
            written.skipped.extend(batch.skipped);
            written.last = last;
        }
        out.finish().map_err(failed)?;
        Ok(written)
    }

    /// So many rows that memory is bounded, and readers elsewhere are not kept from moving the log.
    fn next_batch(&self, rows: &Outgoing<'_>) -> Result<Batch> {
        let mut batch = Batch { lines: String::new(), rows: 0, skipped: Vec::new(), last: None };
        self.tenant().read(|read: &dyn Read| {
            read.archives()?.outgoing(rows, &mut |row| {
                match row.row.as_ref().and_then(line::encode) {
                    Some(line) => {
                        batch.lines.push_str(&line);
                        batch.rows += 1;
                    }
                    None => batch.skipped.push(row.id),
                }
                batch.last = Some((row.committed_at, row.id));
                let seen = batch.rows as usize + batch.skipped.len();
                seen < ARCHIVE_STEP_ROWS && batch.lines.len() < ARCHIVE_STEP_BYTES
            })
        })?;
        Ok(batch)
    }
}
