//! Writes a mark everywhere it can, and finds none but its own.

use std::fs;

use larder_guest::files::Directory;
use larder_guest::{Result, Store};
use larder_test_programs::argument;

fn main() -> Result<()> {
    let mark = argument(1);
    let store = Store::default_store()?;
    let files = Directory::open("default").expect("files are granted");
    for n in 0..20 {
        store.set("marks", &n.to_string(), &mark)?;
        store.increment("counters", "marks", 1)?;
        store.transaction(|tx| tx.set_many("more marks", &[("a", &mark), ("b", &mark)]))?;
        files.write(&format!("marks/{n}"), &mark).expect("there is room");
        fs::write("/data/mark", &mark).expect("there is room");
    }
    for entry in store.scan("marks").entries() {
        assert_eq!(entry?.text()?, mark);
    }
    assert_eq!((store.count_all("")?, store.increment("counters", "marks", 0)?), (23, 20));
    assert_eq!(store.groups("").collect::<Result<Vec<_>>>()?, ["counters", "marks", "more marks"]);
    for item in files.list("marks") {
        let name = item.expect("it is listed").name;
        assert_eq!(files.read_to_string(&format!("marks/{name}")).expect("it is there"), mark);
    }
    assert_eq!(fs::read_to_string("/data/mark").expect("it is there"), mark);
    assert_eq!(files.usage().expect("it is counted").files, 22);
    Ok(())
}
