//! Errors of the store as each interface of others has them.
//!
//! What an interface has a case for becomes that case; all else is told in words. The host's own faults are in its log, and read
//! `unavailable` here as everywhere.

use super::bindings::{keyvalue_draft, keyvalue_draft2, spin_2, spin_3, spin_unversioned, wasmcloud};
use crate::{
    bindings::larder::store::types::{Error, QuotaExceeded, SizeLimit, TooLarge, TooMany},
    fault::{Fault, StoreFault},
};

pub(crate) use keyvalue_draft::wasi::keyvalue::store::Error as Draft;
pub(crate) use keyvalue_draft2::wasi::keyvalue::{atomics::CasError, store::Error as Draft2};
pub(crate) use spin_2::fermyon::spin::key_value::Error as Spin2;
pub(crate) use spin_3::spin::key_value::key_value::Error as Spin3;
pub(crate) use spin_unversioned::fermyon::spin::key_value::Error as SpinUnversioned;
pub(crate) use wasmcloud::wasmcloud::keyvalue::types::Error as Wasmcloud;

pub(crate) type DraftFault = Fault<Draft>;
pub(crate) type Draft2Fault = Fault<Draft2>;
pub(crate) type CasFault = Fault<CasError>;
pub(crate) type SpinUnversionedFault = Fault<SpinUnversioned>;
pub(crate) type Spin2Fault = Fault<Spin2>;
pub(crate) type Spin3Fault = Fault<Spin3>;
pub(crate) type WasmcloudFault = Fault<Wasmcloud>;

/// What a guest reads of an error for which its interface has no case.
fn words(error: &Error) -> String {
    match error {
        Error::AccessDenied => "access denied".into(),
        Error::InvalidArgument(text) | Error::Unsupported(text) => text.clone(),
        // As Spin says it, whose users look for it.
        Error::TooLarge(TooLarge { what: SizeLimit::Response, limit, .. }) => {
            format!("query result exceeds limit of {limit} bytes")
        }
        Error::TooLarge(TooLarge { what, size, limit }) => {
            format!("{} of {size} is over the limit of {limit}", sized(*what))
        }
        Error::QuotaExceeded(QuotaExceeded { used, limit, .. }) => {
            format!("quota exceeded: {used} of {limit} in use")
        }
        Error::TooMany(TooMany { limit, .. }) => format!("store table full: at most {limit} are open at a time"),
        Error::NotACounter => "the value is not a counter".into(),
        Error::Overflow => "the counter would leave its range".into(),
        Error::TransactionOpen => "the component's own transaction is open on the store".into(),
        Error::TransactionExpired => "the transaction passed its deadline".into(),
        Error::Conflict => "another writer was faster".into(),
        Error::Busy => "too many requests: another writer held the store for too long".into(),
        Error::Closed => "the store is closed".into(),
        Error::Unavailable => "the store is unavailable".into(),
    }
}

fn sized(what: SizeLimit) -> &'static str {
    match what {
        SizeLimit::Group => "bucket name",
        SizeLimit::Key => "key",
        SizeLimit::Value => "value",
        SizeLimit::Batch => "batch",
        SizeLimit::Response => "answer",
        SizeLimit::Template => "template",
        SizeLimit::Entries => "entries",
    }
}

impl From<Error> for Draft {
    fn from(error: Error) -> Draft {
        match error {
            Error::AccessDenied => Draft::AccessDenied,
            error => Draft::Other(words(&error)),
        }
    }
}

impl From<Error> for Draft2 {
    fn from(error: Error) -> Draft2 {
        match error {
            Error::AccessDenied => Draft2::AccessDenied,
            error => Draft2::Other(words(&error)),
        }
    }
}

impl From<Error> for CasError {
    fn from(error: Error) -> CasError {
        CasError::StoreError(error.into())
    }
}

impl From<Error> for SpinUnversioned {
    fn from(error: Error) -> SpinUnversioned {
        match error {
            Error::AccessDenied => SpinUnversioned::AccessDenied,
            Error::TooMany(_) => SpinUnversioned::StoreTableFull,
            error => SpinUnversioned::Io(words(&error)),
        }
    }
}

impl From<Error> for Spin2 {
    fn from(error: Error) -> Spin2 {
        match error {
            Error::AccessDenied => Spin2::AccessDenied,
            Error::TooMany(_) => Spin2::StoreTableFull,
            error => Spin2::Other(words(&error)),
        }
    }
}

impl From<Error> for Spin3 {
    fn from(error: Error) -> Spin3 {
        match error {
            Error::AccessDenied => Spin3::AccessDenied,
            Error::TooMany(_) => Spin3::StoreTableFull,
            error => Spin3::Other(words(&error)),
        }
    }
}

impl From<Error> for Wasmcloud {
    fn from(error: Error) -> Wasmcloud {
        match error {
            Error::AccessDenied => Wasmcloud::AccessDenied,
            Error::InvalidArgument(_) => Wasmcloud::InvalidArgument,
            Error::QuotaExceeded(_) => Wasmcloud::QuotaExceeded,
            Error::Busy => Wasmcloud::Timeout,
            Error::Closed | Error::Unavailable => Wasmcloud::StoreUnavailable,
            error => Wasmcloud::Other(words(&error)),
        }
    }
}

/// So that `?` turns what the store answered into what the interface answers.
macro_rules! faults {
    ($($error:ident)*) => {
        $(impl From<StoreFault> for Fault<$error> {
            fn from(fault: StoreFault) -> Fault<$error> {
                match fault {
                    Fault::Guest(error) => Fault::Guest(error.into()),
                    Fault::Trap(error) => Fault::Trap(error),
                }
            }
        })*
    };
}

faults! { Draft Draft2 CasError SpinUnversioned Spin2 Spin3 Wasmcloud }

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_that_is_too_large_is_told_as_spin_tells_it() {
        let error = || Error::TooLarge(TooLarge { what: SizeLimit::Response, size: 20, limit: 10 });
        let told = "query result exceeds limit of 10 bytes";
        assert!(matches!(Draft2::from(error()), Draft2::Other(text) if text == told));
        assert!(matches!(Spin2::from(error()), Spin2::Other(text) if text == told));
        assert!(matches!(SpinUnversioned::from(error()), SpinUnversioned::Io(text) if text == told));
    }
}
