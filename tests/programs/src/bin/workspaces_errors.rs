//! Each error that a guest can bring about.

use larder_guest::workspaces::{Workspace, WorkspaceError};
use larder_guest::{Error, Holding, Store};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let store = Store::default_store()?;
    for name in ["", ".", "..", "a/b", "a\\b", "a?b", "a\0b", "nul"] {
        let refused = Workspace::create(&store, name).map(drop);
        assert!(matches!(refused, Err(WorkspaceError::Store(Error::InvalidArgument(_)))), "{name:?}: {refused:?}");
    }
    let workspace = Workspace::create(&store, "w")?;
    for (kind, data) in [("", "{}"), ("k", "[]"), ("k", "{"), ("k", "null")] {
        let refused = workspace.put(kind, data);
        assert!(matches!(refused, Err(WorkspaceError::Store(Error::InvalidArgument(_)))), "{data}: {refused:?}");
    }
    let large = format!("{{\"a\":\"{}\"}}", "x".repeat(1 << 20));
    assert!(matches!(workspace.put("k", &large), Err(WorkspaceError::Store(Error::TooLarge { .. }))));
    let answers = (0..4).map(|_| workspace.query("SELECT 1", [0_i64; 0])).collect::<Result<Vec<_>, _>>()?;
    let too_many = Err(larder_guest::sql::SqlError::Store(Error::TooMany { what: Holding::Rows, limit: 4 }));
    assert_eq!(workspace.query("SELECT 1", [0_i64; 0]).map(drop), too_many);
    drop(answers);
    let held = (1..16).map(|n| Workspace::create(&store, &n.to_string())).collect::<Result<Vec<_>, _>>()?;
    let refused = Workspace::create(&store, "more").map(drop);
    let too_many = Error::TooMany { what: Holding::Workspaces, limit: 16 };
    assert_eq!(refused, Err(WorkspaceError::Store(too_many)));
    drop(held);
    let transaction = store.begin()?;
    let open = WorkspaceError::Store(Error::TransactionOpen);
    assert_eq!(workspace.commit(), Err(open.clone()));
    assert_eq!(Workspace::create(&store, "more").map(drop), Err(open));
    workspace.put("k", "{}")?;
    transaction.rollback()?;
    assert_eq!(workspace.commit()?["k"], 1);
    Ok(())
}
