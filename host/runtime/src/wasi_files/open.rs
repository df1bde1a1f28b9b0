//! Opening what lies in a tree, and making files.

use std::sync::Arc;

use cap_fs_ext::{DirExt as _, FollowSymlinks, MetadataExt as _, OpenOptionsFollowExt as _, OpenOptionsSyncExt as _};
use cap_std::fs::{Metadata, OpenOptions};
use larder_engine::FileId;
use wasmtime_wasi::{
    OpenMode,
    p2::bindings::filesystem::types::{DescriptorFlags, ErrorCode, OpenFlags},
};

use super::{
    account::Locked,
    errors::code,
    file::OpenFile,
    path::{GuestPath, check_new},
    slots::Slot,
    tree::{DirHandle, Place},
};

/// What a guest has a descriptor of.
#[derive(Clone)]
pub(super) enum Handle {
    Dir(Arc<DirHandle>),
    File(Arc<OpenFile>),
}

/// How a guest wants something opened.
#[derive(Clone, Copy, Debug)]
pub(super) struct How {
    read: bool,
    write: bool,
    create: bool,
    exclusive: bool,
    truncate: bool,
    directory: bool,
}

impl How {
    pub(super) fn new(open: OpenFlags, flags: DescriptorFlags) -> Result<How, ErrorCode> {
        let synchronous = DescriptorFlags::FILE_INTEGRITY_SYNC
            | DescriptorFlags::DATA_INTEGRITY_SYNC
            | DescriptorFlags::REQUESTED_WRITE_SYNC;
        if flags.intersects(synchronous) {
            return Err(ErrorCode::Unsupported);
        }
        let file_only = OpenFlags::CREATE | OpenFlags::EXCLUSIVE | OpenFlags::TRUNCATE;
        if open.contains(OpenFlags::DIRECTORY) && open.intersects(file_only) {
            return Err(ErrorCode::Invalid);
        }
        let write = flags.contains(DescriptorFlags::WRITE);
        Ok(How {
            // A file that is opened for nothing is opened for reading, so that it can be asked for its facts.
            read: flags.contains(DescriptorFlags::READ) || !write,
            write: write || open.intersects(OpenFlags::CREATE | OpenFlags::TRUNCATE),
            create: open.contains(OpenFlags::CREATE),
            exclusive: open.contains(OpenFlags::EXCLUSIVE),
            truncate: open.contains(OpenFlags::TRUNCATE),
            directory: open.contains(OpenFlags::DIRECTORY),
        })
    }

    fn mode(&self) -> OpenMode {
        let mut mode = OpenMode::empty();
        mode.set(OpenMode::READ, self.read);
        mode.set(OpenMode::WRITE, self.write);
        mode
    }

    fn options(&self) -> OpenOptions {
        let mut options = OpenOptions::new();
        #[cfg(unix)]
        {
            use cap_std::fs::OpenOptionsExt as _;
            options.mode(0o600);
        }
        // Neither a link nor the other end of a FIFO that somebody puts there just now must make the host go elsewhere or wait.
        options.read(self.read).write(self.write).follow(FollowSymlinks::No).nonblock(true);
        options
    }
}

/// Open what lies at `path`, or make a file there. Blocks, but never on what lies there.
pub(super) fn open(from: &DirHandle, path: &GuestPath, how: How, slot: Slot) -> Result<Handle, ErrorCode> {
    if how.write {
        from.tree.payer()?;
    }
    let lock = from.tree.account().lock()?;
    let place = from.resolve(path)?;
    match place.look()? {
        Some(_) if how.create && how.exclusive => Err(ErrorCode::Exist),
        Some(metadata) if metadata.is_dir() => open_directory(from, place, how, slot),
        Some(_) if path.directory || how.directory => Err(ErrorCode::NotDirectory),
        Some(metadata) if metadata.is_symlink() => Err(ErrorCode::Loop),
        Some(metadata) if metadata.is_file() => open_file(from, &place, &metadata, how, slot, &lock),
        // A FIFO, socket or device is not even opened: opening one may do something.
        Some(_) => Err(ErrorCode::NotPermitted),
        None if !how.create => Err(ErrorCode::NoEntry),
        None if path.directory => Err(ErrorCode::IsDirectory),
        None => make_file(from, &place, how, slot, &lock),
    }
}

fn open_directory(from: &DirHandle, place: Place, how: How, slot: Slot) -> Result<Handle, ErrorCode> {
    if how.write {
        return Err(ErrorCode::IsDirectory);
    }
    let dir = match &place.name {
        None => place.parent,
        Some(name) => place.parent.open_dir_nofollow(name).map_err(code)?,
    };
    Ok(Handle::Dir(Arc::new(DirHandle::new(Arc::clone(&from.tree), place.names, dir, slot)?)))
}

fn open_file(
    from: &DirHandle,
    place: &Place,
    seen: &Metadata,
    how: How,
    slot: Slot,
    lock: &Locked<'_>,
) -> Result<Handle, ErrorCode> {
    if how.write && seen.nlink() > 1 {
        return Err(ErrorCode::NotPermitted);
    }
    let file = place.parent.open_with(place.name()?, &how.options()).map_err(code)?;
    let metadata = file.metadata().map_err(code)?;
    if FileId::of(&metadata) != FileId::of(seen) || !metadata.is_file() {
        return Err(ErrorCode::Busy);
    }
    let opened = lock.opened(&metadata);
    let opened = OpenFile::new(file.into_std(), opened, Arc::clone(&from.tree), how.mode(), slot);
    if how.truncate {
        opened.resize(lock, 0)?;
    }
    Ok(Handle::File(Arc::new(opened)))
}

fn make_file(from: &DirHandle, place: &Place, how: How, slot: Slot, lock: &Locked<'_>) -> Result<Handle, ErrorCode> {
    check_new(&place.names)?;
    lock.charge_name()?;
    let made = place.parent.open_with(place.name()?, how.options().create_new(true)).and_then(|file| {
        let opened = lock.opened(&file.metadata()?);
        Ok((file.into_std(), opened))
    });
    match made {
        Ok((file, opened)) => {
            Ok(Handle::File(Arc::new(OpenFile::new(file, opened, Arc::clone(&from.tree), how.mode(), slot))))
        }
        Err(error) => {
            lock.release_name();
            Err(code(error))
        }
    }
}
