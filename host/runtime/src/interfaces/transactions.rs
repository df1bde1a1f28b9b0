use std::sync::Arc;

use wasmtime::component::Resource;

use crate::{
    LarderCtxView,
    bindings::larder::store::{
        transactions::{Host, HostTransaction},
        types::{Error, Holding, Version},
    },
    fault::StoreFault,
    handles::{StoreHandle, TransactionHandle},
};

impl Host for LarderCtxView<'_> {}

impl HostTransaction for LarderCtxView<'_> {
    async fn begin(&mut self, of: Resource<StoreHandle>) -> Result<Resource<TransactionHandle>, StoreFault> {
        let of = self.table.get(&of)?.clone();
        let call = self.ctx.call("transactions.begin", Some(of.store.tenant()));
        call.run(self.begin_transaction(of)).await
    }

    async fn store(&mut self, transaction: Resource<TransactionHandle>) -> Result<Resource<StoreHandle>, StoreFault> {
        let call = self.ctx.call("transactions.store", Some(&self.table.get(&transaction)?.tenant));
        call.run(async {
            self.ctx.may_hold(Holding::Stores)?;
            let handle = self.table.get(&transaction)?;
            let store = Arc::new(handle.transaction.store());
            let label = handle.label.clone();
            self.push_store(StoreHandle { store, label, in_transaction: true })
        })
        .await
    }

    async fn remaining_ms(&mut self, transaction: Resource<TransactionHandle>) -> wasmtime::Result<u64> {
        let remaining = self.table.get(&transaction)?.transaction.remaining();
        Ok(u64::try_from(remaining.as_millis()).unwrap_or(u64::MAX))
    }

    async fn commit(&mut self, transaction: Resource<TransactionHandle>) -> Result<Version, StoreFault> {
        let handle = self.take_transaction(transaction)?;
        let call = self.ctx.call("transactions.commit", Some(&handle.tenant));
        call.run(async { handle.answer("transactions.commit", handle.transaction.commit_async().await) }).await
    }

    async fn rollback(&mut self, transaction: Resource<TransactionHandle>) -> Result<(), StoreFault> {
        let handle = self.take_transaction(transaction)?;
        let call = self.ctx.call("transactions.rollback", Some(&handle.tenant));
        call.run(async { handle.answer("transactions.rollback", handle.transaction.rollback_async().await) }).await
    }

    async fn drop(&mut self, transaction: Resource<TransactionHandle>) -> wasmtime::Result<()> {
        let handle = self.table.delete(transaction)?;
        self.ctx.release(Holding::Transactions);
        // Stores of the transaction that the guest still holds would keep it open otherwise. There is nobody to tell
        // when it has ended already.
        let _ = handle.transaction.rollback_async().await;
        Ok(())
    }
}

impl LarderCtxView<'_> {
    async fn begin_transaction(&mut self, of: StoreHandle) -> Result<Resource<TransactionHandle>, StoreFault> {
        if of.in_transaction {
            return Err(Error::TransactionOpen.into());
        }
        self.refuse_beside_transaction(&of)?;
        self.ctx.may_hold(Holding::Transactions)?;
        let transaction = Arc::new(of.answer("transactions.begin", of.store.begin_async().await)?);
        let tenant = of.store.tenant().clone();
        self.ctx.open_transactions().add(tenant.clone(), &transaction);
        let resource = self.table.push(TransactionHandle { transaction, tenant, label: of.label })?;
        self.ctx.hold(Holding::Transactions);
        Ok(resource)
    }

    fn take_transaction(&mut self, transaction: Resource<TransactionHandle>) -> Result<TransactionHandle, StoreFault> {
        let handle = self.table.delete(transaction)?;
        self.ctx.release(Holding::Transactions);
        Ok(handle)
    }
}
