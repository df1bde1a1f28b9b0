//! Facts of files and directories in WASI's form.

use std::{
    hash::{DefaultHasher, Hash as _, Hasher as _},
    time::{Duration, SystemTime},
};

use cap_fs_ext::{DirExt as _, MetadataExt as _, SystemTimeSpec};
use cap_std::fs::Metadata;
use larder_engine::FileId;
use wasmtime_wasi::p2::bindings::{
    clocks::wall_clock::Datetime,
    filesystem::types::{DescriptorStat, DescriptorType, ErrorCode, MetadataHashValue, NewTimestamp},
};

use super::{errors::code, open::Handle, path::GuestPath, tree::DirHandle};

/// Facts of what lies at `path`. Of a symbolic link these are its own; to follow it is refused. Blocks.
pub(super) fn look_at(from: &DirHandle, path: &GuestPath, follow: bool) -> Result<Metadata, ErrorCode> {
    let metadata = from.resolve(path)?.look()?.ok_or(ErrorCode::NoEntry)?;
    if metadata.is_symlink() && follow {
        Err(ErrorCode::Loop)
    } else if path.directory && !metadata.is_dir() {
        Err(ErrorCode::NotDirectory)
    } else {
        Ok(metadata)
    }
}

/// Facts of what is open. Blocks.
pub(super) fn look_into(handle: &Handle) -> Result<Metadata, ErrorCode> {
    let file = match handle {
        Handle::Dir(dir) => dir.file(),
        Handle::File(file) => file.file(),
    };
    Metadata::from_file(file).map_err(code)
}

pub(super) fn described(metadata: &Metadata) -> DescriptorStat {
    let time = |time: std::io::Result<cap_std::time::SystemTime>| time.ok().and_then(|time| datetime(time.into_std()));
    DescriptorStat {
        type_: kind(metadata),
        link_count: metadata.nlink(),
        size: metadata.len(),
        data_access_timestamp: time(metadata.accessed()),
        data_modification_timestamp: time(metadata.modified()),
        status_change_timestamp: None,
    }
}

fn kind(metadata: &Metadata) -> DescriptorType {
    if metadata.is_dir() {
        DescriptorType::Directory
    } else if metadata.is_symlink() {
        DescriptorType::SymbolicLink
    } else if metadata.is_file() {
        DescriptorType::RegularFile
    } else {
        DescriptorType::Unknown
    }
}

fn datetime(time: SystemTime) -> Option<Datetime> {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).ok()?;
    Some(Datetime { seconds: since.as_secs(), nanoseconds: since.subsec_nanos() })
}

/// A value that tells files apart, and tells nothing of where on the host's disk they are.
pub(super) fn hashed(metadata: &Metadata) -> MetadataHashValue {
    let half = |which: u8| {
        let mut hasher = DefaultHasher::new();
        (which, FileId::of(metadata)).hash(&mut hasher);
        hasher.finish()
    };
    MetadataHashValue { lower: half(0), upper: half(1) }
}

/// The times that a guest gives a file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Times {
    accessed: Option<SystemTime>,
    modified: Option<SystemTime>,
}

impl Times {
    pub(super) fn new(accessed: NewTimestamp, modified: NewTimestamp) -> Result<Times, ErrorCode> {
        Ok(Times { accessed: new_time(accessed)?, modified: new_time(modified)? })
    }

    /// Set the times of what lies at `path`. Links are not followed. Blocks.
    pub(super) fn set_at(self, from: &DirHandle, path: &GuestPath, follow: bool) -> Result<(), ErrorCode> {
        let _lock = from.tree.payer()?.lock()?;
        look_at(from, path, follow)?;
        let place = from.resolve(path)?;
        let spec = |time: Option<SystemTime>| {
            time.map(|time| SystemTimeSpec::Absolute(cap_std::time::SystemTime::from_std(time)))
        };
        let (accessed, modified) = (spec(self.accessed), spec(self.modified));
        match &place.name {
            Some(name) => place.parent.set_symlink_times(name, accessed, modified),
            None => place.parent.set_times(".", accessed, modified),
        }
        .map_err(code)
    }

    /// Set the times of what is open. Blocks.
    pub(super) fn set(self, handle: &Handle) -> Result<(), ErrorCode> {
        let file = match handle {
            Handle::Dir(dir) => return self.set_at(dir, &GuestPath::parse(".")?, false),
            Handle::File(file) => file,
        };
        file.tree.payer()?;
        let mut times = std::fs::FileTimes::new();
        if let Some(accessed) = self.accessed {
            times = times.set_accessed(accessed);
        }
        if let Some(modified) = self.modified {
            times = times.set_modified(modified);
        }
        file.file().set_times(times).map_err(code)
    }
}

fn new_time(time: NewTimestamp) -> Result<Option<SystemTime>, ErrorCode> {
    match time {
        NewTimestamp::NoChange => Ok(None),
        NewTimestamp::Now => Ok(Some(SystemTime::now())),
        NewTimestamp::Timestamp(time) => Duration::from_secs(time.seconds)
            .checked_add(Duration::from_nanos(time.nanoseconds.into()))
            .and_then(|since| SystemTime::UNIX_EPOCH.checked_add(since))
            .map(Some)
            .ok_or(ErrorCode::Overflow),
    }
}
