//! The seam on SQLite: one file a tenant in WAL mode, one writing connection, readers beside it.

mod archives;
mod check;
mod connection;
#[cfg(test)]
mod counted;
mod error;
mod exchange;
mod feed;
mod foreign;
mod guest_sql;
mod journal;
mod outbox;
mod read;
mod replaced;
mod schema;
mod statements;
mod unmigrated;
mod wal_index;
mod workspace;
mod write;

use std::{
    mem,
    path::PathBuf,
    sync::{
        Arc, Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use rusqlite::Connection;

use crate::{
    Config, Error, Result, SqlError, SqlRows, SqlValue, TenantId,
    backend::{Backend, FeedTotals, Log, Read, Snapshot, Write},
    cache::Known,
    limits::{CHECKPOINT_NOW_PAGES, CHECKPOINT_PAGES},
    sandbox::TenantDir,
};
pub(crate) use exchange::{ExportedFile, ImportedFile};
use read::Reader;
use replaced::ReplacedRow;
use wal_index::{Stamp, WalIndex};
#[cfg(test)]
pub(crate) use workspace::another_database;
pub(crate) use workspace::{Place, WorkspaceFile, query as query_workspace};
use write::Writer;

pub(crate) struct SqliteBackend {
    file: Arc<File>,
}

/// The database file of a tenant and the connections to it that nobody uses at the moment.
pub(crate) struct File {
    tenant: TenantId,
    path: PathBuf,
    config: Config,
    // Closed before the writer: the last one to go moves the log into the database, which a reader cannot.
    readers: Mutex<Vec<Connection>>,
    writer: Mutex<Option<Idle>>,
    /// Connections that could not end their transaction. They stay open, so that the wal-index stays mapped.
    lost: Mutex<Vec<Connection>>,
    /// Tells of commits. Looked at only by whoever has the file, and so while its connections are open.
    index: OnceLock<WalIndex>,
    /// What the feed has held up to that commit; `None` where that is not known.
    feed_so_far: Mutex<Option<FeedTotals>>,
    /// What it said after the last commit of this process; 0 where another one may have come between.
    own_stamp: AtomicU64,
    /// Held by whoever moves the log to its place.
    checkpointing: Mutex<()>,
    /// The number that was given to the last write transaction.
    sequence: AtomicU64,
    /// The greatest number that the file has written down.
    committed: AtomicU64,
}

/// The writing connection between two transactions.
struct Idle {
    connection: Connection,
    /// What `PRAGMA data_version` said last: it changes when another program writes.
    data_version: i64,
    replaced: ReplacedRow,
}

impl SqliteBackend {
    /// The database for reading alone, which another process may own.
    pub(crate) fn observe(directory: &TenantDir, config: &Config) -> Result<SqliteBackend> {
        let file = File::new(directory, config);
        let connection = connection::open_reader(&file)?;
        let found = schema::version(&connection).map_err(file.failed("open"))?;
        if found > schema::VERSION {
            return Err(Error::NewerSchema { tenant: file.tenant.clone(), found, supported: schema::VERSION });
        }
        if found < schema::VERSION {
            return Err(Error::Unsupported("observing a tenant whose database is of an older version"));
        }
        locked(&file.readers).push(connection);
        Ok(SqliteBackend { file: Arc::new(file) })
    }

    pub(crate) fn open(directory: &TenantDir, config: &Config) -> Result<SqliteBackend> {
        let file = File::new(directory, config);
        let mut connection = connection::open_writer(&file)?;
        file.map_index(&connection);
        let feed = config.feed.is_some();
        let mut found = Found::of(&file, &connection)?;
        if found.feed_off == feed || found.foreign {
            feed::keep(&connection, feed).map_err(file.failed("open"))?;
            foreign::adopt_on_open(&file, &mut connection)?;
            found = Found::of(&file, &connection)?;
        }
        file.sequence.store(found.sequence, Ordering::Release);
        file.committed.store(found.sequence, Ordering::Release);
        if !found.foreign {
            file.own_stamp.store(found.stamp, Ordering::Release);
        }
        if file.index.get().is_some() {
            // It is seen when there is something to move, and the background does it.
            connection.pragma_update(None, "wal_autocheckpoint", 0).map_err(file.failed("open"))?;
        }
        let replaced = ReplacedRow::told_by(&connection).map_err(file.failed("open"))?;
        // Another program that writes at this very moment is looked at again by whoever writes first.
        let data_version = if found.foreign { foreign::UNKNOWN } else { found.data_version };
        *locked(&file.writer) = Some(Idle { connection, data_version, replaced });
        Ok(SqliteBackend { file: Arc::new(file) })
    }
}

/// What a database says of itself when it is opened.
struct Found {
    /// 0 where there is no wal-index.
    stamp: u64,
    data_version: i64,
    /// Whether it was last used without a change feed.
    feed_off: bool,
    /// Whether another program has changed it since larder last looked.
    foreign: bool,
    sequence: u64,
}

impl Found {
    /// The flag is looked at last: what another program writes meanwhile shows there, or in a later stamp and data version.
    fn of(file: &File, connection: &Connection) -> Result<Found> {
        let failed = file.failed("open");
        let stamp = file.stamp().map_or(0, Stamp::word);
        let data_version = foreign::data_version(connection).map_err(&failed)?;
        let (feed_off, foreign, sequence) = schema::state(connection).map_err(failed)?;
        Ok(Found { stamp, data_version, feed_off, foreign, sequence })
    }
}

impl Backend for SqliteBackend {
    fn read(&self) -> Result<Box<dyn Snapshot>> {
        Ok(Box::new(Reader::begin(&self.file)?))
    }

    fn write(&self) -> Result<Box<dyn Write>> {
        Ok(Box::new(Writer::begin(&self.file)?))
    }

    fn stamp(&self) -> Option<u64> {
        self.file.stamp().map(Stamp::word)
    }

    fn own_stamp(&self) -> Option<u64> {
        Some(self.file.own_stamp.load(Ordering::Acquire)).filter(|stamp| *stamp != 0)
    }

    fn log(&self) -> Log {
        match self.file.index.get().map(WalIndex::frames) {
            Some((all, _)) if all >= CHECKPOINT_NOW_PAGES => Log::TooLong,
            Some((_, waiting)) if waiting >= CHECKPOINT_PAGES => Log::Long,
            _ => Log::Short,
        }
    }

    fn checkpoint(&self) -> Result<()> {
        let failed = self.file.failed("checkpoint");
        // SQLite would do nothing while another one is at it, and the log go on growing: whoever made it too long waits.
        let _alone = locked(&self.file.checkpointing);
        let connection = connection::open_beside(&self.file)?;
        connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", (), |_| Ok(())).map_err(failed)
    }

    fn get(&self, group: &str, key: &str) -> Result<Known> {
        read::get_alone(&self.file, group, key)
    }

    fn glance(&self, look: &mut dyn FnMut(&dyn Read) -> Result<()>) -> Result<()> {
        read::glance(&self.file, look)
    }

    fn rest(&self) {
        // Closed when nobody can be kept waiting by it.
        let readers = mem::take(&mut *locked(&self.file.readers));
        drop(readers);
        if let Ok(writer) = self.file.writer.try_lock()
            && let Some(Idle { connection, .. }) = &*writer
        {
            connection.flush_prepared_statement_cache();
            // It cannot fail but for a handle that is none.
            let _ = connection.release_memory();
        }
    }

    fn journal_sql(&self, scope: Option<&str>, sql: &str, parameters: &[SqlValue]) -> Result<SqlRows, SqlError> {
        journal::sql(&self.file, scope, sql, parameters)
    }
}

impl File {
    fn new(directory: &TenantDir, config: &Config) -> File {
        File {
            tenant: directory.tenant().clone(),
            path: directory.store_path(),
            config: config.clone(),
            readers: Mutex::default(),
            writer: Mutex::default(),
            lost: Mutex::default(),
            index: OnceLock::new(),
            feed_so_far: Mutex::default(),
            own_stamp: AtomicU64::new(0),
            checkpointing: Mutex::default(),
            sequence: AtomicU64::new(0),
            committed: AtomicU64::new(0),
        }
    }

    /// What an error of SQLite means for the caller.
    fn failed(&self, operation: &'static str) -> impl Fn(rusqlite::Error) -> Error + '_ {
        move |error| error::convert(self, operation, &error)
    }

    /// Make [`File::stamp`] answer, where there is a wal-index.
    #[expect(unsafe_code, reason = "the wal-index is read beside its connection")]
    fn map_index(&self, writer: &Connection) {
        // SAFETY: the writing connection is closed when this is dropped and not before: it is in `writer`, in a transaction that
        // holds this, or in `lost`.
        if let Some(index) = unsafe { WalIndex::of(writer) } {
            self.index.get_or_init(|| index);
        }
    }

    fn stamp(&self) -> Option<Stamp> {
        self.index.get().map(WalIndex::stamp)
    }

    fn next_version(&self) -> u64 {
        self.sequence.fetch_add(1, Ordering::AcqRel) + 1
    }
}

impl Drop for File {
    /// A version that was rolled back may be known to somebody: whoever opens the file next must not give it again.
    fn drop(&mut self) {
        let sequence = self.sequence.load(Ordering::Acquire);
        if sequence > self.committed.load(Ordering::Acquire)
            && let Some(Idle { connection, .. }) = locked(&self.writer).as_ref()
            && let Err(error) = statements::set_meta(connection, "sequence", sequence)
        {
            tracing::warn!(tenant = %self.tenant, %error, "versions that were rolled back are not written down");
        }
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Larder;

    /// An instance outlives the opening of its tenant, which goes when others are used more.
    #[test]
    fn a_version_that_was_rolled_back_is_not_given_after_a_restart() {
        let dir = tempfile::tempdir().unwrap();
        let tenant = |larder: &Larder| larder.tenant(&TenantId::parse("acme").unwrap()).store();
        let store = tenant(&Larder::open(dir.path(), Config::new()).unwrap());
        let transaction = store.begin().unwrap();
        let undone = transaction.store().set("g", "k", b"").unwrap();
        drop((transaction, store));
        let larder = Larder::open(dir.path(), Config::new()).unwrap();
        assert!(tenant(&larder).set("g", "k", b"").unwrap() > undone);
    }

    /// A group's name decides on the scope that is counted, so that a guest with the whole tenant can name as many.
    #[test]
    fn a_scope_that_is_empty_leaves_no_counter() {
        let dir = tempfile::tempdir().unwrap();
        let larder = Larder::open(dir.path(), Config::new()).unwrap();
        let store = larder.tenant(&TenantId::parse("acme").unwrap()).store();
        for n in 0..3 {
            store.set(&format!("s{n}:g"), "k", b"").unwrap();
            store.delete(&format!("s{n}:g"), "k").unwrap();
        }
        let sql = Connection::open(dir.path().join("tenants/acme/store.db")).unwrap();
        let counters: i64 = sql.query_row("SELECT count(*) FROM larder_scopes", (), |row| row.get(0)).unwrap();
        assert_eq!(counters, 0);
    }
}
