//! The defects of the reference that a plugin could come across, by their numbers. Larder has none of them; the engine's
//! tests try all 21.

use larder::{Grant, Quota, engine::JournalQuery};
use rusqlite::Connection;

use crate::support::{Host, TENANT};

foreach_reference_defects!(assert_test_exists);

plain_tests! {
    reference_defects_03_nul_in_a_prefix
    reference_defects_04_names_of_workspaces
    reference_defects_05_live_workspaces
    reference_defects_07_exact_numbers
    reference_defects_10_gigantic_pages
    reference_defects_11_arguments_in_any_order
    reference_defects_12_calls_within_calls
    reference_defects_14_journal_queries_that_write
    reference_defects_14_queries_that_write
    reference_defects_15_unknown_flux
}

#[tokio::test]
async fn reference_defects_01_get_of_expired() {
    let host = Host::new();
    let running = host.run("reference_defects_01_get_of_expired").start();
    running.says("looking").await;
    let store = host.store();
    for round in 0..300 {
        store.set_with_ttl("g", "k", b"expired", 0).unwrap();
        store.set("g", "k", b"fresh").unwrap();
        assert_eq!(store.get("g", "k").unwrap().as_deref(), Some(&b"fresh"[..]), "round {round}");
    }
    store.set("stop", "", b"").unwrap();
    assert_ends!(running.ends().await, Ok(0));
}

#[tokio::test]
async fn reference_defects_02_scopes_in_two_cases() {
    let host = Host::new();
    let quota = Quota { keys: Some(2), ..Quota::default() };
    let scopes = [("lower", "acme"), ("upper", "ACME")];
    let granted =
        scopes.into_iter().fold(host.run("reference_defects_02_scopes_in_two_cases"), |run, (label, name)| {
            run.grant(label, Grant::store(host.scope(name, quota)))
        });
    granted.passes().await;
    host.check();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn reference_defects_06_commits_of_many() {
    let host = Host::new();
    for round in 1..=10 {
        let workspace = host.store().workspaces().create("w").unwrap();
        workspace.put("early", "{}").unwrap();
        drop(workspace);
        let instances: Vec<_> = (0..4).map(|_| host.run("reference_defects_06_commits_of_many").start()).collect();
        let mut committed = 0;
        for instance in instances {
            committed += assert_ends!(instance.ends().await, Ok(0)).stdout.trim().parse::<u64>().unwrap();
        }
        let rows = host.store().journal().query(&JournalQuery::default()).unwrap().entries;
        assert_eq!((committed, rows.len()), (1, round), "round {round}");
        assert!(rows.iter().all(|row| row.fields_json == r#"{"early":1,"late":1}"#), "{rows:?}");
    }
    assert!(host.store().workspaces().orphans().unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn reference_defects_09_read_then_write() {
    let host = Host::new();
    let instances: Vec<_> = (0..4).map(|_| host.run("reference_defects_09_read_then_write").start()).collect();
    for instance in instances {
        assert_ends!(instance.ends().await, Ok(0));
    }
    assert_eq!(host.store().get("g", "n").unwrap().unwrap().len(), 80);
}

#[tokio::test]
async fn reference_defects_07_a_row_that_cannot_be_read() {
    let host = Host::new();
    for n in 0..3 {
        host.store().journal().append("m", &format!("{{\"n\":{n}}}"), &[].into()).unwrap();
    }
    let host = host.stopped(|directory| {
        let sql = Connection::open(directory.join("store.db")).unwrap();
        sql.execute("UPDATE journal_entries SET fields_json = 'not json' WHERE entry_id = 2", ()).unwrap();
    });
    host.run("reference_defects_07_a_row_that_cannot_be_read").passes().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn reference_defects_07_compactions_at_once() {
    let host = Host::new();
    for round in 0..5 {
        for n in 0..100 {
            host.store().journal().append("m", &format!("{{\"n\":{n}}}"), &[].into()).unwrap();
        }
        let instances: Vec<_> = (0..4).map(|_| host.run("reference_defects_07_compactions_at_once").start()).collect();
        let mut moved = 0;
        for instance in instances {
            moved += assert_ends!(instance.ends().await, Ok(0)).stdout.trim().parse::<u64>().unwrap();
        }
        assert_eq!(moved, 100, "round {round}");
    }
    let archives = host.store().archives();
    let rows: u64 = archives.list("").unwrap().iter().map(|archive| archives.verify(&archive.name).unwrap().rows).sum();
    assert_eq!(rows, 500);
}

#[tokio::test]
async fn reference_defects_16_a_group_named_star() {
    let host = Host::new();
    let run = host.run("reference_defects_16_a_group_named_star");
    let run = run.grant("default", Grant::store(host.scope("plugin", Quota::default())));
    run.grant("whole", Grant::store(host.tenant(TENANT).store())).passes().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn reference_defects_17_quotas_of_many() {
    let host = Host::new();
    let plugin = host.scope("plugin", Quota { keys: Some(5), ..Quota::default() });
    for round in 0..10 {
        let instances: Vec<_> = (0..8)
            .map(|n| {
                let run = host.run("reference_defects_17_quotas_of_many").arg(n);
                run.grant("default", Grant::store(plugin.clone())).start()
            })
            .collect();
        let mut written = 0;
        for instance in instances {
            let ended = assert_ends!(instance.ends().await, Ok(0));
            written += ended.stdout.trim().parse::<u64>().unwrap();
        }
        assert_eq!((written, plugin.count("g").unwrap()), (5, 5), "round {round}");
        plugin.delete_group("g").unwrap();
    }
    host.check();
}
