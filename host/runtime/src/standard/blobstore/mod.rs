//! `wasi:blobstore` over the tenant's files: a container is a directory at the top, an object a file below it.
#![expect(unreachable_pub, reason = "generated code exports the handles again")]

mod container;
mod objects;
mod values;

use std::mem;

use blocking::unblock;
use larder_engine::{FileError, FileResult, Files};
use wasmtime::component::Resource;
use wasmtime_wasi::p2::{DynInputStream, DynOutputStream};

use self::objects::Walk;
pub use self::values::{IncomingHandle, OutgoingHandle};
use super::{
    bindings::blobstore::wasi::blobstore::{
        blobstore::{Host, ObjectId},
        types,
    },
    bucket::DEFAULT,
};
use crate::{
    LarderCtxView,
    bindings::larder::store::files::FileError as WitError,
    fault::{Fault, FileFault},
    handles::{DirectoryHandle, Origin},
};

/// A container that a guest has opened.
#[derive(Clone)]
pub struct ContainerHandle {
    files: DirectoryHandle,
    name: String,
}

/// A walk through the names of a container.
pub struct NamesHandle {
    files: DirectoryHandle,
    /// `None` only while a read is under way on another thread.
    walk: Option<Walk>,
}

/// What a function answers: errors are words.
type Answer<R> = wasmtime::Result<Result<R, String>>;

impl LarderCtxView<'_> {
    /// The files that containers are in, if they were granted.
    fn blob_files(&self) -> Option<DirectoryHandle> {
        let (label, grant) = self.ctx.grant(DEFAULT)?;
        let origin = Origin { tenant: grant.store.tenant().clone(), label };
        Some(DirectoryHandle { files: grant.files?, origin })
    }

    /// Run `work` on the files where it can block.
    async fn on_blobs<R: Send + 'static>(
        &mut self,
        files: Option<DirectoryHandle>,
        operation: &'static str,
        work: impl FnOnce(&Files) -> FileResult<R> + Send + 'static,
    ) -> Answer<R> {
        let call = self.ctx.call(operation, files.as_ref().map(|files| &files.origin.tenant));
        let mut words = String::from("access denied: no files are granted");
        let answer: Result<R, FileFault> = call
            .run(async {
                let DirectoryHandle { files, origin } = files.ok_or(WitError::AccessDenied)?;
                let answer = unblock(move || work(&files)).await;
                if let Err(error) = &answer {
                    words = error.to_string();
                }
                origin.answer(operation, answer)
            })
            .await;
        match answer {
            Ok(answer) => Ok(Ok(answer)),
            // What is in the log is not for the guest.
            Err(Fault::Guest(WitError::Unavailable)) => Ok(Err("the files are unavailable".into())),
            Err(Fault::Guest(_)) => Ok(Err(words)),
            Err(Fault::Trap(error)) => Err(error),
        }
    }

    /// Give a container to the guest.
    fn push_container(&mut self, files: Option<DirectoryHandle>, name: String) -> Answer<Resource<ContainerHandle>> {
        let Some(files) = files else { return Ok(Err("access denied: no files are granted".into())) };
        self.push_blob(ContainerHandle { files, name })
    }

    /// Give a handle that holds files to the guest, if it may have one more.
    fn push_blob<H: Send + 'static>(&mut self, handle: H) -> Answer<Resource<H>> {
        if self.ctx.may_hold_file().is_err() {
            return Ok(Err("too many containers and objects are open".into()));
        }
        let resource = self.table.push(handle)?;
        self.ctx.hold_file();
        Ok(Ok(resource))
    }

    /// Take a handle back that holds files.
    fn take_blob<H: Send + 'static>(&mut self, handle: Resource<H>) -> wasmtime::Result<H> {
        let handle = self.table.delete(handle)?;
        self.ctx.release_file();
        Ok(handle)
    }
}

impl Host for LarderCtxView<'_> {
    async fn create_container(&mut self, name: String) -> Answer<Resource<ContainerHandle>> {
        let (files, of) = (self.blob_files(), name.clone());
        let create = move |files: &Files| objects::create_container(files, &of);
        match self.on_blobs(files.clone(), "wasi:blobstore/blobstore.create-container", create).await? {
            Ok(()) => self.push_container(files, name),
            Err(error) => Ok(Err(error)),
        }
    }

    async fn get_container(&mut self, name: String) -> Answer<Resource<ContainerHandle>> {
        let (files, of) = (self.blob_files(), name.clone());
        let look = move |files: &Files| objects::must_exist(files, &of);
        match self.on_blobs(files.clone(), "wasi:blobstore/blobstore.get-container", look).await? {
            Ok(_) => self.push_container(files, name),
            Err(error) => Ok(Err(error)),
        }
    }

    async fn delete_container(&mut self, name: String) -> Answer<()> {
        let delete = move |files: &Files| objects::delete_container(files, &name);
        self.on_blobs(self.blob_files(), "wasi:blobstore/blobstore.delete-container", delete).await
    }

    async fn container_exists(&mut self, name: String) -> Answer<bool> {
        let exists = move |files: &Files| objects::container_exists(files, &name);
        self.on_blobs(self.blob_files(), "wasi:blobstore/blobstore.container-exists", exists).await
    }

    async fn copy_object(&mut self, from: ObjectId, to: ObjectId) -> Answer<()> {
        let copy =
            move |files: &Files| objects::copy(files, (&from.container, &from.object), (&to.container, &to.object));
        self.on_blobs(self.blob_files(), "wasi:blobstore/blobstore.copy-object", copy).await
    }

    async fn move_object(&mut self, from: ObjectId, to: ObjectId) -> Answer<()> {
        let rename =
            move |files: &Files| objects::rename(files, (&from.container, &from.object), (&to.container, &to.object));
        self.on_blobs(self.blob_files(), "wasi:blobstore/blobstore.move-object", rename).await
    }
}

impl types::Host for LarderCtxView<'_> {}

impl types::HostOutgoingValue for LarderCtxView<'_> {
    async fn new_outgoing_value(&mut self) -> wasmtime::Result<Resource<OutgoingHandle>> {
        let held = &mut self.ctx.buckets().outgoing;
        if *held >= values::OUTGOING {
            wasmtime::bail!("at most {} objects are made at a time", values::OUTGOING);
        }
        *held += 1;
        Ok(self.table.push(OutgoingHandle::new())?)
    }

    async fn outgoing_value_write_body(
        &mut self,
        value: Resource<OutgoingHandle>,
    ) -> wasmtime::Result<Result<Resource<DynOutputStream>, ()>> {
        let call = self.ctx.call("wasi:blobstore/types.outgoing-value-write-body", None);
        let fault = call.fault::<FileFault>();
        let outgoing = self.table.get_mut(&value)?;
        let was_taken = mem::replace(&mut outgoing.is_taken, true);
        let answer = if was_taken { Err(FileFault::from(WitError::AlreadyExists)) } else { fault };
        call.end(&answer);
        if let Err(fault) = answer {
            fault.told()?;
            return Ok(Err(()));
        }
        let stream: DynOutputStream = Box::new(outgoing.bytes.clone());
        Ok(Ok(self.table.push_child(stream, &value)?))
    }

    async fn finish(&mut self, value: Resource<OutgoingHandle>) -> Answer<()> {
        let outgoing = self.take_outgoing(value)?;
        let Some((container, name)) = outgoing.to else {
            return Ok(Err("no object was named for it: call write-data before".into()));
        };
        let write = move |files: &Files| {
            let bytes = outgoing.bytes.contents();
            if bytes.len() > values::WHOLE_BYTES {
                let (size, limit) = (bytes.len() as u64, values::WHOLE_BYTES as u64);
                return Err(FileError::TooLarge { size, limit });
            }
            objects::must_exist(files, &container.name)?;
            files.write(&objects::object(&container.name, &name), &bytes)
        };
        self.on_blobs(Some(container.files.clone()), "wasi:blobstore/types.finish", write).await
    }

    async fn drop(&mut self, value: Resource<OutgoingHandle>) -> wasmtime::Result<()> {
        self.take_outgoing(value).map(drop)
    }
}

impl LarderCtxView<'_> {
    fn take_outgoing(&mut self, value: Resource<OutgoingHandle>) -> wasmtime::Result<OutgoingHandle> {
        let outgoing = self.table.delete(value)?;
        let held = &mut self.ctx.buckets().outgoing;
        *held = held.saturating_sub(1);
        Ok(outgoing)
    }
}

impl types::HostIncomingValue for LarderCtxView<'_> {
    async fn incoming_value_consume_sync(&mut self, value: Resource<IncomingHandle>) -> Answer<Vec<u8>> {
        let incoming = self.take_blob(value)?;
        if incoming.left > values::WHOLE_BYTES as u64 {
            return Ok(Err(format!("query result exceeds limit of {} bytes", values::WHOLE_BYTES)));
        }
        let read = move |_: &Files| incoming.whole();
        self.on_blobs(self.blob_files(), "wasi:blobstore/types.incoming-value-consume-sync", read).await
    }

    async fn incoming_value_consume_async(
        &mut self,
        value: Resource<IncomingHandle>,
    ) -> Answer<Resource<DynInputStream>> {
        let call = self.ctx.call("wasi:blobstore/types.incoming-value-consume-async", None);
        let stream: DynInputStream = Box::new(self.take_blob(value)?);
        let fault = call.fault::<FileFault>();
        call.end(&fault);
        if let Err(fault) = fault {
            fault.told()?;
            return Ok(Err("the files are unavailable".into()));
        }
        Ok(Ok(self.table.push(stream)?))
    }

    async fn size(&mut self, value: Resource<IncomingHandle>) -> wasmtime::Result<u64> {
        Ok(self.table.get(&value)?.left)
    }

    async fn drop(&mut self, value: Resource<IncomingHandle>) -> wasmtime::Result<()> {
        self.take_blob(value).map(drop)
    }
}
