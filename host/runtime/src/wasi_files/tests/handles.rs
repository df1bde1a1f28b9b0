use wasmtime::component::Resource;
use wasmtime_wasi::{
    FsPerms, OpenMode,
    filesystem::{Descriptor, Dir},
    p2::bindings::filesystem::types::{
        DescriptorFlags, DescriptorType, ErrorCode, HostDescriptor as _, HostDirectoryEntryStream, OpenFlags, PathFlags,
    },
};

use super::guest::{Tenant, both, run, same, told};

#[test]
fn wasmtime_wasi_itself_cannot_write_to_any_descriptor() {
    let tenant = Tenant::new(None, None);
    let mut guest = tenant.guest(true);
    let file = guest.create("a").unwrap();
    let refused = Err(ErrorCode::NotPermitted);
    let mut view = guest.view();
    let mut wasi = view.wasi();
    assert_eq!(told(run(wasi.write(same(&file), b"x".to_vec(), 0))).map(drop), refused);
    assert_eq!(told(run(wasi.set_size(same(&file), 1))), refused);
    assert_eq!(told(wasi.write_via_stream(same(&file), 0)).map(drop), refused);
    assert_eq!(told(wasi.append_via_stream(same(&file))).map(drop), refused);
    let top = guest.top();
    let opened = run(guest.view().wasi().open_at(top, PathFlags::empty(), "b".into(), OpenFlags::CREATE, both()));
    assert_eq!(told(opened).map(drop), refused);
    tenant.holds(0, 1);
}

#[test]
fn a_descriptor_from_elsewhere_opens_and_changes_nothing() {
    let tenant = Tenant::new(None, None);
    let mut guest = tenant.guest(true);
    let mode = OpenMode::READ | OpenMode::WRITE;
    let dir = Dir::new(tenant.dir().into_std_file(), FsPerms::ReadWrite, mode, false);
    let foreign = guest.table.push(Descriptor::Dir(dir)).unwrap();
    assert_eq!(guest.open_in(&foreign, "a", OpenFlags::CREATE, both()).unwrap_err(), ErrorCode::BadDescriptor);
    let made = run(guest.view().create_directory_at(same(&foreign), "d".into()));
    assert_eq!(told(made), Err(ErrorCode::BadDescriptor));
    tenant.holds(0, 0);
}

#[test]
fn a_number_that_is_used_again_has_none_of_its_past() {
    let tenant = Tenant::new(None, None);
    let mut guest = tenant.guest(true);
    let file = guest.create("a").unwrap();
    let rep = file.rep();
    // The table forgets the descriptor behind the context's back, and gives its number to another one.
    guest.table.delete(file).unwrap();
    let std = tenant.dir().open("a").unwrap().into_std();
    let other = wasmtime_wasi::filesystem::File::new(std, FsPerms::ReadOnly, OpenMode::READ, false);
    let other = guest.table.push(Descriptor::File(other)).unwrap();
    assert_eq!(other.rep(), rep);
    assert_eq!(guest.write(&other, b"x", 0), Err(ErrorCode::BadDescriptor));
    tenant.holds(0, 1);
}

#[test]
fn descriptors_run_out_and_come_back() {
    let tenant = Tenant::new(None, None);
    let mut guest = tenant.guest(true);
    let mut open: Vec<_> = (0..7).map(|n| guest.create(&format!("f{n}")).unwrap()).collect();
    assert_eq!(guest.create("more").unwrap_err(), ErrorCode::InsufficientMemory);
    // A stream keeps its file open when the descriptor is gone.
    let last = open.pop().unwrap();
    let stream = guest.writer(&last, 0).unwrap();
    guest.close(last);
    assert_eq!(guest.create("more").unwrap_err(), ErrorCode::InsufficientMemory);
    guest.table.delete(stream).unwrap();
    guest.create("more").unwrap();
}

#[test]
fn facts_agree_however_they_are_asked() {
    let tenant = Tenant::new(None, None);
    let mut guest = tenant.guest(true);
    let file = guest.create("a").unwrap();
    guest.write(&file, b"12345", 0).unwrap();
    let stat = told(run(guest.view().stat(same(&file)))).unwrap();
    let top = guest.top();
    let at = told(run(guest.view().stat_at(top, PathFlags::SYMLINK_FOLLOW, "./a".into()))).unwrap();
    assert_eq!((stat.size, stat.link_count, stat.type_), (5, 1, DescriptorType::RegularFile));
    assert_eq!((at.size, at.link_count, at.type_), (5, 1, DescriptorType::RegularFile));
    assert!(at.data_modification_timestamp.is_some());
    let hash = told(run(guest.view().metadata_hash(same(&file)))).unwrap();
    let top = guest.top();
    let at = told(run(guest.view().metadata_hash_at(top, PathFlags::empty(), "a".into()))).unwrap();
    assert_eq!((hash.lower, hash.upper), (at.lower, at.upper));
    let top = guest.top();
    let at = told(run(guest.view().metadata_hash_at(top, PathFlags::empty(), ".".into()))).unwrap();
    assert_ne!(hash.lower, at.lower);
}

#[test]
fn directories_are_listed() {
    let tenant = Tenant::new(None, None);
    let mut guest = tenant.guest(true);
    guest.mkdir("d").unwrap();
    for name in ["d/a", "d/b"] {
        let file = guest.create(name).unwrap();
        guest.close(file);
    }
    let dir = guest.open("d", OpenFlags::DIRECTORY, DescriptorFlags::READ).unwrap();
    let listing = told(run(guest.view().read_directory(dir))).unwrap();
    let mut names = Vec::new();
    while let Some(entry) = told(run(guest.view().read_directory_entry(Resource::new_borrow(listing.rep())))).unwrap() {
        names.push(entry.name);
    }
    names.sort();
    assert_eq!(names, ["a", "b"]);
    let free = guest.ctx.listed.free();
    HostDirectoryEntryStream::drop(&mut guest.view(), listing).unwrap();
    assert_eq!(guest.ctx.listed.free(), free + 2);
}
