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
        let grant = self.ctx.grant(&label);
        let call = self.ctx.call("files.open", grant.as_ref().map(|(_, grant)| grant.store.tenant()));
        call.run(async {
            let (label, grant) = grant.ok_or(FileError::AccessDenied)?;
            let files = grant.files.ok_or(FileError::AccessDenied)?;
            self.ctx.may_hold_file()?;
            let origin = Origin { tenant: grant.store.tenant().clone(), label };
            self.push_file(DirectoryHandle { files, origin })
        })
        .await
    }

    async fn read(&mut self, directory: Resource<DirectoryHandle>, path: String) -> Result<Vec<u8>, FileFault> {
        self.on_files(&directory, "files.read", move |files| files.read(&path)).await
    }

    async fn write(
        &mut self,
        directory: Resource<DirectoryHandle>,
        path: String,
        data: Vec<u8>,
    ) -> Result<(), FileFault> {
        self.on_files(&directory, "files.write", move |files| files.write(&path, &data)).await
    }

    async fn open_read(
        &mut self,
        directory: Resource<DirectoryHandle>,
        path: String,
        offset: u64,
    ) -> Result<Resource<ReaderHandle>, FileFault> {
        let DirectoryHandle { files, origin } = self.table.get(&directory)?.clone();
        let call = self.ctx.call("files.open-read", Some(&origin.tenant));
        call.run(async {
            self.ctx.may_hold_file()?;
            let reader = unblock(move || files.open_read(&path, offset)).await;
            let reader = Some(origin.answer("files.open-read", reader)?);
            self.push_file(ReaderHandle { reader, origin })
        })
        .await
    }

    async fn create(
        &mut self,
        directory: Resource<DirectoryHandle>,
        path: String,
    ) -> Result<Resource<WriterHandle>, FileFault> {
        let DirectoryHandle { files, origin } = self.table.get(&directory)?.clone();
        let call = self.ctx.call("files.create", Some(&origin.tenant));
        call.run(async {
            self.ctx.may_hold_file()?;
            let writer = Some(origin.answer("files.create", unblock(move || files.create(&path)).await)?);
            self.push_file(WriterHandle { writer, origin })
        })
        .await
    }

    async fn stat(&mut self, directory: Resource<DirectoryHandle>, path: String) -> Result<Option<Info>, FileFault> {
        let info = self.on_files(&directory, "files.stat", move |files| files.stat(&path)).await?;
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
        self.on_files(&directory, "files.list", list).await.map(convert::file_page)
    }

    async fn create_directory(&mut self, directory: Resource<DirectoryHandle>, path: String) -> Result<(), FileFault> {
        self.on_files(&directory, "files.create-directory", move |files| files.create_directory(&path)).await
    }

    async fn remove(&mut self, directory: Resource<DirectoryHandle>, path: String) -> Result<(), FileFault> {
        self.on_files(&directory, "files.remove", move |files| files.remove(&path)).await
    }

    async fn rename(
        &mut self,
        directory: Resource<DirectoryHandle>,
        from: String,
        to: String,
    ) -> Result<(), FileFault> {
        self.on_files(&directory, "files.rename", move |files| files.rename(&from, &to)).await
    }

    async fn usage(&mut self, directory: Resource<DirectoryHandle>) -> Result<FileUsage, FileFault> {
        let usage = self.on_files(&directory, "files.usage", Files::usage).await?;
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
        let call = self.ctx.call("files.reader.read", Some(&self.table.get(&reader)?.origin.tenant));
        call.run(async {
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
            handle.origin.answer("files.reader.read", piece)
        })
        .await
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
        let call = self.ctx.call("files.writer.write", Some(&self.table.get(&writer)?.origin.tenant));
        call.run(async {
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
            handle.origin.answer("files.writer.write", written)
        })
        .await
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
        let call = self.ctx.call("files.writer.finish", Some(&handle.origin.tenant));
        call.run(async {
            let Some(file) = handle.writer else {
                return Err(in_use("writer"));
            };
            handle.origin.answer("files.writer.finish", unblock(move || FileWriter::finish(file)).await)
        })
        .await
    }

    async fn drop(&mut self, writer: Resource<WriterHandle>) -> wasmtime::Result<()> {
        let handle = self.table.delete(writer)?;
        self.ctx.release_file();
        unblock(move || drop(handle)).await;
        Ok(())
    }
}

impl LarderCtxView<'_> {
    /// Run `work` where it can block.
    async fn on_files<R: Send + 'static>(
        &mut self,
        directory: &Resource<DirectoryHandle>,
        operation: &'static str,
        work: impl FnOnce(&Files) -> FileResult<R> + Send + 'static,
    ) -> Result<R, FileFault> {
        let DirectoryHandle { files, origin } = self.table.get(directory)?.clone();
        let call = self.ctx.call(operation, Some(&origin.tenant));
        call.run(async { origin.answer(operation, unblock(move || work(&files)).await) }).await
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
