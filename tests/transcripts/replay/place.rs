//! Where a transcript's files lie: the paths that it names, and what larder makes of them.
//!
//! The reference opens a database by its path; in larder a path is a tenant. The other files of a transcript lie in a
//! directory of their own until a database of that path is opened.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::ops::api::{Answer, Failure};
use super::ops::values::shown;

/// Inserts that name no columns, and what they mean.
const COLUMNS: [(&str, &str); 2] = [
    ("into entries values", "into entries(group_name,entry_key,entry_value,expires_at) values"),
    (
        "into journal_entries values",
        "into journal_entries(entry_id,bucket_name,measurement,fields_json,tags_json,committed_at,archived_at) values",
    ),
];

/// What stands for the databases and directories of one transcript.
pub(crate) struct Place {
    directory: TempDir,
    databases: Vec<Database>,
    /// The archives by the paths that the transcript has for them, with their tenants.
    archives: Vec<(usize, String)>,
}

/// A database of the transcript.
struct Database {
    /// The path by which the transcript opens it. Its place in the list is the name of the tenant.
    path: String,
    /// The directory that the transcript has for its workspaces.
    state: String,
}

impl Place {
    pub(crate) fn new() -> io::Result<Place> {
        let place = Place { directory: tempfile::tempdir()?, databases: Vec::new(), archives: Vec::new() };
        fs::create_dir_all(place.loose())?;
        Ok(place)
    }

    /// The root for larder.
    pub(crate) fn root(&self) -> PathBuf {
        self.directory.path().join("larder")
    }

    fn loose(&self) -> PathBuf {
        self.directory.path().join("loose")
    }

    fn tenant(&self, number: usize) -> PathBuf {
        self.root().join("tenants").join(format!("t{number}"))
    }

    fn store(&self, number: usize) -> PathBuf {
        self.tenant(number).join("store.db")
    }

    /// The tenant that stands for the database at `path`, with what the transcript put there before.
    pub(crate) fn open(&mut self, path: &str, state: &str) -> Answer<usize> {
        let path = normal(path);
        let state = normal(state);
        let number = match self.databases.iter().position(|database| database.path == path) {
            Some(number) => number,
            None => {
                self.databases.push(Database { path: path.clone(), state: String::new() });
                self.databases.len() - 1
            }
        };
        self.databases[number].state.clone_from(&state);
        let tenant = self.tenant(number);
        fs::create_dir_all(&tenant).map_err(io_failure)?;
        take_over(&self.loose().join(&path), &tenant.join("store.db")).map_err(io_failure)?;
        take_over(&self.loose().join(&state), &tenant.join("state")).map_err(io_failure)?;
        Ok(number)
    }

    pub(crate) fn write_file(&self, path: &str, text: &[u8], current: Option<usize>) -> Answer<()> {
        let place = self.real(path, current);
        let directory = place.parent().ok_or_else(|| Failure::not_run("a path without a directory"))?;
        fs::create_dir_all(directory).and_then(|()| fs::write(&place, text)).map_err(io_failure)
    }

    pub(crate) fn remove(&self, path: &str, current: Option<usize>) -> Answer<()> {
        let place = self.real(path, current);
        if place.is_dir() { fs::remove_dir_all(place) } else { fs::remove_file(place) }.map_err(io_failure)
    }

    /// Where `path` of the transcript really is.
    fn real(&self, path: &str, current: Option<usize>) -> PathBuf {
        let path = normal(path);
        if let Some(number) = self.databases.iter().position(|database| database.path == path) {
            return self.store(number);
        }
        if let Some(number) = current
            && let Some(inside) = path.strip_prefix(&format!("{}/", self.databases[number].state))
        {
            return self.tenant(number).join("state").join(inside);
        }
        self.loose().join(path)
    }

    /// The files below `directory` of the transcript, in order.
    pub(crate) fn files(&self, directory: &str) -> Answer<Vec<String>> {
        let mut found = Vec::new();
        list(&self.loose(), "", &mut found).map_err(io_failure)?;
        for (number, database) in self.databases.iter().enumerate() {
            for ending in ["", "-shm", "-wal"] {
                let file = self.tenant(number).join(format!("store.db{ending}"));
                let name = format!("{}{ending}", database.path);
                if file.is_dir() {
                    list(&file, &format!("{name}/"), &mut found).map_err(io_failure)?;
                } else if file.exists() {
                    found.push(name);
                }
            }
            list(&self.tenant(number).join("state"), &format!("{}/", database.state), &mut found)
                .map_err(io_failure)?;
        }
        found.extend(
            self.archives
                .iter()
                .filter(|(tenant, path)| self.archive(*tenant, path).exists())
                .map(|(_, path)| path.clone()),
        );
        let directory = normal(directory);
        found.retain(|path| directory == "." || path.starts_with(&format!("{directory}/")));
        found.sort();
        Ok(found)
    }

    /// Larder wrote an archive, which the transcript knows by `path`.
    pub(crate) fn note_archive(&mut self, tenant: usize, path: &str) {
        if !path.is_empty() {
            self.archives.push((tenant, normal(path)));
        }
    }

    fn archive(&self, tenant: usize, path: &str) -> PathBuf {
        self.tenant(tenant).join("archive").join(path.rsplit('/').next().unwrap_or(path))
    }

    /// Whether the transcript has a file at `path`.
    pub(crate) fn is_file(&self, path: &str) -> bool {
        self.loose().join(normal(path)).is_file()
    }

    /// Why larder moved files of a tenant aside, all reasons together.
    pub(crate) fn moved_aside(&self, tenant: usize) -> String {
        let entries = fs::read_dir(self.tenant(tenant).join("quarantine")).into_iter().flatten().flatten();
        let reasons = entries.filter(|entry| entry.file_name().to_string_lossy().ends_with(".reason.txt"));
        reasons.filter_map(|reason| fs::read_to_string(reason.path()).ok()).collect()
    }

    fn connection(&self, tenant: usize, flags: OpenFlags) -> Answer<Connection> {
        let connection = Connection::open_with_flags(self.store(tenant), flags).map_err(sql_failure)?;
        connection.busy_timeout(std::time::Duration::from_secs(10)).map_err(sql_failure)?;
        Ok(connection)
    }

    /// What another program sees in the tenant's database.
    pub(crate) fn raw_query(&self, tenant: usize, sql: &str) -> Answer<Value> {
        let connection = self.connection(tenant, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        let mut statement = connection.prepare(sql).map_err(sql_failure)?;
        let columns = statement.column_count();
        let mut rows = statement.query([]).map_err(sql_failure)?;
        let mut found = Vec::new();
        while let Some(row) = rows.next().map_err(sql_failure)? {
            let values: Result<Vec<Value>, _> = (0..columns).map(|n| row.get_ref(n).map(value)).collect();
            found.push(Value::Array(values.map_err(sql_failure)?));
        }
        Ok(Value::Array(found))
    }

    /// What another program does to the tenant's database. Larder's tables have more columns: a recording that does not
    /// name those that it writes means the reference's.
    pub(crate) fn raw_exec(&self, tenant: usize, sql: &str) -> Answer<()> {
        let mut sql = sql.to_owned();
        for (unnamed, named) in COLUMNS {
            if let Some(at) = sql.to_ascii_lowercase().find(unnamed) {
                sql.replace_range(at..at + unnamed.len(), named);
            }
        }
        self.connection(tenant, OpenFlags::SQLITE_OPEN_READ_WRITE)?.execute_batch(&sql).map_err(sql_failure)
    }

    /// What another program does to one of the tenant's workspaces.
    pub(crate) fn write_workspace(&self, tenant: usize, name: &str, sql: &str) -> Answer<()> {
        let file = self.tenant(tenant).join("state").join(format!("{name}.duckdb"));
        let connection = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_WRITE).map_err(sql_failure)?;
        connection.execute_batch(sql).map_err(sql_failure)
    }

    /// The transcript could not open that database, so that there is none.
    pub(crate) fn forget(&self, tenant: usize) -> Answer<()> {
        fs::remove_dir_all(self.tenant(tenant)).map_err(io_failure)
    }
}

/// A path without what means nothing in it.
fn normal(path: &str) -> String {
    let path = path.trim_end_matches('/');
    path.strip_prefix("./").unwrap_or(path).to_owned()
}

fn take_over(from: &Path, to: &Path) -> io::Result<()> {
    if from.exists() && !to.exists() { fs::rename(from, to) } else { Ok(()) }
}

/// Each file below `directory`, with `prefix` before its name.
fn list(directory: &Path, prefix: &str, found: &mut Vec<String>) -> io::Result<()> {
    if !directory.is_dir() {
        return Ok(());
    }
    for entry in directory.read_dir()? {
        let entry = entry?;
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            list(&entry.path(), &format!("{name}/"), found)?;
        } else {
            found.push(name);
        }
    }
    Ok(())
}

fn value(value: ValueRef<'_>) -> Value {
    match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => json!(number),
        ValueRef::Real(number) => json!(number),
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => shown(bytes),
    }
}

/// A moment of RFC 3339 in milliseconds since the epoch.
pub(crate) fn milliseconds(moment: &str) -> Answer<i64> {
    let sql = "select cast(round((julianday(?1) - 2440587.5) * 86400000) as integer)";
    let milliseconds =
        Connection::open_in_memory().and_then(|memory| memory.query_row(sql, [moment], |row| row.get(0)));
    milliseconds.map_err(|_| Failure::not_run(format!("{moment:?} is no moment")))
}

fn io_failure(error: io::Error) -> Failure {
    Failure::new("io", error)
}

fn sql_failure(error: rusqlite::Error) -> Failure {
    Failure::new("sqlite", error)
}
