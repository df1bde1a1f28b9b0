//! `stat` tells what lies at a path, and `none` for nothing.

use larder_guest::files::{Directory, FileError, Kind};

fn main() -> Result<(), FileError> {
    let files = Directory::open("default")?;
    assert!(files.stat("f")?.is_none());
    assert!(files.stat("no/such/directory")?.is_none());
    files.write("d/f", "12345")?;
    let file = files.stat("d/f")?.expect("it was written");
    assert_eq!((file.kind, file.size), (Kind::File, 5));
    let year_2020 = 1_577_836_800_000;
    assert!(file.modified_ms > year_2020, "{}", file.modified_ms);
    let directory = files.stat("d")?.expect("it was made");
    assert_eq!((directory.kind, directory.size), (Kind::Directory, 0));
    assert_eq!(files.stat("")?.map(|info| info.kind), Some(Kind::Directory));
    assert!(files.stat("d/f/below a file")?.is_none());
    Ok(())
}
