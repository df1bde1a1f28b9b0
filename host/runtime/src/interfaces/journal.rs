use wasmtime::component::Resource;

use crate::{
    LarderCtxView,
    bindings::larder::store::{
        journal::{Filter, FluxError, Host, Page, Row, Tag},
        sql::Value,
        types::Holding,
    },
    convert,
    fault::{FluxFault, SqlFault, StoreFault},
    handles::{Origin, RowsHandle, StoreHandle},
};

impl Host for LarderCtxView<'_> {
    async fn append(
        &mut self,
        to: Resource<StoreHandle>,
        measurement: String,
        fields: String,
        tags: Vec<Tag>,
    ) -> Result<Row, StoreFault> {
        let row = self
            .write(&to, "journal.append", move |update| {
                update.journal_append(&measurement, &fields, &convert::tags(tags)?)
            })
            .await?;
        Ok(convert::journal_row(row))
    }

    async fn select(&mut self, from: Resource<StoreHandle>, filter: Filter) -> Result<Page, StoreFault> {
        let query = convert::journal_query(filter);
        let page = self.read(&from, "journal.select", move |view| view.journal(&query)).await?;
        Ok(convert::journal_page(page))
    }

    async fn flux(
        &mut self,
        from: Resource<StoreHandle>,
        text: String,
        cursor: Option<String>,
        limit: u32,
    ) -> Result<Page, FluxFault> {
        let handle = self.table.get(&from)?.clone();
        let call = self.ctx.call("journal.flux", Some(handle.store.tenant()));
        call.run(async {
            let answer = handle.store.view_async(move |view| view.journal_flux(&text, cursor.as_deref(), limit)).await;
            handle.flux_answer(answer).map(convert::journal_page)
        })
        .await
    }

    async fn query(
        &mut self,
        from: Resource<StoreHandle>,
        statement: String,
        parameters: Vec<Value>,
    ) -> Result<Resource<RowsHandle>, SqlFault> {
        let handle = self.table.get(&from)?.clone();
        let call = self.ctx.call("journal.query", Some(handle.store.tenant()));
        call.run(async {
            self.ctx.may_hold(Holding::Rows)?;
            let origin = Origin { tenant: handle.store.tenant().clone(), label: handle.label };
            let parameters = parameters.into_iter().map(convert::sql_value).collect();
            let answer = handle.store.journal().sql_async(statement, parameters).await;
            self.push_rows(origin.sql_answer(answer)?)
        })
        .await
    }

    fn convert_flux_error(&mut self, fault: FluxFault) -> wasmtime::Result<FluxError> {
        fault.told()
    }
}
