use blocking::unblock;
use larder_engine::{FileResult, FileWriter, Files};
use wasmtime::{bail, component::Resource};

use crate::{
    LarderCtxView,
    bindings::larder::store::files::{FileError, FileUsage, HostDirectory, HostReader, HostWriter, Info, ItemPage},
    convert,
    fault::FileFault,
    handles::{DirectoryHandle, Origin, ReaderHandle, WriterHandle},
    limits::FILE_PIECE,
};

impl HostDirectory for LarderCtxView<'_> {
    async fn open(&mut self, label: String) -> Result<Resource<DirectoryHandle>, FileFault> {
        let (label, grant) = self.ctx.grant(&label).ok_or(FileError::AccessDenied)?;
        let files = grant.files.ok_or(FileError::AccessDenied)?;
        self.ctx.may_hold_file()?;
        let origin = Origin { tenant: grant.store.tenant().clone(), label };
        self.push_file(DirectoryHandle { files, origin })
    }

    async fn read(&mut self, directory: Resource<DirectoryHandle>, path: String) -> Result<Vec<u8>, FileFault> {
        self.on_files(&directory, "read", move |files| files.read(&path)).await
    }

    async fn write(
        &mut self,
        directory: Resource<DirectoryHandle>,
        path: String,
        data: Vec<u8>,
    ) -> Result<(), FileFault> {
        self.on_files(&directory, "write", move |files| files.write(&path, &data)).await
    }

    async fn open_read(
        &mut self,
        directory: Resource<DirectoryHandle>,
        path: String,
        offset: u64,
    ) -> Result<Resource<ReaderHandle>, FileFault> {
        self.ctx.may_hold_file()?;
        let reader = self.on_files(&directory, "open-read", move |files| files.open_read(&path, offset)).await?;
        let origin = self.table.get(&directory)?.origin.clone();
        self.push_file(ReaderHandle { reader: Some(reader), origin })
    }

    async fn create(
        &mut self,
        directory: Resource<DirectoryHandle>,
        path: String,
    ) -> Result<Resource<WriterHandle>, FileFault> {
        self.ctx.may_hold_file()?;
        let writer = self.on_files(&directory, "create", move |files| files.create(&path)).await?;
        let origin = self.table.get(&directory)?.origin.clone();
        self.push_file(WriterHandle { writer: Some(writer), origin })
    }

    async fn stat(&mut self, directory: Resource<DirectoryHandle>, path: String) -> Result<Option<Info>, FileFault> {
        let info = self.on_files(&directory, "stat", move |files| files.stat(&path)).await?;
        Ok(info.map(convert::file_info))
    }

    async fn list(
        &mut self,
        directory: Resource<DirectoryHandle>,
        path: String,
        cursor: Option<String>,
        limit: u32,
    ) -> Result<ItemPage, FileFault> {
        let list = move |files: &Files| files.list(&path, cursor.as_deref(), limit);
        self.on_files(&directory, "list", list).await.map(convert::file_page)
    }

    async fn create_directory(&mut self, directory: Resource<DirectoryHandle>, path: String) -> Result<(), FileFault> {
        self.on_files(&directory, "create-directory", move |files| files.create_directory(&path)).await
    }

    async fn remove(&mut self, directory: Resource<DirectoryHandle>, path: String) -> Result<(), FileFault> {
        self.on_files(&directory, "remove", move |files| files.remove(&path)).await
    }

    async fn rename(
        &mut self,
        directory: Resource<DirectoryHandle>,
        from: String,
        to: String,
    ) -> Result<(), FileFault> {
        self.on_files(&directory, "rename", move |files| files.rename(&from, &to)).await
    }

    async fn usage(&mut self, directory: Resource<DirectoryHandle>) -> Result<FileUsage, FileFault> {
        let usage = self.on_files(&directory, "usage", Files::usage).await?;
        Ok(convert::file_usage(usage))
    }

    async fn drop(&mut self, directory: Resource<DirectoryHandle>) -> wasmtime::Result<()> {
        self.table.delete(directory)?;
        self.ctx.release_file();
        Ok(())
    }
}

impl HostReader for LarderCtxView<'_> {
    async fn read(&mut self, reader: Resource<ReaderHandle>, max: u32) -> Result<Vec<u8>, FileFault> {
        let Some(mut file) = self.table.get_mut(&reader)?.reader.take() else {
            return Err(in_use("reader"));
        };
        let (file, piece) = unblock(move || {
            let piece = file.read(max.min(FILE_PIECE));
            (file, piece)
        })
        .await;
        let handle = self.table.get_mut(&reader)?;
        handle.reader = Some(file);
        handle.origin.answer("reader.read", piece)
    }

    async fn size(&mut self, reader: Resource<ReaderHandle>) -> wasmtime::Result<u64> {
        match &self.table.get(&reader)?.reader {
            Some(file) => Ok(file.size()),
            None => bail!("the reader is in use"),
        }
    }

    async fn drop(&mut self, reader: Resource<ReaderHandle>) -> wasmtime::Result<()> {
        self.table.delete(reader)?;
        self.ctx.release_file();
        Ok(())
    }
}

impl HostWriter for LarderCtxView<'_> {
    async fn write(&mut self, writer: Resource<WriterHandle>, data: Vec<u8>) -> Result<(), FileFault> {
        let Some(mut file) = self.table.get_mut(&writer)?.writer.take() else {
            return Err(in_use("writer"));
        };
        let (file, written) = unblock(move || {
            let written = file.write(&data);
            (file, written)
        })
        .await;
        let handle = self.table.get_mut(&writer)?;
        handle.writer = Some(file);
        handle.origin.answer("writer.write", written)
    }

    async fn written(&mut self, writer: Resource<WriterHandle>) -> wasmtime::Result<u64> {
        match &self.table.get(&writer)?.writer {
            Some(file) => Ok(file.written()),
            None => bail!("the writer is in use"),
        }
    }

    async fn finish(&mut self, writer: Resource<WriterHandle>) -> Result<(), FileFault> {
        let handle = self.table.delete(writer)?;
        self.ctx.release_file();
        let Some(file) = handle.writer else {
            return Err(in_use("writer"));
        };
        handle.origin.answer("writer.finish", unblock(move || FileWriter::finish(file)).await)
    }

    async fn drop(&mut self, writer: Resource<WriterHandle>) -> wasmtime::Result<()> {
        let handle = self.table.delete(writer)?;
        self.ctx.release_file();
        unblock(move || drop(handle)).await;
        Ok(())
    }
}

impl LarderCtxView<'_> {
    /// Run `call` where it can block.
    async fn on_files<R: Send + 'static>(
        &mut self,
        directory: &Resource<DirectoryHandle>,
        operation: &'static str,
        call: impl FnOnce(&Files) -> FileResult<R> + Send + 'static,
    ) -> Result<R, FileFault> {
        let DirectoryHandle { files, origin } = self.table.get(directory)?.clone();
        origin.answer(operation, unblock(move || call(&files)).await)
    }

    /// Give a directory, reader or writer to the guest.
    fn push_file<H: Send + 'static>(&mut self, handle: H) -> Result<Resource<H>, FileFault> {
        let resource = self.table.push(handle)?;
        self.ctx.hold_file();
        Ok(resource)
    }
}

/// Only a guest that got two calls into the host at the same time could see this; wasmtime does not allow it.
fn in_use(what: &str) -> FileFault {
    FileFault::Trap(wasmtime::format_err!("the {what} is in use"))
}
