//! What an insert finds in its place, told by the same statement.

use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::{Connection, functions::FunctionFlags};

use crate::backend::Replaced;

/// Where the SQL function `larder_replaced` leaves the row that is being replaced.
#[derive(Clone, Debug, Default)]
pub(super) struct ReplacedRow(Arc<Mutex<Option<Replaced>>>);

impl ReplacedRow {
    /// Give `connection` the function. It answers its third argument, the new version.
    pub(super) fn told_by(connection: &Connection) -> rusqlite::Result<ReplacedRow> {
        let row = ReplacedRow::default();
        let told = row.clone();
        let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DIRECTONLY;
        connection.create_scalar_function(c"larder_replaced", 3, flags, move |arguments| {
            let size = u64::try_from(arguments.get::<i64>(0)?).unwrap_or(0);
            // Another program may have left anything there; it is no time then.
            let expires_at = arguments.get_raw(1).as_i64().ok();
            *told.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Replaced { size, expires_at });
            arguments.get::<i64>(2)
        })?;
        Ok(row)
    }

    /// The row that the last insert replaced.
    pub(super) fn take(&self) -> Option<Replaced> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}
