//! The state of an instance, and its builder.

use std::{collections::HashMap, sync::Arc};

use cap_std::fs::Dir;
use larder_engine::FileLedger;
use wasmtime::component::{HasData, Resource, ResourceTable};
use wasmtime_wasi::{
    filesystem::{Descriptor, WasiFilesystemCtx, WasiFilesystemCtxView},
    p2::{FsResult, bindings::filesystem::types::ErrorCode},
};

use super::{
    file::OpenFile,
    open::Handle,
    slots::{Slot, Slots},
    tree::{DirHandle, Tree},
};

/// Descriptors and streams on files that an instance may hold, unless the builder says otherwise.
const DESCRIPTORS: usize = 256;

/// Names that all listings of directories that an instance holds may have together. wasmtime-wasi reads a listing as a
/// whole, so that this is what bounds the memory of it.
const LISTED_NAMES: usize = 100_000;

/// The preopens of an instance and what it has open in them.
///
/// A default one has no preopens.
pub struct WasiFilesCtx {
    pub(super) preopens: Vec<(String, Arc<Tree>)>,
    handles: HashMap<u32, Handle>,
    pub(super) listings: HashMap<u32, Slot>,
    pub(super) descriptors: Slots,
    pub(super) listed: Slots,
    /// For what wasmtime-wasi does for us; it knows no preopens.
    wasi: WasiFilesystemCtx,
}

impl WasiFilesCtx {
    /// A builder for a context without preopens.
    pub fn builder() -> WasiFilesCtxBuilder {
        WasiFilesCtxBuilder { preopens: Vec::new(), descriptors: DESCRIPTORS }
    }
}

impl Default for WasiFilesCtx {
    fn default() -> WasiFilesCtx {
        WasiFilesCtx::builder().build()
    }
}

/// Makes a [`WasiFilesCtx`]. By default there are no preopens, and at most 256 descriptors.
pub struct WasiFilesCtxBuilder {
    preopens: Vec<(String, Arc<Tree>)>,
    descriptors: usize,
}

impl WasiFilesCtxBuilder {
    /// Give the guest a tenant's directory under the name `guest_path`, for reading, or with `writable` for writing too. All
    /// that is written is charged to `ledger`.
    ///
    /// `dir` and `ledger` are those of the same [`Files`](larder_engine::Files). Depths are counted from `dir`.
    pub fn preopen(&mut self, guest_path: &str, dir: Dir, ledger: Arc<FileLedger>, writable: bool) -> &mut Self {
        self.preopens.push((guest_path.to_owned(), Arc::new(Tree::new(dir, ledger, writable))));
        self
    }

    /// How many descriptors the guest may hold, streams on files that outlive their descriptor included. Default: 256. What
    /// opens one more is refused with `insufficient-memory`.
    pub fn descriptors(&mut self, limit: usize) -> &mut Self {
        self.descriptors = limit;
        self
    }

    /// The context. The builder is empty afterwards.
    pub fn build(&mut self) -> WasiFilesCtx {
        WasiFilesCtx {
            preopens: std::mem::take(&mut self.preopens),
            handles: HashMap::new(),
            listings: HashMap::new(),
            descriptors: Slots::new(self.descriptors),
            listed: Slots::new(LISTED_NAMES),
            wasi: WasiFilesystemCtx::default(),
        }
    }
}

/// Gives access to the [`WasiFilesCtx`] of a store.
pub trait WasiFilesView: Send {
    /// The context, and the table that all of WASI uses.
    fn wasi_files(&mut self) -> WasiFilesCtxView<'_>;
}

impl<T: ?Sized + WasiFilesView> WasiFilesView for &mut T {
    fn wasi_files(&mut self) -> WasiFilesCtxView<'_> {
        T::wasi_files(self)
    }
}

/// A [`WasiFilesCtx`] with its table: what `wasi:filesystem` is implemented on.
pub struct WasiFilesCtxView<'a> {
    /// The context.
    pub ctx: &'a mut WasiFilesCtx,
    /// The table that all of WASI uses.
    pub table: &'a mut ResourceTable,
}

/// Marks [`WasiFilesCtxView`] as the data of the generated bindings.
pub struct WasiFiles;

impl HasData for WasiFiles {
    type Data<'a> = WasiFilesCtxView<'a>;
}

impl WasiFilesCtxView<'_> {
    /// wasmtime-wasi's own implementation, over the same table.
    pub(super) fn wasi(&mut self) -> WasiFilesystemCtxView<'_> {
        WasiFilesystemCtxView { ctx: &mut self.ctx.wasi, table: self.table }
    }

    /// What a descriptor stands for. One that is not from here stands for nothing that can be used.
    ///
    /// The number of a descriptor is used again when it is free. That it is still the same descriptor is seen from the file
    /// that both sides hold.
    pub(super) fn handle(&self, fd: &Resource<Descriptor>) -> FsResult<&Handle> {
        match (self.table.get(fd)?, self.ctx.handles.get(&fd.rep())) {
            (Descriptor::File(there), Some(handle @ Handle::File(here))) if Arc::ptr_eq(&there.file, here.file()) => {
                Ok(handle)
            }
            (Descriptor::Dir(there), Some(handle @ Handle::Dir(here))) if Arc::ptr_eq(&there.dir, here.file()) => {
                Ok(handle)
            }
            _ => Err(ErrorCode::BadDescriptor.into()),
        }
    }

    /// The directory that a descriptor stands for.
    pub(super) fn dir(&self, fd: &Resource<Descriptor>) -> FsResult<Arc<DirHandle>> {
        match self.handle(fd)? {
            Handle::Dir(dir) => Ok(Arc::clone(dir)),
            Handle::File(_) => Err(ErrorCode::NotDirectory.into()),
        }
    }

    /// The file that a descriptor stands for.
    pub(super) fn file(&self, fd: &Resource<Descriptor>) -> FsResult<Arc<OpenFile>> {
        match self.handle(fd)? {
            Handle::File(file) => Ok(Arc::clone(file)),
            Handle::Dir(_) => Err(ErrorCode::BadDescriptor.into()),
        }
    }

    /// A place for one more descriptor.
    pub(super) fn slot(&mut self) -> FsResult<Slot> {
        Ok(self.ctx.descriptors.take(1).ok_or(ErrorCode::InsufficientMemory)?)
    }

    /// Give the guest a descriptor.
    pub(super) fn push(&mut self, handle: Handle) -> FsResult<Resource<Descriptor>> {
        let fd = self.table.push(match &handle {
            Handle::Dir(dir) => Descriptor::Dir(dir.wasi.clone()),
            Handle::File(file) => Descriptor::File(file.wasi.clone()),
        })?;
        self.ctx.handles.insert(fd.rep(), handle);
        Ok(fd)
    }

    /// Forget a descriptor that the guest drops.
    pub(super) fn forget(&mut self, fd: Resource<Descriptor>) -> wasmtime::Result<()> {
        let rep = fd.rep();
        self.table.delete(fd)?;
        self.ctx.handles.remove(&rep);
        Ok(())
    }
}
