//! The contract's functions. Each only converts types and calls the engine.

mod archive;
mod atomics;
mod batch;
mod call;
mod event_stream;
mod events;
mod executor;
mod files;
mod hot;
mod journal;
mod sql;
mod store;
#[cfg(test)]
mod tests;
mod text;
mod transactions;
mod workspaces;

use larder_engine::{self as engine, Short, Update, View};
use wasmtime::component::{Linker, Resource};

pub(crate) use self::{call::StoreCall, executor::aside};
use crate::{
    LarderCtxView, LarderData, LarderView, bindings::larder::store as wit, fault::StoreFault, handles::StoreHandle,
};

/// Add all interfaces of `larder:store` to `linker`; `event-stream` only where the engine has
/// [concurrency support](wasmtime::Config::concurrency_support). What an instance may do with them is decided by its
/// [`LarderCtx`](crate::LarderCtx). The functions are async: call the guest with wasmtime's `*_async` functions. It leaves the
/// linker with [shadowing](Linker::allow_shadowing) off.
///
/// # Errors
/// When the linker has one of the interfaces already.
pub fn add_to_linker<T: LarderView>(linker: &mut Linker<T>) -> wasmtime::Result<()> {
    if linker.engine().get_concurrency_support() {
        add_event_stream_to_linker(linker)?;
    }
    wit::types::add_to_linker::<T, LarderData>(linker, T::larder)?;
    wit::store::add_to_linker::<T, LarderData>(linker, T::larder)?;
    hot::add_to_linker(linker)?;
    wit::batch::add_to_linker::<T, LarderData>(linker, T::larder)?;
    wit::atomics::add_to_linker::<T, LarderData>(linker, T::larder)?;
    wit::transactions::add_to_linker::<T, LarderData>(linker, T::larder)?;
    wit::files::add_to_linker::<T, LarderData>(linker, T::larder)?;
    wit::text::add_to_linker::<T, LarderData>(linker, T::larder)?;
    wit::events::add_to_linker::<T, LarderData>(linker, T::larder)?;
    wit::sql::add_to_linker::<T, LarderData>(linker, T::larder)?;
    wit::workspaces::add_to_linker::<T, LarderData>(linker, T::larder)?;
    wit::journal::add_to_linker::<T, LarderData>(linker, T::larder)?;
    wit::archive::add_to_linker::<T, LarderData>(linker, T::larder)
}

/// Add `types` and `store`, and nothing else. The other functions of this family add to these. It leaves the linker with
/// [shadowing](Linker::allow_shadowing) off.
///
/// # Errors
/// When the linker has one of the interfaces already.
pub fn add_store_to_linker<T: LarderView>(linker: &mut Linker<T>) -> wasmtime::Result<()> {
    wit::types::add_to_linker::<T, LarderData>(linker, T::larder)?;
    wit::store::add_to_linker::<T, LarderData>(linker, T::larder)?;
    hot::add_to_linker(linker)
}

/// Add `batch`; needs [`add_store_to_linker`].
///
/// # Errors
/// When the linker has the interface already.
pub fn add_batch_to_linker<T: LarderView>(linker: &mut Linker<T>) -> wasmtime::Result<()> {
    wit::batch::add_to_linker::<T, LarderData>(linker, T::larder)
}

/// Add `atomics`; needs [`add_store_to_linker`].
///
/// # Errors
/// When the linker has the interface already.
pub fn add_atomics_to_linker<T: LarderView>(linker: &mut Linker<T>) -> wasmtime::Result<()> {
    wit::atomics::add_to_linker::<T, LarderData>(linker, T::larder)
}

/// Add `transactions`; needs [`add_store_to_linker`].
///
/// # Errors
/// When the linker has the interface already.
pub fn add_transactions_to_linker<T: LarderView>(linker: &mut Linker<T>) -> wasmtime::Result<()> {
    wit::transactions::add_to_linker::<T, LarderData>(linker, T::larder)
}

/// Add `events`; needs [`add_store_to_linker`], and `wasi:io/poll` as wasmtime-wasi adds it.
///
/// # Errors
/// When the linker has the interface already.
pub fn add_events_to_linker<T: LarderView>(linker: &mut Linker<T>) -> wasmtime::Result<()> {
    wit::events::add_to_linker::<T, LarderData>(linker, T::larder)
}

/// Add `event-stream`; needs [`add_store_to_linker`], and an engine with
/// [concurrency support](wasmtime::Config::concurrency_support).
///
/// # Errors
/// When the linker has the interface already, or the engine no concurrency support.
pub fn add_event_stream_to_linker<T: LarderView>(linker: &mut Linker<T>) -> wasmtime::Result<()> {
    wit::event_stream::add_to_linker::<T, LarderData>(linker, T::larder)
}

/// Add `files`; needs [`add_store_to_linker`] for `types`.
///
/// # Errors
/// When the linker has the interface already.
pub fn add_files_to_linker<T: LarderView>(linker: &mut Linker<T>) -> wasmtime::Result<()> {
    wit::files::add_to_linker::<T, LarderData>(linker, T::larder)
}

/// Add `text`; needs [`add_store_to_linker`].
///
/// # Errors
/// When the linker has the interface already.
pub fn add_text_to_linker<T: LarderView>(linker: &mut Linker<T>) -> wasmtime::Result<()> {
    wit::text::add_to_linker::<T, LarderData>(linker, T::larder)
}

/// Add `sql`, which `workspaces` and `journal` need; needs [`add_store_to_linker`].
///
/// # Errors
/// When the linker has the interface already.
pub fn add_sql_to_linker<T: LarderView>(linker: &mut Linker<T>) -> wasmtime::Result<()> {
    wit::sql::add_to_linker::<T, LarderData>(linker, T::larder)
}

/// Add `workspaces`; needs [`add_store_to_linker`] and [`add_sql_to_linker`].
///
/// # Errors
/// When the linker has the interface already.
pub fn add_workspaces_to_linker<T: LarderView>(linker: &mut Linker<T>) -> wasmtime::Result<()> {
    wit::workspaces::add_to_linker::<T, LarderData>(linker, T::larder)
}

/// Add `journal`; needs [`add_store_to_linker`] and [`add_sql_to_linker`].
///
/// # Errors
/// When the linker has the interface already.
pub fn add_journal_to_linker<T: LarderView>(linker: &mut Linker<T>) -> wasmtime::Result<()> {
    wit::journal::add_to_linker::<T, LarderData>(linker, T::larder)
}

/// Add `archive`; needs [`add_journal_to_linker`].
///
/// # Errors
/// When the linker has the interface already.
pub fn add_archive_to_linker<T: LarderView>(linker: &mut Linker<T>) -> wasmtime::Result<()> {
    wit::archive::add_to_linker::<T, LarderData>(linker, T::larder)
}

impl LarderCtxView<'_> {
    /// Run `read` on one snapshot of a store, away from the executor's threads where it can block.
    async fn read<R: Send + 'static>(
        &mut self,
        store: &Resource<StoreHandle>,
        operation: &'static str,
        read: impl FnOnce(&View<'_>) -> engine::Result<R> + Send + 'static,
    ) -> Result<R, StoreFault> {
        self.store_call(store, operation)?.read(read).await
    }

    /// The same as a part of a call.
    async fn look<R: Send + 'static>(
        &mut self,
        store: &Resource<StoreHandle>,
        operation: &'static str,
        read: impl FnOnce(&View<'_>) -> engine::Result<R> + Send + 'static,
    ) -> Result<R, StoreFault> {
        let handle = self.table.get(store)?.clone();
        handle.answer(operation, handle.store.view_async(read).await)
    }

    /// [`read`](LarderCtxView::read) of a few entries.
    async fn read_short<R: Send + 'static>(
        &mut self,
        store: &Resource<StoreHandle>,
        operation: &'static str,
        read: impl FnOnce(&View<'_>) -> engine::Result<R> + Send + 'static,
    ) -> Result<R, StoreFault> {
        self.store_call(store, operation)?.read_short(read).await
    }

    /// [`read`](LarderCtxView::read) of some thousand entries at most.
    async fn read_page<R: Send + 'static>(
        &mut self,
        store: &Resource<StoreHandle>,
        operation: &'static str,
        read: impl FnOnce(&View<'_>) -> engine::Result<R> + Send + 'static,
    ) -> Result<R, StoreFault> {
        self.store_call(store, operation)?.read_page(read).await
    }

    /// Run `write` as one transaction, or as a part of the one that the store belongs to.
    async fn write<R: Send + 'static>(
        &mut self,
        store: &Resource<StoreHandle>,
        operation: &'static str,
        write: impl FnOnce(&mut Update<'_>) -> engine::Result<R> + Send + 'static,
    ) -> Result<R, StoreFault> {
        self.store_call(store, operation)?.write(write).await
    }

    /// [`write`](LarderCtxView::write) of what is done soon, together with what others write just then.
    async fn write_short<R: Send + 'static>(
        &mut self,
        store: &Resource<StoreHandle>,
        short: Short,
        operation: &'static str,
        write: impl FnOnce(&mut Update<'_>) -> engine::Result<R> + Send + 'static,
    ) -> Result<R, StoreFault> {
        self.store_call(store, operation)?.write_short(short, write).await
    }

    fn store_call(&mut self, store: &Resource<StoreHandle>, operation: &'static str) -> Result<StoreCall, StoreFault> {
        let handle = self.table.get(store)?.clone();
        Ok(StoreCall::begin(self, handle, operation))
    }

    /// A write beside the instance's own transaction on the tenant would wait for itself until the deadline.
    fn refuse_beside_transaction(&self, handle: &StoreHandle) -> Result<(), StoreFault> {
        if !handle.in_transaction && self.ctx.in_transaction(handle.store.tenant()) {
            return Err(wit::types::Error::TransactionOpen.into());
        }
        Ok(())
    }

    /// Give a store to the guest.
    fn push_store(&mut self, handle: StoreHandle) -> Result<Resource<StoreHandle>, StoreFault> {
        let resource = self.table.push(handle)?;
        self.ctx.hold(wit::types::Holding::Stores);
        Ok(resource)
    }
}
