use wasmtime_wasi::p2::bindings::filesystem::types::{DescriptorFlags, ErrorCode, OpenFlags};

use super::guest::{Tenant, both};

#[test]
fn renaming_keeps_the_account_and_replacing_releases() {
    let tenant = Tenant::new(Some(100), None);
    let mut guest = tenant.guest(true);
    for (name, size) in [("a", 30), ("b", 50)] {
        let file = guest.create(name).unwrap();
        guest.write(&file, &vec![1; size], 0).unwrap();
        guest.close(file);
    }
    guest.rename("a", "c").unwrap();
    tenant.holds(80, 2);
    guest.rename("c", "b").unwrap();
    tenant.holds(30, 1);
    guest.rename("b", "b").unwrap();
    tenant.holds(30, 1);
}

#[test]
fn a_directory_replaces_an_empty_one_only() {
    let tenant = Tenant::new(None, None);
    let mut guest = tenant.guest(true);
    for dir in ["a", "a/in", "b", "c"] {
        guest.mkdir(dir).unwrap();
    }
    guest.create("file").unwrap();
    assert_eq!(guest.rename("b", "a"), Err(ErrorCode::NotEmpty));
    assert_eq!(guest.rename("b", "file"), Err(ErrorCode::NotDirectory));
    assert_eq!(guest.rename("file", "b"), Err(ErrorCode::IsDirectory));
    assert_eq!(guest.rename("a", "a/in/x"), Err(ErrorCode::Invalid));
    tenant.holds(0, 5);
    guest.rename("a", "c").unwrap();
    tenant.holds(0, 4);
}

#[test]
fn removing_takes_the_right_kind() {
    let tenant = Tenant::new(None, None);
    let mut guest = tenant.guest(true);
    guest.mkdir("d").unwrap();
    guest.create("d/f").unwrap();
    assert_eq!(guest.rmdir("d"), Err(ErrorCode::NotEmpty));
    assert_eq!(guest.unlink("d"), Err(ErrorCode::IsDirectory));
    assert_eq!(guest.rmdir("d/f"), Err(ErrorCode::NotDirectory));
    assert_eq!(guest.unlink("d/f/"), Err(ErrorCode::NotDirectory));
    assert_eq!(guest.rmdir("."), Err(ErrorCode::Invalid));
    assert_eq!(guest.unlink("none"), Err(ErrorCode::NoEntry));
    tenant.holds(0, 2);
}

#[test]
fn a_removed_file_is_paid_for_until_it_is_closed() {
    let tenant = Tenant::new(Some(100), None);
    let mut guest = tenant.guest(true);
    let file = guest.create("a").unwrap();
    let reader = guest.open("a", OpenFlags::empty(), DescriptorFlags::READ).unwrap();
    guest.write(&file, &[1; 40], 0).unwrap();
    guest.unlink("a").unwrap();
    assert_eq!(tenant.usage(), (40, 0));
    guest.write(&file, &[1; 100], 0).unwrap();
    assert_eq!(tenant.usage(), (100, 0));
    assert_eq!(guest.write(&file, b"x", 100), Err(ErrorCode::Quota));
    guest.set_size(&file, 70).unwrap();
    assert_eq!(tenant.usage(), (70, 0));
    guest.close(file);
    assert_eq!(tenant.usage(), (70, 0), "the reader still has it");
    guest.close(reader);
    tenant.holds(0, 0);
}

#[test]
fn a_recount_keeps_what_is_removed_but_open() {
    let tenant = Tenant::new(Some(100), None);
    let mut guest = tenant.guest(true);
    let (kept, removed) = (guest.create("kept").unwrap(), guest.create("removed").unwrap());
    guest.write(&kept, &[1; 20], 0).unwrap();
    guest.write(&removed, &[1; 30], 0).unwrap();
    guest.unlink("removed").unwrap();
    tenant.files.ledger().recount().unwrap();
    assert_eq!(tenant.usage(), (50, 1));
    guest.close(removed);
    tenant.holds(20, 1);
}

#[test]
fn a_replaced_file_is_paid_for_by_whoever_has_it_open() {
    let tenant = Tenant::new(Some(100), None);
    let (mut one, mut two) = (tenant.guest(true), tenant.guest(false));
    let old = one.create("a").unwrap();
    one.write(&old, &[1; 30], 0).unwrap();
    one.close(old);
    let reader = two.open("a", OpenFlags::empty(), DescriptorFlags::READ).unwrap();
    let new = one.create("b").unwrap();
    one.write(&new, &[2; 20], 0).unwrap();
    one.rename("b", "a").unwrap();
    assert_eq!(tenant.usage(), (50, 1));
    two.close(reader);
    tenant.holds(20, 1);
}

#[test]
fn an_instance_that_ends_releases_what_it_had_removed() {
    let tenant = Tenant::new(Some(100), None);
    let mut guest = tenant.guest(true);
    let file = guest.create("a").unwrap();
    guest.write(&file, &[1; 100], 0).unwrap();
    guest.unlink("a").unwrap();
    drop(guest);
    tenant.holds(0, 0);
}

#[test]
fn a_file_that_was_removed_behind_wasi_is_not_written_any_more() {
    let tenant = Tenant::new(Some(100), None);
    let mut guest = tenant.guest(true);
    let file = guest.create("a").unwrap();
    guest.write(&file, &[1; 40], 0).unwrap();
    tenant.dir().remove_file("a").unwrap();
    assert_eq!(guest.write(&file, &[1; 41], 0), Err(ErrorCode::NotPermitted));
    assert_eq!(guest.set_size(&file, 0), Err(ErrorCode::NotPermitted));
}

#[test]
fn nothing_gets_deeper_than_the_contract_reaches() {
    let tenant = Tenant::new(None, None);
    let mut guest = tenant.guest(true);
    let path = |depth: usize| vec!["d"; depth].join("/");
    for depth in 1..=32 {
        guest.mkdir(&path(depth)).unwrap();
    }
    let deepest = guest.open(&path(32), OpenFlags::DIRECTORY, DescriptorFlags::READ).unwrap();
    let create = OpenFlags::CREATE;
    assert_eq!(guest.open_in(&deepest, "x", create, both()).unwrap_err(), ErrorCode::NameTooLong);
    guest.mkdir("e").unwrap();
    assert_eq!(guest.rename("d", "e/d"), Err(ErrorCode::NameTooLong));
    guest.rename("d", "f").unwrap();
}

#[test]
fn a_descriptor_of_a_moved_directory_is_stale() {
    let tenant = Tenant::new(None, None);
    let mut guest = tenant.guest(true);
    guest.mkdir("a").unwrap();
    let dir = guest.open("a", OpenFlags::DIRECTORY, DescriptorFlags::READ).unwrap();
    guest.open_in(&dir, "x", OpenFlags::CREATE, both()).unwrap();
    guest.rename("a", "b").unwrap();
    assert_eq!(guest.open_in(&dir, "x", OpenFlags::empty(), both()).unwrap_err(), ErrorCode::NoEntry);
    // Nor does it stand for another one that has taken the place.
    guest.mkdir("a").unwrap();
    assert_eq!(guest.open_in(&dir, "y", OpenFlags::CREATE, both()).unwrap_err(), ErrorCode::NoEntry);
    tenant.holds(0, 3);
}
