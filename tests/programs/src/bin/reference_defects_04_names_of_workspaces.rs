//! No two names of workspaces share a file.

use larder_guest::workspaces::{Workspace, WorkspaceError};
use larder_guest::{Error, Store};

fn main() -> Result<(), WorkspaceError> {
    let store = Store::default_store().map_err(WorkspaceError::Store)?;
    for name in ["x?one", "x?two", "x\0one", "x\0two", "?", "\0"] {
        let refused = Workspace::create(&store, name).map(drop);
        assert!(matches!(refused, Err(WorkspaceError::Store(Error::InvalidArgument(_)))), "{name:?}: {refused:?}");
    }
    let first = Workspace::create(&store, "x")?;
    let second = Workspace::create(&store, "x#one")?;
    second.put("k", "{}")?;
    assert_eq!((first.count()?, second.count()?), (0, 1));
    Ok(())
}
