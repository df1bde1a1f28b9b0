//! What a guest's statement may name. Everything else is denied.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
};

use rusqlite::{
    Connection,
    hooks::{AuthAction, AuthContext, Authorization},
};

use super::functions;
use crate::limits::{SQL_ERROR_CHARS, SQL_SELECTS, SQL_SLOW_FUNCTIONS};

/// Tables that SQLite makes up out of an argument.
const JSON_TABLES: [&str; 2] = ["json_each", "json_tree"];

/// What a statement may read.
#[derive(Clone, Debug, Default)]
pub(super) struct Readable {
    /// Tables and views, by database and name.
    pub(super) names: Vec<(&'static str, String)>,
    /// A table of the file, and the view through which alone it is read.
    pub(super) behind: Option<(&'static str, String)>,
}

/// What was denied first.
#[derive(Clone, Default)]
pub(super) struct Denied(Arc<Mutex<Option<String>>>);

impl Denied {
    pub(super) fn take(&self) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn note(&self, what: String) {
        let what = what.chars().take(SQL_ERROR_CHARS).collect();
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(what);
    }
}

pub(super) fn install(connection: &mut Connection, readable: Readable, denied: &Denied) -> rusqlite::Result<()> {
    let mut judge = Judge { readable, real: real_tables(connection)?, selects: 0, slow: 0 };
    let denied = denied.clone();
    connection.authorizer(Some(move |context: AuthContext<'_>| match judge.refusal(&context) {
        None => Authorization::Allow,
        Some(what) => {
            denied.note(what);
            Authorization::Deny
        }
    }))
}

/// Every name that is a table without the statement's doing.
fn real_tables(connection: &Connection) -> rusqlite::Result<HashSet<String>> {
    let sql = "SELECT lower(name) FROM main.sqlite_schema UNION SELECT lower(name) FROM temp.sqlite_schema
        UNION SELECT lower(name) FROM pragma_module_list";
    connection.prepare(sql)?.query_map((), |row| row.get(0))?.collect()
}

struct Judge {
    readable: Readable,
    real: HashSet<String>,
    selects: usize,
    slow: usize,
}

impl Judge {
    /// What the action would do, if it may not be done.
    fn refusal(&mut self, context: &AuthContext<'_>) -> Option<String> {
        match context.action {
            AuthAction::Select => {
                self.selects += 1;
                (self.selects > SQL_SELECTS).then(|| format!("more than {SQL_SELECTS} queries in one another"))
            }
            AuthAction::Recursive => None,
            AuthAction::Read { table_name, column_name } => {
                let may = if column_name.is_empty() {
                    self.may_count(context.database_name, table_name)
                } else {
                    self.may_read(context, table_name)
                };
                (!may).then(|| format!("reading {table_name}"))
            }
            AuthAction::Function { function_name } => self.function(function_name),
            AuthAction::Pragma { pragma_name, .. } => Some(format!("PRAGMA {pragma_name}")),
            AuthAction::Attach { .. } => Some("ATTACH".into()),
            AuthAction::Detach { .. } => Some("DETACH".into()),
            AuthAction::Transaction { .. } | AuthAction::Savepoint { .. } => Some("transactions".into()),
            _ => Some("a statement that writes".into()),
        }
    }

    fn function(&mut self, name: &str) -> Option<String> {
        if !functions::is_allowed(name) {
            return Some(format!("the function {name}"));
        }
        self.slow += functions::slowness(name);
        (self.slow > SQL_SLOW_FUNCTIONS).then(|| format!("so many uses of the function {name}"))
    }

    /// A column is read.
    fn may_read(&self, context: &AuthContext<'_>, table: &str) -> bool {
        let through_view = self.readable.behind.as_ref().is_some_and(|(behind, view)| {
            context.database_name == Some("main")
                && behind.eq_ignore_ascii_case(table)
                && context.accessor == Some(view.as_str())
        });
        through_view || is_json_table(table) || self.is_named(context.database_name, table)
    }

    /// A table is read without a column, such as to be counted. SQLite then repeats what the statement says: there may be
    /// no database, and the name can be that of an expression in `WITH`.
    fn may_count(&self, database: Option<&str>, table: &str) -> bool {
        if is_json_table(table) {
            return true;
        }
        match database {
            Some(database) => self.is_named(Some(database), table),
            None => {
                self.readable.names.iter().any(|(_, name)| name.eq_ignore_ascii_case(table)) || !self.is_real(table)
            }
        }
    }

    fn is_named(&self, database: Option<&str>, table: &str) -> bool {
        let same = |(there, name): &(&str, String)| {
            database.is_some_and(|database| database.eq_ignore_ascii_case(there)) && name.eq_ignore_ascii_case(table)
        };
        self.readable.names.iter().any(same)
    }

    fn is_real(&self, table: &str) -> bool {
        let table = table.to_ascii_lowercase();
        // Some are made when they are first named.
        table.starts_with("sqlite_") || table.starts_with("pragma_") || self.real.contains(&table)
    }
}

fn is_json_table(table: &str) -> bool {
    JSON_TABLES.iter().any(|name| name.eq_ignore_ascii_case(table))
}
