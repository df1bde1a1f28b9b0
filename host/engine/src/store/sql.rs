//! Statements of SQL that a guest wrote.

use super::Store;
use crate::{Result, ScopeName, SqlError, SqlRows, SqlValue, watch};

impl Store {
    pub(crate) fn journal_sql(&self, statement: &str, parameters: &[SqlValue]) -> Result<SqlRows, SqlError> {
        let open = self.tenant.open()?;
        let _permit = open.enter_as_reader()?;
        open.journal_sql(self.scope.as_ref().map(ScopeName::as_str), statement, parameters)
    }

    pub(crate) async fn journal_sql_async(
        &self,
        statement: String,
        parameters: Vec<SqlValue>,
    ) -> Result<SqlRows, SqlError> {
        let open = self.tenant.open_async().await?;
        let permit = open.enter_as_reader_async().await?;
        let scope = self.scope.clone();
        watch::unblock(move || {
            let _permit = permit;
            open.journal_sql(scope.as_ref().map(ScopeName::as_str), &statement, &parameters)
        })
        .await
    }
}
