use wasmtime::component::Resource;

use crate::{
    LarderCtxView,
    bindings::larder::store::{
        sql::{Host, HostRows, SqlError, Value},
        types::Holding,
    },
    convert,
    fault::SqlFault,
    handles::RowsHandle,
    limits::ROWS_PAGE_BYTES,
};

impl Host for LarderCtxView<'_> {
    fn convert_sql_error(&mut self, fault: SqlFault) -> wasmtime::Result<SqlError> {
        fault.told()
    }
}

impl HostRows for LarderCtxView<'_> {
    async fn columns(&mut self, rows: Resource<RowsHandle>) -> wasmtime::Result<Vec<String>> {
        Ok(self.table.get(&rows)?.columns.clone())
    }

    async fn remaining(&mut self, rows: Resource<RowsHandle>) -> wasmtime::Result<u32> {
        Ok(u32::try_from(self.table.get(&rows)?.rows.len()).unwrap_or(u32::MAX))
    }

    async fn next(&mut self, rows: Resource<RowsHandle>, max: u32) -> wasmtime::Result<Vec<Vec<Value>>> {
        let handle = self.table.get_mut(&rows)?;
        let (mut page, mut bytes) = (Vec::new(), 0);
        for _ in 0..max {
            if bytes >= ROWS_PAGE_BYTES {
                break;
            }
            let Some(row) = handle.rows.next() else { break };
            bytes += row.iter().map(|value| size_of::<Value>() + value.bytes()).sum::<usize>();
            page.push(row.into_iter().map(convert::sql_cell).collect());
        }
        Ok(page)
    }

    async fn drop(&mut self, rows: Resource<RowsHandle>) -> wasmtime::Result<()> {
        self.table.delete(rows)?;
        self.ctx.release(Holding::Rows);
        Ok(())
    }
}

impl LarderCtxView<'_> {
    /// Give an answer to the guest; there is [room](crate::LarderCtx::may_hold) for it.
    pub(super) fn push_rows(&mut self, answer: larder_engine::SqlRows) -> Result<Resource<RowsHandle>, SqlFault> {
        let rows = RowsHandle { columns: answer.columns, rows: answer.rows.into_iter() };
        let resource = self.table.push(rows)?;
        self.ctx.hold(Holding::Rows);
        Ok(resource)
    }
}
