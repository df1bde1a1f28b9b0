//! Files that lose their names while they are open.

use std::{sync::Barrier, thread};

use super::*;

/// A file of 30 bytes in a quota of 100, and a reader of it.
fn read_file() -> (Place, FileReader) {
    let place = Place::bytes(100);
    place.files.write("file", &[1; 30]).unwrap();
    let reader = place.files.open_read("file", 0).unwrap();
    (place, reader)
}

#[test]
fn what_is_replaced_counts_as_long_as_it_is_read() {
    let (place, first) = read_file();
    let mut readers = vec![first];
    for content in 2..4 {
        place.files.write("file", &[content; 30]).unwrap();
        readers.push(place.files.open_read("file", 0).unwrap());
    }
    assert_eq!(place.used(), (90, 1));
    assert_refused!(
        place.files.write("file", &[4; 30]),
        FileError::QuotaExceeded { quota: FileQuotaKind::Bytes, used: 90, limit: 100 }
    );
    assert_eq!(place.files.read("file").unwrap(), [3; 30]);
    place.check();
    let mut oldest = readers.remove(0);
    assert_eq!(oldest.read(100).unwrap(), [1; 30]);
    drop(oldest);
    assert_eq!(place.used(), (60, 1));
    place.files.write("file", &[4; 30]).unwrap();
    assert_eq!(place.used(), (90, 1));
    drop(readers);
    assert_eq!(place.used(), (30, 1));
    place.check();
}

#[test]
fn what_is_removed_counts_as_long_as_it_is_read() {
    let (place, reader) = read_file();
    place.files.remove("file").unwrap();
    assert_eq!(place.used(), (30, 0));
    assert_refused!(place.files.write("other", &[2; 71]), FileError::QuotaExceeded { used: 30, .. });
    place.check();
    drop(reader);
    assert_eq!(place.used(), (0, 0));
    place.files.write("other", &[2; 100]).unwrap();
    place.check();
}

#[test]
fn what_a_rename_replaces_counts_as_long_as_it_is_read() {
    let (place, reader) = read_file();
    place.files.write("new", &[2; 20]).unwrap();
    place.files.rename("new", "file").unwrap();
    assert_eq!(place.used(), (50, 1));
    place.check();
    drop(reader);
    assert_eq!(place.used(), (20, 1));
    place.check();
}

#[test]
fn what_a_writer_replaces_counts_as_long_as_it_is_read() {
    let (place, reader) = read_file();
    let mut writer = place.files.create("file").unwrap();
    writer.write(&[2; 20]).unwrap();
    writer.finish().unwrap();
    assert_eq!(place.used(), (50, 1));
    place.check();
    drop(reader);
    assert_eq!(place.used(), (20, 1));
    place.check();
}

#[test]
fn the_last_of_several_readers_counts() {
    let (place, one) = read_file();
    let two = place.files.open_read("file", 0).unwrap();
    place.files.remove("file").unwrap();
    drop(one);
    assert_eq!(place.used(), (30, 0));
    drop(two);
    assert_eq!(place.used(), (0, 0));
}

#[test]
fn a_reader_of_a_file_that_keeps_its_name_costs_nothing() {
    let (place, reader) = read_file();
    place.files.rename("file", "moved").unwrap();
    assert_eq!(place.used(), (30, 1));
    drop(reader);
    assert_eq!(place.used(), (30, 1));
    place.files.write("moved", &[2; 100]).unwrap();
    place.check();
}

#[test]
fn a_file_that_is_opened_while_it_is_replaced_does_not_pass_the_quota() {
    for _ in 0..20 {
        let place = Place::bytes(100);
        place.files.write("file", &[1; 60]).unwrap();
        let start = Barrier::new(2);
        thread::scope(|scope| {
            scope.spawn(|| {
                start.wait();
                // Refused if the reader was there first.
                drop(place.files.write("file", &[2; 60]));
            });
            start.wait();
            let _reader = place.files.open_read("file", 0).unwrap();
            assert!(place.used().0 <= 100);
        });
        assert_eq!(place.used(), (60, 1));
        place.check();
    }
}

#[test]
fn readers_and_writers_at_the_same_time_keep_the_account_right() {
    let place = Place::bytes(100);
    place.files.write("file", &[0; 30]).unwrap();
    thread::scope(|scope| {
        for n in 0..4u8 {
            let place = &place;
            scope.spawn(move || {
                for _ in 0..50 {
                    let reader = place.files.open_read("file", 0);
                    match n {
                        0 => drop(place.files.remove("file")),
                        1 => drop(place.files.rename("other", "file")),
                        2 => drop(place.files.write("other", &[n; 20])),
                        _ => drop(place.files.write("file", &[n; 30])),
                    }
                    assert!(place.used().0 <= 100);
                    drop(reader);
                }
            });
        }
    });
    place.check();
}
