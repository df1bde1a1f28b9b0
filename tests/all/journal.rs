//! Interface `journal`: rows for finished work, read by filter, Flux and SQL.

use larder::{
    Grant, Quota,
    engine::{ArchiveFormat, JournalConfig},
};

use crate::support::Host;

foreach_journal!(assert_test_exists);

plain_tests! {
    journal_append
    journal_errors
    journal_in_transaction
    journal_query_errors
}

#[tokio::test]
async fn journal_quota() {
    let journal = JournalConfig { bytes: Some(1_000), ..JournalConfig::default() };
    let host = Host::with(|config| config.journal(journal));
    host.run("journal_quota").passes().await;
}

#[tokio::test]
async fn journal_read_only() {
    let host = Host::new();
    let store = host.store();
    for _ in 0..2 {
        store.archives().compact(i64::MAX, ArchiveFormat::Gzip).unwrap();
        store.journal().append("m", "{}", &[].into()).unwrap();
    }
    let run = host.run("journal_read_only");
    run.grant("default", Grant::store(store).read_only()).passes().await;
}

#[tokio::test]
async fn journal_scopes() {
    let host = Host::new();
    let scoped = |name| Grant::store(host.scope(name, Quota::default()));
    let run = host.run("journal_scopes").grant("one", scoped("one")).grant("two", scoped("two"));
    run.grant("whole", Grant::store(host.store())).passes().await;
}
