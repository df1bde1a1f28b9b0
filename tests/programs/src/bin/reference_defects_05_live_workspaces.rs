//! A workspace that is in use is not left over.

use larder_guest::Store;
use larder_guest::workspaces::{Workspace, WorkspaceError, orphans};

fn main() -> Result<(), WorkspaceError> {
    let store = Store::default_store().map_err(WorkspaceError::Store)?;
    let live = Workspace::create(&store, "live")?;
    live.put("k", "{}")?;
    assert_eq!(orphans(&store)?, [""; 0]);
    assert_eq!(Workspace::recover(&store, "live").map(drop), Err(WorkspaceError::AlreadyExists));
    live.close();
    assert_eq!(orphans(&store)?, ["live"]);
    assert_eq!(Workspace::recover(&store, "live")?.count()?, 1);
    Ok(())
}
