use std::{fs, path::PathBuf, thread, time::Duration};

use tempfile::TempDir;

use crate::{
    Config, Error, JournalQuery, Larder, Quota, ScopeName, SqlError, SqlValue, Store, TenantId, WorkspaceConfig,
};

struct Kit {
    dir: TempDir,
    config: Config,
}

impl Kit {
    fn new() -> Kit {
        Kit::with(WorkspaceConfig::default())
    }

    fn with(workspaces: WorkspaceConfig) -> Kit {
        Kit { dir: tempfile::tempdir().unwrap(), config: Config::new().workspaces(workspaces) }
    }

    fn larder(&self) -> Larder {
        Larder::open(self.dir.path(), self.config.clone()).unwrap()
    }

    fn store(&self) -> Store {
        self.larder().tenant(&TenantId::parse("acme").unwrap()).store()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join("tenants/acme").join(name)
    }

    /// The files of workspaces, without what SQLite keeps beside them.
    fn files(&self, directory: &str) -> Vec<String> {
        let Ok(entries) = fs::read_dir(self.path(directory)) else { return Vec::new() };
        let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

fn scope(store: &Larder, name: &str) -> Store {
    store.tenant(&TenantId::parse("acme").unwrap()).scope(ScopeName::parse(name).unwrap(), Quota::default())
}

fn journal_rows(store: &Store) -> Vec<String> {
    let page = store.journal().query(&JournalQuery::default()).unwrap();
    page.entries.iter().map(|row| format!("{} {} {}", row.measurement, row.fields_json, row.tags_json)).collect()
}

fn is_closed<R: std::fmt::Debug>(result: Result<R, Error>) {
    assert!(matches!(result, Err(Error::Closed)), "{result:?}");
}

#[test]
fn a_commit_writes_the_journal_and_the_summary_and_removes_the_file() {
    let kit = Kit::new();
    let store = kit.store();
    let workspace = store.workspaces().create("wörk 1").unwrap();
    assert_eq!(workspace.name(), "wörk 1");
    workspace.put("like", r#"{"user": "@a", "n": 9007199254740993}"#).unwrap();
    workspace.put_many(&[("like", "{}"), ("ünï", "{}")]).unwrap();
    assert_eq!(workspace.count().unwrap(), 3);
    let number = workspace.query("SELECT data ->> 'n' FROM entries WHERE id = 1", &[]).unwrap();
    assert_eq!(number.rows, [[SqlValue::Integer(9_007_199_254_740_993)]]);
    let aggregate = workspace.commit().unwrap();
    assert_eq!(aggregate, workspace_aggregate(&[("like", 2), ("ünï", 1)]));
    let summary = r#"{"like":2,"ünï":1}"#;
    assert_eq!(store.get("workspace:wörk 1", "summary").unwrap().unwrap(), summary.as_bytes());
    assert_eq!(journal_rows(&store), [format!(r#"wörk 1 {summary} {{"workspace":"wörk 1"}}"#)]);
    assert_eq!(kit.files("state"), [""; 0]);
    is_closed(workspace.commit());
    is_closed(workspace.put("k", "{}"));
    is_closed(workspace.count());
    is_closed(workspace.aggregate());
    let query = workspace.query("SELECT 1", &[]);
    assert!(matches!(query, Err(SqlError::Store(Error::Closed))), "{query:?}");
    workspace.discard().unwrap();
    workspace.close();
    store.workspaces().create("wörk 1").unwrap();
}

fn workspace_aggregate(counts: &[(&str, u64)]) -> std::collections::BTreeMap<String, u64> {
    counts.iter().map(|(kind, count)| ((*kind).to_owned(), *count)).collect()
}

#[test]
fn an_empty_workspace_can_be_committed() {
    let kit = Kit::new();
    let store = kit.store();
    assert!(store.workspaces().create("empty").unwrap().commit().unwrap().is_empty());
    assert_eq!(store.get("workspace:empty", "summary").unwrap().unwrap(), b"{}");
}

#[test]
fn names_are_one_file_each_or_refused() {
    let kit = Kit::new();
    let workspaces = kit.store().workspaces();
    let long = "n".repeat(240);
    for name in ["ok", "with space", "ünï", "a.b", ".hidden", "a:b", "a%b", "-dash", "a#b", "x.duckdb", &long] {
        drop(workspaces.create(name).unwrap());
        assert!(matches!(workspaces.create(name), Err(Error::WorkspaceExists { .. })), "{name}");
        assert!(kit.files("state").contains(&format!("{name}.duckdb")), "{name}");
    }
    assert_eq!(workspaces.orphans().unwrap().len(), 11);
    for name in ["", ".", "..", "a/b", "a\\b", "../x", "a?b", "a\0b", "new\nline", "nul", "COM1.x", &"n".repeat(241)] {
        let refused = workspaces.create(name).map(drop);
        assert!(matches!(refused, Err(Error::InvalidName { what: "workspace", .. })), "{name:?}: {refused:?}");
    }
}

#[test]
fn entries_are_a_kind_and_a_json_object_within_bounds() {
    let kit = Kit::new();
    let workspace = kit.store().workspaces().create("w").unwrap();
    for (kind, data) in [
        ("", "{}"),
        (&*"k".repeat(257), "{}"),
        ("k", ""),
        ("k", "[]"),
        ("k", "null"),
        ("k", "{\"x\": NaN}"),
        ("k", "{} x"),
        ("k", &format!("{{\"a\":{}{}}}", "[".repeat(10_000), "]".repeat(10_000))),
    ] {
        let refused = workspace.put(kind, data);
        assert!(matches!(refused, Err(Error::InvalidArgument { .. })), "{data:.20}: {refused:?}");
    }
    let large = format!("{{\"a\":\"{}\"}}", "x".repeat(1024 * 1024));
    assert!(matches!(workspace.put("k", &large), Err(Error::TooLarge { .. })));
    assert!(workspace.put_many(&[("k", "{}"), ("", "{}")]).is_err());
    assert_eq!(workspace.count().unwrap(), 0);
}

#[test]
fn a_query_reads_its_own_buffer_and_nothing_else() {
    let kit = Kit::new();
    let store = kit.store();
    store.set("g", "k", b"secret").unwrap();
    let workspace = store.workspaces().create("w").unwrap();
    workspace.put("k", "{\"a\":1}").unwrap();
    for sql in ["SELECT * FROM workspace_entries", "SELECT * FROM entries", "SELECT * FROM main.entries"] {
        assert_eq!(workspace.query(sql, &[]).unwrap().rows.len(), 1, "{sql}");
    }
    for sql in [
        "INSERT INTO workspace_entries (entry_kind, entry_data, created_at) VALUES ('sneak', '{}', 0)",
        "DROP TABLE workspace_entries",
        "DROP VIEW entries",
        "UPDATE entries SET kind = 1",
        "PRAGMA journal_mode",
        "ATTACH '../store.db' AS s",
        "SELECT * FROM sqlite_sequence",
        "SELECT * FROM sqlite_master",
        "SELECT 1; SELECT 2",
        "VACUUM INTO 'stolen.db'",
    ] {
        let refused = workspace.query(sql, &[]);
        assert!(matches!(refused, Err(SqlError::NotAllowed(_) | SqlError::Statement(_))), "{sql}: {refused:?}");
    }
    assert_eq!(workspace.count().unwrap(), 1);
}

#[test]
fn what_is_dropped_or_closed_is_left_over_and_what_is_in_use_is_not() {
    let kit = Kit::new();
    let workspaces = kit.store().workspaces();
    let live = workspaces.create("live").unwrap();
    let closed = workspaces.create("closed").unwrap();
    closed.put("k", "{}").unwrap();
    closed.close();
    closed.close();
    is_closed(closed.count());
    drop(workspaces.create("a dropped").unwrap());
    assert_eq!(workspaces.orphans().unwrap(), ["a dropped", "closed"]);
    assert!(matches!(workspaces.recover("live").map(drop), Err(Error::WorkspaceExists { .. })));
    assert!(matches!(workspaces.recover("none").map(drop), Err(Error::WorkspaceNotFound { .. })));
    let recovered = workspaces.recover("closed").unwrap();
    assert_eq!(recovered.count().unwrap(), 1);
    assert_eq!(workspaces.orphans().unwrap(), ["a dropped"]);
    is_closed(closed.discard());
    recovered.put("more", "{}").unwrap();
    assert_eq!(recovered.commit().unwrap().len(), 2);
    live.discard().unwrap();
    live.discard().unwrap();
    assert_eq!(workspaces.orphans().unwrap(), ["a dropped"]);
    drop((live, closed, recovered, workspaces));
    assert_eq!(kit.store().workspaces().orphans().unwrap(), ["a dropped"]);
}

#[test]
fn scopes_do_not_meet_also_where_case_is_ignored() {
    let kit = Kit::new();
    let larder = kit.larder();
    let stores = [scope(&larder, "acme"), scope(&larder, "ACME"), scope(&larder, "con"), kit_whole(&larder)];
    let all: Vec<_> = stores.iter().map(|store| store.workspaces().create("same").unwrap()).collect();
    for (n, workspace) in all.iter().enumerate() {
        for _ in 0..n {
            workspace.put("k", "{}").unwrap();
        }
    }
    for (n, workspace) in all.iter().enumerate() {
        assert_eq!(workspace.count().unwrap(), n as u64);
    }
    let directories: Vec<_> = kit.files("state").into_iter().filter(|name| !name.contains('.')).collect();
    assert_eq!(directories, ["scope-_a_c_m_e", "scope-acme", "scope-con"]);
    all[1].commit().unwrap();
    assert_eq!(journal_rows(&stores[1]).len(), 1);
    assert_eq!(journal_rows(&stores[0]).len(), 0);
    assert_eq!(stores[0].get("workspace:same", "summary").unwrap(), None);
    drop(all);
    assert_eq!(stores[3].workspaces().orphans().unwrap(), ["same"]);
}

fn kit_whole(larder: &Larder) -> Store {
    larder.tenant(&TenantId::parse("acme").unwrap()).store()
}

#[test]
fn what_cannot_be_read_goes_to_the_quarantine_with_a_reason() {
    let kit = Kit::new();
    let store = kit.store();
    drop(store.workspaces().create("good").unwrap());
    fs::write(kit.path("state/junk.duckdb"), "this is no database, and long enough to be seen as none".repeat(40))
        .unwrap();
    fs::write(kit.path("state/zero.duckdb"), "").unwrap();
    fs::write(kit.path("state/readme.txt"), "x").unwrap();
    fs::create_dir(kit.path("state/dir.duckdb")).unwrap();

    crate::sqlite::another_database(&kit.path("state/other.duckdb"));
    assert_eq!(store.workspaces().orphans().unwrap(), ["good", "zero"]);
    let aside = kit.files("quarantine");
    assert_eq!(aside.len(), 4, "{aside:?}");
    let reason = fs::read_to_string(kit.path("quarantine/workspace-1.duckdb.reason.txt")).unwrap();
    assert!(reason.starts_with("state/junk.duckdb: ") && reason.contains("not a database"), "{reason}");
    assert!(matches!(store.workspaces().recover("junk").map(drop), Err(Error::WorkspaceNotFound { .. })));
    store.workspaces().create("junk").unwrap();
}

#[cfg(unix)]
#[test]
fn a_link_in_the_place_of_a_workspace_is_not_followed() {
    let kit = Kit::new();
    let store = kit.store();
    let workspaces = store.workspaces();
    workspaces.orphans().unwrap();
    fs::write(kit.dir.path().join("elsewhere"), "").unwrap();
    std::os::unix::fs::symlink(kit.dir.path().join("elsewhere"), kit.path("state/link.duckdb")).unwrap();
    std::os::unix::fs::symlink(kit.dir.path().join("elsewhere"), kit.path("state/beside.duckdb-wal")).unwrap();
    assert_eq!(workspaces.orphans().unwrap(), [""; 0]);
    assert!(workspaces.recover("link").is_err());
    assert!(matches!(workspaces.create("link").map(drop), Err(Error::WorkspaceExists { .. })));
    // The link itself goes, not what it leads to.
    workspaces.create("beside").unwrap().put("k", "{}").unwrap();
    assert_eq!(fs::read(kit.dir.path().join("elsewhere")).unwrap(), b"");
}

#[test]
fn number_bytes_and_age_are_bounded() {
    let limits = WorkspaceConfig { number: 2, bytes: 64 * 1024, age: None };
    let kit = Kit::with(limits);
    let workspaces = kit.store().workspaces();
    let first = workspaces.create("a").unwrap();
    drop(workspaces.create("b").unwrap());
    assert!(matches!(workspaces.create("c").map(drop), Err(Error::TooManyWorkspaces { limit: 2 })));
    let data = format!("{{\"x\":\"{}\"}}", "x".repeat(20_000));
    let full = (0..10).find_map(|_| first.put("k", &data).err()).unwrap();
    assert!(matches!(full, Error::WorkspaceFull { .. }), "{full}");
    let kept = first.count().unwrap();
    assert!(kept > 0);
    assert_eq!(first.commit().unwrap()["k"], kept);
    drop((workspaces, first));
    let old =
        Kit { config: kit.config.clone().workspaces(WorkspaceConfig { age: Some(Duration::ZERO), ..limits }), ..kit };
    assert_eq!(old.store().workspaces().orphans().unwrap(), [""; 0]);
    assert_eq!(old.files("quarantine").len(), 2);
}

/// Defect 6 of go-store: several commits, and puts that are lost.
#[test]
fn of_many_commits_at_once_one_is_made_with_every_put_that_was_answered() {
    let kit = Kit::new();
    let store = kit.store();
    for round in 0..20 {
        let name = format!("w{round}");
        let workspace = store.workspaces().create(&name).unwrap();
        let (commits, puts): (Vec<_>, u64) = thread::scope(|threads| {
            let putting: Vec<_> = (0..2)
                .map(|_| threads.spawn(|| (0..1_000).take_while(|_| workspace.put("k", "{}").is_ok()).count() as u64))
                .collect();
            let committing: Vec<_> = (0..4).map(|_| threads.spawn(|| workspace.commit())).collect();
            let commits = committing.into_iter().filter_map(|thread| thread.join().unwrap().ok()).collect();
            (commits, putting.into_iter().map(|thread| thread.join().unwrap()).sum())
        });
        assert_eq!(commits.len(), 1);
        assert_eq!(commits[0].get("k").copied().unwrap_or(0), puts);
    }
    assert_eq!(journal_rows(&store).len(), 20);
}

#[test]
fn a_commit_that_fails_leaves_the_workspace_as_it_was() {
    let kit = Kit::new();
    let larder = kit.larder();
    let tenant = larder.tenant(&TenantId::parse("acme").unwrap());
    let full = tenant.scope(ScopeName::parse("full").unwrap(), Quota { keys: Some(0), ..Quota::default() });
    let workspace = full.workspaces().create("w").unwrap();
    workspace.put("k", "{}").unwrap();
    assert!(matches!(workspace.commit(), Err(Error::QuotaExceeded { .. })));
    workspace.put("k", "{}").unwrap();
    assert_eq!(workspace.count().unwrap(), 2);
    assert_eq!(journal_rows(&full).len(), 0);
}

/// Defect 12 of go-store: it waits for itself.
#[test]
fn a_commit_inside_a_transaction_is_refused_at_once() {
    let kit = Kit::new();
    let store = kit.store();
    let workspace = store.workspaces().create("w").unwrap();
    store
        .transaction(|_| {
            assert!(matches!(workspace.commit(), Err(Error::TransactionOpen)));
            Ok(())
        })
        .unwrap();
    workspace.commit().unwrap();
}

#[test]
fn what_a_kill_left_of_a_commit_is_finished_by_the_next_one() {
    let kit = Kit::new();
    let store = kit.store();
    let workspace = store.workspaces().create("w").unwrap();
    workspace.put("k", "{}").unwrap();
    drop(workspace);
    let copy = fs::read(kit.path("state/w.duckdb")).unwrap();
    let workspace = store.workspaces().recover("w").unwrap();
    workspace.commit().unwrap();
    // As if it had been killed between the transaction and the removal.
    fs::write(kit.path("state/w.duckdb"), copy).unwrap();
    store
        .update(|update| {
            update.writing.write.mark_workspace("w.duckdb", true)?;
            update.writing.changed = true;
            Ok(())
        })
        .unwrap();
    drop((workspace, store));
    let store = kit.store();
    assert_eq!(store.workspaces().orphans().unwrap(), [""; 0]);
    assert_eq!(kit.files("state"), [""; 0]);
    assert_eq!(journal_rows(&store).len(), 1);
    let again = store.workspaces().create("w").unwrap();
    assert_eq!(again.count().unwrap(), 0);
    again.commit().unwrap();
    assert_eq!(journal_rows(&store).len(), 2);
}

#[test]
fn a_store_for_reading_has_none_and_a_closed_root_answers_closed() {
    let kit = Kit::new();
    let larder = kit.larder();
    let store = kit_whole(&larder);
    assert!(matches!(store.clone().read_only().workspaces().create("w").map(drop), Err(Error::AccessDenied)));
    let workspace = store.workspaces().create("w").unwrap();
    larder.close();
    is_closed(workspace.put("k", "{}"));
    is_closed(workspace.commit());
    is_closed(store.workspaces().orphans());
    let memory = Larder::in_memory(Config::new());
    let refused = kit_whole(&memory).workspaces().create("w").map(drop);
    assert!(matches!(refused, Err(Error::Unsupported(_))), "{refused:?}");
}

/// A handle that was kept would otherwise keep the tenant from everybody, this process included.
#[test]
fn a_root_that_is_closed_lets_go_of_workspaces_that_somebody_still_has() {
    let kit = Kit::new();
    let larder = kit.larder();
    let store = kit_whole(&larder);
    let [open, kept, gone] = ["open", "kept", "gone"].map(|name| store.workspaces().create(name).unwrap());
    open.put("k", "{}").unwrap();
    kept.close();
    gone.discard().unwrap();
    larder.close();
    let again = kit.store();
    assert_eq!(again.workspaces().orphans().unwrap(), ["kept", "open"]);
    let recovered = again.workspaces().recover("open").unwrap();
    for old in [&open, &kept, &gone] {
        assert!(old.is_closed());
        is_closed(old.put("k", "{}"));
        is_closed(old.count());
        is_closed(old.aggregate());
        is_closed(old.commit());
        is_closed(old.discard());
        let query = old.query("SELECT 1", &[]);
        assert!(matches!(query, Err(SqlError::Store(Error::Closed))), "{query:?}");
        old.close();
    }
    is_closed(store.workspaces().create("new").map(drop));
    is_closed(store.workspaces().recover("kept").map(drop));
    is_closed(store.workspaces().orphans());
    assert_eq!(recovered.count().unwrap(), 1);
    assert_eq!(recovered.commit().unwrap()["k"], 1);
    again.workspaces().recover("kept").unwrap();
}

#[test]
fn no_workspace_outlives_a_close_in_a_crowd() {
    for _ in 0..20 {
        let kit = Kit::new();
        let larder = kit.larder();
        let workspaces = kit_whole(&larder).workspaces();
        let first = workspaces.create("first").unwrap();
        let handles = thread::scope(|threads| {
            let making = ["a", "b", "c"].map(|name| {
                let workspaces = &workspaces;
                threads.spawn(move || {
                    (0..).map_while(|n| workspaces.create(&format!("{name}{n}")).ok()).collect::<Vec<_>>()
                })
            });
            larder.close();
            making.map(|thread| thread.join().unwrap())
        });
        assert!(first.is_closed() && handles.iter().flatten().all(|workspace| workspace.is_closed()));
        let left = kit.store().workspaces().orphans().unwrap().len();
        assert!(left > handles.iter().flatten().count());
    }
}
