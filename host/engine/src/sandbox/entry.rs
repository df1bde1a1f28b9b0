//! What lies under one name of a directory, and opening it without following anything.

use std::{io, path::Path};

use cap_fs_ext::{DirExt, FollowSymlinks, MetadataExt, OpenOptionsFollowExt, OpenOptionsSyncExt};
use cap_std::fs::{Dir, DirBuilder, File, Metadata, OpenOptions};

/// What lies under a name. Links are not followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lies {
    /// A regular file that has this one name.
    File,
    /// A regular file that has other names too, which may lie anywhere on the same disk.
    HardLink,
    Directory,
    Symlink,
    /// A FIFO, socket or device.
    Special,
}

impl Lies {
    pub(crate) fn of(metadata: &Metadata) -> Lies {
        if metadata.is_symlink() {
            Lies::Symlink
        } else if metadata.is_dir() {
            Lies::Directory
        } else if !metadata.is_file() {
            Lies::Special
        } else if metadata.nlink() > 1 {
            Lies::HardLink
        } else {
            Lies::File
        }
    }
}

/// What lies under `name`, which is one name and no path; `None` if nothing does.
pub(crate) fn lies_at(dir: &Dir, name: &str) -> io::Result<Option<Lies>> {
    match dir.symlink_metadata(name) {
        Ok(metadata) => Ok(Some(Lies::of(&metadata))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Open a directory that lies in `dir` itself, under one name. A symbolic link is an error, wherever it points.
pub(crate) fn open_dir(dir: &Dir, name: impl AsRef<Path>) -> io::Result<Dir> {
    dir.open_dir_nofollow(name)
}

/// Make a directory that only this user may enter; what is there stays.
pub(crate) fn create_private_dir(dir: &Dir, name: &str) -> io::Result<()> {
    #[cfg_attr(not(unix), allow(unused_mut, reason = "only unix has modes"))]
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    {
        use cap_std::fs::DirBuilderExt;
        builder.mode(0o700);
    }
    match dir.create_dir_with(name, &builder) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

/// Open a regular file that lies in `dir` itself; the inner error is what lies there instead. `options` says how.
///
/// What is not a regular file is not opened at all, as far as can be seen before: to open a device may do something. The
/// open itself then neither follows a link nor waits for the other end of a FIFO, and what was opened is looked at again.
pub(crate) fn open_regular(
    dir: &Dir,
    name: &str,
    options: &mut OpenOptions,
) -> io::Result<Result<(File, Metadata), Lies>> {
    if let Some(other @ (Lies::HardLink | Lies::Directory | Lies::Symlink | Lies::Special)) = lies_at(dir, name)? {
        return Ok(Err(other));
    }
    let file = dir.open_with(name, options.follow(FollowSymlinks::No).nonblock(true))?;
    let metadata = file.metadata()?;
    Ok(match Lies::of(&metadata) {
        Lies::File => Ok((file, metadata)),
        other => Err(other),
    })
}

/// Options for files that only this user may read and write.
pub(crate) fn private_file() -> OpenOptions {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    {
        use cap_std::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options
}

/// Make the names in a directory durable.
pub(crate) fn sync_dir(dir: &Dir) -> io::Result<()> {
    // Windows does not let a directory be opened for this, and its file systems keep names in their own journal.
    if cfg!(windows) {
        return Ok(());
    }
    dir.open(".")?.sync_all()
}
