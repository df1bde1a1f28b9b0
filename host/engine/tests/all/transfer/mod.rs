//! Import and export.

mod import;
mod json_lines;
mod round_trip;
mod sqlite_files;
mod workspaces;

use std::path::Path;

use larder_engine::{ExportReport, ExportTarget, ImportOptions, ImportReport, ImportSource, OnConflict, Result, Store};

use crate::{sqlite::Place, support::*};

const REPLACE: ImportOptions =
    ImportOptions { on_conflict: OnConflict::Replace, leave_out_refused: false, dry_run: false };

fn import_file(store: &Store, path: &Path, options: ImportOptions) -> Result<ImportReport> {
    store.import(ImportSource::SqliteFile(path), &options, &mut |_| {})
}

fn import_lines(store: &Store, lines: &str, options: ImportOptions) -> Result<ImportReport> {
    store.import(ImportSource::JsonLines(&mut lines.as_bytes()), &options, &mut |_| {})
}

fn export_file(store: &Store, path: &Path) -> Result<ExportReport> {
    store.export(ExportTarget::SqliteFile(path), &mut |_| {})
}

fn export_lines(store: &Store) -> String {
    let mut lines = Vec::new();
    store.export(ExportTarget::JsonLines(&mut lines), &mut |_| {}).unwrap();
    String::from_utf8(lines).unwrap()
}

/// Journal rows of a place, without their numbers.
fn journal(place: &Place) -> Vec<String> {
    let sql = place.sql();
    let columns = "scope, bucket_name, measurement, fields_json, tags_json, committed_at, archived_at";
    let mut rows =
        sql.prepare(&format!("SELECT json_array({columns}) FROM journal_entries ORDER BY entry_id")).unwrap();
    rows.query_map((), |row| row.get(0)).unwrap().map(|row| row.unwrap()).collect()
}

/// The names in the tenant's directory of temporary files.
fn temporary_files(place: &Place) -> usize {
    std::fs::read_dir(place.tenant_dir().join("tmp")).unwrap().count()
}

/// Put something into the journal as go-store does.
fn commit(place: &Place, measurement: &str, fields: &str) {
    place
        .sql()
        .execute(
            "INSERT INTO journal_entries (bucket_name, measurement, fields_json, tags_json, committed_at)
                VALUES ('store', ?1, ?2, '{}', ?3)",
            (measurement, fields, START_MS),
        )
        .unwrap();
}
