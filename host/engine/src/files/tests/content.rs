//! Reading and writing, whole and piece by piece, making, removing and moving.

use std::fs;

use super::*;

#[test]
fn a_file_is_read_as_it_was_written_and_replaced() {
    let place = Place::new();
    for content in [b"one".as_slice(), b"", b"three\0\xff"] {
        place.files.write("a/b/file", content).unwrap();
        assert_eq!(place.files.read("a/b/file").unwrap(), content);
        assert_eq!(fs::read(place.on_disk("a/b/file")).unwrap(), content);
        assert_eq!(place.used(), (content.len() as u64, 3));
    }
    place.check();
}

#[test]
fn what_is_not_there_is_not_found() {
    let place = Place::new();
    place.files.write("file", b"").unwrap();
    for path in ["none", "none/x", "file/x"] {
        assert_refused!(place.files.read(path), FileError::NotFound);
        assert_refused!(place.files.open_read(path, 0), FileError::NotFound);
        assert_refused!(place.files.remove(path), FileError::NotFound);
        assert_eq!(place.files.stat(path).unwrap(), None);
    }
    assert_refused!(place.files.list("none", None, 0), FileError::NotFound);
    assert_refused!(place.files.rename("none", "x"), FileError::NotFound);
    assert_refused!(place.files.rename("none/y", "x"), FileError::NotFound);
    assert_refused!(place.files.rename("file", "none/x"), FileError::NotFound);
}

#[test]
fn a_directory_is_no_file() {
    let place = Place::new();
    place.files.create_directory("d").unwrap();
    for path in ["", "d"] {
        assert_refused!(place.files.read(path), FileError::IsADirectory);
        assert_refused!(place.files.open_read(path, 0), FileError::IsADirectory);
        assert_refused!(place.files.write(path, b"x"), FileError::IsADirectory);
        assert_refused!(place.files.create(path), FileError::IsADirectory);
    }
    place.check();
}

#[test]
fn a_file_is_no_directory() {
    let place = Place::new();
    place.files.write("f", b"x").unwrap();
    assert_refused!(place.files.write("f/x", b"x"), FileError::NotADirectory);
    assert_refused!(place.files.create("f/x/y"), FileError::NotADirectory);
    assert_refused!(place.files.list("f", None, 0), FileError::NotADirectory);
    assert_refused!(place.files.create_directory("f/x"), FileError::NotADirectory);
    assert_refused!(place.files.create_directory("f"), FileError::AlreadyExists);
    assert_refused!(place.files.rename("f/x", "g"), FileError::NotADirectory);
    assert_refused!(place.files.rename("f", "f/x"), FileError::NotADirectory);
    assert_eq!(place.files.read("f").unwrap(), b"x");
    place.check();
}

#[test]
fn a_file_over_the_limit_is_read_by_pieces_only() {
    let place = Place::new();
    place.files.write("fits", &[1; 64]).unwrap();
    place.files.write("large", &[2; 65]).unwrap();
    assert_eq!(place.files.read("fits").unwrap(), [1; 64]);
    assert_refused!(place.files.read("large"), FileError::TooLarge { size: 65, limit: 64 });
    assert_eq!(place.files.open_read("large", 0).unwrap().read(100).unwrap(), [2; 65]);
}

#[test]
fn a_reader_goes_from_its_offset_to_the_end() {
    let place = Place::new();
    place.files.write("file", b"0123456789").unwrap();
    let mut reader = place.files.open_read("file", 3).unwrap();
    assert_eq!(reader.size(), 10);
    assert_eq!(reader.read(0).unwrap(), b"");
    assert_eq!(reader.read(4).unwrap(), b"3456");
    assert_eq!(reader.read(u32::MAX).unwrap(), b"789");
    assert_eq!(reader.read(u32::MAX).unwrap(), b"");
    for offset in [10, 11, i64::MAX as u64, u64::MAX] {
        assert_eq!(place.files.open_read("file", offset).unwrap().read(1).unwrap(), b"", "{offset}");
    }
}

#[test]
fn one_read_answers_a_mebibyte_at_most() {
    let place = Place::new();
    place.files.write("file", &vec![7; 1024 * 1024 + 5]).unwrap();
    let mut reader = place.files.open_read("file", 0).unwrap();
    assert_eq!(reader.read(u32::MAX).unwrap().len(), 1024 * 1024);
    assert_eq!(reader.read(u32::MAX).unwrap().len(), 5);
}

#[cfg(unix)]
#[test]
fn a_reader_keeps_the_file_it_opened() {
    let place = Place::new();
    place.files.write("file", b"old content").unwrap();
    let mut reader = place.files.open_read("file", 0).unwrap();
    assert_eq!(reader.read(3).unwrap(), b"old");
    place.files.write("file", b"new").unwrap();
    assert_eq!(reader.read(4).unwrap(), b" con");
    place.files.remove("file").unwrap();
    assert_eq!(reader.read(10).unwrap(), b"tent");
}

#[test]
fn a_written_file_is_seen_when_it_is_finished() {
    let place = Place::new();
    place.files.write("d/file", b"old").unwrap();
    let mut writer = place.files.create("d/file").unwrap();
    writer.write(b"new ").unwrap();
    writer.write(b"").unwrap();
    writer.write(b"content").unwrap();
    assert_eq!(writer.written(), 11);
    assert_eq!(place.files.read("d/file").unwrap(), b"old");
    writer.finish().unwrap();
    assert_eq!(place.files.read("d/file").unwrap(), b"new content");
    place.check();
}

#[test]
fn a_dropped_writer_leaves_no_trace() {
    let place = Place::new();
    place.files.write("old", b"old").unwrap();
    for path in ["old", "new", "a/b/new"] {
        let mut writer = place.files.create(path).unwrap();
        writer.write(b"something").unwrap();
        drop(writer);
        assert_eq!(place.used(), (3, 1), "{path}");
        place.check();
    }
    assert_eq!(fs::read_dir(place.on_disk("")).unwrap().count(), 1);
    assert_eq!(place.files.read("old").unwrap(), b"old");
}

#[test]
fn what_came_into_the_way_of_a_writer_stops_it() {
    let place = Place::new();
    let writer = place.files.create("x").unwrap();
    place.files.create_directory("x").unwrap();
    assert_refused!(writer.finish(), FileError::IsADirectory);
    let writer = place.files.create("d/x").unwrap();
    place.files.write("d", b"file").unwrap();
    assert_refused!(writer.finish(), FileError::NotADirectory);
    place.check();
}

#[test]
fn a_writer_that_is_refused_takes_its_directories_away() {
    let place = Place::names(3);
    let writer = place.files.create("a/b/c").unwrap();
    let _other = place.files.create("a/b/c").unwrap_err();
    fs::create_dir(place.on_disk("a")).unwrap();
    place.files.ledger().recount().unwrap();
    writer.finish().unwrap();
    assert!(place.on_disk("a/b/c").exists());
    place.check();

    let place = Place::names(1);
    fs::create_dir(place.on_disk("a")).unwrap();
    assert_refused!(
        place.files.create_directory("b/c"),
        FileError::QuotaExceeded { quota: FileQuotaKind::Files, used: 1, limit: 1 }
    );
    assert!(!place.on_disk("b").exists());
    place.check();
}

#[test]
fn directories_are_made_with_those_on_the_way_and_again() {
    let place = Place::new();
    place.files.create_directory("").unwrap();
    place.files.create_directory("a/b/c").unwrap();
    place.files.create_directory("a/b/c").unwrap();
    place.files.create_directory("a/b").unwrap();
    assert_eq!(place.used(), (0, 3));
    assert_eq!(place.files.stat("a/b").unwrap().unwrap().kind, FileKind::Directory);
    assert_eq!(place.files.stat("").unwrap().unwrap().kind, FileKind::Directory);
    place.check();
}

#[test]
fn facts_of_a_file_are_told() {
    let place = Place::new();
    place.files.write("file", b"12345").unwrap();
    let info = place.files.stat("file").unwrap().unwrap();
    assert_eq!((info.kind, info.size), (FileKind::File, 5));
    let modified = fs::metadata(place.on_disk("file")).unwrap().modified().unwrap();
    let modified = modified.duration_since(std::time::UNIX_EPOCH).unwrap().as_millis();
    assert_eq!(u128::from(info.modified_ms), modified);
}

#[test]
fn what_is_removed_is_gone_and_released() {
    let place = Place::new();
    place.files.write("d/file", b"12345").unwrap();
    assert_refused!(place.files.remove("d"), FileError::NotEmpty);
    assert_refused!(place.files.remove(""), FileError::InvalidPath { .. });
    place.files.remove("d/file").unwrap();
    assert_eq!(place.used(), (0, 1));
    place.files.remove("d").unwrap();
    assert_eq!(place.used(), (0, 0));
    place.check();
}

#[test]
fn files_and_directories_move() {
    let place = Place::new();
    place.files.write("d/file", b"content").unwrap();
    place.files.write("other", b"replaced").unwrap();
    place.files.rename("d/file", "other").unwrap();
    assert_eq!(place.files.read("other").unwrap(), b"content");
    place.files.rename("other", "d/back").unwrap();
    place.files.rename("d", "e").unwrap();
    assert_eq!(place.files.read("e/back").unwrap(), b"content");
    place.files.rename("e/back", "e/back").unwrap();
    place.files.rename("e", "e").unwrap();
    assert_eq!(place.used(), (7, 2));
    place.check();
}

#[test]
fn a_move_that_makes_no_sense_is_refused() {
    let place = Place::new();
    place.files.write("file", b"1").unwrap();
    place.files.write("d/file", b"2").unwrap();
    place.files.create_directory("e").unwrap();
    assert_refused!(place.files.rename("file", "e"), FileError::AlreadyExists);
    assert_refused!(place.files.rename("d", "e"), FileError::AlreadyExists);
    assert_refused!(place.files.rename("d", "file"), FileError::NotADirectory);
    assert_refused!(place.files.rename("file", ""), FileError::IsADirectory);
    assert_refused!(place.files.rename("", "x"), FileError::InvalidPath { .. });
    for inside in ["d/x", "d/file/x", "d/x/y"] {
        assert_refused!(place.files.rename("d", inside), FileError::InvalidPath { rule, .. } if rule.contains("into itself"));
    }
    place.files.rename("d", "dd").unwrap();
    assert_eq!(place.used(), (2, 4));
    place.check();
}

#[test]
fn a_directory_does_not_move_to_where_its_files_could_not_be_named() {
    let place = Place::new();
    let deep = vec!["d"; 31].join("/");
    place.files.create_directory(&deep).unwrap();
    place.files.write("flat/file", b"").unwrap();
    place.files.create_directory("empty").unwrap();
    assert_refused!(place.files.rename("flat", &format!("{deep}/x")), FileError::InvalidPath { rule, .. } if rule.contains("32"));
    place.files.rename("empty", &format!("{deep}/x")).unwrap();
    place.check();
}

#[test]
fn files_that_are_read_only_are_not_changed() {
    let place = Place::new();
    place.files.write("file", b"1").unwrap();
    let files = place.files.clone().read_only();
    assert_refused!(files.write("file", b"2"), FileError::AccessDenied);
    assert_refused!(files.create("x"), FileError::AccessDenied);
    assert_refused!(files.create_directory("d"), FileError::AccessDenied);
    assert_refused!(files.remove("file"), FileError::AccessDenied);
    assert_refused!(files.rename("file", "x"), FileError::AccessDenied);
    assert_eq!(files.read("file").unwrap(), b"1");
    assert_eq!(files.list("", None, 0).unwrap().items.len(), 1);
    assert_eq!(files.usage().unwrap().bytes, 1);
}

#[test]
fn what_a_killed_process_left_is_removed_and_what_this_one_writes_is_not() {
    let place = Place::new();
    fs::write(place.temporary().join("0123456789abcdef-7"), "left over").unwrap();
    let mut writer = place.files.create("file").unwrap();
    writer.write(b"content").unwrap();
    place.reopened(FileQuota::default());
    assert_eq!(fs::read_dir(place.temporary()).unwrap().count(), 1);
    writer.finish().unwrap();
    assert_eq!(place.files.read("file").unwrap(), b"content");
    place.check();
}

#[cfg(unix)]
#[test]
fn files_are_the_users_alone() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::new();
    place.files.write("d/file", b"").unwrap();
    let mode = |path| fs::metadata(place.on_disk(path)).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode("d"), mode("d/file")), (0o700, 0o600));
}
