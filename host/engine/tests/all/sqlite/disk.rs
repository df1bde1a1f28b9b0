//! Disks that are full or cannot be written. Each test mounts one of its own, in a process of its own.

#![cfg(target_os = "linux")]

use std::{fs, path::Path, process::Command};

use larder_engine::{Config, Error, Larder, Store, Tenant};

use super::support::{Place, contents};
use crate::{child, support::*};

/// Run a test with `mount` done before it, out of everybody else's sight. `false` where that is not allowed.
fn run_mounted(test: &str, dir: &Path, mount: &str) -> bool {
    let may = |flags: &str| {
        let mut try_it = Command::new("unshare");
        try_it.args([flags, "sh", "-c", &format!("d=$1; {mount}"), "sh"]).arg(dir);
        try_it.output().is_ok_and(|output| output.status.success())
    };
    let Some(flags) = ["-m", "-rm"].into_iter().find(|flags| may(flags)) else {
        eprintln!("skipped: this machine lets no test mount a disk of its own (unshare -m)");
        return false;
    };
    let as_child = child::command(test, dir.to_str().unwrap());
    let mut command = Command::new("unshare");
    command.args([flags, "sh", "-c", &format!("d=$1; {mount} && shift && exec \"$@\""), "sh"]).arg(dir);
    command.arg(as_child.get_program()).args(as_child.get_args());
    command.envs(as_child.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
    true
}

const FULL: &str = "mount -t tmpfs -o size=3m larder-test \"$d\"";
const READ_ONLY: &str = "mount --bind \"$d\" \"$d\" && mount -o remount,bind,ro \"$d\"";

#[test]
fn a_full_disk_is_told_and_what_was_stored_is_safe() {
    let place = tempfile::tempdir().unwrap();
    run_mounted("sqlite::disk::on_a_full_disk", place.path(), FULL);
}

fn fill_up(dir: &Path) {
    let mut ballast = fs::File::create(dir.join("ballast")).unwrap();
    while std::io::Write::write_all(&mut ballast, &[0; 4096]).is_ok() {}
}

fn make_room(dir: &Path) {
    fs::remove_file(dir.join("ballast")).unwrap();
}

/// Write until the disk is full; how many were stored.
fn write_until_full(store: &Store) -> u64 {
    for n in 0..1_000 {
        match store.set("g", &n.to_string(), &vec![n as u8; 20_000]) {
            Ok(_) => {}
            Err(error @ Error::DiskFull { .. }) => {
                assert!(error.hint().is_some() && !error.is_callers_fault());
                return n;
            }
            Err(error) => panic!("{error:?}"),
        }
    }
    panic!("the disk is never full");
}

fn assert_stored(tenant: &Tenant, stored: u64) {
    let store = tenant.store();
    assert_eq!(store.count("g").unwrap(), stored);
    for n in 0..stored {
        assert_eq!(store.get("g", &n.to_string()).unwrap().unwrap(), vec![n as u8; 20_000]);
    }
}

#[test]
#[ignore = "run by another test on a disk of its own"]
fn on_a_full_disk() {
    let Some(dir) = child::argument() else { return };
    let dir = Path::new(&dir);
    let larder = Larder::open(dir.join("root"), Config::new()).unwrap();
    let tenant = acme(&larder);
    let store = tenant.store();
    store.set("first", "k", b"v").unwrap();
    fs::write(dir.join("ballast"), vec![0; 1 << 20]).unwrap();

    let stored = write_until_full(&store);
    assert!(stored > 0);
    assert_stored(&tenant, stored);
    assert_refused!(store.set("h", "k", &vec![0; 100_000]), Error::DiskFull { .. });
    assert_refused!(larder.tenant(&tenant_id("new")).create(), Error::DiskFull { .. });
    assert_sound(&tenant);

    make_room(dir);
    store.set("h", "k", &vec![0; 100_000]).unwrap();
    larder.tenant(&tenant_id("new")).store().set("g", "k", b"").unwrap();
    assert_stored(&tenant, stored);
    assert_sound(&tenant);

    drop((store, tenant, larder));
    let larder = Larder::open(dir.join("root"), Config::new()).unwrap();
    assert_stored(&acme(&larder), stored);
    assert_sound(&acme(&larder));
}

#[test]
fn a_transaction_that_meets_a_full_disk_is_not_kept_by_half() {
    let place = tempfile::tempdir().unwrap();
    run_mounted("sqlite::disk::a_transaction_on_a_full_disk", place.path(), FULL);
}

#[test]
#[ignore = "run by another test on a disk of its own"]
fn a_transaction_on_a_full_disk() {
    let Some(dir) = child::argument() else { return };
    let dir = Path::new(&dir);
    let larder = Larder::open(dir.join("root"), Config::new()).unwrap();
    let tenant = acme(&larder);
    let store = tenant.store();
    store.set("before", "k", b"v").unwrap();
    fill_up(dir);
    for commits in [true, false] {
        let transaction = store.begin().unwrap();
        let inside = transaction.store();
        let refused = (0..500).filter(|n| inside.set("g", &n.to_string(), &vec![0; 20_000]).is_err()).count();
        assert!(refused > 0, "the disk is never full");
        // A caller that takes no notice of errors goes on as if nothing was.
        make_room(dir);
        let _ = inside.set("g", "after", b"");
        let _ = inside.set_many("g", &[("more".into(), vec![])]);
        if commits {
            assert!(transaction.commit().is_err());
        } else {
            let _ = transaction.rollback();
        }
        assert_eq!(groups(&store, ""), ["before"]);
        assert_sound(&tenant);
        store.set("before", "k", b"w").unwrap();
        fill_up(dir);
    }
    make_room(dir);
    drop((store, tenant, larder));
    let larder = Larder::open(dir.join("root"), Config::new()).unwrap();
    assert_eq!(groups(&acme(&larder).store(), ""), ["before"]);
    assert_sound(&acme(&larder));
}

#[test]
fn a_disk_that_cannot_be_written_is_told() {
    let place = Place::new();
    place.store().set("g", "k", b"v").unwrap();
    let before = contents(&place.tenant_dir());
    run_mounted("sqlite::disk::on_a_disk_that_cannot_be_written", &place.root(), READ_ONLY);
    assert_eq!(contents(&place.tenant_dir()), before);
}

#[test]
#[ignore = "run by another test on a disk of its own"]
fn on_a_disk_that_cannot_be_written() {
    let Some(root) = child::argument() else { return };
    let larder = Larder::open(&root, Config::new()).unwrap();
    assert_eq!(larder.tenants().unwrap(), [tenant_id("acme")]);
    for result in [
        acme(&larder).store().set("g", "k", b"w").map(drop),
        acme(&larder).store().get("g", "k").map(drop),
        larder.tenant(&tenant_id("new")).create(),
    ] {
        match result {
            Err(error @ Error::ReadOnly { .. }) => {
                assert!(error.hint().is_some() && !error.is_callers_fault());
            }
            other => panic!("{other:?}"),
        }
    }
    match Larder::open(Path::new(&root).join("new"), Config::new()) {
        Err(Error::Io { operation, .. }) => assert!(operation.contains("root"), "{operation}"),
        other => panic!("{:?}", other.map(drop)),
    }
}
