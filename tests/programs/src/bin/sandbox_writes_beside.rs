//! Writes through every door, under names that a host might have put there. (The host's test looks at the disk.)

use std::fs;

use larder_guest::files::Directory;
use larder_guest::{Result, Store};
use larder_test_programs::argument;

fn main() -> Result<()> {
    let name = argument(1);
    let store = Store::default_store()?;
    let files = Directory::open("default").expect("files are granted");
    let _ = store.set(&name, &name, "mark");
    let _ = Store::open(&name);
    let _ = Directory::open(&name);
    let _ = files.write(&name, "mark");
    let _ = files.write(&format!("{name}/x"), "mark");
    let _ = files.create_directory(&name);
    let _ = files.rename(&name, &format!("{name}2"));
    let _ = fs::write(format!("/data/{name}"), "mark");
    let _ = fs::write(&name, "mark");
    let _ = fs::create_dir_all(format!("/data/{name}/x"));
    let _ = fs::remove_file(format!("/data/{name}"));
    let _ = fs::remove_dir_all(format!("/data/{name}"));
    Ok(())
}
