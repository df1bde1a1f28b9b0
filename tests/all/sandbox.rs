//! Nothing outside a tenant's directory is touched, whatever names a guest uses and whatever lies in the directory.

#![cfg_attr(not(unix), allow(dead_code))]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use larder::engine::Error;
use tempfile::TempDir;

use crate::support::{Host, TENANT};

foreach_sandbox!(assert_test_exists);

#[tokio::test]
async fn sandbox_writes_beside() {
    let host = Host::new();
    let other = host.tenant("other");
    other.store().set("g", "k", b"theirs").unwrap();
    other.files().unwrap().write("f", b"theirs").unwrap();
    host.store().set("g", "k", b"v").unwrap();
    let own = Path::new("tenants").join(TENANT);
    let others = |mut tree: BTreeMap<PathBuf, Vec<u8>>| {
        // What it may write: its own files.
        tree.retain(|path, _| !path.starts_with(own.join("files")));
        tree
    };
    let before = others(tree(host.path()));
    let long = "x".repeat(10_000);
    let names = [
        "..",
        ".",
        "/",
        "../x",
        "../../x",
        "../other/files/f",
        "/etc/larder-test",
        "../store.db",
        "../owner.lock",
        "../tmp",
        "../tmp/x",
        "files",
        "store.db",
        "a\\b",
        "..\\x",
        "a\nb",
        "C:\\x",
        "CON",
        "․․/x",
        "．．／x",
        "other",
        &long,
    ];
    for name in names {
        host.run("sandbox_writes_beside").arg(name).passes().await;
        let after = others(tree(host.path()));
        let shown = &name[..name.floor_char_boundary(40)];
        assert_eq!(before.keys().collect::<Vec<_>>(), after.keys().collect::<Vec<_>>(), "{shown:?}");
        for (path, content) in &before {
            assert!(path.starts_with(&own) || after.get(path) == Some(content), "{shown:?} changed {}", path.display());
        }
    }
    assert_eq!(other.store().get("g", "k").unwrap().as_deref(), Some(&b"theirs"[..]));
    host.check();
}

/// Every file below `root`, with its content.
fn tree(root: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut directories = vec![root.to_owned()];
    while let Some(directory) = directories.pop() {
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            let within = path.strip_prefix(root).unwrap().to_owned();
            if path.is_dir() {
                found.insert(within, Vec::new());
                directories.push(path);
            } else {
                found.insert(within, fs::read(&path).unwrap());
            }
        }
    }
    found
}

/// A directory outside of the root, with links to it in the tenant's files.
pub(crate) struct Outside(TempDir);

#[cfg(unix)]
impl Outside {
    /// Put `link`, `directory-link`, `dangling`, `hard-link`, `fifo` and `socket` into the files of [`TENANT`].
    pub(crate) fn linked_into(host: &Host) -> Outside {
        use std::os::unix::fs::symlink;
        use std::os::unix::net::UnixListener;

        let outside = tempfile::tempdir().unwrap();
        let secret = outside.path().join("secret");
        fs::write(&secret, "secret").unwrap();
        // The directory is made by its first use.
        host.tenant(TENANT).files().unwrap();
        let files = host.directory().join("files");
        symlink(&secret, files.join("link")).unwrap();
        symlink(outside.path(), files.join("directory-link")).unwrap();
        symlink(outside.path().join("new"), files.join("dangling")).unwrap();
        fs::hard_link(&secret, files.join("hard-link")).unwrap();
        rustix::fs::mkfifoat(rustix::fs::CWD, files.join("fifo"), rustix::fs::Mode::RWXU).unwrap();
        drop(UnixListener::bind(files.join("socket")).unwrap());
        Outside(outside)
    }
}

impl Outside {
    /// The one file that was there is there, as it was, and nothing else is.
    pub(crate) fn is_untouched(&self) {
        let expected = BTreeMap::from([(PathBuf::from("secret"), b"secret".to_vec())]);
        assert_eq!(tree(self.0.path()), expected);
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_link_in_the_place_of_a_tenants_own_file_is_refused() {
    use std::os::unix::fs::symlink;

    let outside = tempfile::tempdir().unwrap();
    let (victim, trap) = (outside.path().join("victim.db"), outside.path().join("files"));
    fs::write(&victim, "").unwrap();
    fs::create_dir(&trap).unwrap();
    let host = Host::new();
    host.store().set("g", "k", b"v").unwrap();
    host.tenant(TENANT).files().unwrap();
    let host = host.stopped(|directory| {
        fs::remove_file(directory.join("store.db")).unwrap();
        fs::remove_dir(directory.join("files")).unwrap();
        symlink(&victim, directory.join("store.db")).unwrap();
        symlink(&trap, directory.join("files")).unwrap();
    });
    assert!(matches!(host.store().get("g", "k"), Err(Error::Refused { .. })));
    assert!(matches!(host.tenant(TENANT).files(), Err(Error::Refused { .. })));
    assert_eq!(fs::read(&victim).unwrap(), b"");
    assert_eq!(fs::read_dir(&trap).unwrap().count(), 0);
}
