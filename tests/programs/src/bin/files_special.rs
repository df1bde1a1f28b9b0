//! Links, FIFOs and files with several names lie in the tree. (The host made them: `link`, `directory-link`, `dangling`,
//! `hard-link`, `fifo`, `socket`, all from outside.) They are listed as what they are, never opened, and can be removed.

use larder_guest::files::{Directory, FileError, Kind};

fn main() -> Result<(), FileError> {
    let files = Directory::open("default")?;
    let items = files.list("").collect::<Result<Vec<_>, _>>()?;
    assert!(items.len() >= 6, "{items:?}");
    for item in items {
        let path = item.name.as_str();
        assert_eq!(item.info.kind, Kind::Other, "{path}");
        assert_eq!(files.stat(path)?.map(|info| (info.kind, info.size)), Some((Kind::Other, 0)), "{path}");
        let below = format!("{path}/secret");
        let answers = [
            files.read(path).map(drop),
            files.open_read(path).map(drop),
            files.write(path, "mine"),
            files.create(path).and_then(|writer| writer.finish()),
            files.rename(path, "elsewhere"),
        ];
        for (n, answer) in answers.into_iter().enumerate() {
            assert_eq!(answer, Err(FileError::NotAFile), "call {n} on {path}");
        }
        assert_eq!(files.create_directory(path), Err(FileError::AlreadyExists), "{path}");
        assert_eq!(files.read(&below), Err(FileError::NotAFile), "{path}");
        assert_eq!(files.write(&below, "mine"), Err(FileError::NotADirectory), "{path}");
        assert!(files.list(path).next().is_some_and(|item| item.is_err()), "{path}");
        files.write("file", "content")?;
        assert_eq!(files.rename("file", path), Err(FileError::NotAFile), "{path}");
        files.remove("file")?;
        files.remove(path)?;
        assert!(files.stat(path)?.is_none(), "{path}");
    }
    assert_eq!(files.list("").count(), 0);
    Ok(())
}
