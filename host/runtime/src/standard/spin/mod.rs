//! Spin's `key-value`, in its three versions.

mod keys;
mod unversioned;
mod v2;
mod v3;
