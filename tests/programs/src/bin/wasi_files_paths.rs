//! No path leads out of the preopen, and no name is made that the contract's `files` could not say.

use std::fs;
use std::io::Result;

const REFUSED: [&str; 14] = [
    "../x",
    "../../etc/passwd",
    "a/../../x",
    "a\\b",
    "c:x",
    "a\nb",
    "a.",
    "a ",
    "...",
    "CON",
    "nul.txt",
    "COM1",
    "a\u{7f}",
    "lpt9.log",
];

fn main() -> Result<()> {
    for path in REFUSED {
        let path = format!("/data/{path}");
        assert!(fs::write(&path, "x").is_err(), "{path:?}");
        assert!(fs::create_dir(&path).is_err(), "{path:?}");
        fs::write("/data/ok", "x")?;
        assert!(fs::rename("/data/ok", &path).is_err(), "{path:?}");
    }
    let (long_name, deep) = ("x".repeat(256), vec!["d"; 33].join("/"));
    assert!(fs::write(format!("/data/{long_name}"), "x").is_err());
    assert!(fs::create_dir_all(format!("/data/{deep}")).is_err());
    for outside in ["/", "/etc/passwd", "/data/..", "/data/../etc/passwd", "etc", ".", "..", "/datax", "/tmp/x"] {
        assert!(fs::read(outside).is_err(), "{outside}");
        assert!(fs::read_dir(outside).is_err(), "{outside}");
        assert!(fs::write(outside, "x").is_err(), "{outside}");
    }
    fs::write("/data/./ordinary//..a", "x").unwrap_err();
    fs::write("/data/./..a", "x")?;
    assert_eq!(fs::read_to_string("/data//..a")?, "x");
    Ok(())
}
