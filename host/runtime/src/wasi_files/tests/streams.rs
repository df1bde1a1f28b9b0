use wasmtime_wasi::p2::{
    StreamError,
    bindings::filesystem::types::{DescriptorFlags, ErrorCode, Host as _, HostDescriptor as _, OpenFlags},
};

use super::guest::{Guest, Tenant, run, same, told};

/// What `wasi:filesystem` says of a stream's error.
fn code(guest: &mut Guest, error: StreamError) -> Option<ErrorCode> {
    match error {
        StreamError::LastOperationFailed(error) => {
            let error = guest.table.push(error).unwrap();
            guest.view().filesystem_error_code(error).unwrap()
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_stream_writes_on_where_it_was() {
    let tenant = Tenant::new(Some(100), None);
    let mut guest = tenant.guest(true);
    let file = guest.create("a").unwrap();
    let stream = guest.writer(&file, 10).unwrap();
    guest.put(&stream, b"abc").unwrap();
    guest.put(&stream, b"def").unwrap();
    tenant.holds(16, 1);
    assert_eq!(tenant.files.dir().read("a").unwrap(), b"\0\0\0\0\0\0\0\0\0\0abcdef");
}

#[test]
fn appending_goes_to_the_end_wherever_that_is() {
    let tenant = Tenant::new(Some(100), None);
    let mut guest = tenant.guest(true);
    let file = guest.create("a").unwrap();
    let (one, two) = (guest.appender(&file).unwrap(), guest.appender(&file).unwrap());
    guest.put(&one, b"ab").unwrap();
    guest.put(&two, b"cd").unwrap();
    guest.set_size(&file, 3).unwrap();
    guest.put(&one, b"ef").unwrap();
    tenant.holds(5, 1);
    assert_eq!(tenant.files.dir().read("a").unwrap(), b"abcef");
}

#[test]
fn a_stream_past_the_quota_fails_with_the_quotas_code_and_is_closed() {
    let tenant = Tenant::new(Some(10), None);
    let mut guest = tenant.guest(true);
    let file = guest.create("a").unwrap();
    for stream in [guest.writer(&file, 0).unwrap(), guest.appender(&file).unwrap()] {
        guest.put(&stream, b"12345").unwrap();
        let error = guest.put(&stream, b"1234567890").unwrap_err();
        assert_eq!(code(&mut guest, error), Some(ErrorCode::Quota));
        assert!(matches!(guest.put(&stream, b"x"), Err(StreamError::Closed)));
    }
    tenant.holds(10, 1);
    // The file itself is as good as before.
    guest.set_size(&file, 0).unwrap();
    let stream = guest.writer(&file, 0).unwrap();
    guest.put(&stream, b"1234567890").unwrap();
    tenant.holds(10, 1);
}

#[test]
fn a_large_write_is_cut_into_pieces() {
    let tenant = Tenant::new(None, None);
    let mut guest = tenant.guest(true);
    let file = guest.create("a").unwrap();
    let stream = guest.writer(&file, 0).unwrap();
    guest.put(&stream, &[7; 200_000]).unwrap();
    tenant.holds(200_000, 1);
    assert_eq!(guest.write(&file, &vec![7; 3 << 20], 0), Ok(1 << 20));
    tenant.holds(1 << 20, 1);
}

#[test]
fn more_than_allowed_at_once_is_a_trap() {
    let tenant = Tenant::new(None, None);
    let mut guest = tenant.guest(true);
    let file = guest.create("a").unwrap();
    let stream = guest.writer(&file, 0).unwrap();
    let stream = guest.table.get_mut(&stream).unwrap();
    let allowed = stream.check_write().unwrap();
    assert!(matches!(stream.write(vec![1; allowed + 1].into()), Err(StreamError::Trap(_))));
    stream.write(vec![1; allowed].into()).unwrap();
    assert!(matches!(stream.write(vec![1].into()), Err(StreamError::Trap(_))));
    run(stream.cancel());
}

#[test]
fn a_write_that_was_begun_is_accounted_for_when_the_stream_goes() {
    let tenant = Tenant::new(Some(100), None);
    let mut guest = tenant.guest(true);
    let file = guest.create("a").unwrap();
    let stream = guest.writer(&file, 0).unwrap();
    guest.table.get_mut(&stream).unwrap().write(vec![1; 50].into()).unwrap();
    let mut stream = guest.table.delete(stream).unwrap();
    run(stream.cancel());
    let (bytes, files) = tenant.usage();
    tenant.holds(bytes, files);
}

#[test]
fn a_reading_stream_keeps_a_removed_file_paid_for() {
    let tenant = Tenant::new(Some(100), None);
    let mut guest = tenant.guest(true);
    let file = guest.create("a").unwrap();
    guest.write(&file, b"12345", 0).unwrap();
    guest.close(file);
    let reader = guest.open("a", OpenFlags::empty(), DescriptorFlags::READ).unwrap();
    let stream = told(guest.view().read_via_stream(same(&reader), 1)).unwrap();
    guest.close(reader);
    guest.unlink("a").unwrap();
    assert_eq!(tenant.usage(), (5, 0));
    let bytes = run(guest.table.get_mut(&stream).unwrap().blocking_read(100)).unwrap();
    assert_eq!(&bytes[..], b"2345");
    guest.table.delete(stream).unwrap();
    tenant.holds(0, 0);
}
