//! Names come in the order of their bytes, a page at a time.

use larder_guest::bindings::files as raw;
use larder_guest::files::{Directory, FileError, Kind};

fn main() -> Result<(), FileError> {
    let files = Directory::open("default")?;
    assert_eq!(files.list("").count(), 0);
    for name in ["b", "a", "Z", "ä", "10", "9"] {
        files.write(name, name)?;
    }
    files.create_directory("d")?;
    files.write("d/inner", "123")?;
    let items = files.list("").collect::<Result<Vec<_>, _>>()?;
    let names: Vec<_> = items.iter().map(|item| item.name.as_str()).collect();
    assert_eq!(names, ["10", "9", "Z", "a", "b", "d", "ä"]);
    assert_eq!((items[5].info.kind, items[0].info.kind, items[0].info.size), (Kind::Directory, Kind::File, 2));
    assert_eq!(files.list("d").collect::<Result<Vec<_>, _>>()?.len(), 1);

    let raw = raw::Directory::open("default")?;
    let (mut cursor, mut paged) = (None, Vec::new());
    loop {
        let page = raw.list("", cursor.as_deref(), 2)?;
        assert!(page.items.len() <= 2);
        paged.extend(page.items.into_iter().map(|item| item.name));
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(paged, names);
    for n in 0..1200 {
        files.write(&format!("many/{n:04}"), "")?;
    }
    assert_eq!(raw.list("many", None, 0)?.items.len(), 1000, "a page that the host bounds");
    assert_eq!(files.list("many").collect::<Result<Vec<_>, _>>()?.len(), 1200);
    Ok(())
}
