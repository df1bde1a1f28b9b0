//! The same work by a program that has SQLite and no boundary.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use larder::Durability;
use rusqlite::{Connection, OpenFlags, Statement, config::DbConfig};

use crate::{
    Result,
    data::{Chance, Key, Value, keys},
};

const GET: &str = "SELECT entry_value FROM entries WHERE group_name = ?1 AND entry_key = ?2";

const PUT: &str = "INSERT INTO entries (group_name, entry_key, entry_value) VALUES (?1, ?2, ?3) \
    ON CONFLICT (group_name, entry_key) DO UPDATE SET entry_value = excluded.entry_value";

const TELL: &str = "INSERT INTO larder_feed (at, events, events_so_far, bytes_so_far, body) VALUES (0, 1, 1, 1, ?1)";

const PUT_VERSION: &str = "INSERT INTO entries (group_name, entry_key, entry_value, version) VALUES (?1, ?2, ?3, ?4) \
    ON CONFLICT (group_name, entry_key) DO UPDATE SET entry_value = excluded.entry_value, version = excluded.version";

const SCAN_ALL: &str = "SELECT entry_key, entry_value, version, expires_at FROM entries \
    WHERE group_name = ?1 AND entry_key >= ?2 ORDER BY entry_key LIMIT ?3";

const SCAN: &str =
    "SELECT entry_key, entry_value FROM entries WHERE group_name = ?1 AND entry_key >= ?2 ORDER BY entry_key LIMIT ?3";

/// A file that larder made, with its pragmas and without its triggers. Statements are prepared before the time counts.
pub(crate) struct Native {
    connection: Connection,
}

impl Native {
    pub(crate) fn open(file: &Path, durability: Durability) -> Result<Native> {
        let flags =
            OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_NOFOLLOW;
        let connection = Connection::open_with_flags(file, flags)?;
        connection.busy_timeout(Duration::from_secs(5))?;
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false)?;
        connection.pragma_update(None, "cache_size", -512)?;
        connection.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
        let synchronous = match durability {
            Durability::Full => "FULL",
            Durability::Normal => "NORMAL",
        };
        connection.pragma_update(None, "synchronous", synchronous)?;
        connection.pragma_update(None, "journal_size_limit", 4 * 1024 * 1024)?;
        Ok(Native { connection })
    }

    /// Set the keys from 0 on, and move them from the log to the database.
    pub(crate) fn fill(&mut self, group: &str, n: u64, size: u32) -> Result<()> {
        let mut value = Value::new(size);
        self.connection.execute_batch("BEGIN IMMEDIATE")?;
        let mut put = self.connection.prepare(PUT)?;
        let mut key = Key::new();
        for number in 0..n {
            put.execute((group, key.of(number), value.next()))?;
        }
        drop(put);
        self.connection.execute_batch("COMMIT")?;
        self.connection.pragma_update_and_check(None, "wal_checkpoint", "TRUNCATE", |_| Ok(()))?;
        Ok(())
    }

    pub(crate) fn get_hot(&self, group: &str, n: u64, most: u64) -> Result<Duration> {
        let mut get = self.connection.prepare(GET)?;
        let keys = keys(most);
        let start = Instant::now();
        for key in keys.iter().cycle().take(n as usize) {
            read(&mut get, group, key)?;
        }
        Ok(start.elapsed())
    }

    pub(crate) fn get_random(&self, group: &str, n: u64, keys: u64, seed: u64) -> Result<Duration> {
        let mut get = self.connection.prepare(GET)?;
        let (mut key, mut chance) = (Key::new(), Chance::new(seed));
        let start = Instant::now();
        for _ in 0..n {
            read(&mut get, group, key.of(chance.below(keys)))?;
        }
        Ok(start.elapsed())
    }

    /// Each in a transaction of its own.
    pub(crate) fn set(&self, group: &str, start: u64, n: u64, size: u32) -> Result<Duration> {
        let mut put = self.connection.prepare(PUT)?;
        let (mut key, mut value) = (Key::new(), Value::new(size));
        let begin = Instant::now();
        for number in start..start + n {
            put.execute((group, key.of(number), value.next()))?;
        }
        Ok(begin.elapsed())
    }

    pub(crate) fn set_again(&self, group: &str, n: u64, most: u64, size: u32) -> Result<Duration> {
        let mut put = self.connection.prepare(PUT)?;
        let (keys, mut value) = (keys(most), Value::new(size));
        let start = Instant::now();
        for key in keys.iter().cycle().take(n as usize) {
            put.execute((group, key, value.next()))?;
        }
        Ok(start.elapsed())
    }

    /// The same with a row for a change feed in each transaction: what no store with a durable feed can go below.
    pub(crate) fn set_again_and_tell(&self, group: &str, n: u64, most: u64, size: u32) -> Result<Duration> {
        let mut begin = self.connection.prepare("BEGIN IMMEDIATE")?;
        let mut put = self.connection.prepare(PUT)?;
        let mut tell = self.connection.prepare(TELL)?;
        let mut commit = self.connection.prepare("COMMIT")?;
        let (keys, mut value) = (keys(most), Value::new(size));
        let event = vec![7_u8; size as usize + group.len() + 16];
        let start = Instant::now();
        for key in keys.iter().cycle().take(n as usize) {
            begin.execute(())?;
            put.execute((group, key, value.next()))?;
            tell.execute([&event])?;
            commit.execute(())?;
        }
        Ok(start.elapsed())
    }

    /// `batch` in each transaction.
    pub(crate) fn set_many(&self, group: &str, start: u64, n: u64, size: u32, batch: u64) -> Result<Duration> {
        let mut begin = self.connection.prepare("BEGIN IMMEDIATE")?;
        let mut put = self.connection.prepare(PUT)?;
        let mut commit = self.connection.prepare("COMMIT")?;
        let (mut key, mut value) = (Key::new(), Value::new(size));
        let started = Instant::now();
        for first in (start..start + n).step_by(batch as usize) {
            begin.execute(())?;
            for number in first..first + batch {
                put.execute((group, key.of(number), value.next()))?;
            }
            commit.execute(())?;
        }
        Ok(started.elapsed())
    }

    /// The same with a version in each row and the events of each transaction in a row for a change feed, copied together as they
    /// come: what no store with versions and a durable feed can go below.
    pub(crate) fn set_many_and_tell(&self, group: &str, start: u64, n: u64, size: u32, batch: u64) -> Result<Duration> {
        let mut begin = self.connection.prepare("BEGIN IMMEDIATE")?;
        let mut put = self.connection.prepare(PUT_VERSION)?;
        let mut tell = self.connection.prepare(TELL)?;
        let mut commit = self.connection.prepare("COMMIT")?;
        let (mut key, mut value, mut events) = (Key::new(), Value::new(size), Vec::new());
        let started = Instant::now();
        for first in (start..start + n).step_by(batch as usize) {
            begin.execute(())?;
            for number in first..first + batch {
                let (key, value) = (key.of(number), value.next());
                put.execute((group, key, value, first as i64))?;
                for part in [group.as_bytes(), key.as_bytes(), value] {
                    events.push(part.len() as u8);
                    events.extend_from_slice(part);
                }
            }
            tell.execute([&events])?;
            events.clear();
            commit.execute(())?;
        }
        Ok(started.elapsed())
    }

    /// All keys and values of a group with version and expiry, copied into one piece, from which they are then read.
    pub(crate) fn scan_packed(&self, group: &str, expected: u64) -> Result<Duration> {
        let mut scan = self.connection.prepare(SCAN_ALL)?;
        let start = Instant::now();
        let (mut packed, mut entries) = (Vec::new(), 0_u64);
        let mut rows = scan.query((group, "", -1))?;
        while let Some(row) = rows.next()? {
            let (version, expires_at): (Option<i64>, Option<i64>) = (row.get(2)?, row.get(3)?);
            packed.extend_from_slice(&version.unwrap_or(0).to_le_bytes());
            packed.extend_from_slice(&expires_at.unwrap_or(0).to_le_bytes());
            for part in [row.get_ref(0)?.as_bytes()?, row.get_ref(1)?.as_bytes()?] {
                packed.extend_from_slice(&(part.len() as u32).to_le_bytes());
                packed.extend_from_slice(part);
            }
            entries += 1;
        }
        // As it goes to a guest's memory.
        let handed_over = std::hint::black_box(packed.clone());
        let took = start.elapsed();
        drop(handed_over);
        if entries == expected { Ok(took) } else { Err("the native scan missed entries".into()) }
    }

    /// All keys and values of a group, each copied out.
    pub(crate) fn scan(&self, group: &str, expected: u64) -> Result<Duration> {
        let mut scan = self.connection.prepare(SCAN)?;
        let start = Instant::now();
        let mut entries: Vec<(String, Vec<u8>)> = Vec::new();
        let mut rows = scan.query((group, "", -1))?;
        while let Some(row) = rows.next()? {
            entries.push((row.get(0)?, row.get_ref(1)?.as_bytes()?.to_vec()));
        }
        let took = start.elapsed();
        if entries.len() as u64 == expected { Ok(took) } else { Err("the native scan missed entries".into()) }
    }
}

fn read(get: &mut Statement<'_>, group: &str, key: &str) -> Result<Vec<u8>> {
    Ok(get.query_row((group, key), |row| Ok(row.get_ref(0)?.as_bytes()?.to_vec()))?)
}
