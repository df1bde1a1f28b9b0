//! Links, FIFOs and files with several names lie in the tree. (The host made them: `link`, `directory-link`, `dangling`,
//! `hard-link`, `fifo`, `socket`, all from outside.) None is followed, written to, or waited for; all can be removed.

use std::fs::{self, OpenOptions};
use std::io::Result;

fn main() -> Result<()> {
    assert_eq!(fs::read_dir("/data")?.count(), 6);
    for name in ["link", "directory-link", "dangling", "hard-link", "fifo", "socket"] {
        let path = format!("/data/{name}");
        if name != "hard-link" {
            assert!(fs::read(&path).is_err(), "{name}");
            assert!(!fs::symlink_metadata(&path)?.is_file(), "{name}");
        }
        assert!(fs::write(&path, "mine").is_err(), "{name}");
        assert!(OpenOptions::new().append(true).open(&path).is_err(), "{name}");
        assert!(fs::read_link(&path).is_err(), "{name}");
        assert!(fs::read_dir(&path).is_err(), "{name}");
        assert!(fs::read(format!("{path}/secret")).is_err(), "{name}");
        assert!(fs::write(format!("{path}/new"), "mine").is_err(), "{name}");
        fs::remove_file(&path)?;
    }
    fs::write("/data/f", "content")?;
    assert!(fs::hard_link("/data/f", "/data/second-name").is_err(), "links are not made");
    assert_eq!(fs::read_dir("/data")?.count(), 1);
    Ok(())
}
