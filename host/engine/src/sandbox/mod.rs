//! The sandbox: the only part of the engine that names a place on the disk.
//!
//! The root is opened once with the process's own authority; everything else is relative to a [`cap_std::fs::Dir`] below
//! it. Names that came in are parsed into types that cannot hold a separator before they come here.

mod archives;
mod device;
mod entry;
mod failure;
mod lock;
mod marks;
mod names;
mod outside;
mod root;
mod state;
mod temporary;
mod tenant;
mod workspace_folder;

pub(crate) use archives::{ArchiveDir, ArchiveName};
pub(crate) use device::is_device_name;
pub(crate) use entry::{Lies, create_private_dir, lies_at, open_dir, open_regular, private_file, sync_dir};
pub(crate) use failure::disk_error;
pub(crate) use lock::OwnerLock;
pub(crate) use marks::{Mark, Marks};
pub use names::{ScopeName, TenantId};
pub(crate) use outside::{Outgoing, Scratch};
pub(crate) use root::Root;
pub(crate) use state::{StateDir, WorkspaceName};
pub(crate) use temporary::{own_mark, temporary_name};
pub(crate) use tenant::TenantDir;
pub(crate) use workspace_folder::WorkspaceFolder;

#[cfg(test)]
mod tests;
