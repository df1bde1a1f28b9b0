//! `wasi:filesystem` called as the linker calls it, on a real directory with a real ledger.

mod changes;
mod guest;
mod handles;
mod quota;
mod refusals;
#[cfg(unix)]
mod shared;
mod streams;
