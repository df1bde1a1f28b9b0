//! What every storage behind the seam must do.
//!
//! Each module ends in the list of its cases; one that is not in the list is an unused function, which the compiler
//! reports. A further implementation is one line in [`conformance`].

/// Make a test of each case on each implementation.
macro_rules! conformance {
    ($($case:ident),* $(,)?) => {
        conformance!(in_memory, crate::support::Kit::in_memory, $($case),*);
        conformance!(on_sqlite, crate::support::Kit::on_sqlite, $($case),*);
    };
    ($name:ident, $make:path, $($case:ident),*) => {
        mod $name {
            $(#[test] fn $case() { super::$case(&$make()) })*
        }
    };
}

mod atomics;
mod batch;
mod callbacks;
mod closing;
mod consumers;
mod cursors;
mod deadlines;
mod entries;
mod feed;
mod groups;
mod paging;
mod purge;
mod quotas;
mod rights;
mod scan;
mod scopes;
mod sizes;
mod tasks;
mod text;
mod transactions;
mod ttl;
mod usage;
mod versions;
