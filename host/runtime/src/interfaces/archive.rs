use larder_engine::{self as engine, ArchiveReader, ArchivedRow, Archives};
use wasmtime::component::Resource;

use crate::{
    LarderCtxView,
    bindings::larder::store::{
        archive::{self as wit, ArchiveError, Compacted, Format, Host, HostReader, Info, Verified},
        types::{Error, Holding},
    },
    convert,
    fault::ArchiveFault,
    handles::{ArchiveReaderHandle, Origin, StoreHandle},
    limits::ARCHIVE_PAGE_BYTES,
};

impl Host for LarderCtxView<'_> {
    async fn compact(
        &mut self,
        of: Resource<StoreHandle>,
        before_ms: i64,
        format: Format,
    ) -> Result<Option<Compacted>, ArchiveFault> {
        let format = convert::archive_format(format);
        let compacted =
            self.change_archives(&of, "archive.compact", move |archives| archives.compact(before_ms, format)).await?;
        Ok(compacted.map(convert::compacted))
    }

    async fn list(&mut self, of: Resource<StoreHandle>, after: Option<String>) -> Result<Vec<Info>, ArchiveFault> {
        let after = after.unwrap_or_default();
        let page = self.ask_archives(&of, "archive.list", move |archives| archives.list(&after)).await?;
        Ok(page.into_iter().map(convert::archive_info).collect())
    }

    async fn verify(&mut self, of: Resource<StoreHandle>, name: String) -> Result<Verified, ArchiveFault> {
        let found = self.ask_archives(&of, "archive.verify", move |archives| archives.verify(&name)).await?;
        Ok(convert::verified(found))
    }

    async fn restore(&mut self, of: Resource<StoreHandle>, name: String) -> Result<u64, ArchiveFault> {
        self.change_archives(&of, "archive.restore", move |archives| archives.restore(&name)).await
    }

    fn convert_archive_error(&mut self, fault: ArchiveFault) -> wasmtime::Result<ArchiveError> {
        fault.told()
    }
}

impl HostReader for LarderCtxView<'_> {
    async fn open(
        &mut self,
        of: Resource<StoreHandle>,
        name: String,
    ) -> Result<Resource<ArchiveReaderHandle>, ArchiveFault> {
        let (archives, origin) = self.archives(&of)?;
        let call = self.ctx.call("archive.open", Some(&origin.tenant));
        call.run(async {
            self.ctx.may_hold(Holding::Archives)?;
            let opened = archives.unblocked(move |archives| archives.read(&name)).await;
            let reader = origin.archive_answer("archive.open", opened)?;
            let handle = ArchiveReaderHandle { reader: Some(reader), ended: None, archives, origin };
            let resource = self.table.push(handle)?;
            self.ctx.hold(Holding::Archives);
            Ok(resource)
        })
        .await
    }

    async fn next(
        &mut self,
        reader: Resource<ArchiveReaderHandle>,
        max: u32,
    ) -> Result<Vec<wit::ArchivedRow>, ArchiveFault> {
        let call = self.ctx.call("archive.next", Some(&self.table.get(&reader)?.origin.tenant));
        call.run(self.next_page(&reader, max)).await
    }

    async fn drop(&mut self, reader: Resource<ArchiveReaderHandle>) -> wasmtime::Result<()> {
        self.table.delete(reader)?;
        self.ctx.release(Holding::Archives);
        Ok(())
    }
}

impl LarderCtxView<'_> {
    fn archives(&self, of: &Resource<StoreHandle>) -> Result<(Archives, Origin), ArchiveFault> {
        let handle = self.table.get(of)?;
        let origin = Origin { tenant: handle.store.tenant().clone(), label: handle.label.clone() };
        Ok((handle.store.archives(), origin))
    }

    async fn next_page(
        &mut self,
        reader: &Resource<ArchiveReaderHandle>,
        max: u32,
    ) -> Result<Vec<wit::ArchivedRow>, ArchiveFault> {
        let handle = self.table.get_mut(reader)?;
        let origin = handle.origin.clone();
        if let Some(error) = &handle.ended {
            return origin.archive_answer("archive.next", Err(same(error)));
        }
        let Some(mut open) = handle.reader.take() else {
            return origin.archive_answer("archive.next", Err(engine::Error::Closed));
        };
        let archives = handle.archives.clone();
        let (open, rows, ended) = archives
            .unblocked(move |_| {
                let (rows, ended) = page(&mut open, max);
                (open, rows, ended)
            })
            .await;
        let handle = self.table.get_mut(reader)?;
        handle.reader = Some(open);
        if let Some(error) = ended {
            handle.ended = Some(same(&error));
            if rows.is_empty() {
                return origin.archive_answer("archive.next", Err(error));
            }
        }
        Ok(rows.into_iter().map(convert::archived_row).collect())
    }

    async fn ask_archives<R: Send + 'static>(
        &mut self,
        of: &Resource<StoreHandle>,
        operation: &'static str,
        ask: impl FnOnce(&Archives) -> engine::Result<R> + Send + 'static,
    ) -> Result<R, ArchiveFault> {
        let (archives, origin) = self.archives(of)?;
        let call = self.ctx.call(operation, Some(&origin.tenant));
        call.run(async { origin.archive_answer(operation, archives.unblocked(ask).await) }).await
    }

    /// They write to the store beside any transaction.
    async fn change_archives<R: Send + 'static>(
        &mut self,
        of: &Resource<StoreHandle>,
        operation: &'static str,
        change: impl FnOnce(&Archives) -> engine::Result<R> + Send + 'static,
    ) -> Result<R, ArchiveFault> {
        let (archives, origin) = self.archives(of)?;
        let call = self.ctx.call(operation, Some(&origin.tenant));
        let in_transaction = self.ctx.in_transaction(&origin.tenant);
        call.run(async {
            if in_transaction {
                return Err(Error::TransactionOpen.into());
            }
            origin.archive_answer(operation, archives.unblocked(change).await)
        })
        .await
    }
}

/// Rows that have a megabyte together, or all up to what ends them.
fn page(reader: &mut ArchiveReader, max: u32) -> (Vec<ArchivedRow>, Option<engine::Error>) {
    let (mut rows, mut bytes) = (Vec::new(), 0);
    for _ in 0..max {
        match reader.next_row() {
            Ok(Some(row)) => {
                bytes += row.size();
                rows.push(row);
            }
            Ok(None) => break,
            Err(error) => return (rows, Some(error)),
        }
        if bytes >= ARCHIVE_PAGE_BYTES {
            break;
        }
    }
    (rows, None)
}

/// An archive that cannot be read is damaged; that is said as often as somebody asks.
fn same(error: &engine::Error) -> engine::Error {
    match error {
        engine::Error::Corrupt { tenant, file, detail } => {
            engine::Error::Corrupt { tenant: tenant.clone(), file: file.clone(), detail: detail.clone() }
        }
        _ => engine::Error::Closed,
    }
}
