//! A guest: a context and a table, and calls with fewer words.

use std::{future::Future, sync::Arc};

use cap_std::fs::Dir;
use larder_engine::{Config, FileQuota, FileUsage, Files, Larder, TenantId};
use tempfile::TempDir;
use wasmtime::component::{Resource, ResourceTable};
use wasmtime_wasi::{
    filesystem::Descriptor,
    p2::{
        DynOutputStream, FsResult, StreamError,
        bindings::filesystem::{
            preopens::Host as _,
            types::{DescriptorFlags, ErrorCode, HostDescriptor as _, OpenFlags, PathFlags},
        },
    },
};

use crate::wasi_files::{WasiFilesCtx, WasiFilesCtxView};

pub(super) type Fd = Resource<Descriptor>;

/// Reading and writing.
pub(super) fn both() -> DescriptorFlags {
    DescriptorFlags::READ | DescriptorFlags::WRITE
}

pub(super) fn run<R>(future: impl Future<Output = R>) -> R {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

/// A tenant with files on the disk.
pub(super) struct Tenant {
    pub(super) files: Files,
    _larder: Larder,
    _root: TempDir,
}

impl Tenant {
    pub(super) fn new(bytes: Option<u64>, files: Option<u64>) -> Tenant {
        let root = tempfile::tempdir().unwrap();
        let config = Config::new().file_quota(FileQuota { bytes, files });
        let larder = Larder::open(root.path().join("data"), config).unwrap();
        let files = larder.tenant(&TenantId::parse("acme").unwrap()).files().unwrap();
        Tenant { files, _larder: larder, _root: root }
    }

    pub(super) fn guest(&self, writable: bool) -> Guest {
        let mut builder = WasiFilesCtx::builder();
        builder.preopen(".", self.dir(), Arc::clone(self.files.ledger()), writable).descriptors(8);
        let mut guest = Guest { ctx: builder.build(), table: ResourceTable::new(), top: 0 };
        guest.top = guest.view().get_directories().unwrap()[0].0.rep();
        guest
    }

    pub(super) fn dir(&self) -> Dir {
        self.files.dir().try_clone().unwrap()
    }

    pub(super) fn usage(&self) -> (u64, u64) {
        let FileUsage { bytes, files, .. } = self.files.ledger().usage().unwrap();
        (bytes, files)
    }

    /// The ledger says what is on the disk, and this is it.
    #[track_caller]
    pub(super) fn holds(&self, bytes: u64, files: u64) {
        assert_eq!(count(self.files.dir()), (bytes, files), "on the disk");
        assert_eq!(self.usage(), (bytes, files), "in the ledger");
    }
}

fn count(dir: &Dir) -> (u64, u64) {
    let mut sum = (0, 0);
    for entry in dir.entries().unwrap() {
        let entry = entry.unwrap();
        let metadata = entry.metadata().unwrap();
        sum.1 += 1;
        if metadata.is_dir() {
            let (bytes, files) = count(&entry.open_dir().unwrap());
            sum = (sum.0 + bytes, sum.1 + files);
        } else if metadata.is_file() {
            sum.0 += metadata.len();
        }
    }
    sum
}

/// An instance with the tenant's files as its only preopen.
pub(super) struct Guest {
    pub(super) ctx: WasiFilesCtx,
    pub(super) table: ResourceTable,
    top: u32,
}

impl Guest {
    pub(super) fn view(&mut self) -> WasiFilesCtxView<'_> {
        WasiFilesCtxView { ctx: &mut self.ctx, table: &mut self.table }
    }

    /// The preopen.
    pub(super) fn top(&self) -> Fd {
        Resource::new_own(self.top)
    }

    pub(super) fn open(&mut self, path: &str, open: OpenFlags, flags: DescriptorFlags) -> Result<Fd, ErrorCode> {
        let top = self.top();
        self.open_in(&top, path, open, flags)
    }

    pub(super) fn open_in(
        &mut self,
        dir: &Fd,
        path: &str,
        open: OpenFlags,
        flags: DescriptorFlags,
    ) -> Result<Fd, ErrorCode> {
        let dir = same(dir);
        told(run(self.view().open_at(dir, PathFlags::SYMLINK_FOLLOW, path.into(), open, flags)))
    }

    /// Make a file for reading and writing, or empty the one that is there, as `File::create` does.
    pub(super) fn create(&mut self, path: &str) -> Result<Fd, ErrorCode> {
        self.open(path, OpenFlags::CREATE | OpenFlags::TRUNCATE, both())
    }

    pub(super) fn write(&mut self, file: &Fd, data: &[u8], offset: u64) -> Result<u64, ErrorCode> {
        let file = same(file);
        told(run(self.view().write(file, data.to_vec(), offset)))
    }

    pub(super) fn set_size(&mut self, file: &Fd, size: u64) -> Result<(), ErrorCode> {
        let file = same(file);
        told(run(self.view().set_size(file, size)))
    }

    pub(super) fn mkdir(&mut self, path: &str) -> Result<(), ErrorCode> {
        let top = self.top();
        told(run(self.view().create_directory_at(top, path.into())))
    }

    pub(super) fn rmdir(&mut self, path: &str) -> Result<(), ErrorCode> {
        let top = self.top();
        told(run(self.view().remove_directory_at(top, path.into())))
    }

    pub(super) fn unlink(&mut self, path: &str) -> Result<(), ErrorCode> {
        let top = self.top();
        told(run(self.view().unlink_file_at(top, path.into())))
    }

    pub(super) fn rename(&mut self, old: &str, new: &str) -> Result<(), ErrorCode> {
        let (from, to) = (self.top(), self.top());
        told(run(self.view().rename_at(from, old.into(), to, new.into())))
    }

    pub(super) fn close(&mut self, fd: Fd) {
        self.view().drop(fd).unwrap();
    }

    pub(super) fn writer(&mut self, file: &Fd, offset: u64) -> Result<Resource<DynOutputStream>, ErrorCode> {
        let file = same(file);
        told(self.view().write_via_stream(file, offset))
    }

    pub(super) fn appender(&mut self, file: &Fd) -> Result<Resource<DynOutputStream>, ErrorCode> {
        let file = same(file);
        told(self.view().append_via_stream(file))
    }

    /// Write to a stream and wait, as `std::fs` does.
    pub(super) fn put(&mut self, stream: &Resource<DynOutputStream>, data: &[u8]) -> Result<(), StreamError> {
        let stream = self.table.get_mut(stream).unwrap();
        run(stream.blocking_write_and_flush(data.to_vec().into()))
    }
}

/// The same descriptor, for a call that borrows it.
pub(super) fn same(fd: &Fd) -> Fd {
    Resource::new_borrow(fd.rep())
}

/// What the guest is told; a trap fails the test.
pub(super) fn told<T>(result: FsResult<T>) -> Result<T, ErrorCode> {
    result.map_err(|error| error.downcast().expect("an error for the guest"))
}
