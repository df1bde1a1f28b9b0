use wasmtime_wasi::p2::bindings::filesystem::types::{DescriptorFlags, ErrorCode, OpenFlags};

use super::guest::{Tenant, both};

#[test]
fn writing_charges_growth_and_nothing_else() {
    let tenant = Tenant::new(Some(100), None);
    let mut guest = tenant.guest(true);
    let file = guest.create("a").unwrap();
    tenant.holds(0, 1);
    assert_eq!(guest.write(&file, &[1; 60], 0), Ok(60));
    tenant.holds(60, 1);
    assert_eq!(guest.write(&file, &[2; 60], 0), Ok(60));
    tenant.holds(60, 1);
    assert_eq!(guest.write(&file, &[3; 60], 40), Ok(60));
    tenant.holds(100, 1);
    assert_eq!(guest.write(&file, &[], 5_000), Ok(0));
    tenant.holds(100, 1);
}

#[test]
fn a_write_past_the_quota_changes_nothing() {
    let tenant = Tenant::new(Some(100), None);
    let mut guest = tenant.guest(true);
    let file = guest.create("a").unwrap();
    guest.write(&file, &[1; 90], 0).unwrap();
    assert_eq!(guest.write(&file, &[2; 11], 90), Err(ErrorCode::Quota));
    // What lies within the file is not written either.
    assert_eq!(guest.write(&file, &[2; 50], 51), Err(ErrorCode::Quota));
    tenant.holds(90, 1);
    assert_eq!(tenant.files.dir().read("a").unwrap(), [1; 90]);
    assert_eq!(guest.write(&file, &[2; 10], 90), Ok(10));
    tenant.holds(100, 1);
}

#[test]
fn a_hole_counts_like_bytes() {
    let tenant = Tenant::new(Some(1_000), None);
    let mut guest = tenant.guest(true);
    let file = guest.create("a").unwrap();
    assert_eq!(guest.write(&file, b"x", 1_000), Err(ErrorCode::Quota));
    assert_eq!(guest.write(&file, b"x", u64::MAX), Err(ErrorCode::FileTooLarge));
    assert_eq!(guest.write(&file, b"x", 999), Ok(1));
    tenant.holds(1_000, 1);
}

#[test]
fn setting_a_size_charges_and_releases() {
    let tenant = Tenant::new(Some(1_000), None);
    let mut guest = tenant.guest(true);
    let file = guest.create("a").unwrap();
    guest.set_size(&file, 1_000).unwrap();
    tenant.holds(1_000, 1);
    assert_eq!(guest.set_size(&file, 1_001), Err(ErrorCode::Quota));
    guest.set_size(&file, 10).unwrap();
    tenant.holds(10, 1);
}

#[test]
fn what_the_disk_refuses_is_not_charged() {
    let tenant = Tenant::new(None, None);
    let mut guest = tenant.guest(true);
    let file = guest.create("a").unwrap();
    assert!(guest.set_size(&file, u64::MAX).is_err());
    assert!(guest.write(&file, b"x", u64::MAX - 1).is_err());
    tenant.holds(0, 1);
}

#[test]
fn opening_with_truncate_releases() {
    let tenant = Tenant::new(Some(100), None);
    let mut guest = tenant.guest(true);
    let file = guest.create("a").unwrap();
    guest.write(&file, &[1; 100], 0).unwrap();
    let again = guest.create("a").unwrap();
    tenant.holds(0, 1);
    guest.write(&again, &[1; 100], 0).unwrap();
    tenant.holds(100, 1);
}

#[test]
fn names_are_charged_and_released() {
    let tenant = Tenant::new(None, Some(3));
    let mut guest = tenant.guest(true);
    guest.create("a").unwrap();
    guest.mkdir("d").unwrap();
    guest.create("d/b").unwrap();
    tenant.holds(0, 3);
    assert_eq!(guest.create("c").unwrap_err(), ErrorCode::Quota);
    assert_eq!(guest.mkdir("e"), Err(ErrorCode::Quota));
    // What is there already is no new name.
    let plain = guest.open("a", OpenFlags::CREATE, both()).unwrap();
    guest.close(plain);
    guest.unlink("d/b").unwrap();
    guest.rmdir("d").unwrap();
    tenant.holds(0, 1);
}

#[test]
fn what_is_not_made_is_not_charged() {
    let tenant = Tenant::new(None, Some(10));
    let mut guest = tenant.guest(true);
    guest.create("a").unwrap();
    let exclusive = OpenFlags::CREATE | OpenFlags::EXCLUSIVE;
    assert_eq!(guest.open("a", exclusive, both()).unwrap_err(), ErrorCode::Exist);
    assert_eq!(guest.mkdir("a"), Err(ErrorCode::Exist));
    assert_eq!(guest.mkdir("x/y"), Err(ErrorCode::NoEntry));
    assert_eq!(guest.create("x/y").unwrap_err(), ErrorCode::NoEntry);
    assert_eq!(guest.create("a/b").unwrap_err(), ErrorCode::NotDirectory);
    assert_eq!(guest.open("none", OpenFlags::empty(), DescriptorFlags::READ).unwrap_err(), ErrorCode::NoEntry);
    tenant.holds(0, 1);
}

#[test]
fn a_full_quota_is_free_again_after_removing() {
    let tenant = Tenant::new(Some(100), Some(1));
    let mut guest = tenant.guest(true);
    for _ in 0..3 {
        let file = guest.create("a").unwrap();
        guest.write(&file, &[1; 100], 0).unwrap();
        guest.close(file);
        guest.unlink("a").unwrap();
        tenant.holds(0, 0);
    }
}

#[test]
fn two_instances_share_the_quota() {
    let tenant = Tenant::new(Some(100), None);
    let (mut one, mut two) = (tenant.guest(true), tenant.guest(true));
    let first = one.create("a").unwrap();
    let second = two.open("a", OpenFlags::empty(), both()).unwrap();
    one.write(&first, &[1; 60], 0).unwrap();
    // To the second descriptor the file has the 60 bytes already.
    two.write(&second, &[2; 70], 0).unwrap();
    tenant.holds(70, 1);
    let other = two.create("b").unwrap();
    assert_eq!(two.write(&other, &[1; 31], 0), Err(ErrorCode::Quota));
    tenant.holds(70, 2);
}

#[test]
fn many_threads_never_pass_the_quota() {
    const QUOTA: u64 = 10_000;
    let tenant = Tenant::new(Some(QUOTA), None);
    tenant.guest(true).create("shared").unwrap();
    std::thread::scope(|scope| {
        for thread in 0..4u8 {
            let tenant = &tenant;
            scope.spawn(move || {
                let mut guest = tenant.guest(true);
                let file = guest.open("shared", OpenFlags::empty(), both()).unwrap();
                for round in 0..50u64 {
                    let _ = guest.write(&file, &[thread; 70], round * 61);
                    let own = guest.create(&format!("own{thread}")).unwrap();
                    let _ = guest.write(&own, &[thread; 2_000], round);
                    guest.close(own);
                    let _ = guest.set_size(&file, (round * 17) % 900);
                    assert!(tenant.usage().0 <= QUOTA);
                }
            });
        }
    });
    let (bytes, files) = tenant.usage();
    tenant.holds(bytes, files);
}
