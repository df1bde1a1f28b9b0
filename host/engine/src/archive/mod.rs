//! Archives: old rows of the journal as compressed lines of JSON, out of the database.

mod clean;
mod compact;
mod format;
mod line;
mod reader;
mod restore;
mod retention;

use std::sync::Arc;

pub use format::ArchiveFormat;
pub use line::ArchivedRow;
pub use reader::ArchiveReader;

use crate::{
    Error, QuotaKind, Result, ScopeName, Store, Tenant, backend::StoredArchive, error::shown, gate::Permit,
    limits::ARCHIVE_PAGE_ITEMS, sandbox::ArchiveName, telemetry::Op, tenant::OpenTenant, watch,
};

/// The archives of a scope's journal. Got by [`Store::archives`].
///
/// A scope archives its own rows and sees its own archives; the whole tenant archives all rows, and sees all archives.
///
/// ```
/// use larder_engine::{ArchiveFormat, Config, Larder, TenantId};
/// # fn main() -> larder_engine::Result<()> {
/// # let root = tempfile::tempdir().unwrap();
/// let larder = Larder::open(root.path().join("data"), Config::new())?;
/// let store = larder.tenant(&TenantId::parse("acme")?).store();
/// store.journal().append("import", r#"{"rows": 12}"#, &Default::default())?;
/// let archives = store.archives();
/// let compacted = archives.compact(i64::MAX, ArchiveFormat::Zstd)?.expect("there was a row");
/// for row in archives.read(&compacted.name)? {
///     assert_eq!(row?.measurement, "import");
/// }
/// archives.restore(&compacted.name)?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Archives {
    store: Store,
}

/// An archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArchiveInfo {
    /// Its name, which is a file's name.
    pub name: String,
    /// Whose it is; `None` is the whole tenant's.
    pub scope: Option<String>,
    /// Rows in it.
    pub rows: u64,
    /// Bytes of the file.
    pub bytes: u64,
    /// When it was made, in milliseconds since the epoch.
    pub created_at_ms: i64,
}

/// What a compaction did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compacted {
    /// The name of the archive.
    pub name: String,
    /// Rows in it.
    pub rows: u64,
    /// Bytes of the file.
    pub bytes: u64,
    /// Rows that stay where they are because their JSON cannot be read.
    pub skipped: u64,
    /// The numbers of the first 100 of them.
    pub skipped_ids: Vec<i64>,
    /// Whether there are rows left for another archive.
    pub more: bool,
}

/// What a check of an archive found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verified {
    /// Rows that could be read.
    pub rows: u64,
    /// What is wrong; nothing if it is whole.
    pub problems: Vec<String>,
}

impl Store {
    /// The archives of the scope's journal.
    pub fn archives(&self) -> Archives {
        Archives { store: self.clone() }
    }
}

impl Archives {
    /// A page of archives, oldest first, behind the one of name `after`; an empty `after` is the start. The last page is
    /// empty.
    ///
    /// # Errors
    /// [`Error::Unsupported`] in memory, [`Error::Closed`], and the host's faults.
    pub fn list(&self, after: &str) -> Result<Vec<ArchiveInfo>> {
        let mut page = Vec::new();
        self.tenant().read(|read| {
            read.archives()?.archives(after, &mut |archive| {
                if self.is_own(&archive)
                    && let (Some(rows), Some(bytes)) = (archive.rows, archive.bytes)
                {
                    let StoredArchive { name, scope, created_at, .. } = archive;
                    page.push(ArchiveInfo { name, scope, rows, bytes, created_at_ms: created_at });
                }
                page.len() < ARCHIVE_PAGE_ITEMS
            })
        })?;
        Ok(page)
    }

    /// Read an archive, a row at a time.
    ///
    /// # Errors
    /// [`Error::InvalidName`], [`Error::ArchiveNotFound`], [`Error::Corrupt`] if its file is gone, and the host's faults.
    pub fn read(&self, name: &str) -> Result<ArchiveReader> {
        let name = ArchiveName::parse(&self.find(name)?.name)?;
        let file = self.tenant().archive_dir()?.open(&name)?;
        let file = file.ok_or_else(|| Error::Corrupt {
            tenant: self.tenant().id().clone(),
            file: format!("archive/{}", name.as_str()),
            detail: "the file is gone".into(),
        })?;
        ArchiveReader::new(self.tenant().id().clone(), name, file)
    }

    /// Read all of an archive and compare it with what is written down of it.
    ///
    /// # Errors
    /// Those of [`Archives::read`], but for damage, which is what it answers.
    pub fn verify(&self, name: &str) -> Result<Verified> {
        self.tenant().meters().run(Op::ArchiveVerify, || self.verify_now(name))
    }

    fn verify_now(&self, name: &str) -> Result<Verified> {
        let archive = self.find(name)?;
        let mut verified = Verified::default();
        let mut damaged = |error: Error| match error {
            Error::Corrupt { detail, .. } => {
                verified.problems.push(detail);
                Ok(())
            }
            other => Err(other),
        };
        let mut rows = 0;
        match self.read(name) {
            Err(error) => damaged(error)?,
            Ok(reader) => {
                for row in reader {
                    watch::check()?;
                    match row {
                        Ok(_) => rows += 1,
                        // What is behind it cannot be found any more.
                        Err(error) => {
                            damaged(error)?;
                            break;
                        }
                    }
                }
            }
        }
        if let Some(written) = archive.rows.filter(|written| *written != rows) {
            verified.problems.push(format!("{written} rows were written, {rows} can be read"));
        }
        Ok(Verified { rows, ..verified })
    }

    /// Do some work with archives on a thread that may block. It ends early when the future is dropped.
    pub async fn unblocked<R: Send + 'static>(&self, work: impl FnOnce(&Archives) -> R + Send + 'static) -> R {
        let archives = self.clone();
        watch::unblock(move || work(&archives)).await
    }

    fn find(&self, name: &str) -> Result<StoredArchive> {
        let parsed = ArchiveName::parse(name)?;
        let found = self.tenant().read(|read| read.archives()?.archive(parsed.as_str()))?;
        let own = found.filter(|archive| archive.rows.is_some() && self.is_own(archive));
        own.ok_or_else(|| Error::ArchiveNotFound { name: shown(name) })
    }

    fn is_own(&self, archive: &StoredArchive) -> bool {
        self.scope().is_none_or(|scope| archive.scope.as_deref() == Some(scope))
    }

    fn tenant(&self) -> &Tenant {
        self.store.tenant_handle()
    }

    fn scope(&self) -> Option<&str> {
        self.store.scope().map(ScopeName::as_str)
    }

    /// Alone with the archives, for as long as the permit is held.
    fn begin(&self) -> Result<(Arc<OpenTenant>, Permit)> {
        if !self.store.is_writable() {
            return Err(Error::AccessDenied);
        }
        if self.store.is_in_transaction() {
            return Err(Error::TransactionOpen);
        }
        let open = self.tenant().open()?;
        let alone = open.enter_archives()?;
        Ok((open, alone))
    }

    fn has_room(&self) -> Result<()> {
        let Some(limit) = self.tenant().config().journal.archive_bytes else { return Ok(()) };
        let mut used = 0;
        self.tenant().read(|read| {
            read.archives()?.archives("", &mut |archive| {
                used += archive.bytes.unwrap_or(0);
                true
            })
        })?;
        if used >= limit {
            return Err(Error::QuotaExceeded { quota: QuotaKind::Bytes, used, limit });
        }
        Ok(())
    }
}
