//! A tenant's directory as a WASI preopen, for ordinary `std::fs` code, within the tenant's quota.
//!
//! [`add_to_linker`] puts `wasi:filesystem` of version 0.2 into a linker, in the place of wasmtime-wasi's. Guests see what
//! they know from WASI; what differs is this:
//!
//! - **Every byte and every name is charged** to the [`FileLedger`](larder_engine::FileLedger) of the tree, the same one that
//!   `larder:store/files` charges. Growth is charged before it happens, whether by writing, appending, writing beyond the end or
//!   setting a size; bytes that are zeros count like others. What passes the quota fails with `quota` (`EDQUOT`, in Rust
//!   [`QuotaExceeded`](std::io::ErrorKind::QuotaExceeded)) and changes nothing; a stream that failed is closed, as with every
//!   WASI stream.
//! - **A file that is removed or replaced while it is open** can be written further. Its name is released at once and its
//!   bytes when the last descriptor, stream or `larder:store/files` reader on it is gone, whichever interface removed it. If
//!   another program did, what is still open on it can be read but no longer written (`not-permitted`).
//! - **Links are never followed and never made**, symbolic or hard. Opening or passing through a symbolic link that somebody
//!   else has put there is refused (`loop`, `not-directory`), reading one too; a file with several names can be read but not be
//!   opened for writing. FIFOs, sockets and devices are not opened. All of them can be removed.
//! - **Names that are made** keep the rules of `larder:store/files` (`invalid`, `name-too-long`), so that that interface can name
//!   all there is. `..` is refused everywhere (`not-permitted`).
//! - **A descriptor of a directory** is bound to where the directory was when it was opened. When it was moved away the
//!   descriptor is stale (`no-entry`).
//! - **What an instance holds is bounded**: descriptors, and names in listings, with `insufficient-memory` beyond it.
//!
//! # Why no write escapes the ledger
//!
//! wasmtime-wasi writes to a descriptor only if the descriptor's own permissions say so, and every descriptor that is made
//! here says that it is read-only. What writes is in this module alone, and needs a tree that is writable, which only exists
//! with an account. A descriptor that is not from here cannot be used to open or change anything.
//!
//! # What a ledger cannot see
//!
//! What programs other than larder do in the tree, until the next recount.

mod account;
mod change;
mod ctx;
mod errors;
mod file;
mod host;
mod open;
mod path;
mod slots;
mod stat;
mod stream;
#[cfg(test)]
mod tests;
mod tree;

use wasmtime::component::Linker;
use wasmtime_wasi::p2::bindings::filesystem::{preopens, types};

pub use ctx::{WasiFiles, WasiFilesCtx, WasiFilesCtxBuilder, WasiFilesCtxView, WasiFilesView};

/// Add `wasi:filesystem/types` and `wasi:filesystem/preopens` to a linker for async calls.
///
/// What is there under these names already, as after [`wasmtime_wasi::p2::add_to_linker_async`], is replaced. Shadowing of
/// other definitions is off afterwards, which is the linker's default.
///
/// # Errors
///
/// If the linker refuses a definition.
pub fn add_to_linker<T: WasiFilesView + 'static>(linker: &mut Linker<T>) -> wasmtime::Result<()> {
    linker.allow_shadowing(true);
    let added = types::add_to_linker::<T, WasiFiles>(linker, T::wasi_files)
        .and_then(|()| preopens::add_to_linker::<T, WasiFiles>(linker, T::wasi_files));
    linker.allow_shadowing(false);
    added
}
