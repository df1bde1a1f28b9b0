//! A database of go-store's or larder's that is read as a source. It is a copy, so that its legacy table can be migrated
//! as on opening.

use rusqlite::{Connection, OpenFlags, Row, config::DbConfig};

use super::journal::transfer_row;
use crate::{
    Error, Result,
    limits::WATCH_STEPS,
    sandbox::Scratch,
    sqlite::{
        read::{COUNTER, bytes, moment},
        schema, unmigrated,
    },
    transfer::{Found, Item, Refused, Source, TransferEntry, shown, shown_entry},
    watch,
};

pub(crate) struct ImportedFile {
    // Closed before the file goes.
    connection: Connection,
    total: u64,
    _scratch: Scratch,
}

impl ImportedFile {
    pub(crate) fn of(scratch: Scratch) -> Result<ImportedFile> {
        let connection = open(&scratch).map_err(failed)?;
        let mut file = ImportedFile { connection, total: 0, _scratch: scratch };
        let found = schema::version(&file.connection).map_err(failed)?;
        if found > schema::VERSION {
            let known = schema::VERSION;
            return Err(invalid(format!("it has schema version {found}; this program knows versions up to {known}")));
        }
        let tables = "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name IN ('entries', 'kv')";
        if file.connection.query_row(tables, (), |row| row.get::<_, i64>(0)).map_err(failed)? == 0 {
            return Err(invalid("it has neither of go-store's tables, entries and kv".into()));
        }
        if found < schema::VERSION {
            if let Some(detail) = schema::legacy::refused(&file.connection).map_err(failed)? {
                return Err(invalid(format!("its legacy table kv cannot become entries: {detail}")));
            }
            schema::migrate(&mut file.connection, found).map_err(failed)?;
        }
        let count = "SELECT (SELECT count(*) FROM entries) + (SELECT count(*) FROM journal_entries)
            + (SELECT count(*) FROM larder_unmigrated)";
        let total: i64 = file.connection.query_row(count, (), |row| row.get(0)).map_err(failed)?;
        file.total = total.unsigned_abs();
        Ok(file)
    }

    fn visit(&self, sql: &str, found: fn(&Row<'_>) -> rusqlite::Result<Found>, visit: &mut Visit<'_>) -> Result<()> {
        let mut statement = self.connection.prepare(sql).map_err(failed)?;
        let mut rows = statement.query(()).map_err(failed)?;
        while let Some(row) = rows.next().map_err(failed)? {
            visit(found(row).map_err(failed)?)?;
        }
        Ok(())
    }
}

type Visit<'a> = dyn FnMut(Found) -> Result<()> + 'a;

impl Source for ImportedFile {
    fn total(&self) -> Option<u64> {
        Some(self.total)
    }

    fn each(&mut self, visit: &mut Visit<'_>) -> Result<()> {
        let entries = "SELECT entry_value, expires_at, kind, group_name, entry_key FROM entries
            ORDER BY group_name, entry_key";
        self.visit(entries, entry, visit)?;
        let journal =
            "SELECT scope, bucket_name, measurement, fields_json, tags_json, committed_at, archived_at, entry_id
            FROM journal_entries ORDER BY entry_id";
        self.visit(journal, row, visit)?;
        let mut last = 0;
        loop {
            let rows = unmigrated::list(&self.connection, last, 1).map_err(failed)?;
            let Some(row) = rows.into_iter().next() else { return Ok(()) };
            last = row.id;
            let what = shown_entry(&row.group.unwrap_or_default(), &row.key.unwrap_or_default());
            visit(Found::Refused(Refused::new(format!("{what} in {}", row.source), row.reason)))?;
        }
    }
}

fn entry(row: &Row<'_>) -> rusqlite::Result<Found> {
    let (group, key) = (row.get_ref(3)?, row.get_ref(4)?);
    let (Ok(group), Ok(key)) = (group.as_str(), key.as_str()) else {
        let what = shown_entry(&bytes(group), &bytes(key));
        return Ok(Found::Refused(Refused::new(what, "its group or key is not Unicode text")));
    };
    Ok(Found::Item(Item::Entry(TransferEntry {
        group: group.into(),
        key: key.into(),
        value: bytes(row.get_ref(0)?),
        expires_at: moment(row.get_ref(1)?),
        counter: row.get_ref(2)?.as_i64().is_ok_and(|kind| kind == COUNTER),
    })))
}

fn row(row: &Row<'_>) -> rusqlite::Result<Found> {
    Ok(match transfer_row(row) {
        Ok(row) => Found::Item(Item::Journal(row)),
        Err(error) => {
            let what = format!("journal row {}", shown(&bytes(row.get_ref(7)?)));
            Found::Refused(Refused::new(what, error.to_string()))
        }
    })
}

fn open(scratch: &Scratch) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_NOFOLLOW;
    let mut connection = Connection::open_with_flags(scratch.path(), flags)?;
    // What somebody else put into the file is data: none of it runs.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_VIEW, false)?;
    // The copy is thrown away.
    connection.pragma_update(None, "synchronous", "OFF")?;
    connection.progress_handler(WATCH_STEPS, Some(watch::is_over))?;
    Ok(connection)
}

fn failed(error: rusqlite::Error) -> Error {
    match error.sqlite_error_code() {
        Some(rusqlite::ErrorCode::DiskFull) => {
            Error::Storage { operation: "copying the database to import", detail: error.to_string() }
        }
        Some(rusqlite::ErrorCode::OperationInterrupted) => Error::Closed,
        _ => invalid(error.to_string()),
    }
}

fn invalid(rule: String) -> Error {
    Error::InvalidArgument { argument: "the database to import", rule }
}
