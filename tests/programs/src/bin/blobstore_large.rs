//! Large objects, and many: what is held in memory is bounded, streams are not, and walks come in pages.

use bindings::wasi::blobstore::{
    blobstore::get_container,
    types::{IncomingValue, OutgoingValue},
};

larder_test_programs::bindings! { path: "../../wit/standard/blobstore", world: "all", generate_all }

fn main() -> Result<(), String> {
    // The host has made them: 17 MiB, and 2,500 empty ones in two directories.
    let container = get_container("large")?;
    let refused = IncomingValue::incoming_value_consume_sync(container.get_data("bytes", 0, u64::MAX)?);
    assert!(refused.is_err_and(|said| said.contains("query result exceeds limit of 16777216 bytes")));
    let incoming = container.get_data("bytes", 1 << 20, u64::MAX)?;
    assert_eq!(incoming.size(), 16 << 20);
    let stream = IncomingValue::incoming_value_consume_async(incoming)?;
    container.delete_object("bytes")?;
    let mut read = 0;
    while let Ok(piece) = stream.blocking_read(1 << 16) {
        assert!(piece.iter().all(|byte| *byte == 7));
        read += piece.len();
    }
    assert_eq!(read, 16 << 20, "also after it was deleted");

    let names = container.list_objects()?;
    let (first, all) = names.read_stream_object_names(5)?;
    assert_eq!((first.len(), all), (5, false));
    assert_eq!(names.skip_stream_object_names(1_500)?, (1_500, false));
    let (some, _) = names.read_stream_object_names(u64::MAX)?;
    assert!(!some.is_empty() && some.len() <= 1_000);
    let rest = names.skip_stream_object_names(u64::MAX)?;
    assert_eq!((rest.0 as usize + some.len(), rest.1), (995, true));

    let value = OutgoingValue::new_outgoing_value();
    let body = value.outgoing_value_write_body().expect("it is taken once");
    let piece = vec![1; 1 << 20];
    let mut written = 0;
    while let Ok(room @ 1..) = body.check_write() {
        let room = piece.len().min(room as usize);
        body.write(&piece[..room]).expect("there is room");
        written += room;
    }
    assert_eq!(written, (16 << 20) + 1);
    drop(body);
    container.write_data("too large", &value)?;
    assert!(OutgoingValue::finish(value).is_err());
    assert!(!container.has_object("too large")?);
    Ok(())
}
