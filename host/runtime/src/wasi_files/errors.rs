//! Errors of the host's file system in WASI's words.

use std::io;

use wasmtime_wasi::p2::bindings::filesystem::types::ErrorCode;

/// The code of an error. A quota that the host's own file system keeps is a quota to the guest too.
pub(super) fn code(error: io::Error) -> ErrorCode {
    match error.kind() {
        io::ErrorKind::QuotaExceeded => ErrorCode::Quota,
        _ => ErrorCode::from(error),
    }
}
