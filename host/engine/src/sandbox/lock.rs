//! One process owns a tenant at a time.

use std::{
    ffi::OsStr,
    fs::{File, TryLockError},
    io::{self, Read, Seek, Write},
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use super::{TenantDir, disk_error, open_regular, private_file, tenant::LOCK};
use crate::{Error, Result};

/// Longest text about the owner that is read back, in bytes.
const HOLDER_BYTES: u64 = 200;

/// The ownership of a tenant. It ends when this is dropped or the process ends, in whatever way: the operating system
/// holds the lock on the open file, and closes it in programs that the process starts. The file itself stays, because to
/// remove it would let two owners hold two files of the same name.
#[derive(Debug)]
pub(crate) struct OwnerLock {
    // Fields are dropped in this order: the open file is the lock.
    pub(super) file: File,
    released: Release,
}

/// Says that the lock is free again, once the file is closed.
#[derive(Debug, Default)]
struct Release(Arc<AtomicBool>);

impl Drop for Release {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Release);
    }
}

impl Drop for OwnerLock {
    fn drop(&mut self) {
        // Closing the file would not be enough: a process that this one is just starting has a copy of it for a moment.
        // If it cannot be unlocked, closing it is all that is left.
        let _ = self.file.unlock();
    }
}

impl OwnerLock {
    /// Take the ownership, without waiting. A second open in the same process is refused as one of another is.
    ///
    /// # Errors
    ///
    /// [`Error::InUse`] with who owns the tenant; [`Error::Refused`] if the lock is no regular file;
    /// [`Error::DiskFull`] and [`Error::ReadOnly`].
    pub(crate) fn acquire(dir: &TenantDir) -> Result<OwnerLock> {
        let failed = |source| disk_error(dir.tenant(), "locking", source);
        let mut options = private_file();
        options.read(true).write(true).create(true);
        let Ok((file, _)) = open_regular(dir.dir(), LOCK, &mut options).map_err(failed)? else {
            return Err(dir.refused(LOCK, "a file of the store is a regular file with one name"));
        };
        let mut file = file.into_std();
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(Error::InUse { tenant: dir.tenant().clone(), holder: holder(&file) });
            }
            Err(TryLockError::Error(source)) => return Err(failed(source)),
        }
        sign(&mut file).map_err(failed)?;
        Ok(OwnerLock { file, released: Release::default() })
    }

    /// Becomes true when the lock is free again.
    pub(crate) fn released(&self) -> Arc<AtomicBool> {
        self.released.0.clone()
    }
}

/// Write down who this is. It need not survive a crash of the machine, because the lock does not.
///
/// A process opens and closes its tenants many times: what it wrote the time before stays. To write it again would cost more than
/// all else that an open does to the disk, since some file systems write at once what replaces a file that was cut to nothing.
fn sign(file: &mut File) -> io::Result<()> {
    let program = std::env::args_os().next();
    let program = program.as_deref().map(Path::new).and_then(Path::file_name).map(OsStr::to_string_lossy);
    let owner = format!("{}, process {}\n", program.as_deref().unwrap_or("a program"), std::process::id());
    let mut before = Vec::with_capacity(owner.len() + 1);
    (&mut *file).take(owner.len() as u64 + 1).read_to_end(&mut before)?;
    if before == owner.as_bytes() {
        return Ok(());
    }
    file.rewind()?;
    file.write_all(owner.as_bytes())?;
    file.set_len(owner.len() as u64)
}

/// What the owner wrote into the file, made fit to be shown. The owner may be about to write it.
fn holder(file: &File) -> String {
    let mut text = Vec::new();
    // Where a lock keeps others from reading as well, the name is not to be had.
    let _ = file.take(HOLDER_BYTES).read_to_end(&mut text);
    let text: String = String::from_utf8_lossy(&text).chars().filter(|c| !c.is_control()).collect();
    match text.trim() {
        "" => "another process".into(),
        text => text.into(),
    }
}
