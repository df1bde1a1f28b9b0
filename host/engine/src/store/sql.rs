//! Statements of SQL that a guest wrote.

use tracing::Instrument as _;

use super::Store;
use crate::{Result, ScopeName, SqlError, SqlRows, SqlValue, telemetry::Op, watch};

impl Store {
    pub(crate) fn journal_sql(&self, statement: &str, parameters: &[SqlValue]) -> Result<SqlRows, SqlError> {
        let _span = self.span(Op::JournalSql).entered();
        let run = || {
            let open = self.tenant.open()?;
            let _permit = open.enter_as_reader()?;
            open.journal_sql(self.scope.as_ref().map(ScopeName::as_str), statement, parameters)
        };
        self.meters().start(Op::JournalSql).answer(run())
    }

    pub(crate) async fn journal_sql_async(
        &self,
        statement: String,
        parameters: Vec<SqlValue>,
    ) -> Result<SqlRows, SqlError> {
        let run = async {
            let open = self.tenant.open_async().await?;
            let permit = open.enter_as_reader_async().await?;
            let scope = self.scope.clone();
            watch::unblock(move || {
                let _permit = permit;
                open.journal_sql(scope.as_ref().map(ScopeName::as_str), &statement, &parameters)
            })
            .await
        };
        self.meters().start(Op::JournalSql).answer(run.instrument(self.span(Op::JournalSql)).await)
    }
}
