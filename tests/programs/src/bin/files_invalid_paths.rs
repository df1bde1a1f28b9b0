//! A path that breaks a rule is refused by every function that takes one.

use larder_guest::files::{Directory, FileError};

const REFUSED: [&str; 27] = [
    "..",
    "../x",
    "a/../../x",
    "a/..",
    ".",
    "./a",
    "/",
    "/etc/passwd",
    "a//b",
    "a/",
    "a\\b",
    "C:\\x",
    "c:x",
    "a\0b",
    "a\nb",
    "a\u{7f}b",
    "a\u{85}b",
    "a.",
    "a ",
    "...",
    "CON",
    "nul.txt",
    "a/COM1/b",
    "lpt9.log",
    "aux",
    "conin$",
    "PRN.a.b",
];

fn main() -> Result<(), FileError> {
    let files = Directory::open("default")?;
    let (long_name, long_path, deep) = ("x".repeat(256), "x/".repeat(5_000), vec!["d"; 33].join("/"));
    let paths = REFUSED.into_iter().chain([long_name.as_str(), &long_path, &deep]);
    for path in paths {
        let answers = [
            files.read(path).map(drop),
            files.write(path, "x"),
            files.open_read(path).map(drop),
            files.create(path).map(drop),
            files.stat(path).map(drop),
            files.list(path).next().unwrap_or_else(|| panic!("{path:?} was listed")).map(drop),
            files.create_directory(path),
            files.remove(path),
            files.rename(path, "a"),
            files.rename("a", path),
        ];
        for (n, answer) in answers.into_iter().enumerate() {
            match answer {
                Err(FileError::InvalidPath(rule)) => assert!(rule.len() < 1000, "{}", rule.len()),
                other => panic!("call {n} on {:?}: {other:?}", &path[..path.len().min(40)]),
            }
        }
    }
    Ok(())
}
