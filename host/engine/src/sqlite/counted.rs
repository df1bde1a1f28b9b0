//! How many statements an operation is. Counted, not timed: more of them is a slower operation on any machine.

use std::{
    cell::Cell,
    collections::BTreeSet,
    task::{Context, Waker},
    time::Duration,
};

use futures_lite::StreamExt as _;

use rusqlite::{
    Connection,
    trace::{TraceEvent, TraceEventCodes},
};

use super::wal_index::WalIndex;
use crate::{Config, Larder, Quota, ScopeName, Short, Store, TenantId};

thread_local! {
    static STATEMENTS: Cell<u64> = const { Cell::new(0) };
    static CONNECTIONS: Cell<u64> = const { Cell::new(0) };
}

/// Count what this thread runs on `connection`.
pub(super) fn count(connection: &mut Connection) {
    fn one_more(event: TraceEvent<'_>) {
        if let TraceEvent::Stmt(..) = event {
            STATEMENTS.set(STATEMENTS.get() + 1);
        }
    }
    CONNECTIONS.set(CONNECTIONS.get() + 1);
    connection.trace_v2(TraceEventCodes::SQLITE_TRACE_STMT, Some(one_more)).unwrap();
}

/// The statements of `run`, when it is done for the third time: what is prepared and remembered once does not count.
fn statements<R>(mut run: impl FnMut() -> R) -> u64 {
    run();
    run();
    let before = STATEMENTS.get();
    run();
    STATEMENTS.get() - before
}

fn root(config: Config) -> (tempfile::TempDir, Larder) {
    let dir = tempfile::tempdir().unwrap();
    let larder = Larder::open(dir.path(), config).unwrap();
    (dir, larder)
}

fn store(larder: &Larder) -> Store {
    larder.tenant(&TenantId::parse("acme").unwrap()).store()
}

fn scoped(larder: &Larder) -> Store {
    let quota = Quota { keys: Some(1_000_000), groups: Some(1_000), bytes: Some(1 << 30) };
    larder.tenant(&TenantId::parse("acme").unwrap()).scope(ScopeName::parse("plugin").unwrap(), quota)
}

#[test]
fn a_read_of_an_entry() {
    let (_dir, larder) = root(Config::new());
    let store = scoped(&larder);
    store.set("g", "k", b"v").unwrap();
    assert_eq!(statements(|| store.get("g", "k").unwrap()), 0);
    assert_eq!(statements(|| store.get("g", "absent").unwrap()), 0);
    assert_eq!(statements(|| store.entry("g", "k").unwrap()), 0);
    assert_eq!(statements(|| store.exists("g", "k").unwrap()), 0);
    let (_dir, larder) = root(Config::new().read_cache(0));
    let store = scoped(&larder);
    store.set("g", "k", b"v").unwrap();
    assert_eq!(statements(|| store.get("g", "k").unwrap()), 1);
    assert_eq!(statements(|| store.entry("g", "absent").unwrap()), 1);
    // Its own transaction around it.
    assert_eq!(statements(|| store.count("g").unwrap()), 4);
    assert_eq!(statements(|| store.page("g", 0, 10).unwrap()), 3);
    assert_eq!(statements(|| store.get_many("g", &["k", "l", "m"]).unwrap()), 5);
}

#[test]
fn a_write_of_an_entry() {
    let (_dir, larder) = root(Config::new());
    let mut n = 0_u32;
    let mut next = || {
        n += 1;
        n.to_le_bytes()
    };
    // Begin, upsert, event, commit. Quotas are checked by counters in memory.
    assert_eq!(statements(|| scoped(&larder).set("g", "k", &next()).unwrap()), 4);
    assert_eq!(statements(|| store(&larder).set("g", "k", &next()).unwrap()), 4);
    // And the counters of the group, the tenant and the scope, where they change.
    let mut key = 0;
    let mut fresh = || {
        key += 1;
        key.to_string()
    };
    assert_eq!(statements(|| store(&larder).set("g", &fresh(), b"v").unwrap()), 6);
    assert_eq!(statements(|| scoped(&larder).set("g", &fresh(), b"v").unwrap()), 7);
    // The sequence has its place in the feed; without one it is written down.
    let (_dir, larder) = root(Config::new().feed(None));
    assert_eq!(statements(|| store(&larder).set("g", "k", &next()).unwrap()), 4);
}

#[test]
fn a_write_of_a_thousand() {
    let (_dir, larder) = root(Config::new());
    let store = scoped(&larder);
    let mut n = 0_u32;
    let set_many = || {
        n += 1;
        let entries: Vec<_> = (0..1_000).map(|k| (k.to_string(), n.to_le_bytes().to_vec())).collect();
        store.set_many("g", &entries).unwrap()
    };
    // Begin, an upsert each, one row of events, commit.
    assert_eq!(statements(set_many), 1_003);
}

#[test]
fn a_transaction_of_ten() {
    let (_dir, larder) = root(Config::new());
    let store = store(&larder);
    let mut n = 0_u32;
    let mut transaction = || {
        n += 1;
        store
            .transaction(|inside| (0..10).try_for_each(|k| inside.set("g", &k.to_string(), &n.to_le_bytes()).map(drop)))
            .unwrap();
    };
    assert_eq!(statements(&mut transaction), 13);
}

/// Of those who wait while another one writes, one commits for all. With full durability a commit is one sync.
#[test]
#[expect(unsafe_code, reason = "the wal-index is looked at through a connection of the test's own")]
fn writes_of_many_are_one_commit() {
    let (dir, larder) = root(Config::new());
    let store = store(&larder);
    store.set("g", "k", b"").unwrap();
    let holder = store.begin().unwrap();
    let write = |n: u32| store.combine_async(Short::One, move |update| update.set("g", &n.to_string(), b"v"));
    let mut waiting: Vec<_> = (0..100).map(|n| Box::pin(write(n))).collect();
    for write in &mut waiting {
        assert!(write.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    }
    let connection = Connection::open(dir.path().join("tenants/acme/store.db")).unwrap();
    connection.query_row("SELECT count(*) FROM entries", (), |_| Ok(())).unwrap();
    // SAFETY: the connection is closed at the end.
    let index = unsafe { WalIndex::of(&connection) }.unwrap();
    let before = index.stamp();
    holder.rollback().unwrap();
    let versions: BTreeSet<u64> = futures_lite::future::block_on(async {
        futures_lite::stream::iter(waiting).then(|write| write).map(|version| version.unwrap()).collect().await
    });
    assert_eq!(versions.len(), 100);
    assert!(index.stamp().is_next_after(before));
}

/// The same for threads that block: the one that is let in does the others' writes itself.
#[test]
#[expect(unsafe_code, reason = "the wal-index is looked at through a connection of the test's own")]
fn writes_of_many_threads_are_one_commit() {
    let (dir, larder) = root(Config::new().busy_timeout(Duration::from_secs(120)));
    let store = store(&larder);
    store.set("g", "k", b"").unwrap();
    let holder = store.begin().unwrap();
    let connection = Connection::open(dir.path().join("tenants/acme/store.db")).unwrap();
    connection.query_row("SELECT count(*) FROM entries", (), |_| Ok(())).unwrap();
    // SAFETY: the connection is closed at the end.
    let index = unsafe { WalIndex::of(&connection) }.unwrap();
    let before = index.stamp();
    let versions: BTreeSet<u64> = std::thread::scope(|scope| {
        let set = |n: u32| store.set("g", &n.to_string(), b"v").unwrap();
        let writers: Vec<_> = (0..20).map(|n| scope.spawn(move || set(n))).collect();
        let open = store.tenant_handle().opened().unwrap().unwrap();
        while open.queue().len() < writers.len() {
            std::thread::yield_now();
        }
        holder.rollback().unwrap();
        writers.into_iter().map(|writer| writer.join().unwrap()).collect()
    });
    assert_eq!(versions.len(), 20);
    assert!(index.stamp().is_next_after(before));
    assert_eq!(store.count("g").unwrap(), 21);
}

/// The connection that writes reads single entries too, as long as no other is there.
#[test]
fn reads_of_entries_open_no_second_connection() {
    let (dir, larder) = root(Config::new());
    store(&larder).set("g", "k", b"v").unwrap();
    larder.close();
    drop(larder);
    let larder = Larder::open(dir.path(), Config::new()).unwrap();
    let before = CONNECTIONS.get();
    assert_eq!(store(&larder).get("g", "k").unwrap().unwrap(), b"v");
    assert_eq!(store(&larder).get("g", "absent").unwrap(), None);
    store(&larder).set("g", "k", b"w").unwrap();
    assert_eq!(CONNECTIONS.get() - before, 1);
    store(&larder).count("g").unwrap();
    assert_eq!(CONNECTIONS.get() - before, 2);
}

/// What nobody uses from one purge to the next has one connection, without anything prepared.
#[test]
fn a_tenant_that_nobody_uses_rests() {
    let (_dir, larder) = root(Config::new().read_cache(0));
    let store = store(&larder);
    store.set("g", "k", b"v").unwrap();
    let before = CONNECTIONS.get();
    let opened = || CONNECTIONS.get() - before;
    for _ in 0..3 {
        larder.purge();
    }
    assert_eq!(store.get("g", "k").unwrap().unwrap(), b"v");
    assert_eq!(opened(), 0, "neither a purge nor a get needs another one");
    assert_eq!(store.count("g").unwrap(), 1);
    larder.purge();
    assert_eq!(store.count("g").unwrap(), 1);
    larder.purge();
    assert_eq!(store.count("g").unwrap(), 1);
    assert_eq!(opened(), 1, "it is used from purge to purge");
    larder.purge();
    larder.purge();
    assert_eq!(store.count("g").unwrap(), 1);
    assert_eq!(opened(), 2, "the reader was let go");
    store.set("g", "k", b"w").unwrap();
    assert_eq!(store.get("g", "k").unwrap().unwrap(), b"w");
}
