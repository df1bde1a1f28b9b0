//! From SQLite's errors to ours.

use rusqlite::ErrorCode;

use super::File;
use crate::Error;

pub(super) fn convert(file: &File, operation: &'static str, error: &rusqlite::Error) -> Error {
    let tenant = file.tenant.clone();
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => Error::DiskFull { tenant, operation },
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => Error::ReadOnly { tenant, operation },
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => {
            let path = format!("tenants/{tenant}/store.db");
            Error::Corrupt { tenant, file: path, detail: error.to_string() }
        }
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            Error::Busy { tenant, waited: file.config.busy_timeout }
        }
        // Nobody waits for the answer, or who does knows why.
        Some(ErrorCode::OperationInterrupted) => Error::Closed,
        Some(ErrorCode::CannotOpen) => cannot_open(file, operation, error),
        _ => Error::Storage { operation, detail: error.to_string() },
    }
}

/// SQLite says no more than "unable to open"; what the file system says tells a disk that cannot be written.
fn cannot_open(file: &File, operation: &'static str, error: &rusqlite::Error) -> Error {
    let directory = file.path.parent().and_then(|directory| directory.metadata().ok());
    match directory {
        Some(directory) if directory.permissions().readonly() => {
            Error::ReadOnly { tenant: file.tenant.clone(), operation }
        }
        _ => Error::Storage { operation, detail: error.to_string() },
    }
}
