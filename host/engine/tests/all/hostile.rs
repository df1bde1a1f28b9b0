//! Names and files that somebody made to get out of the sandbox.

use std::fs;

use larder_engine::{Error, ScopeName, TenantId};

use crate::{sqlite::Place, support::*};

/// Names that lead elsewhere, look like others, or cannot be shown.
fn hostile() -> Vec<String> {
    let names = [
        "",
        ".",
        "..",
        "../acme",
        "..\\acme",
        "/",
        "/etc/passwd",
        "a/b",
        "a\\b",
        "c:",
        "C:\\",
        "\\\\host\\share",
        "~",
        "\0",
        "a\0",
        "a\nb",
        "a\r",
        "\u{1b}[2J",
        "a b",
        " a",
        "a ",
        "a.",
        "...",
        "%2e%2e",
        "a\u{202E}b",
        "a\u{200B}",
        "\u{FF0E}\u{FF0E}",
        "a\u{FF0F}b",
        "a\u{2215}b",
        "acm\u{435}",
        "e\u{301}",
        "é",
        "con",
        "NUL",
        "nul.txt",
        "COM1",
        "lpt9.tar.gz",
        "com\u{B9}",
        "a:b",
        "a*",
        "a?",
        "a|b",
        "\"",
        "<a>",
        "Acme",
        "-rf",
        "--help",
        "_x",
        ".hidden",
    ];
    let long = ["x".repeat(129), "x".repeat(10_240), "../".repeat(4_000), "🙂".repeat(3_000)];
    names.into_iter().map(String::from).chain(long).collect()
}

#[test]
fn hostile_names_of_tenants_are_refused_with_the_rule() {
    for name in hostile() {
        match TenantId::parse(&name) {
            Err(error @ Error::InvalidName { what: "tenant", rule, .. }) => {
                assert!(rule.starts_with("a tenant's name "), "{rule}");
                let text = error.to_string();
                assert!(text.len() < 1_000 && !text.contains(char::is_control) && text.contains(rule), "{text}");
                assert!(error.is_callers_fault());
            }
            other => panic!("{name:?}: {other:?}"),
        }
    }
}

#[test]
fn hostile_names_of_scopes_are_refused_with_the_rule() {
    // Names that are no danger here: a scope is no directory.
    let harmless = ["con", "NUL", "COM1", "Acme", "-rf", "--help"];
    for name in hostile().into_iter().filter(|name| !harmless.contains(&name.as_str())) {
        match ScopeName::parse(&name) {
            Err(error @ Error::InvalidName { what: "scope", rule, .. }) => {
                assert!(rule.starts_with("a scope's name "), "{rule}");
                assert!(error.to_string().len() < 1_000 && !error.to_string().contains(char::is_control));
            }
            other => panic!("{name:?}: {other:?}"),
        }
    }
    for name in harmless {
        assert_eq!(ScopeName::parse(name).unwrap().as_str(), name);
    }
}

#[test]
fn names_that_are_refused_touch_no_disk() {
    let place = Place::new();
    let larder = place.open();
    for name in hostile() {
        assert!(TenantId::parse(&name).is_err());
    }
    assert_eq!(larder.tenants().unwrap(), []);
}

#[cfg(unix)]
mod on_unix {
    use std::{os::unix::fs::symlink, path::Path};

    use larder_engine::Result;

    use super::*;

    /// A root with a tenant that was closed, and a file and a directory outside of it.
    fn prepared() -> Place {
        let place = Place::new();
        place.store().set("g", "k", b"v").unwrap();
        fs::write(place.outside("file"), b"outside").unwrap();
        fs::create_dir(place.outside("dir")).unwrap();
        place
    }

    #[track_caller]
    fn assert_refused_and_outside_untouched(place: &Place, what: &str) {
        let larder = place.open();
        let tenant = acme(&larder);
        let calls: [&dyn Fn() -> Result<()>; 4] = [
            &|| tenant.store().get("g", "k").map(drop),
            &|| tenant.store().set("g", "k", b"").map(drop),
            &|| tenant.create(),
            &|| tenant.check().map(drop),
        ];
        for call in calls {
            match call() {
                Err(error @ Error::Refused { .. }) => {
                    assert!(error.to_string().contains(what), "{error}");
                    assert!(error.hint().is_some() && !error.is_callers_fault());
                }
                other => panic!("{what}: {other:?}"),
            }
        }
        assert_eq!(fs::read(place.outside("file")).unwrap(), b"outside");
        assert_eq!(fs::read_dir(place.outside("dir")).unwrap().count(), 0);
        assert!(!place.outside("nowhere").exists());
        larder.tenant(&tenant_id("other")).store().set("g", "k", b"").unwrap();
    }

    /// Puts something at a path.
    type Make<'a> = &'a dyn Fn(&Place, &Path);

    fn fifo(path: &Path) {
        rustix::fs::mknodat(rustix::fs::CWD, path, rustix::fs::FileType::Fifo, 0o600.into(), 0).unwrap();
    }

    #[test]
    fn links_and_fifos_in_the_place_of_the_store_s_files_are_refused() {
        for name in ["store.db", "store.db-wal", "store.db-shm", "store.db-journal", "owner.lock"] {
            let made: [Make<'_>; 6] = [
                &|place, path| symlink(place.outside("file"), path).unwrap(),
                &|place, path| symlink(place.outside("nowhere"), path).unwrap(),
                &|place, path| symlink(place.outside("dir"), path).unwrap(),
                &|place, path| fs::hard_link(place.outside("file"), path).unwrap(),
                &|_, path| fifo(path),
                &|_, path| fs::create_dir(path).unwrap(),
            ];
            for make in made {
                let place = prepared();
                let path = place.tenant_dir().join(name);
                if path.exists() {
                    fs::remove_file(&path).unwrap();
                }
                make(&place, &path);
                assert_refused_and_outside_untouched(&place, &format!("tenants/acme/{name}"));
            }
        }
    }

    #[test]
    fn a_hard_link_to_the_own_database_is_refused() {
        let place = prepared();
        fs::hard_link(place.database(), place.outside("copy")).unwrap();
        assert_refused_and_outside_untouched(&place, "tenants/acme/store.db");
    }

    #[test]
    fn a_link_in_the_place_of_a_tenant_is_refused() {
        for target in ["dir", "nowhere", "root/tenants/other"] {
            let place = prepared();
            place.open().tenant(&tenant_id("other")).create().unwrap();
            fs::remove_dir_all(place.tenant_dir()).unwrap();
            symlink(place.outside(target), place.tenant_dir()).unwrap();
            assert_refused_and_outside_untouched(&place, "tenants/acme");
            assert_eq!(place.open().tenants().unwrap(), [tenant_id("other")]);
        }
    }

    #[test]
    fn a_thing_that_is_put_there_while_the_tenant_is_open_is_not_followed_later() {
        let place = prepared();
        let tenant = place.tenant();
        tenant.store().set("g", "k", b"w").unwrap();
        drop(tenant);
        fs::remove_file(place.database()).unwrap();
        symlink(place.outside("file"), place.database()).unwrap();
        assert_refused_and_outside_untouched(&place, "tenants/acme/store.db");
    }

    #[test]
    fn a_link_in_the_place_of_all_tenants_is_refused() {
        let place = prepared();
        fs::rename(place.root().join("tenants"), place.outside("elsewhere")).unwrap();
        symlink(place.outside("elsewhere"), place.root().join("tenants")).unwrap();
        assert_refused!(larder_engine::Larder::open(place.root(), place.config()).map(drop), Error::Refused { .. });
    }
}
