//! The root and its tenants against what somebody may have put there.

use std::{fs, path::Path};

use super::*;
use crate::Error;

fn tenant(name: &str) -> TenantId {
    TenantId::parse(name).unwrap()
}

fn refusal<T: std::fmt::Debug>(result: crate::Result<T>) -> (String, &'static str) {
    match result {
        Err(Error::Refused { what, rule }) => (what, rule),
        other => panic!("{other:?}"),
    }
}

fn fresh() -> (tempfile::TempDir, Root) {
    let place = tempfile::tempdir().unwrap();
    let root = Root::open(&place.path().join("a/root")).unwrap();
    (place, root)
}

fn in_tenant(root: &Root, name: &str) -> std::path::PathBuf {
    root.path().join("tenants/acme").join(name)
}

#[test]
fn a_root_is_made_where_there_is_none_and_found_again() {
    let (_place, root) = fresh();
    assert_eq!(root.tenants().unwrap(), []);
    root.create_tenant(&tenant("b")).unwrap();
    root.create_tenant(&tenant("a")).unwrap();
    root.create_tenant(&tenant("b")).unwrap();
    assert_eq!(Root::open(root.path()).unwrap().tenants().unwrap(), [tenant("a"), tenant("b")]);
}

#[test]
fn a_root_that_is_a_file_is_an_error() {
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("file");
    fs::write(&file, "").unwrap();
    assert!(matches!(Root::open(&file), Err(Error::Io { .. })));
}

#[test]
fn what_is_no_tenant_is_not_listed() {
    let (_place, root) = fresh();
    root.create_tenant(&tenant("real")).unwrap();
    let tenants = root.path().join("tenants");
    fs::write(tenants.join("file"), "").unwrap();
    for name in ["Upper", ".hidden", "con", "with space"] {
        fs::create_dir(tenants.join(name)).unwrap();
    }
    assert_eq!(root.tenants().unwrap(), [tenant("real")]);
}

#[test]
fn a_tenant_that_is_not_there_is_not_made_by_looking() {
    let (_place, root) = fresh();
    assert!(!root.exists(&tenant("acme")).unwrap());
    assert!(root.open_tenant(&tenant("acme")).unwrap().is_none());
    assert_eq!(root.tenants().unwrap(), []);
    root.create_tenant(&tenant("acme")).unwrap();
    assert!(root.exists(&tenant("acme")).unwrap());
    let dir = root.open_tenant(&tenant("acme")).unwrap().unwrap();
    assert_eq!(dir.store_path(), root.path().join("tenants/acme/store.db"));
}

#[test]
fn a_file_in_the_place_of_a_tenant_is_refused() {
    let (_place, root) = fresh();
    fs::write(root.path().join("tenants/acme"), "").unwrap();
    let (what, rule) = refusal(root.create_tenant(&tenant("acme")));
    assert_eq!(what, "tenants/acme");
    assert!(rule.contains("real directory"));
    refusal(root.exists(&tenant("acme")));
    refusal(root.open_tenant(&tenant("acme")));
}

#[test]
fn a_directory_where_a_file_of_the_store_belongs_is_refused() {
    for name in ["store.db", "store.db-wal", "store.db-shm", "store.db-journal", "owner.lock"] {
        let (_place, root) = fresh();
        let dir = root.create_tenant(&tenant("acme")).unwrap();
        dir.check_store_files().unwrap();
        fs::create_dir(in_tenant(&root, name)).unwrap();
        let (what, rule) = refusal(dir.check_store_files());
        assert_eq!(what, format!("tenants/acme/{name}"));
        assert!(rule.contains("directory"), "{rule}");
    }
}

#[test]
fn a_file_where_a_directory_of_the_store_belongs_is_refused() {
    let (_place, root) = fresh();
    let dir = root.create_tenant(&tenant("acme")).unwrap();
    fs::remove_dir(in_tenant(&root, "files")).unwrap();
    fs::write(in_tenant(&root, "files"), "").unwrap();
    assert_eq!(refusal(dir.check_store_files()).0, "tenants/acme/files");
    assert_eq!(refusal(dir.files_dir()).0, "tenants/acme/files");
}

#[test]
fn one_owner_at_a_time_and_the_next_one_after_it() {
    let (_place, root) = fresh();
    let dir = root.create_tenant(&tenant("acme")).unwrap();
    let lock = OwnerLock::acquire(&dir).unwrap();
    let again = root.open_tenant(&tenant("acme")).unwrap().unwrap();
    match OwnerLock::acquire(&again) {
        Err(Error::InUse { tenant, holder }) => {
            assert_eq!(tenant.as_str(), "acme");
            assert!(cfg!(windows) || holder.ends_with(&format!(", process {}", std::process::id())), "{holder}");
        }
        other => panic!("{other:?}"),
    }
    drop(lock);
    OwnerLock::acquire(&again).unwrap();
}

/// To write the same again costs more than the rest of an open.
#[test]
fn an_owner_that_comes_back_leaves_its_name_as_it_is() {
    let (_place, root) = fresh();
    let dir = root.create_tenant(&tenant("acme")).unwrap();
    drop(OwnerLock::acquire(&dir).unwrap());
    let path = in_tenant(&root, "owner.lock");
    let long_ago = std::time::UNIX_EPOCH + std::time::Duration::from_secs(1);
    fs::File::options().write(true).open(&path).unwrap().set_modified(long_ago).unwrap();
    drop(OwnerLock::acquire(&dir).unwrap());
    assert_eq!(fs::metadata(&path).unwrap().modified().unwrap(), long_ago);
}

#[test]
fn the_owner_of_one_tenant_is_in_nobody_elses_way() {
    let (_place, root) = fresh();
    let _one = OwnerLock::acquire(&root.create_tenant(&tenant("one")).unwrap()).unwrap();
    OwnerLock::acquire(&root.create_tenant(&tenant("two")).unwrap()).unwrap();
}

/// Between its start and the program that it becomes, a child process has all files of its parent open.
#[test]
fn a_copy_of_the_open_file_in_a_process_that_just_starts_does_not_keep_the_lock() {
    let (_place, root) = fresh();
    let dir = root.create_tenant(&tenant("acme")).unwrap();
    let lock = OwnerLock::acquire(&dir).unwrap();
    let copy = lock.file.try_clone().unwrap();
    drop(lock);
    OwnerLock::acquire(&dir).unwrap();
    drop(copy);
}

#[test]
fn a_lock_file_that_was_left_behind_locks_nothing() {
    let (_place, root) = fresh();
    let dir = root.create_tenant(&tenant("acme")).unwrap();
    fs::write(in_tenant(&root, "owner.lock"), "a longer text than the next owner writes ".repeat(100)).unwrap();
    let _lock = OwnerLock::acquire(&dir).unwrap();
    if cfg!(unix) {
        let text = fs::read_to_string(in_tenant(&root, "owner.lock")).unwrap();
        assert!(text.ends_with(&format!(", process {}\n", std::process::id())), "{text}");
    }
}

#[cfg(unix)]
mod on_unix {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    #[test]
    fn a_hostile_text_in_the_lock_is_cut_and_made_fit_to_be_shown() {
        let (_place, root) = fresh();
        let dir = root.create_tenant(&tenant("acme")).unwrap();
        let _lock = OwnerLock::acquire(&dir).unwrap();
        for (text, shown) in [
            ("\u{1b}[2J\nlarder\n", "[2Jlarder"),
            ("", "another process"),
            (" \n", "another process"),
            ("x".repeat(10_000).as_str(), "x".repeat(200).as_str()),
        ] {
            fs::write(in_tenant(&root, "owner.lock"), text).unwrap();
            match OwnerLock::acquire(&dir) {
                Err(Error::InUse { holder, .. }) => assert_eq!(holder, shown),
                other => panic!("{other:?}"),
            }
        }
    }

    #[test]
    fn a_program_that_the_owner_started_does_not_keep_the_lock() {
        use std::process::{Command, Stdio};
        let (_place, root) = fresh();
        let dir = root.create_tenant(&tenant("acme")).unwrap();
        let lock = OwnerLock::acquire(&dir).unwrap();
        // It lives until its input ends.
        let mut child = Command::new("cat").stdin(Stdio::piped()).spawn().unwrap();
        drop(lock);
        OwnerLock::acquire(&dir).unwrap();
        drop(child.stdin.take());
        child.wait().unwrap();
    }

    #[test]
    fn directories_are_the_users_alone() {
        let (_place, root) = fresh();
        root.create_tenant(&tenant("acme")).unwrap();
        for path in ["", "tenants", "tenants/acme", "tenants/acme/files", "tenants/acme/tmp"] {
            let mode = fs::metadata(root.path().join(path)).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o700, "{path}");
        }
    }

    #[test]
    fn a_root_behind_a_link_is_the_operators_choice() {
        let (place, root) = fresh();
        root.create_tenant(&tenant("acme")).unwrap();
        let link = place.path().join("link");
        symlink(root.path(), &link).unwrap();
        let linked = Root::open(&link).unwrap();
        assert_eq!(linked.path(), root.path());
        linked.open_tenant(&tenant("acme")).unwrap().unwrap().check_store_files().unwrap();
    }

    #[test]
    fn links_in_the_place_of_directories_are_refused_wherever_they_point() {
        let (place, root) = fresh();
        let outside = place.path().join("outside");
        fs::create_dir(&outside).unwrap();
        root.create_tenant(&tenant("real")).unwrap();
        for target in [outside.as_path(), Path::new("real"), Path::new("nowhere")] {
            let link = root.path().join("tenants/acme");
            symlink(target, &link).unwrap();
            refusal(root.exists(&tenant("acme")));
            refusal(root.open_tenant(&tenant("acme")));
            refusal(root.create_tenant(&tenant("acme")));
            assert_eq!(root.tenants().unwrap(), [tenant("real")]);
            fs::remove_file(link).unwrap();
        }
        let dir = root.create_tenant(&tenant("acme")).unwrap();
        fs::remove_dir(in_tenant(&root, "files")).unwrap();
        fs::remove_dir(in_tenant(&root, "tmp")).unwrap();
        for name in ["files", "tmp", "state", "archive", "quarantine"] {
            symlink(&outside, in_tenant(&root, name)).unwrap();
            assert_eq!(refusal(dir.check_store_files()).0, format!("tenants/acme/{name}"));
            if name == "files" {
                refusal(dir.files_dir());
            }
            fs::remove_file(in_tenant(&root, name)).unwrap();
        }
        assert_eq!(fs::read_dir(outside).unwrap().count(), 0);
    }

    #[test]
    fn the_directory_of_all_tenants_is_no_link() {
        let place = tempfile::tempdir().unwrap();
        let root = place.path().join("root");
        fs::create_dir_all(&root).unwrap();
        symlink(place.path(), root.join("tenants")).unwrap();
        assert_eq!(refusal(Root::open(&root)).0, "tenants");
    }

    #[test]
    fn links_and_fifos_in_the_place_of_the_stores_files_are_refused() {
        for name in ["store.db", "store.db-wal", "store.db-shm", "store.db-journal", "owner.lock"] {
            let (place, root) = fresh();
            let dir = root.create_tenant(&tenant("acme")).unwrap();
            let outside = place.path().join("outside");
            fs::write(&outside, "untouched").unwrap();
            let here = in_tenant(&root, name);
            let make: [(&str, &dyn Fn()); 4] = [
                ("symbolic link", &|| symlink(&outside, &here).unwrap()),
                ("symbolic link", &|| symlink("nowhere", &here).unwrap()),
                ("hard links", &|| fs::hard_link(&outside, &here).unwrap()),
                ("FIFO", &|| fifo(&here)),
            ];
            for (kind, make) in make {
                make();
                let (what, rule) = refusal(dir.check_store_files());
                assert_eq!(what, format!("tenants/acme/{name}"));
                assert!(rule.contains(kind), "{rule}");
                if name == "owner.lock" {
                    refusal(OwnerLock::acquire(&dir));
                }
                fs::remove_file(&here).unwrap();
            }
            assert_eq!(fs::read_to_string(&outside).unwrap(), "untouched");
            assert!(!place.path().join("nowhere").exists());
        }
    }

    #[test]
    fn a_root_that_was_moved_away_is_noticed() {
        let (place, root) = fresh();
        let dir = root.create_tenant(&tenant("acme")).unwrap();
        fs::rename(place.path().join("a"), place.path().join("b")).unwrap();
        refusal(dir.check_store_files());
        fs::create_dir_all(root.path().join("tenants/acme")).unwrap();
        refusal(dir.check_store_files());
        fs::remove_dir_all(place.path().join("a")).unwrap();
        fs::rename(place.path().join("b"), place.path().join("a")).unwrap();
        dir.check_store_files().unwrap();
    }

    fn fifo(path: &Path) {
        rustix::fs::mknodat(rustix::fs::CWD, path, rustix::fs::FileType::Fifo, 0o600.into(), 0).unwrap();
    }
}
