//! Workspaces over the SDK.

use std::collections::BTreeMap;

use larder_guest::sql::{Rows, SqlError, Value as SqlValue};
use larder_guest::workspaces::{Workspace, WorkspaceError};
use serde_json::{Value, json};

use crate::ops::api::{Answer, Buffer, Failure, Row};
use crate::ops::values::shown;
use crate::sdk::failure;

impl Buffer for Workspace {
    fn put(&mut self, kind: &str, data: &str) -> Answer<()> {
        Workspace::put(self, kind, data).map_err(ws_failure)
    }

    fn count(&self) -> Answer<u64> {
        Workspace::count(self).map_err(ws_failure)
    }

    fn aggregate(&self) -> Answer<BTreeMap<String, u64>> {
        Workspace::aggregate(self).map_err(ws_failure)
    }

    fn query(&self, statement: &str) -> Answer<Vec<Row>> {
        Ok(maps(Workspace::query(self, statement, [] as [SqlValue; 0]).map_err(sql_failure)?))
    }

    fn commit(&mut self) -> Answer<BTreeMap<String, u64>> {
        Workspace::commit(self).map_err(ws_failure)
    }

    fn discard(&mut self) -> Answer<()> {
        Workspace::discard(self).map_err(ws_failure)
    }

    fn close(&mut self) -> Answer<()> {
        Workspace::close(self);
        Ok(())
    }
}

/// Rows as maps: of two columns with one name the last counts.
pub(crate) fn maps(rows: Rows) -> Vec<Row> {
    let columns = rows.columns();
    rows.map(|row| columns.iter().cloned().zip(row.0.into_iter().map(value)).collect()).collect()
}

fn value(value: SqlValue) -> Value {
    match value {
        SqlValue::Null => Value::Null,
        SqlValue::Integer(number) => json!(number),
        SqlValue::Real(number) => json!(number),
        SqlValue::Text(text) => json!(text),
        SqlValue::Blob(bytes) => shown(&bytes),
    }
}

pub(crate) fn ws_failure(error: WorkspaceError) -> Failure {
    match error {
        WorkspaceError::Store(error) => failure(error),
        WorkspaceError::AlreadyExists => Failure::invalid(error),
        _ => Failure::new("other", error),
    }
}

pub(crate) fn sql_failure(error: SqlError) -> Failure {
    let kind = match error {
        SqlError::Store(error) => return failure(error),
        SqlError::Statement(_) => "sqlite",
        SqlError::NotAllowed(_) => "refused",
        SqlError::Parameters { .. } => "invalid",
        _ => "limit",
    };
    Failure::new(kind, error)
}
