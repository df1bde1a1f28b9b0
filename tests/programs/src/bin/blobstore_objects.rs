//! Objects are written, read in parts, listed, copied, moved and deleted; they are the tenant's files.

use bindings::wasi::blobstore::{
    blobstore::{
        ObjectId, container_exists, copy_object, create_container, delete_container, get_container, move_object,
    },
    container::Container,
    types::{IncomingValue, OutgoingValue},
};

larder_test_programs::bindings! { path: "../../wit/standard/blobstore", world: "all", generate_all }

fn put(container: &Container, name: &str, bytes: &[u8]) -> Result<(), String> {
    let value = OutgoingValue::new_outgoing_value();
    container.write_data(name, &value)?;
    let body = value.outgoing_value_write_body().expect("it is taken once");
    assert!(value.outgoing_value_write_body().is_err());
    bytes.chunks(4_096).for_each(|piece| body.blocking_write_and_flush(piece).expect("there is room"));
    drop(body);
    OutgoingValue::finish(value)
}

fn get(container: &Container, name: &str, start: u64, end: u64) -> Result<Vec<u8>, String> {
    IncomingValue::incoming_value_consume_sync(container.get_data(name, start, end)?)
}

fn main() -> Result<(), String> {
    let id = |container: &str, object: &str| ObjectId { container: container.into(), object: object.into() };
    assert!(!container_exists("photos")? && get_container("photos").is_err());
    let photos = create_container("photos")?;
    assert!(create_container("photos").is_err(), "it is there");
    put(&photos, "2026/a b", b"0123456789")?;
    put(&photos, "empty", b"")?;
    assert_eq!(get(&photos, "2026/a b", 0, u64::MAX)?, b"0123456789");
    assert_eq!(get(&photos, "2026/a b", 2, 4)?, b"234");
    assert_eq!(get(&photos, "2026/a b", 9, 9)?, b"9");
    for (start, end) in [(10, 20), (u64::MAX, u64::MAX), (4, 2)] {
        assert_eq!(get(&photos, "2026/a b", start, end)?, b"", "{start}-{end}");
    }
    assert_eq!(std::fs::read("/data/photos/2026/a b").expect("it is a file"), b"0123456789");
    assert_eq!((photos.object_info("2026/a b")?.size, photos.info()?.name.as_str()), (10, "photos"));

    let other = create_container("other")?;
    copy_object(&id("photos", "2026/a b"), &id("other", "copy"))?;
    move_object(&id("photos", "2026/a b"), &id("other", "x/moved"))?;
    assert!(!photos.has_object("2026/a b")? && photos.has_object("empty")?);
    assert!(move_object(&id("photos", "none"), &id("other", "copy")).is_err());
    assert!(copy_object(&id("other", "copy"), &id("none", "copy")).is_err());
    let (mut names, all) = other.list_objects()?.read_stream_object_names(10)?;
    names.sort();
    assert_eq!((names, all), (vec!["copy".to_owned(), "x/moved".into()], true));
    other.delete_objects(&["copy".into(), "none".into(), "x/moved".into()])?;
    assert_eq!(other.list_objects()?.read_stream_object_names(10)?, (Vec::new(), true));
    assert!(!std::fs::exists("/data/other/x").unwrap(), "no empty directory is left");
    photos.clear()?;
    delete_container("photos")?;
    assert!(delete_container("photos").is_err() && photos.info().is_err());
    Ok(())
}
