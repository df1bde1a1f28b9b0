//! Files that are open by way of one interface and lose their names by way of the other.

use wasmtime_wasi::p2::bindings::filesystem::types::{DescriptorFlags, ErrorCode, OpenFlags};

use super::guest::{Fd, Guest, Tenant};

/// A file of 40 bytes in a quota of 100, open in a guest.
fn open_file() -> (Tenant, Guest, Fd) {
    let tenant = Tenant::new(Some(100), None);
    let mut guest = tenant.guest(true);
    let file = guest.create("a").unwrap();
    guest.write(&file, &[1; 40], 0).unwrap();
    (tenant, guest, file)
}

#[test]
fn what_files_remove_is_paid_for_until_the_guest_closes_it() {
    let (tenant, mut guest, file) = open_file();
    tenant.files.remove("a").unwrap();
    assert_eq!(tenant.usage(), (40, 0));
    guest.write(&file, &[2; 100], 0).unwrap();
    assert_eq!(guest.write(&file, b"x", 100), Err(ErrorCode::Quota));
    guest.set_size(&file, 70).unwrap();
    tenant.files.ledger().recount().unwrap();
    assert_eq!(tenant.usage(), (70, 0));
    guest.close(file);
    tenant.holds(0, 0);
}

#[test]
fn what_files_replace_is_paid_for_until_the_guest_closes_it() {
    let (tenant, mut guest, file) = open_file();
    tenant.files.write("a", &[2; 40]).unwrap();
    assert_eq!(tenant.usage(), (80, 1));
    let again = guest.open("a", OpenFlags::empty(), DescriptorFlags::READ).unwrap();
    assert!(tenant.files.write("a", &[3; 40]).is_err());
    guest.close(file);
    tenant.files.write("a", &[3; 40]).unwrap();
    assert_eq!(tenant.usage(), (80, 1));
    guest.close(again);
    tenant.holds(40, 1);
}

#[test]
fn what_a_guest_removes_is_paid_for_until_files_have_read_it() {
    let (tenant, mut guest, file) = open_file();
    let mut reader = tenant.files.open_read("a", 0).unwrap();
    guest.close(file);
    guest.unlink("a").unwrap();
    assert_eq!(tenant.usage(), (40, 0));
    assert_eq!(reader.read(100).unwrap(), [1; 40]);
    drop(reader);
    tenant.holds(0, 0);
}

#[test]
fn what_a_guest_replaces_is_paid_for_until_files_have_read_it() {
    let (tenant, mut guest, file) = open_file();
    let reader = tenant.files.open_read("a", 0).unwrap();
    guest.close(file);
    let new = guest.create("b").unwrap();
    guest.write(&new, &[2; 20], 0).unwrap();
    guest.rename("b", "a").unwrap();
    assert_eq!(tenant.usage(), (60, 1));
    drop(reader);
    tenant.holds(20, 1);
}

#[test]
fn a_removed_file_is_paid_for_by_the_last_of_both() {
    let (tenant, mut guest, file) = open_file();
    let reader = tenant.files.open_read("a", 0).unwrap();
    tenant.files.remove("a").unwrap();
    guest.close(file);
    assert_eq!(tenant.usage(), (40, 0));
    drop(reader);
    tenant.holds(0, 0);
}
