//! Conflicts, refusals, quotas, dry runs.

use larder_engine::{Error, ImportOptions, ImportReport, ImportSource, OnConflict, TransferProgress};

use super::{REPLACE, import_lines};
use crate::support::*;

const LINES: &str = r#"{"type":"entry","group":"g","key":"a","value":"new"}
{"type":"entry","group":"g","key":"b","value":"same"}
{"type":"entry","group":"g","key":"c","value":"first"}
"#;

fn filled(kit: &Kit) -> larder_engine::Store {
    let store = kit.store();
    store.set("g", "a", b"old").unwrap();
    store.set("g", "b", b"same").unwrap();
    store
}

#[test]
fn a_conflict_keeps_everything_out_unless_told_otherwise() {
    for kit in [Kit::in_memory(), Kit::on_sqlite()] {
        let store = filled(&kit);
        let report = import_lines(&store, LINES, ImportOptions::default()).unwrap();
        assert_eq!((report.kept, report.added, report.unchanged, report.refused), (false, 1, 1, 1));
        assert_eq!(report.refusals[0].what, "entry \"a\" of group \"g\"");
        assert_eq!(keys(&store, "g"), ["a", "b"]);
        let skip = ImportOptions { on_conflict: OnConflict::Skip, ..Default::default() };
        let report = import_lines(&store, LINES, skip).unwrap();
        assert_eq!(report, ImportReport { kept: true, added: 1, unchanged: 1, skipped: 1, ..Default::default() });
        assert_eq!(store.get("g", "a").unwrap().as_deref(), Some(&b"old"[..]));
        let report = import_lines(&store, LINES, REPLACE).unwrap();
        assert_eq!(report, ImportReport { kept: true, replaced: 1, unchanged: 2, ..Default::default() });
        assert_eq!(store.get("g", "a").unwrap().as_deref(), Some(&b"new"[..]));
    }
}

#[test]
fn a_dry_run_says_the_same_and_keeps_nothing() {
    for kit in [Kit::in_memory(), Kit::on_sqlite()] {
        let store = filled(&kit);
        let version_before = version(&store, "g", "a");
        let dry = import_lines(&store, LINES, ImportOptions { dry_run: true, ..REPLACE }).unwrap();
        assert_eq!((keys(&store, "g").len(), version(&store, "g", "a")), (2, version_before));
        let done = import_lines(&store, LINES, REPLACE).unwrap();
        assert_eq!(ImportReport { kept: true, ..dry }, done);
    }
}

#[test]
fn quotas_and_limits_hold_and_say_what_they_kept_out() {
    for kit in [Kit::in_memory(), Kit::on_sqlite()] {
        let store = kit.scope(max_keys(2));
        let long = format!("{{\"type\":\"entry\",\"group\":\"{}\",\"key\":\"k\",\"value\":\"\"}}\n", "g".repeat(2_000));
        let lines = format!("{LINES}{long}");
        let report = import_lines(&store, &lines, ImportOptions::default()).unwrap();
        assert_eq!((report.kept, report.added, report.refused), (false, 2, 2));
        assert!(report.refusals[0].reason.contains("quota of 2 keys"), "{report:?}");
        assert!(report.refusals[1].reason.contains("over the limit of 1024"), "{report:?}");
        assert!(report.refusals[1].what.len() < 200, "{report:?}");
        assert_eq!(store.usage().unwrap().keys.used, 0);
        let leave_out = ImportOptions { leave_out_refused: true, ..Default::default() };
        assert!(import_lines(&store, &lines, leave_out).unwrap().kept);
        assert_eq!(keys(&store, "g"), ["a", "b"]);
    }
}

#[test]
fn a_report_names_a_hundred_refusals_and_counts_the_rest() {
    let lines = "{}\n".repeat(250);
    let report = import_lines(&Kit::in_memory().store(), &lines, ImportOptions::default()).unwrap();
    assert_eq!((report.refused, report.refusals.len()), (250, 100));
    assert_eq!(report.refusals[99].what, "line 100");
}

#[test]
fn what_has_expired_is_left_out() {
    let kit = Kit::on_sqlite();
    let store = kit.store();
    let now = kit.now();
    let line = |key: &str, at: i64| {
        format!("{{\"type\":\"entry\",\"group\":\"g\",\"key\":\"{key}\",\"value\":\"\",\"expires_at\":{at}}}\n")
    };
    let lines = line("now", now) + &line("soon", now + 7);
    let report = import_lines(&store, &lines, ImportOptions::default()).unwrap();
    assert_eq!((report.added, report.expired), (1, 1));
    assert_eq!(store.entry("g", "soon").unwrap().unwrap().ttl_ms, Some(7));
}

#[test]
fn progress_is_told_and_ends_with_the_number() {
    let lines: String = (0..2_500)
        .map(|n| format!("{{\"type\":\"entry\",\"group\":\"g\",\"key\":\"{n}\",\"value\":\"\"}}\n"))
        .collect();
    let mut told = Vec::new();
    let mut lines = lines.as_bytes();
    let source = ImportSource::JsonLines(&mut lines);
    Kit::in_memory().store().import(source, &ImportOptions::default(), &mut |progress| told.push(progress)).unwrap();
    let told: Vec<_> = told.into_iter().map(|TransferProgress { done, total }| (done, total)).collect();
    assert_eq!(told, [(1_000, None), (2_000, None), (2_500, Some(2_500))]);
}

#[test]
fn an_import_is_a_write_of_its_own() {
    let store = Kit::in_memory().store();
    assert_refused!(import_lines(&store.clone().read_only(), LINES, REPLACE), Error::AccessDenied);
    let transaction = store.begin().unwrap();
    assert_refused!(import_lines(&transaction.store(), LINES, REPLACE), Error::TransactionOpen);
}
