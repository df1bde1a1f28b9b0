//! What is counted and timed.

macro_rules! operations {
    ($($(#[$doc:meta])* $name:ident = $text:literal,)*) => {
        /// An operation, as the label `operation` names it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Op {
            $($(#[$doc])* $name,)*
        }

        impl Op {
            pub(crate) const COUNT: usize = [$($text),*].len();

            pub(crate) fn name(self) -> &'static str {
                match self {
                    $(Op::$name => $text,)*
                }
            }
        }
    };
}

operations! {
    /// A call that reads: waiting for a turn, the snapshot and the operations in it.
    View = "view",
    /// A call that writes: waiting for the writer, the operations and the commit.
    Update = "update",
    /// Beginning a transaction, with the wait for the writer.
    Begin = "begin",
    Commit = "commit",
    Rollback = "rollback",
    Get = "get",
    Entry = "entry",
    Exists = "exists",
    GroupExists = "group-exists",
    Count = "count",
    CountAll = "count-all",
    GetMany = "get-many",
    Groups = "groups",
    Scan = "scan",
    Page = "page",
    GetSplit = "get-split",
    GetFields = "get-fields",
    Render = "render",
    Usage = "usage",
    Set = "set",
    SetWithTtl = "set-with-ttl",
    Touch = "touch",
    Delete = "delete",
    DeleteGroup = "delete-group",
    DeletePrefix = "delete-prefix",
    PurgeExpired = "purge-expired",
    Increment = "increment",
    CompareAndSwap = "compare-and-swap",
    CompareAndDelete = "compare-and-delete",
    SetMany = "set-many",
    DeleteMany = "delete-many",
    Apply = "apply",
    /// The background's removal of what has expired in one tenant.
    Purge = "purge",
    JournalAppend = "journal-append",
    JournalQuery = "journal-query",
    JournalFlux = "journal-flux",
    JournalSql = "journal-sql",
    ArchiveCompact = "archive-compact",
    ArchiveRestore = "archive-restore",
    ArchiveVerify = "archive-verify",
    WorkspaceCreate = "workspace-create",
    WorkspaceOrphans = "workspace-orphans",
    WorkspaceRecover = "workspace-recover",
    WorkspacePut = "workspace-put",
    WorkspaceCount = "workspace-count",
    WorkspaceAggregate = "workspace-aggregate",
    WorkspaceQuery = "workspace-query",
    WorkspaceCommit = "workspace-commit",
    WorkspaceDiscard = "workspace-discard",
    Watch = "watch",
    /// Reading what a watcher has not given yet.
    WatchRead = "watch-read",
    /// The same for one who follows by name, and writing down how far it has come.
    ConsumerNext = "consumer-next",
    ConsumerAcknowledge = "consumer-acknowledge",
    ConsumerPark = "consumer-park",
    FileRead = "file-read",
    FileWrite = "file-write",
    FileOpenRead = "file-open-read",
    FileCreate = "file-create",
    FileStat = "file-stat",
    FileList = "file-list",
    FileCreateDirectory = "file-create-directory",
    FileRemove = "file-remove",
    FileRename = "file-rename",
    FileUsage = "file-usage",
    /// Reading a piece of an open file.
    FileReadPiece = "file-read-piece",
    /// Writing a piece of a new file.
    FileWritePiece = "file-write-piece",
    /// Making a new file durable and putting it in place.
    FileFinish = "file-finish",
}
