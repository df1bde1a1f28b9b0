//! Taking in: one transaction for all of it.

use std::collections::HashMap;

use serde::de::IgnoredAny;

use super::{
    Found, ImportOptions, ImportReport, ImportSource, Item, OnConflict, Refused, Source, TransferEntry,
    TransferProgress, TransferRow,
    json_lines::JsonLinesSource,
    report::{shown, shown_entry},
};
use crate::{
    Error, Result, ScopeName, Store, Update, backend::Stored, limits::TRANSFER_STEP_ITEMS, sqlite::ImportedFile, watch,
};

impl Store {
    /// Take in entries, with their expiry, and journal rows. Groups get this store's scope, journal rows too.
    ///
    /// All of it is one transaction, within the limits and quotas of the store. What cannot be taken in is refused, and
    /// then nothing is kept, unless the options leave it out; the report says what and why either way. Journal rows that
    /// are there already are not added again, so that the same import can be run twice. They are not delivered anywhere.
    ///
    /// `progress` is called each thousand entries and rows.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] for a source that cannot be read as what it should be, [`Error::TransactionOpen`] for a
    /// store that belongs to a transaction, [`Error::Unsupported`] for a SQLite file or a journal in memory, and those of
    /// [`Store::update`].
    pub fn import(
        &self,
        source: ImportSource<'_>,
        options: &ImportOptions,
        progress: &mut dyn FnMut(TransferProgress),
    ) -> Result<ImportReport> {
        match source {
            ImportSource::JsonLines(lines) => {
                let limits = *self.config().limits_in_use();
                self.import_from(&mut JsonLinesSource::new(lines, &limits), options, progress)
            }
            ImportSource::SqliteFile(path) => {
                let scratch = self.scratch(path)?;
                self.import_from(&mut ImportedFile::of(scratch)?, options, progress)
            }
        }
    }

    fn import_from(
        &self,
        source: &mut dyn Source,
        options: &ImportOptions,
        progress: &mut dyn FnMut(TransferProgress),
    ) -> Result<ImportReport> {
        let import = |update: &mut Update<'_>| {
            let journal_before = update.writing.write.as_read().last_journal_row()?;
            let mut import = Import { update, options, report: ImportReport::default(), journal_before };
            let total = source.total();
            let mut done = 0;
            source.each(&mut |found| {
                watch::check()?;
                import.take(found)?;
                done += 1;
                if done % TRANSFER_STEP_ITEMS == 0 {
                    progress(TransferProgress { done, total });
                }
                Ok(())
            })?;
            progress(TransferProgress { done, total: Some(done) });
            let mut report = import.report;
            report.kept = !options.dry_run && (report.refused == 0 || options.leave_out_refused);
            Ok(report)
        };
        self.update_if(import, |report| report.kept)
    }
}

struct Import<'a, 'u> {
    update: &'a mut Update<'u>,
    options: &'a ImportOptions,
    report: ImportReport,
    /// The number of the last row that the journal had before.
    journal_before: i64,
}

impl Import<'_, '_> {
    fn take(&mut self, found: Found) -> Result<()> {
        let (what, taken) = match found {
            Found::Refused(refused) => {
                self.report.refuse(refused);
                return Ok(());
            }
            Found::Item(Item::Entry(entry)) => {
                let taken = self.entry(&entry);
                (shown_entry(entry.group.as_bytes(), entry.key.as_bytes()), taken)
            }
            Found::Item(Item::Journal(row)) => {
                let what = format!(
                    "journal row {} of bucket {}",
                    shown(row.measurement.as_bytes()),
                    shown(row.bucket.as_bytes())
                );
                (what, self.row(row))
            }
        };
        match taken {
            Err(
                error @ (Error::TooLarge { .. }
                | Error::QuotaExceeded { .. }
                | Error::InvalidArgument { .. }
                | Error::InvalidName { .. }),
            ) => {
                self.report.refuse(Refused::new(what, error.to_string()));
                Ok(())
            }
            other => other,
        }
    }

    fn entry(&mut self, entry: &TransferEntry) -> Result<()> {
        let context = self.update.context;
        if entry.expires_at.is_some_and(|at| at <= context.now) {
            self.report.expired += 1;
            return Ok(());
        }
        let stored_group = context.group(&entry.group)?;
        let old = self.update.writing.write.as_read().get(&stored_group, context.key(&entry.key)?, true)?;
        let old = old.filter(|old| old.is_live(context.now));
        let count = match &old {
            None => &mut self.report.added,
            Some(old) if is_same(old, entry) => {
                self.report.unchanged += 1;
                return Ok(());
            }
            Some(_) => match self.options.on_conflict {
                OnConflict::Fail => return Err(invalid("entry", "another value or expiry is there already")),
                OnConflict::Skip => {
                    self.report.skipped += 1;
                    return Ok(());
                }
                OnConflict::Replace => &mut self.report.replaced,
            },
        };
        let counter = entry.counter && std::str::from_utf8(&entry.value).is_ok_and(|text| text.parse::<i64>().is_ok());
        self.update.put(&entry.group, &entry.key, &entry.value, entry.expires_at, counter)?;
        *count += 1;
        Ok(())
    }

    fn row(&mut self, mut row: TransferRow) -> Result<()> {
        for (column, text) in [("fields", &row.fields), ("tags", &row.tags)] {
            if serde_json::from_str::<HashMap<String, IgnoredAny>>(text).is_err() {
                return Err(invalid(column, "not a JSON object"));
            }
        }
        if row.measurement.is_empty() {
            return Err(invalid("measurement", "empty"));
        }
        match &self.update.context.scope {
            Some(scope) => row.scope = Some(scope.to_string()),
            None => drop(row.scope.as_deref().map(ScopeName::parse).transpose()?),
        }
        self.update.context.value(row.fields.as_bytes())?;
        self.update.context.value(row.tags.as_bytes())?;
        let write = &mut self.update.writing.write;
        if write.as_read().has_journal_row(&row, self.journal_before)? {
            self.report.journal_unchanged += 1;
            return Ok(());
        }
        write.put_journal_row(&row)?;
        self.update.writing.changed = true;
        self.report.journal_added += 1;
        Ok(())
    }
}

fn is_same(old: &Stored, entry: &TransferEntry) -> bool {
    old.value.as_deref() == Some(&entry.value) && old.expires_at == entry.expires_at
}

fn invalid(argument: &'static str, rule: &str) -> Error {
    Error::InvalidArgument { argument, rule: rule.into() }
}
