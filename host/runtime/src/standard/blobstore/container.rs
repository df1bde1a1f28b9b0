//! The interface `container`.

use larder_engine::{FileError, FileInfo, Files};
use wasmtime::component::Resource;

use super::{
    super::bindings::blobstore::wasi::blobstore::{
        container::{Host, HostContainer, HostStreamObjectNames},
        types::{ContainerMetadata, ObjectMetadata},
    },
    Answer, ContainerHandle, IncomingHandle, NamesHandle, OutgoingHandle, Walk,
    objects::{self, object},
};
use crate::LarderCtxView;

impl Host for LarderCtxView<'_> {}

/// The interface's moments are seconds.
fn seconds(info: &FileInfo) -> u64 {
    info.modified_ms / 1_000
}

impl LarderCtxView<'_> {
    /// Run `work` on the files of a container.
    async fn on_container<R: Send + 'static>(
        &mut self,
        container: &Resource<ContainerHandle>,
        operation: &'static str,
        work: impl FnOnce(&Files, &str) -> larder_engine::FileResult<R> + Send + 'static,
    ) -> Answer<R> {
        let ContainerHandle { files, name } = self.table.get(container)?.clone();
        self.on_blobs(Some(files), operation, move |files| work(files, &name)).await
    }
}

impl HostContainer for LarderCtxView<'_> {
    async fn name(&mut self, container: Resource<ContainerHandle>) -> Answer<String> {
        let name = |_: &Files, container: &str| Ok(container.to_owned());
        self.on_container(&container, "wasi:blobstore/container.name", name).await
    }

    async fn info(&mut self, container: Resource<ContainerHandle>) -> Answer<ContainerMetadata> {
        let info = |files: &Files, container: &str| {
            let info = objects::must_exist(files, container)?;
            Ok(ContainerMetadata { name: container.to_owned(), created_at: seconds(&info) })
        };
        self.on_container(&container, "wasi:blobstore/container.info", info).await
    }

    async fn get_data(
        &mut self,
        container: Resource<ContainerHandle>,
        name: String,
        start: u64,
        end: u64,
    ) -> Answer<Resource<IncomingHandle>> {
        let open = move |files: &Files, container: &str| {
            let reader = files.open_read(&object(container, &name), start)?;
            Ok(IncomingHandle::new(reader, start, end))
        };
        match self.on_container(&container, "wasi:blobstore/container.get-data", open).await? {
            Ok(incoming) => self.push_blob(incoming),
            Err(error) => Ok(Err(error)),
        }
    }

    async fn write_data(
        &mut self,
        container: Resource<ContainerHandle>,
        name: String,
        data: Resource<OutgoingHandle>,
    ) -> Answer<()> {
        let of = name.clone();
        let look = move |files: &Files, container: &str| {
            objects::must_exist(files, container)?;
            if files.is_read_only() {
                return Err(FileError::AccessDenied);
            }
            // The name is one, whatever lies there.
            files.stat(&object(container, &of)).map(drop)
        };
        let answer = self.on_container(&container, "wasi:blobstore/container.write-data", look).await?;
        if answer.is_ok() {
            let handle = self.table.get(&container)?.clone();
            self.table.get_mut(&data)?.to = Some((handle, name));
        }
        Ok(answer)
    }

    async fn list_objects(&mut self, container: Resource<ContainerHandle>) -> Answer<Resource<NamesHandle>> {
        let begin = |files: &Files, container: &str| {
            objects::must_exist(files, container)?;
            Ok(Walk::new(container))
        };
        match self.on_container(&container, "wasi:blobstore/container.list-objects", begin).await? {
            Ok(walk) => {
                let files = self.table.get(&container)?.files.clone();
                self.push_blob(NamesHandle { files, walk: Some(walk) })
            }
            Err(error) => Ok(Err(error)),
        }
    }

    async fn delete_object(&mut self, container: Resource<ContainerHandle>, name: String) -> Answer<()> {
        let delete = move |files: &Files, container: &str| objects::delete_object(files, container, &name);
        self.on_container(&container, "wasi:blobstore/container.delete-object", delete).await
    }

    async fn delete_objects(&mut self, container: Resource<ContainerHandle>, names: Vec<String>) -> Answer<()> {
        let delete = move |files: &Files, container: &str| {
            names.iter().try_for_each(|name| objects::delete_object(files, container, name))
        };
        self.on_container(&container, "wasi:blobstore/container.delete-objects", delete).await
    }

    async fn has_object(&mut self, container: Resource<ContainerHandle>, name: String) -> Answer<bool> {
        let has = move |files: &Files, container: &str| Ok(objects::object_info(files, container, &name)?.is_some());
        self.on_container(&container, "wasi:blobstore/container.has-object", has).await
    }

    async fn object_info(&mut self, container: Resource<ContainerHandle>, name: String) -> Answer<ObjectMetadata> {
        let info = move |files: &Files, container: &str| {
            let info = objects::object_info(files, container, &name)?.ok_or(FileError::NotFound)?;
            let (size, created_at) = (info.size, seconds(&info));
            Ok(ObjectMetadata { name, container: container.to_owned(), created_at, size })
        };
        self.on_container(&container, "wasi:blobstore/container.object-info", info).await
    }

    async fn clear(&mut self, container: Resource<ContainerHandle>) -> Answer<()> {
        let clear = |files: &Files, container: &str| {
            objects::must_exist(files, container)?;
            objects::clear(files, container)
        };
        self.on_container(&container, "wasi:blobstore/container.clear", clear).await
    }

    async fn drop(&mut self, container: Resource<ContainerHandle>) -> wasmtime::Result<()> {
        self.take_blob(container).map(drop)
    }
}

impl LarderCtxView<'_> {
    /// Go on with a walk.
    async fn on_names<R: Send + 'static>(
        &mut self,
        names: &Resource<NamesHandle>,
        operation: &'static str,
        work: impl FnOnce(&mut Walk, &Files) -> larder_engine::FileResult<R> + Send + 'static,
    ) -> Answer<R> {
        let handle = self.table.get_mut(names)?;
        let (files, walk) = (handle.files.clone(), handle.walk.take());
        let Some(mut walk) = walk else { return Ok(Err("the names are being read".into())) };
        let answer = self
            .on_blobs(Some(files), operation, move |files| {
                let answer = work(&mut walk, files);
                Ok((walk, answer?))
            })
            .await?;
        Ok(match answer {
            Ok((walk, answer)) => {
                self.table.get_mut(names)?.walk = Some(walk);
                Ok(answer)
            }
            // A walk that has failed is over.
            Err(error) => Err(error),
        })
    }
}

impl HostStreamObjectNames for LarderCtxView<'_> {
    async fn read_stream_object_names(
        &mut self,
        names: Resource<NamesHandle>,
        most: u64,
    ) -> Answer<(Vec<String>, bool)> {
        let read = move |walk: &mut Walk, files: &Files| walk.next(files, most);
        self.on_names(&names, "wasi:blobstore/container.read-stream-object-names", read).await
    }

    async fn skip_stream_object_names(&mut self, names: Resource<NamesHandle>, number: u64) -> Answer<(u64, bool)> {
        let skip = move |walk: &mut Walk, files: &Files| walk.skip(files, number);
        self.on_names(&names, "wasi:blobstore/container.skip-stream-object-names", skip).await
    }

    async fn drop(&mut self, names: Resource<NamesHandle>) -> wasmtime::Result<()> {
        self.take_blob(names).map(drop)
    }
}
