//! Interface `archive`: old rows of the journal, out of the database.

use std::fs;

use larder::{
    Grant, Quota,
    engine::{ArchiveFormat, JournalConfig},
};

use crate::support::Host;

foreach_archive!(assert_test_exists);

plain_tests! {
    archive_errors
    archive_round_trip
}

#[tokio::test]
async fn archive_damaged() {
    let host = Host::new();
    let store = host.store();
    for _ in 0..2 {
        store
            .update(|update| {
                for n in 0..2_000 {
                    update.journal_append("m", &format!("{{\"n\":{n},\"half\":{}}}", n * 7_919 % 1_000), &[].into())?;
                }
                Ok(())
            })
            .unwrap();
        store.archives().compact(i64::MAX, ArchiveFormat::Gzip).unwrap().unwrap();
    }
    let archives = store.archives().list("").unwrap();
    let path = |at: usize| host.directory().join("archive").join(&archives[at].name);
    let whole = fs::read(path(0)).unwrap();
    fs::write(path(0), &whole[..whole.len() / 2]).unwrap();
    fs::remove_file(path(1)).unwrap();
    host.run("archive_damaged").passes().await;
    assert_eq!(store.journal().query(&Default::default()).unwrap().entries.len(), 0);
}

#[tokio::test]
async fn archive_full() {
    let journal = JournalConfig { archive_bytes: Some(10), ..JournalConfig::default() };
    let host = Host::with(|config| config.journal(journal));
    host.run("archive_full").passes().await;
}

#[tokio::test]
async fn archive_scopes() {
    let host = Host::new();
    let scoped = |name| Grant::store(host.scope(name, Quota::default()));
    let run = host.run("archive_scopes").grant("one", scoped("one")).grant("two", scoped("two"));
    run.grant("whole", Grant::store(host.store())).passes().await;
}
