//! What is dropped or closed is left over; what is in use is given to nobody.

use larder_guest::Store;
use larder_guest::workspaces::{Workspace, WorkspaceError, orphans};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let store = Store::default_store()?;
    let live = Workspace::create(&store, "live")?;
    drop(Workspace::create(&store, "dropped")?);
    let closed = Workspace::create(&store, "closed")?;
    closed.put("k", "{}")?;
    closed.close();
    closed.close();
    assert_eq!(orphans(&store)?, ["closed", "dropped"]);
    assert_eq!(Workspace::recover(&store, "live").unwrap_err(), WorkspaceError::AlreadyExists);
    assert_eq!(Workspace::recover(&store, "none").unwrap_err(), WorkspaceError::NotFound);
    assert_eq!(Workspace::create(&store, "closed").unwrap_err(), WorkspaceError::AlreadyExists);
    let recovered = Workspace::recover(&store, "closed")?;
    assert_eq!(recovered.count()?, 1);
    recovered.discard()?;
    recovered.discard()?;
    live.put("k", "{}")?;
    assert_eq!(live.commit()?["k"], 1);
    assert_eq!(orphans(&store)?, ["dropped"]);
    Ok(())
}
