//! The operating system's refusals, told apart by what an operator does about them.

use std::io::{self, ErrorKind};

use super::TenantId;
use crate::Error;

/// The error for something that failed in a tenant's directory.
pub(crate) fn disk_error(tenant: &TenantId, operation: &'static str, source: io::Error) -> Error {
    let tenant = tenant.clone();
    match source.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Error::DiskFull { tenant, operation },
        ErrorKind::ReadOnlyFilesystem | ErrorKind::PermissionDenied => Error::ReadOnly { tenant, operation },
        _ => Error::Io { operation: format!("{operation} of tenant {tenant}"), source },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_and_one_that_cannot_be_written_have_errors_of_their_own() {
        let tenant = TenantId::parse("acme").unwrap();
        let error = |kind: ErrorKind| disk_error(&tenant, "locking", kind.into());
        assert!(matches!(error(ErrorKind::StorageFull), Error::DiskFull { .. }));
        assert!(matches!(error(ErrorKind::QuotaExceeded), Error::DiskFull { .. }));
        assert!(matches!(error(ErrorKind::ReadOnlyFilesystem), Error::ReadOnly { .. }));
        assert!(matches!(error(ErrorKind::PermissionDenied), Error::ReadOnly { .. }));
        assert!(matches!(error(ErrorKind::NotFound), Error::Io { .. }));
    }
}
