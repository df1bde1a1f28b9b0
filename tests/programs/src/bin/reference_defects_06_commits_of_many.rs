//! One of many instances that want to commit the same workspace. Prints how many it committed.

use larder_guest::Store;
use larder_guest::workspaces::{Workspace, WorkspaceError};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let store = Store::default_store()?;
    match Workspace::recover(&store, "w") {
        Ok(workspace) => {
            workspace.put("late", "{}")?;
            assert_eq!(workspace.commit()?["late"], 1);
            assert!(workspace.commit().is_err());
            println!("1");
        }
        Err(WorkspaceError::AlreadyExists | WorkspaceError::NotFound) => println!("0"),
        Err(error) => return Err(error.into()),
    }
    Ok(())
}
