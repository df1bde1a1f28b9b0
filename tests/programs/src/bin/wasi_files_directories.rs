//! Ordinary directory functions work on a writable preopen.

use std::{fs, io};

fn names(path: &str) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(path)? {
        names.push(entry?.file_name().into_string().expect("names are UTF-8"));
    }
    names.sort();
    Ok(names)
}

fn main() -> io::Result<()> {
    assert!(names("/data")?.is_empty());
    fs::create_dir_all("/data/a/b/c")?;
    fs::write("/data/a/f", "file")?;
    fs::write("/data/a/b/g", "another")?;
    assert_eq!(names("/data/a")?, ["b", "f"]);
    assert!(fs::metadata("/data/a/b")?.is_dir() && fs::metadata("/data/a/f")?.is_file());
    fs::rename("/data/a/f", "/data/a/b/f")?;
    fs::rename("/data/a/b/f", "/data/a/b/g")?;
    assert_eq!(fs::read_to_string("/data/a/b/g")?, "file");
    fs::rename("/data/a/b", "/data/moved")?;
    assert_eq!(names("/data/moved")?, ["c", "g"]);
    assert!(fs::remove_dir("/data/moved").is_err(), "it is not empty");
    assert!(fs::create_dir("/data/moved").is_err(), "it is there");
    fs::copy("/data/moved/g", "/data/copy")?;
    fs::remove_file("/data/moved/g")?;
    fs::remove_dir_all("/data/moved")?;
    fs::remove_dir("/data/a")?;
    assert_eq!(names("/data")?, ["copy"]);
    Ok(())
}
