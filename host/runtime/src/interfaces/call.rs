//! A call on a store, whatever the interface: measured, and refused beside the instance's own transaction.

use larder_engine::{self as engine, Short, Store, Update, Value, View};

use super::executor;
use crate::{LarderCtxView, calls::Call, fault::StoreFault, handles::StoreHandle};

/// A call that has begun. It took what it needs of the instance's state, which is free while the call waits.
pub(crate) struct StoreCall {
    handle: StoreHandle,
    operation: &'static str,
    call: Call,
    /// Whether it may write.
    may_write: Result<(), StoreFault>,
}

impl StoreCall {
    /// `operation` is the name that the call is measured and logged by, such as `store.get`.
    pub(crate) fn begin(view: &LarderCtxView<'_>, handle: StoreHandle, operation: &'static str) -> StoreCall {
        let may_write = view.refuse_beside_transaction(&handle);
        let call = view.ctx.call(operation, Some(handle.store.tenant()));
        StoreCall { handle, operation, call, may_write }
    }

    /// Run `read` on one snapshot of the store, away from the executor's threads where it can block.
    pub(crate) async fn read<R: Send + 'static>(
        self,
        read: impl FnOnce(&View<'_>) -> engine::Result<R> + Send + 'static,
    ) -> Result<R, StoreFault> {
        self.reading(async |store| store.view_async(read).await).await
    }

    /// [`read`](StoreCall::read) of a few entries.
    pub(crate) async fn read_short<R: Send + 'static>(
        self,
        read: impl FnOnce(&View<'_>) -> engine::Result<R> + Send + 'static,
    ) -> Result<R, StoreFault> {
        self.reading(async |store| store.view_short_async(read).await).await
    }

    /// [`read`](StoreCall::read) of some thousand entries at most.
    pub(crate) async fn read_page<R: Send + 'static>(
        self,
        read: impl FnOnce(&View<'_>) -> engine::Result<R> + Send + 'static,
    ) -> Result<R, StoreFault> {
        self.reading(async |store| {
            let reading = if executor::can_step_aside() { store.try_reading() } else { None };
            match reading {
                Some(reading) => executor::aside(|| reading.view(read)),
                None => store.view_async(read).await,
            }
        })
        .await
    }

    /// One value, from memory where it is known.
    pub(crate) async fn value(
        self,
        group: impl AsRef<str> + Send + 'static,
        key: String,
    ) -> Result<Option<Value>, StoreFault> {
        self.reading(async |store| match store.value_at_once(group.as_ref(), &key) {
            Some(answer) => answer,
            None => store.view_async(move |view| view.value(group.as_ref(), &key)).await,
        })
        .await
    }

    /// Run `write` as one transaction, or as a part of the one that the store belongs to.
    pub(crate) async fn write<R: Send + 'static>(
        self,
        write: impl FnOnce(&mut Update<'_>) -> engine::Result<R> + Send + 'static,
    ) -> Result<R, StoreFault> {
        self.writing(async |store| store.update_async(write).await).await
    }

    /// [`write`](StoreCall::write) of what is done soon, together with what others write just then.
    pub(crate) async fn write_short<R: Send + 'static>(
        self,
        short: Short,
        write: impl FnOnce(&mut Update<'_>) -> engine::Result<R> + Send + 'static,
    ) -> Result<R, StoreFault> {
        self.writing(async |store| match store.try_turn() {
            Some(turn) if short == Short::One && !turn.syncs() => turn.update(write),
            Some(turn) if executor::can_step_aside() => executor::aside(|| turn.update(write)),
            turn => {
                drop(turn);
                store.combine_async(short, write).await
            }
        })
        .await
    }

    async fn reading<R>(self, read: impl AsyncFnOnce(&Store) -> engine::Result<R>) -> Result<R, StoreFault> {
        let StoreCall { handle, operation, call, .. } = self;
        call.run(async { handle.answer(operation, read(&handle.store).await) }).await
    }

    async fn writing<R>(self, write: impl AsyncFnOnce(&Store) -> engine::Result<R>) -> Result<R, StoreFault> {
        let StoreCall { handle, operation, call, may_write } = self;
        call.run(async {
            may_write?;
            handle.answer(operation, write(&handle.store).await)
        })
        .await
    }
}
