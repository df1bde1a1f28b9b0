//! `wasi:filesystem` called as the linker calls it, on a real directory with a real ledger.

mod changes;
mod guest;
mod handles;
mod quota;
mod refusals;
mod streams;
