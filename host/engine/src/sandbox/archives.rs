//! The archives of a tenant: complete files under the names of archives, unfinished ones under another.

use std::{fs::File, io};

use cap_std::fs::{Dir, OpenOptions};
use time::OffsetDateTime;

use super::{TenantId, disk_error, entry::Lies, lies_at, open_regular, private_file, sync_dir};
use crate::{ArchiveFormat, Error, Result, error::shown};

/// The name of an archive: the moment it was begun, to the nanosecond, and how it is compressed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ArchiveName(String);

impl ArchiveName {
    /// Of an archive that is begun at `at_ms`, which is no other's.
    pub(crate) fn at(at_ms: i64, format: ArchiveFormat) -> Result<ArchiveName> {
        let at = OffsetDateTime::from_unix_timestamp_nanos(i128::from(at_ms) * 1_000_000)
            .ok()
            .filter(|at| (0..=9999).contains(&at.year()))
            .ok_or_else(|| Error::Storage { operation: "name an archive", detail: "the clock is far off".into() })?;
        Ok(ArchiveName(format!(
            "journal-{:04}{:02}{:02}-{:02}{:02}{:02}.{:09}.jsonl.{}",
            at.year(),
            u8::from(at.month()),
            at.day(),
            at.hour(),
            at.minute(),
            at.second(),
            at.nanosecond(),
            format.extension()
        )))
    }

    /// One that came in.
    pub(crate) fn parse(name: &str) -> Result<ArchiveName> {
        const PATTERN: &str = "journal-00000000-000000.000000000.jsonl";
        let is_name = name.rsplit_once('.').is_some_and(|(stem, extension)| {
            let fits =
                |(given, pattern): (u8, u8)| if pattern == b'0' { given.is_ascii_digit() } else { given == pattern };
            ArchiveFormat::of_extension(extension).is_some()
                && stem.len() == PATTERN.len()
                && stem.bytes().zip(PATTERN.bytes()).all(fits)
        });
        if is_name {
            return Ok(ArchiveName(name.into()));
        }
        Err(Error::InvalidName {
            what: "archive",
            name: shown(name),
            rule: "it is one that compaction or the list gave",
        })
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    pub(crate) fn format(&self) -> ArchiveFormat {
        let extension = self.0.rsplit('.').next().unwrap_or_default();
        ArchiveFormat::of_extension(extension).unwrap_or_default()
    }

    fn unfinished(&self) -> String {
        format!(".{}.tmp", self.0)
    }
}

/// The directory of a tenant's archives.
#[derive(Debug)]
pub(crate) struct ArchiveDir {
    tenant: TenantId,
    dir: Dir,
}

impl ArchiveDir {
    pub(super) fn new(tenant: TenantId, dir: Dir) -> ArchiveDir {
        ArchiveDir { tenant, dir }
    }

    /// A file to write the archive into.
    ///
    /// # Errors
    /// [`Error::DiskFull`], [`Error::ReadOnly`] and [`Error::Io`], as everywhere here.
    pub(crate) fn create(&self, name: &ArchiveName) -> Result<File> {
        let file = self.dir.open_with(name.unfinished(), private_file().write(true).create_new(true));
        file.map(cap_std::fs::File::into_std).map_err(|source| self.failed("creating an archive", source))
    }

    /// Make a file that was written and synced the archive, for good. Answers its bytes.
    pub(crate) fn publish(&self, name: &ArchiveName) -> Result<u64> {
        let publish = || {
            self.dir.rename(name.unfinished(), &self.dir, &name.0)?;
            sync_dir(&self.dir)?;
            Ok(self.dir.symlink_metadata(&name.0)?.len())
        };
        publish().map_err(|source| self.failed("publishing an archive", source))
    }

    /// The archive, for reading; `None` if there is none.
    pub(crate) fn open(&self, name: &ArchiveName) -> Result<Option<File>> {
        let failed = |source| self.failed("opening an archive", source);
        if lies_at(&self.dir, &name.0).map_err(failed)?.is_none() {
            return Ok(None);
        }
        match open_regular(&self.dir, &name.0, OpenOptions::new().read(true)).map_err(failed)? {
            Ok((file, _)) => Ok(Some(file.into_std())),
            Err(Lies::File | Lies::HardLink | Lies::Directory | Lies::Symlink | Lies::Special) => Err(Error::Refused {
                what: format!("tenants/{}/archive/{}", self.tenant, name.0),
                rule: "an archive is a regular file with one name",
            }),
        }
    }

    /// Remove what there is of an archive, finished or not.
    pub(crate) fn remove(&self, name: &ArchiveName) -> Result<()> {
        let remove = |name: &str| match self.dir.remove_file(name) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        };
        let removed = remove(&name.unfinished()).and_then(|()| remove(&name.0)).and_then(|()| sync_dir(&self.dir));
        removed.map_err(|source| self.failed("removing an archive", source))
    }

    fn failed(&self, operation: &'static str, source: io::Error) -> Error {
        disk_error(&self.tenant, operation, source)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_moment_and_nothing_else() {
        let name = ArchiveName::at(1_577_836_800_123, ArchiveFormat::Zstd).unwrap();
        assert_eq!(name.as_str(), "journal-20200101-000000.123000000.jsonl.zst");
        assert_eq!(ArchiveName::parse(name.as_str()).unwrap(), name);
        for name in [
            "",
            "../store.db",
            "journal-20200101-000000.123000000.jsonl",
            "journal-20200101-000000.123000000.jsonl.lz4",
            "journal-20200101-000000.123000000.jsonl/gz",
            ".journal-20200101-000000.123000000.jsonl.gz.tmp",
            "journal-2020010100000000000000000000.jsonl.gz",
        ] {
            assert!(ArchiveName::parse(name).is_err(), "{name}");
        }
    }
}
