//! Names of this process's temporary files.

use std::{
    hash::{BuildHasher, RandomState},
    sync::{
        OnceLock,
        atomic::{AtomicU64, Ordering},
    },
};

/// What the names of this process's temporary files start with: chance, because process numbers come again.
pub(crate) fn own_mark() -> &'static str {
    static MARK: OnceLock<String> = OnceLock::new();
    MARK.get_or_init(|| format!("{:016x}-", RandomState::new().hash_one(std::process::id())))
}

/// A name that no other temporary file has.
pub(crate) fn temporary_name() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    format!("{}{}", own_mark(), NEXT.fetch_add(1, Ordering::Relaxed))
}
