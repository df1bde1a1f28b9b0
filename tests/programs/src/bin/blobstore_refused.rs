//! Names that lead out, files that are for reading only, and values that are never written.

use bindings::wasi::blobstore::{
    blobstore::{create_container, get_container},
    types::OutgoingValue,
};

larder_test_programs::bindings! { path: "../../wit/standard/blobstore", world: "all", generate_all }

fn main() -> Result<(), String> {
    for name in ["", "..", ".", "a/b", "/a", "a\0", &"x".repeat(10_000)] {
        assert!(create_container(name).is_err(), "{name:?}");
        assert!(get_container(name).is_err(), "{name:?}");
    }
    if larder_test_programs::part() == "not granted" {
        assert!(get_container("theirs").is_err_and(|said| said.contains("access denied")));
        return Ok(());
    }
    let theirs = get_container("theirs")?;
    assert!(theirs.has_object("object")?);
    let value = OutgoingValue::new_outgoing_value();
    for name in ["../theirs/object", "..", "", "/object", "a//b", "object/"] {
        assert!(theirs.write_data(name, &value).is_err(), "{name:?}");
        assert!(theirs.get_data(name, 0, 1).is_err(), "{name:?}");
    }
    assert!(theirs.write_data("new", &value).is_err_and(|said| said.contains("access denied")));
    assert!(theirs.delete_object("object").is_err() && theirs.clear().is_err());
    assert!(OutgoingValue::finish(value).is_err(), "nothing says what it is called");
    assert!(theirs.has_object("object")?);
    Ok(())
}
