//! Why a call on a store was refused.

use core::fmt;

use crate::bindings::types as raw;
pub use crate::bindings::types::{Holding, Quota, SizeLimit};

/// What the functions of this crate answer.
pub type Result<T, E = Error> = core::result::Result<T, E>;

/// Why a call on a store was refused.
///
/// The text of an error says what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// The label is unknown or not granted (the same answer, on purpose), or
    /// the grant does not allow writing.
    AccessDenied,
    /// An argument is not acceptable in itself; the text names it and the rule.
    InvalidArgument(String),
    /// An argument or an answer is larger than the host allows.
    TooLarge {
        /// What is too large.
        what: SizeLimit,
        /// How large it is: bytes, or items of a batch.
        size: u64,
        /// How large it may be.
        limit: u64,
    },
    /// The write would have passed a quota. Nothing was written.
    QuotaExceeded {
        /// What the quota counts.
        quota: Quota,
        /// What was in use before the refused write.
        used: u64,
        /// How much there may be.
        limit: u64,
    },
    /// The instance holds as many handles of a kind as it may.
    TooMany {
        /// Handles of what.
        what: Holding,
        /// How many there may be.
        limit: u32,
    },
    /// The value to be incremented is neither decimal digits nor eight bytes.
    NotACounter,
    /// The sum would leave the range of an `i64`. The counter is unchanged.
    Overflow,
    /// A transaction of this instance is open, and the call was made beside it.
    TransactionOpen,
    /// The transaction passed its deadline and was rolled back.
    TransactionExpired,
    /// Another writer was faster; nothing was written.
    Conflict,
    /// Other writers kept the store for longer than the host waits. Nothing
    /// was written.
    Busy,
    /// The transaction that the store belongs to has ended, or the host is
    /// shutting down.
    Closed,
    /// The host's storage failed; the host's log says how.
    Unavailable,
    /// The text is not a template; what is wrong with it.
    TemplateParse(String),
    /// The template failed while it ran, or took too many steps; at what.
    TemplateExecution(String),
    /// The host has switched this off, or its storage cannot do it; the text
    /// says what.
    Unsupported(String),
    /// The value is not UTF-8, and text was asked for.
    NotText,
    /// The value is not the JSON that was asked for, or cannot be made JSON;
    /// the text says where.
    Json(String),
}

impl Error {
    /// Whether the same work, run again from its start, may well succeed.
    pub fn is_retryable(&self) -> bool {
        matches!(self, Self::Conflict | Self::Busy)
    }
}

impl From<raw::Error> for Error {
    fn from(error: raw::Error) -> Self {
        match error {
            raw::Error::AccessDenied => Self::AccessDenied,
            raw::Error::InvalidArgument(rule) => Self::InvalidArgument(rule),
            raw::Error::TooLarge(raw::TooLarge { what, size, limit }) => Self::TooLarge { what, size, limit },
            raw::Error::QuotaExceeded(raw::QuotaExceeded { quota, used, limit }) => {
                Self::QuotaExceeded { quota, used, limit }
            }
            raw::Error::TooMany(raw::TooMany { what, limit }) => Self::TooMany { what, limit },
            raw::Error::NotACounter => Self::NotACounter,
            raw::Error::Overflow => Self::Overflow,
            raw::Error::TransactionOpen => Self::TransactionOpen,
            raw::Error::TransactionExpired => Self::TransactionExpired,
            raw::Error::Conflict => Self::Conflict,
            raw::Error::Busy => Self::Busy,
            raw::Error::Closed => Self::Closed,
            raw::Error::Unavailable => Self::Unavailable,
            raw::Error::Unsupported(what) => Self::Unsupported(what),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::AccessDenied => "access denied: ask the host to grant this label, and writing if you write",
            Self::Unsupported(what) => return write!(f, "{what}: ask the host for it"),
            Self::InvalidArgument(rule) => return write!(f, "invalid argument: {rule}"),
            Self::TooLarge { what, size, limit } => {
                let (what, unit, advice) = describe_size(*what);
                return write!(f, "the {what} has {size} {unit} and may have {limit}: {advice}");
            }
            Self::QuotaExceeded { quota, used, limit } => {
                let quota = describe_quota(*quota);
                return write!(
                    f,
                    "quota exceeded, {used} of {limit} {quota} are in use: \
                     delete something, or ask the host for more"
                );
            }
            Self::TooMany { what, limit } => {
                let what = match what {
                    Holding::Stores => "stores",
                    Holding::Transactions => "transactions",
                    Holding::Watchers => "watchers",
                    Holding::Workspaces => "workspaces",
                    Holding::Rows => "answers to SQL",
                    Holding::Archives => "readers of archives",
                };
                return write!(f, "{limit} open {what} are the most there may be: drop one");
            }
            Self::NotACounter => "the value is not a counter: use a key that holds decimal digits, or none",
            Self::Overflow => "the counter would leave the range of 64 bits: use a smaller step",
            Self::TransactionOpen => "a transaction is open: write through it, or end it before you write beside it",
            Self::TransactionExpired => "the transaction took too long and was undone: do less in one transaction",
            Self::Conflict => "another writer was faster and nothing was written: try again",
            Self::Busy => "other writers kept the store busy and nothing was written: try again",
            Self::Closed => "the store is closed: open it again, outside the ended transaction",
            Self::Unavailable => "the host's storage failed: see the host's log",
            Self::TemplateParse(rule) => return write!(f, "the template cannot be parsed: {rule}"),
            Self::TemplateExecution(rule) => return write!(f, "the template failed: {rule}"),
            Self::NotText => "the value is not UTF-8 text: read it as bytes",
            Self::Json(place) => return write!(f, "the value does not fit as JSON: {place}"),
        })
    }
}

impl std::error::Error for Error {}

/// For functions of a WIT world that answer `result<_, string>`.
impl From<Error> for String {
    fn from(error: Error) -> Self {
        error.to_string()
    }
}

fn describe_size(what: SizeLimit) -> (&'static str, &'static str, &'static str) {
    match what {
        SizeLimit::Group => ("group name", "bytes", "shorten it"),
        SizeLimit::Key => ("key", "bytes", "shorten it"),
        SizeLimit::Value => ("value", "bytes", "split it, or keep it as a file"),
        SizeLimit::Batch => ("batch", "items", "make several"),
        SizeLimit::Response => ("answer", "bytes", "ask for less"),
        SizeLimit::Template => ("template", "bytes", "shorten it"),
        SizeLimit::Entries => ("group of entries", "bytes", "use a smaller one"),
    }
}

fn describe_quota(quota: Quota) -> &'static str {
    match quota {
        Quota::Keys => "keys",
        Quota::Groups => "groups",
        Quota::Bytes => "bytes",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_of_a_quota_says_what_and_how_much() {
        let error = Error::QuotaExceeded { quota: Quota::Keys, used: 10, limit: 10 };
        assert_eq!(
            error.to_string(),
            "quota exceeded, 10 of 10 keys are in use: delete something, or ask the host for more"
        );
    }

    #[test]
    fn the_text_of_a_size_says_what_to_do() {
        let error = Error::TooLarge { what: SizeLimit::Key, size: 5000, limit: 4096 };
        assert_eq!(error.to_string(), "the key has 5000 bytes and may have 4096: shorten it");
    }
}
