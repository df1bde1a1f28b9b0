//! Every way out, tried.

mod bombs;
mod escapes;
mod functions;
mod ordinary;

use std::{path::PathBuf, time::Duration};

use super::*;
use crate::Limits;

/// A file with a table whose rows belong to two scopes, and one that nobody may see.
struct Prison {
    dir: tempfile::TempDir,
    config: Config,
}

impl Prison {
    fn new() -> Prison {
        let prison = Prison { dir: tempfile::tempdir().unwrap(), config: Config::new() };
        let file = Connection::open(prison.path()).unwrap();
        file.pragma_update(None, "journal_mode", "WAL").unwrap();
        file.execute_batch(
            "CREATE TABLE notes (id INTEGER PRIMARY KEY, scope TEXT, body TEXT NOT NULL);
            CREATE INDEX notes_scope ON notes (scope);
            INSERT INTO notes (scope, body) VALUES ('mine', 'one'), ('other', 'secret'), ('mine', 'two');
            CREATE TABLE hidden (word TEXT);
            INSERT INTO hidden VALUES ('secret');
            CREATE VIEW peep AS SELECT * FROM hidden;",
        )
        .unwrap();
        prison
    }

    fn limits(mut self, limits: Limits) -> Prison {
        self.config = self.config.limits(limits);
        self
    }

    fn path(&self) -> PathBuf {
        self.dir.path().join("file.db")
    }

    /// Ask in the scope `mine`, whose rows are in the view `notes`.
    fn ask_with(&self, sql: &str, parameters: &[SqlValue]) -> Result<SqlRows, SqlError> {
        let connection = Connection::open_with_flags(self.path(), rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
        let mut guest = GuestSql::new(connection).unwrap();
        guest.expose("notes", "id, body", "scope IS 'mine'", &["notes"]).unwrap();
        guest.run(&self.config, sql, parameters, |error| Error::Storage {
            operation: "query",
            detail: error.to_string(),
        })
    }

    fn ask(&self, sql: &str) -> Result<SqlRows, SqlError> {
        self.ask_with(sql, &[])
    }

    /// The one value of the answer.
    fn one(&self, sql: &str) -> SqlValue {
        let answer = self.ask(sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
        assert_eq!((answer.rows.len(), answer.columns.len()), (1, 1), "{sql}");
        answer.rows.into_iter().flatten().next().unwrap()
    }

    /// Everything that the file holds, to see that nothing changed.
    fn dump(&self) -> Vec<String> {
        let file = Connection::open(self.path()).unwrap();
        let sql =
            "SELECT quote(id) || quote(scope) || quote(body) FROM main.notes UNION ALL SELECT quote(word) FROM hidden
            UNION ALL SELECT sql FROM sqlite_schema";
        file.prepare(sql).unwrap().query_map((), |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
    }
}

fn text(text: &str) -> SqlValue {
    SqlValue::Text(text.into())
}

fn quick() -> Limits {
    Limits { sql_time: Duration::from_millis(200), ..Limits::default() }
}
