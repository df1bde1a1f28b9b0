//! Links, FIFOs and the like that somebody put into the tree: never opened, never followed, never waited for.
#![cfg(unix)]

use std::{fs, os::unix::fs::symlink, path::Path};

use super::*;

fn fifo(path: &Path) {
    rustix::fs::mknodat(rustix::fs::CWD, path, rustix::fs::FileType::Fifo, 0o600.into(), 0).unwrap();
}

/// What lies in the place of a file is refused by all that opens, replaces or moves, and can be removed.
fn check_in_place_of_a_file(place: &Place, name: &str) {
    let files = &place.files;
    assert_refused!(files.read(name), FileError::NotAFile);
    assert_refused!(files.open_read(name, 0), FileError::NotAFile);
    assert_refused!(files.write(name, b"x"), FileError::NotAFile);
    assert_refused!(files.create(name), FileError::NotAFile);
    assert_refused!(files.create_directory(name), FileError::AlreadyExists);
    assert_refused!(files.rename(name, "elsewhere"), FileError::NotAFile);
    assert_refused!(files.list(name, None, 0), FileError::NotADirectory);
    files.write("source", b"x").unwrap();
    assert_refused!(files.rename("source", name), FileError::NotAFile);
    files.remove("source").unwrap();
    let info = files.stat(name).unwrap().unwrap();
    assert_eq!((info.kind, info.size), (FileKind::Other, 0));
    assert_eq!(files.list("", None, 0).unwrap().items[0].info.kind, FileKind::Other);
    files.remove(name).unwrap();
    assert_eq!(files.stat(name).unwrap(), None);
    place.check();
}

#[test]
fn symbolic_links_are_not_followed_wherever_they_point() {
    let place = Place::new();
    let outside = place.outside();
    place.files.write("inside/file", b"inside").unwrap();
    for target in
        [outside.as_path(), Path::new("inside/file"), Path::new("inside"), Path::new("nowhere"), Path::new("link")]
    {
        symlink(target, place.on_disk("a-link")).unwrap();
        place.files.ledger().recount().unwrap();
        check_in_place_of_a_file(&place, "a-link");
    }
    assert_eq!(fs::read_to_string(outside).unwrap(), "untouched");
    assert_eq!(place.files.read("inside/file").unwrap(), b"inside");
    assert!(!place.on_disk("nowhere").exists());
}

#[test]
fn a_symbolic_link_on_the_way_is_not_followed_either() {
    let place = Place::new();
    let outside = place.disk.path().join("folder");
    fs::create_dir(&outside).unwrap();
    fs::write(outside.join("file"), "untouched").unwrap();
    place.files.write("real/file", b"inside").unwrap();
    for target in [outside.as_path(), Path::new("real"), Path::new(".."), Path::new("/")] {
        symlink(target, place.on_disk("link")).unwrap();
        let files = &place.files;
        for path in ["link/file", "link/new", "link/a/b"] {
            assert_refused!(files.read(path), FileError::NotAFile);
            assert_refused!(files.open_read(path, 0), FileError::NotAFile);
            assert_refused!(files.write(path, b"x"), FileError::NotADirectory);
            assert_refused!(files.create(path), FileError::NotADirectory);
            assert_refused!(files.create_directory(path), FileError::NotADirectory);
            assert_refused!(files.list(path, None, 0), FileError::NotADirectory);
            assert_refused!(files.remove(path), FileError::NotFound);
            assert_refused!(files.rename(path, "x"), FileError::NotADirectory);
            assert_refused!(files.rename("real/file", path), FileError::NotADirectory);
            assert_eq!(files.stat(path).unwrap(), None);
        }
        fs::remove_file(place.on_disk("link")).unwrap();
    }
    assert_eq!(fs::read_to_string(outside.join("file")).unwrap(), "untouched");
    assert_eq!(fs::read_dir(outside).unwrap().count(), 1);
    place.check();
}

#[test]
fn a_file_with_further_names_is_neither_read_nor_written() {
    let place = Place::new();
    let outside = place.outside();
    fs::hard_link(&outside, place.on_disk("a-link")).unwrap();
    place.files.ledger().recount().unwrap();
    assert_eq!(place.used(), (9, 1));
    check_in_place_of_a_file(&place, "a-link");
    assert_eq!(place.used(), (0, 0));
    assert_eq!(fs::read_to_string(outside).unwrap(), "untouched");
}

#[test]
fn fifos_and_sockets_are_not_waited_for() {
    let place = Place::new();
    fifo(&place.on_disk("a-fifo"));
    place.files.ledger().recount().unwrap();
    check_in_place_of_a_file(&place, "a-fifo");
    let socket = std::os::unix::net::UnixListener::bind(place.on_disk("a-socket")).unwrap();
    place.files.ledger().recount().unwrap();
    check_in_place_of_a_file(&place, "a-socket");
    drop(socket);
    fifo(&place.on_disk("a-fifo"));
    assert_refused!(place.files.read("a-fifo/x"), FileError::NotAFile);
    assert_refused!(place.files.write("a-fifo/x", b""), FileError::NotADirectory);
}

#[test]
fn what_comes_into_the_way_of_a_writer_is_not_written_through() {
    let place = Place::new();
    let outside = place.outside();
    let mut writer = place.files.create("file").unwrap();
    writer.write(b"content").unwrap();
    symlink(&outside, place.on_disk("file")).unwrap();
    assert_refused!(writer.finish(), FileError::NotAFile);
    assert_eq!(fs::read_to_string(outside).unwrap(), "untouched");
}

#[test]
fn links_in_the_tree_are_counted_and_not_walked() {
    let place = Place::new();
    symlink("/", place.on_disk("everything")).unwrap();
    symlink(".", place.on_disk("loop")).unwrap();
    fifo(&place.on_disk("fifo"));
    assert_eq!(place.used(), (0, 3));
}

#[test]
fn links_among_the_leftovers_are_removed_and_not_followed() {
    let place = Place::new();
    let outside = place.outside();
    symlink(&outside, place.temporary().join("link")).unwrap();
    fifo(&place.temporary().join("fifo"));
    place.reopened(FileQuota::default());
    assert_eq!(fs::read_dir(place.temporary()).unwrap().count(), 0);
    assert_eq!(fs::read_to_string(outside).unwrap(), "untouched");
}
