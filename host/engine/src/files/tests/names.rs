//! Hostile names at every door.

use std::fs;

use super::*;

/// Everything below the disk but the tenant's own files.
fn surroundings(place: &Place) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut left = vec![place.disk.path().to_owned()];
    while let Some(dir) = left.pop() {
        for entry in fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path != place.on_disk("") && path.is_dir() {
                left.push(path.clone());
            }
            found.push(path);
        }
    }
    found.sort();
    found
}

#[test]
fn a_name_that_breaks_a_rule_is_refused_by_every_function() {
    let place = Place::new();
    place.files.write("file", b"content").unwrap();
    let before = surroundings(&place);
    let (long, deep) = ("x".repeat(10_240), "d/".repeat(40) + "d");
    for path in [
        "..",
        "../x",
        "a/../../x",
        ".",
        "./x",
        "/",
        "/etc/passwd",
        "\\",
        "..\\x",
        "a\\b",
        "a\0",
        "\n",
        "a\nb",
        "a//b",
        "a/",
        "c:",
        "c:\\x",
        "file:stream",
        "a.",
        "a ",
        "...",
        "CON",
        "con.txt",
        "NUL",
        "lpt1.x/y",
        &long,
        &deep,
    ] {
        let files = &place.files;
        assert_refused!(files.read(path), FileError::InvalidPath { .. });
        assert_refused!(files.write(path, b"x"), FileError::InvalidPath { .. });
        assert_refused!(files.open_read(path, 0), FileError::InvalidPath { .. });
        assert_refused!(files.create(path), FileError::InvalidPath { .. });
        assert_refused!(files.stat(path), FileError::InvalidPath { .. });
        assert_refused!(files.list(path, None, 0), FileError::InvalidPath { .. });
        assert_refused!(files.create_directory(path), FileError::InvalidPath { .. });
        assert_refused!(files.remove(path), FileError::InvalidPath { .. });
        assert_refused!(files.rename(path, "x"), FileError::InvalidPath { .. });
        assert_refused!(files.rename("file", path), FileError::InvalidPath { .. });
    }
    assert_eq!(surroundings(&place), before);
    assert_eq!(place.used(), (7, 1));
    place.check();
}

#[test]
fn look_alikes_of_dots_and_separators_are_ordinary_characters() {
    let place = Place::new();
    let before = surroundings(&place);
    for name in [
        "\u{2024}\u{2024}",
        "\u{FF0E}\u{FF0E}\u{FF0F}x",
        "\u{2215}etc\u{2215}passwd",
        "\u{2025}",
        "a\u{FF3C}b",
        "\u{202E}x",
    ] {
        place.files.write(name, b"x").unwrap();
        assert!(place.on_disk(name).exists(), "{name:?}");
        assert_eq!(place.files.read(name).unwrap(), b"x");
    }
    assert_eq!(place.files.list("", None, 0).unwrap().items.len(), 6);
    assert_eq!(surroundings(&place), before);
}

#[test]
fn the_longest_name_and_the_deepest_path_work() {
    let place = Place::new();
    let name = "n".repeat(255);
    place.files.write(&name, b"1").unwrap();
    let deep = vec!["d"; 32].join("/");
    place.files.write(&deep, b"2").unwrap();
    assert_eq!(place.files.read(&name).unwrap(), b"1");
    assert_eq!(place.files.read(&deep).unwrap(), b"2");
    assert_eq!(place.used(), (2, 33));
    place.check();
}
