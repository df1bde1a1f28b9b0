//! `wasi:filesystem` over [`WasiFilesCtxView`]: what reads goes to wasmtime-wasi, what opens or changes stays here.

use wasmtime::{bail, component::Resource, error::Context as _};
use wasmtime_wasi::{
    filesystem::Descriptor,
    p2::{
        DynInputStream, DynOutputStream, FsError, FsResult,
        bindings::filesystem::{
            preopens,
            types::{self, ErrorCode, HostDescriptor as Wasi, HostDirectoryEntryStream as WasiListing},
        },
    },
    runtime::spawn_blocking,
};

use super::{
    change,
    ctx::WasiFilesCtxView,
    file::Position,
    open::{self, Handle, How},
    path::GuestPath,
    stat::{self, Times},
    stream::{Reader, Writer},
    tree::DirHandle,
};

/// Bytes that one plain write takes; the rest is left to the guest's next call, so that no call keeps others from the tree
/// for long.
const WRITE_BYTES: usize = 1024 * 1024;

/// Run what may block on a thread that may.
async fn blocking<R: Send + 'static>(work: impl FnOnce() -> Result<R, ErrorCode> + Send + 'static) -> FsResult<R> {
    Ok(spawn_blocking(work).await?)
}

fn follows(flags: types::PathFlags) -> bool {
    flags.contains(types::PathFlags::SYMLINK_FOLLOW)
}

impl preopens::Host for WasiFilesCtxView<'_> {
    fn get_directories(&mut self) -> wasmtime::Result<Vec<(Resource<Descriptor>, String)>> {
        let mut directories = Vec::with_capacity(self.ctx.preopens.len());
        for (name, tree) in self.ctx.preopens.clone() {
            let Some(slot) = self.ctx.descriptors.take(1) else { bail!("too many descriptors are open") };
            let open = || DirHandle::new(tree.clone(), Vec::new(), tree.open_dir(&[])?, slot);
            let dir = open().with_context(|| format!("opening preopen {name}"))?;
            let fd = self.push(Handle::Dir(dir.into())).with_context(|| format!("adding preopen {name}"))?;
            directories.push((fd, name));
        }
        Ok(directories)
    }
}

impl types::Host for WasiFilesCtxView<'_> {
    fn convert_error_code(&mut self, error: FsError) -> wasmtime::Result<ErrorCode> {
        error.downcast()
    }

    fn filesystem_error_code(&mut self, error: Resource<wasmtime::Error>) -> wasmtime::Result<Option<ErrorCode>> {
        if let Some(code) = self.table.get(&error)?.downcast_ref::<ErrorCode>() {
            return Ok(Some(*code));
        }
        types::Host::filesystem_error_code(&mut self.wasi(), error)
    }
}

impl types::HostDescriptor for WasiFilesCtxView<'_> {
    async fn open_at(
        &mut self,
        fd: Resource<Descriptor>,
        _path_flags: types::PathFlags,
        path: String,
        open_flags: types::OpenFlags,
        flags: types::DescriptorFlags,
    ) -> FsResult<Resource<Descriptor>> {
        let (dir, path, how) = (self.dir(&fd)?, GuestPath::parse(&path)?, How::new(open_flags, flags)?);
        let slot = self.slot()?;
        let handle = blocking(move || open::open(&dir, &path, how, slot)).await?;
        self.push(handle)
    }

    fn drop(&mut self, fd: Resource<Descriptor>) -> wasmtime::Result<()> {
        self.forget(fd)
    }

    async fn write(&mut self, fd: Resource<Descriptor>, mut data: Vec<u8>, offset: u64) -> FsResult<u64> {
        let file = self.file(&fd)?;
        data.truncate(WRITE_BYTES);
        blocking(move || Ok(file.write(&data, Position::At(offset))?.saturating_sub(offset))).await
    }

    async fn set_size(&mut self, fd: Resource<Descriptor>, size: u64) -> FsResult<()> {
        let file = self.file(&fd)?;
        blocking(move || file.set_size(size)).await
    }

    fn write_via_stream(&mut self, fd: Resource<Descriptor>, offset: u64) -> FsResult<Resource<DynOutputStream>> {
        self.writer(&fd, Position::At(offset))
    }

    fn append_via_stream(&mut self, fd: Resource<Descriptor>) -> FsResult<Resource<DynOutputStream>> {
        self.writer(&fd, Position::End)
    }

    fn read_via_stream(&mut self, fd: Resource<Descriptor>, offset: u64) -> FsResult<Resource<DynInputStream>> {
        let Handle::File(file) = self.handle(&fd)?.clone() else { return Err(ErrorCode::IsDirectory.into()) };
        let stream = Wasi::read_via_stream(&mut self.wasi(), fd, offset)?;
        let stream = self.table.delete(stream)?;
        let reader: DynInputStream = Box::new(Reader { stream, _file: file });
        Ok(self.table.push(reader)?)
    }

    async fn create_directory_at(&mut self, fd: Resource<Descriptor>, path: String) -> FsResult<()> {
        let (dir, path) = (self.dir(&fd)?, GuestPath::parse(&path)?);
        blocking(move || change::make_directory(&dir, &path)).await
    }

    async fn remove_directory_at(&mut self, fd: Resource<Descriptor>, path: String) -> FsResult<()> {
        let (dir, path) = (self.dir(&fd)?, GuestPath::parse(&path)?);
        blocking(move || change::remove_directory(&dir, &path)).await
    }

    async fn unlink_file_at(&mut self, fd: Resource<Descriptor>, path: String) -> FsResult<()> {
        let (dir, path) = (self.dir(&fd)?, GuestPath::parse(&path)?);
        blocking(move || change::remove_file(&dir, &path)).await
    }

    async fn rename_at(
        &mut self,
        fd: Resource<Descriptor>,
        old: String,
        new_fd: Resource<Descriptor>,
        new: String,
    ) -> FsResult<()> {
        let (from, to) = (self.dir(&fd)?, self.dir(&new_fd)?);
        let (old, new) = (GuestPath::parse(&old)?, GuestPath::parse(&new)?);
        blocking(move || change::rename(&from, &old, &to, &new)).await
    }

    async fn link_at(
        &mut self,
        _fd: Resource<Descriptor>,
        _old_flags: types::PathFlags,
        _old: String,
        _new_fd: Resource<Descriptor>,
        _new: String,
    ) -> FsResult<()> {
        // Bytes that have two names could be released twice.
        Err(ErrorCode::NotPermitted.into())
    }

    async fn symlink_at(&mut self, _fd: Resource<Descriptor>, _target: String, _path: String) -> FsResult<()> {
        Err(ErrorCode::NotPermitted.into())
    }

    async fn readlink_at(&mut self, fd: Resource<Descriptor>, path: String) -> FsResult<String> {
        // What a link says that somebody put there is a place on the host.
        let (dir, path) = (self.dir(&fd)?, GuestPath::parse(&path)?);
        let metadata = blocking(move || stat::look_at(&dir, &path, false)).await?;
        Err(if metadata.is_symlink() { ErrorCode::NotPermitted } else { ErrorCode::Invalid }.into())
    }

    async fn stat(&mut self, fd: Resource<Descriptor>) -> FsResult<types::DescriptorStat> {
        let handle = self.handle(&fd)?.clone();
        Ok(stat::described(&blocking(move || stat::look_into(&handle)).await?))
    }

    async fn stat_at(
        &mut self,
        fd: Resource<Descriptor>,
        flags: types::PathFlags,
        path: String,
    ) -> FsResult<types::DescriptorStat> {
        let (dir, path) = (self.dir(&fd)?, GuestPath::parse(&path)?);
        Ok(stat::described(&blocking(move || stat::look_at(&dir, &path, follows(flags))).await?))
    }

    async fn metadata_hash(&mut self, fd: Resource<Descriptor>) -> FsResult<types::MetadataHashValue> {
        let handle = self.handle(&fd)?.clone();
        Ok(stat::hashed(&blocking(move || stat::look_into(&handle)).await?))
    }

    async fn metadata_hash_at(
        &mut self,
        fd: Resource<Descriptor>,
        flags: types::PathFlags,
        path: String,
    ) -> FsResult<types::MetadataHashValue> {
        let (dir, path) = (self.dir(&fd)?, GuestPath::parse(&path)?);
        Ok(stat::hashed(&blocking(move || stat::look_at(&dir, &path, follows(flags))).await?))
    }

    async fn set_times(
        &mut self,
        fd: Resource<Descriptor>,
        accessed: types::NewTimestamp,
        modified: types::NewTimestamp,
    ) -> FsResult<()> {
        let (handle, times) = (self.handle(&fd)?.clone(), Times::new(accessed, modified)?);
        blocking(move || times.set(&handle)).await
    }

    async fn set_times_at(
        &mut self,
        fd: Resource<Descriptor>,
        flags: types::PathFlags,
        path: String,
        accessed: types::NewTimestamp,
        modified: types::NewTimestamp,
    ) -> FsResult<()> {
        let (dir, path) = (self.dir(&fd)?, GuestPath::parse(&path)?);
        let times = Times::new(accessed, modified)?;
        blocking(move || times.set_at(&dir, &path, follows(flags))).await
    }

    async fn read_directory(&mut self, fd: Resource<Descriptor>) -> FsResult<Resource<types::DirectoryEntryStream>> {
        let (dir, most) = (self.dir(&fd)?, self.ctx.listed.free());
        let names = blocking(move || Ok(dir.open()?.entries()?.take(most.saturating_add(1)).count())).await?;
        // An empty listing takes memory too.
        let slot = self.ctx.listed.take(names.max(1)).ok_or(ErrorCode::InsufficientMemory)?;
        let listing = Wasi::read_directory(&mut self.wasi(), fd).await?;
        self.ctx.listings.insert(listing.rep(), slot);
        Ok(listing)
    }

    async fn advise(&mut self, fd: Resource<Descriptor>, offset: u64, len: u64, advice: types::Advice) -> FsResult<()> {
        Wasi::advise(&mut self.wasi(), fd, offset, len, advice).await
    }

    async fn sync(&mut self, fd: Resource<Descriptor>) -> FsResult<()> {
        Wasi::sync(&mut self.wasi(), fd).await
    }

    async fn sync_data(&mut self, fd: Resource<Descriptor>) -> FsResult<()> {
        Wasi::sync_data(&mut self.wasi(), fd).await
    }

    async fn get_flags(&mut self, fd: Resource<Descriptor>) -> FsResult<types::DescriptorFlags> {
        Wasi::get_flags(&mut self.wasi(), fd).await
    }

    async fn get_type(&mut self, fd: Resource<Descriptor>) -> FsResult<types::DescriptorType> {
        Wasi::get_type(&mut self.wasi(), fd).await
    }

    async fn read(&mut self, fd: Resource<Descriptor>, len: u64, offset: u64) -> FsResult<(Vec<u8>, bool)> {
        Wasi::read(&mut self.wasi(), fd, len, offset).await
    }

    async fn is_same_object(&mut self, a: Resource<Descriptor>, b: Resource<Descriptor>) -> wasmtime::Result<bool> {
        Wasi::is_same_object(&mut self.wasi(), a, b).await
    }
}

impl types::HostDirectoryEntryStream for WasiFilesCtxView<'_> {
    async fn read_directory_entry(
        &mut self,
        listing: Resource<types::DirectoryEntryStream>,
    ) -> FsResult<Option<types::DirectoryEntry>> {
        WasiListing::read_directory_entry(&mut self.wasi(), listing).await
    }

    fn drop(&mut self, listing: Resource<types::DirectoryEntryStream>) -> wasmtime::Result<()> {
        self.ctx.listings.remove(&listing.rep());
        WasiListing::drop(&mut self.wasi(), listing)
    }
}

impl WasiFilesCtxView<'_> {
    fn writer(&mut self, fd: &Resource<Descriptor>, position: Position) -> FsResult<Resource<DynOutputStream>> {
        let file = self.file(fd)?;
        file.check_writable()?;
        let writer: DynOutputStream = Box::new(Writer::new(file, position));
        Ok(self.table.push(writer)?)
    }
}
