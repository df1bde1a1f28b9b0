//! Reading an archive, a line at a time.

use std::io::{BufRead, BufReader, Read};

use super::line::{self, ArchivedRow};
use crate::{Error, Result, TenantId, limits::ARCHIVE_LINE_BYTES, sandbox::ArchiveName};

/// The rows of an archive, in the order of their commits. It holds one row at a time.
pub struct ArchiveReader {
    tenant: TenantId,
    name: ArchiveName,
    lines: BufReader<Box<dyn Read + Send>>,
    line: Vec<u8>,
    /// Lines so far.
    number: u64,
}

impl ArchiveReader {
    pub(super) fn new(tenant: TenantId, name: ArchiveName, file: std::fs::File) -> Result<ArchiveReader> {
        let open = name.format().reader(file);
        let failed = |source| crate::sandbox::disk_error(&tenant, "opening an archive", source);
        let lines = BufReader::new(open.map_err(failed)?);
        Ok(ArchiveReader { tenant, name, lines, line: Vec::new(), number: 0 })
    }

    /// The next row; `None` behind the last.
    ///
    /// # Errors
    /// [`Error::Corrupt`] if the archive is damaged; nothing more can be read then.
    pub fn next_row(&mut self) -> Result<Option<ArchivedRow>> {
        let most = ARCHIVE_LINE_BYTES as u64 + 1;
        self.line.clear();
        let read = (&mut self.lines).take(most).read_until(b'\n', &mut self.line);
        if read.map_err(|error| self.damaged(&error.to_string()))? == 0 {
            return Ok(None);
        }
        self.number += 1;
        let Some(text) = self.line.strip_suffix(b"\n") else { return Err(self.damaged("it is cut off")) };
        line::decode(text).map(Some).map_err(|problem| self.damaged(&problem))
    }

    fn damaged(&self, problem: &str) -> Error {
        Error::Corrupt {
            tenant: self.tenant.clone(),
            file: format!("archive/{}", self.name.as_str()),
            detail: format!("line {}: {problem}", self.number),
        }
    }
}

impl Iterator for ArchiveReader {
    type Item = Result<ArchivedRow>;

    fn next(&mut self) -> Option<Result<ArchivedRow>> {
        self.next_row().transpose()
    }
}
