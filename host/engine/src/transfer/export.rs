//! Giving out: one moment of a store.

use std::io::BufWriter;

use super::{
    ExportReport, ExportTarget, Item, Sink, TransferEntry, TransferProgress, TransferRow, json_lines::JsonLinesSink,
};
use crate::{
    Error, Result, ScopeName, Store, View,
    backend::{Names, Scan},
    limits::TRANSFER_STEP_ITEMS,
    sandbox::Outgoing,
    scope,
    sqlite::ExportedFile,
    watch,
};

impl Store {
    /// Give out every live entry, with its expiry, and every journal row, as they were at one moment. Groups have the names
    /// that this store knows them by, so that what one scope gave out another can take in.
    ///
    /// `progress` is called each thousand entries and rows.
    ///
    /// # Errors
    /// [`Error::Io`] for a target that is there already or cannot be written, [`Error::TransactionOpen`] for a store that
    /// belongs to a transaction, and those of [`Store::view`]. A file that was not finished is not there.
    pub fn export(&self, target: ExportTarget<'_>, progress: &mut dyn FnMut(TransferProgress)) -> Result<ExportReport> {
        if self.is_in_transaction() {
            return Err(Error::TransactionOpen);
        }
        match target {
            ExportTarget::JsonLines(lines) => self.export_to(&mut JsonLinesSink(lines), progress),
            ExportTarget::JsonLinesFile(path) => {
                let mut outgoing = Outgoing::create(path)?;
                let report = self.export_to(&mut JsonLinesSink(BufWriter::new(outgoing.file()?)), progress)?;
                outgoing.place()?;
                Ok(report)
            }
            ExportTarget::SqliteFile(path) => {
                let outgoing = Outgoing::create(path)?;
                let report = self.export_to(&mut ExportedFile::begin(outgoing.path())?, progress)?;
                outgoing.place()?;
                Ok(report)
            }
        }
    }

    fn export_to(&self, sink: &mut dyn Sink, progress: &mut dyn FnMut(TransferProgress)) -> Result<ExportReport> {
        self.view(|view| {
            let scope = view.context.scope.as_ref().map(ScopeName::as_str);
            let journal_rows = view.read.journal_rows(scope)?;
            let total = Some(view.count_all("")?.saturating_add(journal_rows));
            let mut export = Export { sink, progress, total, report: ExportReport::default() };
            entries(view, &mut |entry| export.entry(entry))?;
            let mut failure = Ok(());
            view.read.transfer_rows(scope, &mut |row| {
                failure = export.row(row);
                failure.is_ok()
            })?;
            failure?;
            export.sink.finish()?;
            export.report.kept_aside = view.read.unmigrated_rows()?;
            let done = export.report.entries + export.report.journal_rows;
            (export.progress)(TransferProgress { done, total: Some(done) });
            Ok(export.report)
        })
    }
}

struct Export<'a> {
    sink: &'a mut dyn Sink,
    progress: &'a mut dyn FnMut(TransferProgress),
    total: Option<u64>,
    report: ExportReport,
}

impl Export<'_> {
    fn entry(&mut self, entry: TransferEntry) -> Result<()> {
        self.report.entries += 1;
        self.put(&Item::Entry(entry))
    }

    fn row(&mut self, row: TransferRow) -> Result<()> {
        self.report.journal_rows += 1;
        self.put(&Item::Journal(row))
    }

    fn put(&mut self, item: &Item) -> Result<()> {
        watch::check()?;
        self.sink.put(item)?;
        let done = self.report.entries + self.report.journal_rows;
        if done.is_multiple_of(TRANSFER_STEP_ITEMS) {
            (self.progress)(TransferProgress { done, total: self.total });
        }
        Ok(())
    }
}

/// Every live entry of the scope, in order, one in memory at a time.
fn entries(view: &View<'_>, visit: &mut dyn FnMut(TransferEntry) -> Result<()>) -> Result<()> {
    let (scope, now) = (view.context.scope.as_ref(), view.context.now);
    let mut result = Ok(());
    view.read.groups(&view.context.groups("")?, now, &mut |group, ()| {
        let scan = Scan { group, keys: Names::with_prefix(""), reverse: false, values: true, now, skip: 0 };
        let local = scope::local(scope, group);
        let scanned = view.read.scan(&scan, &mut |row| {
            result = visit(TransferEntry {
                group: local.into(),
                key: row.key.into(),
                value: row.value.unwrap_or_default().into_owned(),
                expires_at: row.expires_at,
                counter: row.counter,
            });
            result.is_ok()
        });
        if result.is_ok() {
            result = scanned;
        }
        result.is_ok()
    })?;
    result
}
