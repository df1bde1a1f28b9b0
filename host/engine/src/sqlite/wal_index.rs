//! A look at SQLite's wal-index, which all connections to a database share: it tells of each commit, whoever made it,
//! for the price of reading a word of memory.
//!
//! The format is SQLite's own and documented (<https://www.sqlite.org/walformat.html>, "The WAL-Index File Format"): a header
//! of 48 bytes at the start, with a counter that each commit increments, the number of frames in the log and, as its last
//! 8 bytes, a checksum over the whole header; behind its copy, the number of frames that were checkpointed. These are read,
//! nothing is written.
#![expect(unsafe_code, reason = "SQLite hands the wal-index out as a pointer only")]

use std::{
    ffi::c_int,
    ptr::{self, NonNull},
    sync::atomic::{AtomicU32, AtomicU64, Ordering},
};

use rusqlite::{Connection, ffi};

/// The header of the wal-index in shared memory.
pub(super) struct WalIndex(NonNull<u8>);

/// What the header said: equal ones mean that nothing was committed in between.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stamp {
    checksum: u64,
    commits: u32,
}

/// SQLite's own size of a piece of the wal-index.
const PIECE: c_int = 32 * 1024;
const COMMITS: usize = 8;
const FRAMES: usize = 16;
const CHECKSUM: usize = 40;
const BACKFILLED: usize = 96;

// SAFETY: the pointer is to memory that processes share, and is read by atomic operations alone.
unsafe impl Send for WalIndex {}
// SAFETY: as above.
unsafe impl Sync for WalIndex {}

impl WalIndex {
    /// The wal-index that `connection` uses; `None` if it has none, as a database that is not in WAL mode.
    ///
    /// # Safety
    /// It may be read only for as long as `connection` is open: the mapping goes with the last connection to the file.
    pub(super) unsafe fn of(connection: &Connection) -> Option<WalIndex> {
        let mut file: *mut ffi::sqlite3_file = ptr::null_mut();
        let mut index: *mut std::ffi::c_void = ptr::null_mut();
        // SAFETY: the handle is that of an open connection; the name is a C string; this operation writes a pointer to its
        // argument, which is one.
        let found = unsafe {
            let place = ptr::from_mut(&mut file).cast();
            ffi::sqlite3_file_control(connection.handle(), c"main".as_ptr(), ffi::SQLITE_FCNTL_FILE_POINTER, place)
        };
        if found != ffi::SQLITE_OK || file.is_null() {
            return None;
        }
        // SAFETY: the file is open, its methods are those of the system's VFS for as long. The first piece is mapped as SQLite
        // maps it itself; it is not made here if it is missing.
        let mapped = unsafe {
            let methods = (*file).pMethods.as_ref()?;
            if methods.iVersion < 2 {
                return None;
            }
            (methods.xShmMap?)(file, 0, PIECE, 0, &raw mut index)
        };
        if mapped != ffi::SQLITE_OK || !index.cast::<AtomicU64>().is_aligned() {
            return None;
        }
        NonNull::new(index.cast()).map(WalIndex)
    }

    /// Pages in the log, and how many of them are not in the database yet.
    pub(super) fn frames(&self) -> (u32, u32) {
        // SAFETY: as in `stamp`.
        let (all, done) = unsafe {
            let all = self.0.add(FRAMES).cast::<AtomicU32>().as_ref();
            let done = self.0.add(BACKFILLED).cast::<AtomicU32>().as_ref();
            (all.load(Ordering::Acquire), done.load(Ordering::Acquire))
        };
        (all, all.saturating_sub(done))
    }

    pub(super) fn stamp(&self) -> Stamp {
        // SAFETY: the piece is 32 KiB, aligned, and mapped for as long as `of` demands.
        let (checksum, commits) = unsafe {
            let checksum = self.0.add(CHECKSUM).cast::<AtomicU64>().as_ref();
            let commits = self.0.add(COMMITS).cast::<AtomicU32>().as_ref();
            (checksum.load(Ordering::Acquire), commits.load(Ordering::Acquire))
        };
        Stamp { checksum, commits }
    }
}

impl Stamp {
    /// The checksum alone, which changes with everything else.
    pub(super) fn word(self) -> u64 {
        self.checksum
    }

    /// Whether `self` was left by the one commit that came after `before`.
    pub(super) fn is_next_after(self, before: Stamp) -> bool {
        self.commits == before.commits.wrapping_add(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(dir: &tempfile::TempDir) -> Connection {
        let connection = Connection::open(dir.path().join("db")).unwrap();
        connection.pragma_update(None, "journal_mode", "WAL").unwrap();
        connection.execute_batch("CREATE TABLE IF NOT EXISTS t (x)").unwrap();
        connection
    }

    #[test]
    fn each_commit_of_anybody_is_seen_and_nothing_else() {
        let dir = tempfile::tempdir().unwrap();
        let (own, other) = (open(&dir), open(&dir));
        // SAFETY: `own` lives to the end.
        let index = unsafe { WalIndex::of(&own) }.unwrap();
        for connection in [&own, &other] {
            let before = index.stamp();
            connection.execute_batch("BEGIN IMMEDIATE; INSERT INTO t VALUES (1)").unwrap();
            assert_eq!(index.stamp(), before);
            connection.execute_batch("COMMIT").unwrap();
            let after = index.stamp();
            assert!(after.is_next_after(before));
            connection.execute_batch("SELECT * FROM t; BEGIN IMMEDIATE; INSERT INTO t VALUES (1); ROLLBACK").unwrap();
            assert_eq!(index.stamp(), after);
        }
        let before = index.stamp();
        own.execute_batch("INSERT INTO t VALUES (1)").unwrap();
        other.execute_batch("INSERT INTO t VALUES (1)").unwrap();
        assert!(!index.stamp().is_next_after(before));
        own.execute_batch("PRAGMA wal_checkpoint(TRUNCATE); INSERT INTO t VALUES (1)").unwrap();
        assert_ne!(index.stamp(), before);
    }

    #[test]
    fn frames_are_counted_until_they_are_in_the_database() {
        let dir = tempfile::tempdir().unwrap();
        let own = open(&dir);
        // SAFETY: `own` lives to the end.
        let index = unsafe { WalIndex::of(&own) }.unwrap();
        own.execute_batch("PRAGMA wal_checkpoint; INSERT INTO t VALUES (1); INSERT INTO t VALUES (2)").unwrap();
        assert_eq!(index.frames(), (2, 2));
        own.execute_batch("PRAGMA wal_checkpoint").unwrap();
        assert_eq!(index.frames(), (2, 0));
    }

    #[test]
    fn a_database_without_a_log_has_none() {
        // SAFETY: the connection outlives the call.
        assert!(unsafe { WalIndex::of(&Connection::open_in_memory().unwrap()) }.is_none());
    }
}
