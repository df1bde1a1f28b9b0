//! A database for go-store: its tables and nothing else.

use std::path::Path;

use rusqlite::{Connection, OpenFlags};

use crate::{
    Error, Result,
    sqlite::write::text_or_blob,
    transfer::{Item, Sink},
};

/// As go-store makes them.
const TABLES: &str = "CREATE TABLE entries (
	group_name  TEXT NOT NULL,
	entry_key   TEXT NOT NULL,
	entry_value TEXT NOT NULL,
	expires_at  INTEGER,
	PRIMARY KEY (group_name, entry_key)
);
CREATE TABLE journal_entries (
	entry_id      INTEGER PRIMARY KEY AUTOINCREMENT,
	bucket_name   TEXT NOT NULL,
	measurement   TEXT NOT NULL,
	fields_json   TEXT NOT NULL,
	tags_json     TEXT NOT NULL,
	committed_at  INTEGER NOT NULL,
	archived_at   INTEGER
);
CREATE INDEX journal_entries_bucket_committed_at_idx ON journal_entries (bucket_name, committed_at);";

pub(crate) struct ExportedFile {
    connection: Connection,
}

impl ExportedFile {
    /// Write into a file that is there and empty, and nobody else's.
    pub(crate) fn begin(path: &Path) -> Result<ExportedFile> {
        let open = || {
            let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
            let connection = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NOFOLLOW)?;
            // A file that is not finished is thrown away; one that is, is synced as a whole.
            connection.execute_batch("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN")?;
            connection.execute_batch(TABLES)?;
            Ok(ExportedFile { connection })
        };
        open().map_err(failed)
    }

    fn write(&self, item: &Item) -> rusqlite::Result<usize> {
        match item {
            Item::Entry(entry) => self
                .connection
                .prepare_cached(
                    "INSERT INTO entries (group_name, entry_key, entry_value, expires_at) VALUES (?1, ?2, ?3, ?4)",
                )?
                .execute((&entry.group, &entry.key, text_or_blob(&entry.value), entry.expires_at)),
            Item::Journal(row) => self
                .connection
                .prepare_cached(
                    "INSERT INTO journal_entries
                        (bucket_name, measurement, fields_json, tags_json, committed_at, archived_at)
                        VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                )?
                .execute((&row.bucket, &row.measurement, &row.fields, &row.tags, row.committed_at, row.archived_at)),
        }
    }
}

impl Sink for ExportedFile {
    fn put(&mut self, item: &Item) -> Result<()> {
        self.write(item).map(drop).map_err(failed)
    }

    fn finish(&mut self) -> Result<()> {
        self.connection.execute_batch("COMMIT").map_err(failed)
    }
}

fn failed(error: rusqlite::Error) -> Error {
    Error::Storage { operation: "writing the exported database", detail: error.to_string() }
}
