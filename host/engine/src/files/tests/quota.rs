//! Quotas, and the account they are checked against.

use std::{
    fs,
    sync::{Arc, Barrier},
    thread,
};

use super::*;

#[test]
fn what_is_on_the_disk_already_counts() {
    let place = Place::bytes(10);
    fs::create_dir_all(place.on_disk("a/b")).unwrap();
    fs::write(place.on_disk("a/b/file"), "123456").unwrap();
    assert_refused!(
        place.files.write("x", b"12345"),
        FileError::QuotaExceeded { quota: FileQuotaKind::Bytes, used: 6, limit: 10 }
    );
    place.files.write("x", b"1234").unwrap();
    assert_eq!(place.files.usage().unwrap(), FileUsage { bytes: 10, max_bytes: Some(10), files: 4, max_files: None });
    place.check();
}

#[test]
fn a_refused_write_leaves_what_was_there() {
    let place = Place::bytes(10);
    place.files.write("file", b"12345").unwrap();
    assert_refused!(place.files.write("file", &[0; 11]), FileError::QuotaExceeded { used: 5, .. });
    assert_refused!(place.files.write("d/other", &[0; 6]), FileError::QuotaExceeded { used: 5, .. });
    assert_eq!(place.files.read("file").unwrap(), b"12345");
    assert!(!place.on_disk("d").exists());
    place.check();
}

#[test]
fn a_full_quota_lets_a_file_be_replaced_and_made_smaller() {
    let place = Place::bytes(10);
    place.files.write("file", &[1; 10]).unwrap();
    place.files.write("file", &[2; 10]).unwrap();
    place.files.write("file", &[3; 4]).unwrap();
    assert_eq!(place.used(), (4, 1));
    // A quota that was lowered below what is there.
    let files = place.reopened(FileQuota { bytes: Some(2), files: Some(0) });
    files.write("file", &[4; 3]).unwrap();
    assert_refused!(files.write("file", &[4; 4]), FileError::QuotaExceeded { used: 3, limit: 2, .. });
    assert_refused!(files.write("x", b""), FileError::QuotaExceeded { quota: FileQuotaKind::Files, used: 1, limit: 0 });
    files.remove("file").unwrap();
}

#[test]
fn a_writer_is_charged_as_it_goes() {
    let place = Place::bytes(10);
    place.files.write("file", &[1; 4]).unwrap();
    let mut writer = place.files.create("file").unwrap();
    writer.write(&[2; 3]).unwrap();
    assert_eq!(place.used(), (7, 1));
    assert_refused!(writer.write(&[2; 4]), FileError::QuotaExceeded { used: 7, limit: 10, .. });
    assert_refused!(place.files.write("other", &[2; 4]), FileError::QuotaExceeded { .. });
    assert_eq!(writer.written(), 3);
    writer.write(&[2; 3]).unwrap();
    writer.finish().unwrap();
    assert_eq!(place.files.read("file").unwrap(), [2; 6]);
    assert_eq!(place.used(), (6, 1));
    place.check();
}

#[test]
fn names_count_files_and_directories() {
    let place = Place::names(3);
    place.files.write("a/b", b"").unwrap();
    assert_refused!(
        place.files.write("c/d", b""),
        FileError::QuotaExceeded { quota: FileQuotaKind::Files, used: 2, limit: 3 }
    );
    assert_refused!(place.files.create("c/d"), FileError::QuotaExceeded { .. });
    assert_refused!(place.files.create_directory("c/d"), FileError::QuotaExceeded { .. });
    assert!(!place.on_disk("c").exists());
    place.files.write("a/b", b"again").unwrap();
    let writer = place.files.create("c").unwrap();
    assert_refused!(place.files.write("d", b""), FileError::QuotaExceeded { used: 3, .. });
    drop(writer);
    place.files.write("d", b"").unwrap();
    place.files.rename("d", "e").unwrap();
    place.files.rename("e", "a/b").unwrap();
    assert_eq!(place.used(), (0, 2));
    place.check();
}

#[test]
fn a_file_that_was_removed_under_a_replacement_gives_no_room_twice() {
    let place = Place::bytes(10);
    place.files.write("file", &[1; 10]).unwrap();
    // The same as a whole write, stopped between its start and its end.
    let mut writer = place.files.create("file").unwrap();
    place.files.remove("file").unwrap();
    place.files.write("other", &[2; 10]).unwrap();
    assert_refused!(writer.write(b"x"), FileError::QuotaExceeded { .. });
    writer.finish().unwrap();
    assert_eq!(place.used(), (10, 2));
    place.check();
}

#[test]
fn writers_at_the_same_time_do_not_pass_the_quota_together() {
    let place = Place::with(FileQuota { bytes: Some(50), files: Some(9) });
    let start = Arc::new(Barrier::new(8));
    let written: usize = thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|n| {
                let (files, start) = (place.files.clone(), start.clone());
                scope.spawn(move || {
                    start.wait();
                    (0..4).filter(|round| files.write(&format!("{n}-{round}"), &[0; 10]).is_ok()).count()
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    assert_eq!(written, 5);
    assert_eq!(place.used(), (50, 5));
    place.check();
}

#[test]
fn writers_of_the_same_file_keep_the_account_right() {
    let place = Place::bytes(1_000);
    let start = Arc::new(Barrier::new(6));
    thread::scope(|scope| {
        for n in 0..6usize {
            let (files, start) = (place.files.clone(), start.clone());
            scope.spawn(move || {
                start.wait();
                for round in 0..10 {
                    match (n + round) % 4 {
                        0 => drop(files.remove("d/file")),
                        1 => drop(files.rename("d/file", "d/moved")),
                        _ => files.write("d/file", &vec![0; n * 10 + round]).unwrap(),
                    }
                }
            });
        }
    });
    place.check();
}

#[test]
fn a_replacement_of_a_file_that_goes_away_does_not_pass_the_quota() {
    for _ in 0..20 {
        let place = Place::bytes(100);
        place.files.write("file", &[1; 100]).unwrap();
        let start = Barrier::new(2);
        thread::scope(|scope| {
            scope.spawn(|| {
                start.wait();
                // Refused if the room of the old file has gone to another one meanwhile.
                drop(place.files.write("file", &[2; 100]));
            });
            start.wait();
            place.files.remove("file").unwrap();
            drop(place.files.write("other", &[3; 100]));
        });
        assert!(place.used().0 <= 100);
        place.check();
    }
}

#[test]
fn a_ledger_is_charged_by_others_too() {
    let place = Place::with(FileQuota { bytes: Some(10), files: Some(2) });
    let ledger = place.files.ledger().clone();
    ledger.charge_bytes(8).unwrap();
    ledger.charge_file().unwrap();
    assert_refused!(place.files.write("file", b"123"), FileError::QuotaExceeded { used: 8, limit: 10, .. });
    assert_refused!(ledger.charge_bytes(3), FileError::QuotaExceeded { .. });
    ledger.charge_bytes(0).unwrap();
    ledger.charge_file().unwrap();
    assert_refused!(ledger.charge_file(), FileError::QuotaExceeded { quota: FileQuotaKind::Files, used: 2, limit: 2 });
    ledger.release_bytes(8);
    ledger.release_file();
    ledger.release_file();
    ledger.release_file();
    ledger.release_bytes(1);
    assert_eq!(place.used(), (0, 0));
    place.files.write("file", b"123").unwrap();
    place.check();
}

#[test]
fn a_release_before_the_first_count_is_not_taken_off_twice() {
    let place = Place::new();
    fs::write(place.on_disk("file"), "123").unwrap();
    place.files.ledger().release_bytes(5);
    place.files.ledger().release_file();
    assert_eq!(place.used(), (3, 1));
}

#[test]
fn a_recount_sees_what_came_from_outside_and_what_is_being_written() {
    let place = Place::new();
    let mut writer = place.files.create("file").unwrap();
    writer.write(b"12345").unwrap();
    fs::write(place.on_disk("outside"), "123").unwrap();
    assert_eq!(place.used(), (5, 1));
    place.files.ledger().recount().unwrap();
    assert_eq!(place.used(), (8, 2));
    writer.finish().unwrap();
    assert_eq!(place.used(), (8, 2));
    place.check();
}

#[test]
fn changes_wait_for_each_other() {
    let place = Place::new();
    let change = place.files.ledger().change().unwrap();
    thread::scope(|scope| {
        let waiting = scope.spawn(|| place.files.write("file", b"1").unwrap());
        // Whenever the writer gets there, it can not be through.
        assert!(!place.on_disk("file").exists());
        drop(change);
        waiting.join().unwrap();
    });
    assert!(place.on_disk("file").exists());
}

#[test]
fn a_tree_that_is_too_deep_to_walk_is_an_error_and_not_a_crash() {
    let place = Place::new();
    let deep: PathBuf = std::iter::repeat_n("d", 64).collect();
    fs::create_dir_all(place.on_disk("").join(&deep)).unwrap();
    assert_eq!(place.used(), (0, 64));
    fs::create_dir_all(place.on_disk("").join(&deep).join("d")).unwrap();
    assert_refused!(place.files.ledger().recount(), FileError::Io { .. });
    assert_eq!(place.used(), (0, 64));
}

#[test]
fn who_has_the_account_keeps_the_tenant() {
    let Place { root, owner, files, disk: _disk } = Place::new();
    let (weak, ledger) = (files.downgrade(), files.ledger().clone());
    ledger.charge_bytes(5).unwrap();
    drop((files, owner));
    assert_refused!(OwnerLock::acquire(&tenant(&root)), crate::Error::InUse { .. });
    assert_eq!(weak.upgrade().unwrap().usage().unwrap().bytes, 5);
    drop(ledger);
    assert!(weak.upgrade().is_none());
    OwnerLock::acquire(&tenant(&root)).unwrap();
}
