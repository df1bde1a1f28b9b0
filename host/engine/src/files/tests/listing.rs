//! Pages of names.

use std::fs;

use super::*;

fn all(files: &Files, path: &str, limit: u32) -> Vec<String> {
    let (mut names, mut cursor) = (Vec::new(), None);
    loop {
        let page = files.list(path, cursor.as_deref(), limit).unwrap();
        names.extend(page.items.into_iter().map(|item| item.name));
        cursor = page.next;
        if cursor.is_none() {
            return names;
        }
    }
}

#[test]
fn names_come_in_the_order_of_their_bytes_whatever_the_page() {
    let place = Place::new();
    let mut names = ["b", "a", "ä", "B", "a-b", "aa", "z", "日本"].map(String::from);
    for name in &names {
        fs::write(place.on_disk(name), name).unwrap();
    }
    names.sort();
    for limit in [1, 2, 3, 7, 8, 9, 0, u32::MAX] {
        assert_eq!(all(&place.files, "", limit), names, "{limit}");
    }
    // A page that ends with the last name has no next one.
    assert_eq!(place.files.list("", None, 8).unwrap().next, None);
}

#[test]
fn a_page_tells_what_things_are() {
    let place = Place::new();
    place.files.write("d/file", b"123").unwrap();
    place.files.write("file", b"12345").unwrap();
    let items = place.files.list("", None, 0).unwrap().items;
    let seen: Vec<_> = items.iter().map(|item| (item.name.as_str(), item.info.kind, item.info.size)).collect();
    assert_eq!(seen, [("d", FileKind::Directory, 0), ("file", FileKind::File, 5)]);
    assert_eq!(all(&place.files, "d", 0), ["file"]);
}

#[test]
fn an_empty_directory_has_an_empty_page() {
    let place = Place::new();
    assert_eq!(place.files.list("", None, 0).unwrap(), FilePage { items: Vec::new(), next: None });
}

#[test]
fn a_page_has_a_thousand_names_at_most() {
    let place = Place::new();
    for n in 0..1_002 {
        fs::write(place.on_disk(&format!("{n:04}")), "").unwrap();
    }
    for limit in [0, 1_000, 1_001, u32::MAX] {
        assert_eq!(place.files.list("", None, limit).unwrap().items.len(), 1_000);
    }
    assert_eq!(place.files.list("", None, 999).unwrap().items.len(), 999);
    assert_eq!(all(&place.files, "", 0).len(), 1_002);
}

#[test]
fn names_that_come_and_go_between_pages_do_not_move_the_others() {
    let place = Place::new();
    for name in ["b", "d", "f"] {
        place.files.write(name, b"").unwrap();
    }
    let page = place.files.list("", None, 2).unwrap();
    place.files.remove("d").unwrap();
    for name in ["a", "c", "e"] {
        place.files.write(name, b"").unwrap();
    }
    let rest = place.files.list("", page.next.as_deref(), 10).unwrap();
    assert_eq!(rest.items.iter().map(|item| item.name.as_str()).collect::<Vec<_>>(), ["e", "f"]);
}

#[test]
fn a_cursor_is_for_its_directory_and_unaltered() {
    let place = Place::new();
    for name in ["d/a", "d/b", "e/a", "e/b"] {
        place.files.write(name, b"").unwrap();
    }
    let cursor = place.files.list("d", None, 1).unwrap().next.unwrap();
    assert_eq!(place.files.list("d", Some(&cursor), 1).unwrap().items[0].name, "b");
    for path in ["", "e", "none"] {
        assert_refused!(place.files.list(path, Some(&cursor), 1), FileError::InvalidCursor);
    }
    let altered = cursor.replace('0', "1");
    for cursor in ["", "x", "00", "../..", altered.as_str(), &cursor.to_uppercase(), &cursor[1..], &"0".repeat(10_000)]
    {
        assert_refused!(place.files.list("d", Some(cursor), 1), FileError::InvalidCursor);
    }
}

#[cfg(unix)]
#[test]
fn names_that_cannot_be_said_are_left_out_but_count() {
    use std::{ffi::OsStr, os::unix::ffi::OsStrExt};
    let place = Place::new();
    place.files.create_directory("d").unwrap();
    for name in [b"\xff\xfe".as_slice(), b"a:b", b"con", b"a\nb", b"dot."] {
        fs::write(place.on_disk("d").join(OsStr::from_bytes(name)), "123").unwrap();
    }
    assert_eq!(place.files.list("d", None, 0).unwrap().items, []);
    assert_refused!(place.files.remove("d"), FileError::NotEmpty);
    assert_eq!(place.files.ledger().recount().unwrap().bytes, 15);
    assert_eq!(place.used(), (15, 6));
}
