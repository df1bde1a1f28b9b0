use wasmtime_wasi::p2::bindings::filesystem::types::{
    DescriptorFlags, ErrorCode, HostDescriptor as _, NewTimestamp, OpenFlags, PathFlags,
};

use super::guest::{Tenant, both, run, same, told};

#[test]
fn a_read_only_preopen_cannot_be_changed() {
    let tenant = Tenant::new(None, None);
    tenant.guest(true).create("a").unwrap();
    let mut guest = tenant.guest(false);
    let refused = Err(ErrorCode::NotPermitted);
    assert_eq!(guest.create("b").map(drop), refused);
    assert_eq!(guest.open("a", OpenFlags::empty(), both()).map(drop), refused);
    assert_eq!(guest.open("a", OpenFlags::TRUNCATE, DescriptorFlags::READ).map(drop), refused);
    assert_eq!(guest.mkdir("d"), refused);
    assert_eq!(guest.unlink("a"), refused);
    assert_eq!(guest.rmdir("d"), refused);
    assert_eq!(guest.rename("a", "b"), refused);
    let file = guest.open("a", OpenFlags::empty(), DescriptorFlags::READ).unwrap();
    assert_eq!(guest.write(&file, b"x", 0).map(drop), refused);
    assert_eq!(guest.set_size(&file, 1), refused);
    assert_eq!(guest.writer(&file, 0).map(drop), refused);
    assert_eq!(guest.appender(&file).map(drop), refused);
    let now = || NewTimestamp::Now;
    assert_eq!(told(run(guest.view().set_times(same(&file), now(), now()))), refused);
    let top = guest.top();
    assert_eq!(told(run(guest.view().set_times_at(top, PathFlags::empty(), "a".into(), now(), now()))), refused);
    tenant.holds(0, 1);
}

#[test]
fn a_file_opened_for_reading_cannot_be_written() {
    let tenant = Tenant::new(None, None);
    let mut guest = tenant.guest(true);
    guest.create("a").unwrap();
    let file = guest.open("a", OpenFlags::empty(), DescriptorFlags::READ).unwrap();
    assert_eq!(guest.write(&file, b"x", 0), Err(ErrorCode::BadDescriptor));
    assert_eq!(guest.set_size(&file, 1), Err(ErrorCode::BadDescriptor));
    assert_eq!(guest.writer(&file, 0).map(drop), Err(ErrorCode::BadDescriptor));
    tenant.holds(0, 1);
}

#[test]
fn names_that_the_contract_cannot_say_are_not_made() {
    let tenant = Tenant::new(None, None);
    let mut guest = tenant.guest(true);
    guest.create("ok").unwrap();
    for name in ["a:b", "a\\b", "a\nb", "a.", "a ", "CON", "nul.txt", "com1"] {
        assert_eq!(guest.create(name).unwrap_err(), ErrorCode::Invalid, "{name:?}");
        assert_eq!(guest.mkdir(name), Err(ErrorCode::Invalid), "{name:?}");
        assert_eq!(guest.rename("ok", name), Err(ErrorCode::Invalid), "{name:?}");
    }
    for name in ["..", "../x", "/x", "a/../../x"] {
        assert_eq!(guest.create(name).unwrap_err(), ErrorCode::NotPermitted, "{name:?}");
    }
    assert_eq!(guest.create("").unwrap_err(), ErrorCode::NoEntry);
    assert_eq!(guest.create(&"x".repeat(256)).unwrap_err(), ErrorCode::NameTooLong);
    tenant.holds(0, 1);
}

#[test]
fn links_are_not_made() {
    let tenant = Tenant::new(None, None);
    let mut guest = tenant.guest(true);
    guest.create("a").unwrap();
    let (from, to) = (guest.top(), guest.top());
    let linked = run(guest.view().link_at(from, PathFlags::empty(), "a".into(), to, "b".into()));
    assert_eq!(told(linked), Err(ErrorCode::NotPermitted));
    let top = guest.top();
    assert_eq!(told(run(guest.view().symlink_at(top, "a".into(), "b".into()))), Err(ErrorCode::NotPermitted));
    tenant.holds(0, 1);
}

#[cfg(unix)]
mod planted {
    use super::*;

    #[test]
    fn symbolic_links_are_not_followed() {
        let tenant = Tenant::new(None, None);
        tenant.dir().create_dir("real").unwrap();
        tenant.dir().write("real/file", "x").unwrap();
        tenant.dir().symlink("real", "dir").unwrap();
        tenant.dir().symlink("real/file", "link").unwrap();
        tenant.dir().symlink_contents("/etc/passwd", "out").unwrap();
        let mut guest = tenant.guest(true);
        for link in ["link", "out", "dir"] {
            assert_eq!(guest.open(link, OpenFlags::empty(), DescriptorFlags::READ).unwrap_err(), ErrorCode::Loop);
            assert_eq!(guest.create(link).unwrap_err(), ErrorCode::Loop);
            let top = guest.top();
            assert_eq!(told(run(guest.view().readlink_at(top, link.into()))), Err(ErrorCode::NotPermitted));
            let top = guest.top();
            let followed = told(run(guest.view().stat_at(top, PathFlags::SYMLINK_FOLLOW, link.into())));
            assert_eq!(followed.map(drop), Err(ErrorCode::Loop));
        }
        let through = guest.open("dir/file", OpenFlags::empty(), DescriptorFlags::READ).unwrap_err();
        assert!(matches!(through, ErrorCode::Loop | ErrorCode::NotDirectory), "{through:?}");
        assert_eq!(guest.rename("link", "b"), Err(ErrorCode::NotPermitted));
        assert_eq!(guest.rename("real/file", "link"), Err(ErrorCode::NotPermitted));
        for link in ["link", "out", "dir"] {
            guest.unlink(link).unwrap();
        }
        tenant.holds(1, 2);
    }

    #[test]
    fn a_file_with_two_names_is_not_opened_for_writing() {
        let tenant = Tenant::new(None, None);
        tenant.dir().write("a", "1234").unwrap();
        tenant.dir().hard_link("a", &tenant.dir(), "b").unwrap();
        let mut guest = tenant.guest(true);
        assert_eq!(guest.open("a", OpenFlags::empty(), both()).unwrap_err(), ErrorCode::NotPermitted);
        assert_eq!(guest.create("b").unwrap_err(), ErrorCode::NotPermitted);
        let reader = guest.open("a", OpenFlags::empty(), DescriptorFlags::READ).unwrap();
        tenant.holds(8, 2);
        guest.unlink("b").unwrap();
        tenant.holds(4, 1);
        guest.close(reader);
        tenant.holds(4, 1);
    }

    #[test]
    fn a_file_that_gets_a_second_name_is_not_written_any_more() {
        let tenant = Tenant::new(None, None);
        let mut guest = tenant.guest(true);
        let file = guest.create("a").unwrap();
        tenant.dir().hard_link("a", &tenant.dir(), "b").unwrap();
        assert_eq!(guest.write(&file, b"x", 0), Err(ErrorCode::NotPermitted));
        assert_eq!(guest.set_size(&file, 1), Err(ErrorCode::NotPermitted));
    }

    /// Neither opened nor waited for: a FIFO without another end would keep a host that opens it for ever.
    #[cfg(target_os = "linux")]
    #[test]
    fn what_is_no_file_is_not_opened() {
        use std::os::{fd::AsRawFd as _, unix::net::UnixListener};

        let tenant = Tenant::new(None, None);
        let dir = tenant.dir();
        let here = std::fs::read_link(format!("/proc/self/fd/{}", dir.as_raw_fd())).unwrap();
        let _listener = UnixListener::bind(here.join("socket")).unwrap();
        assert!(std::process::Command::new("mkfifo").arg(here.join("fifo")).status().unwrap().success());
        let mut guest = tenant.guest(true);
        for name in ["socket", "fifo"] {
            for flags in [DescriptorFlags::READ, DescriptorFlags::WRITE, both()] {
                assert_eq!(guest.open(name, OpenFlags::empty(), flags).unwrap_err(), ErrorCode::NotPermitted);
            }
            assert_eq!(guest.create(name).unwrap_err(), ErrorCode::NotPermitted);
            assert_eq!(guest.rename(name, "other"), Err(ErrorCode::NotPermitted));
        }
        tenant.holds(0, 2);
        guest.unlink("socket").unwrap();
        guest.unlink("fifo").unwrap();
        tenant.holds(0, 0);
    }
}
