//! Defects by which one call took everything down, or did what it should not.

use larder_engine::{Error, FeedItem, Quota, ScopeName, Watch};

use crate::{sqlite::Place, support::*};

#[test]
fn defect_10_a_gigantic_page_is_bounded() {
    let place = Place::new();
    let store = place.store();
    store.set("g", "k", b"v").unwrap();
    assert_eq!(store.page("g", 0, u32::MAX).unwrap().entries.len(), 1);
    assert_eq!(store.page("g", u64::MAX, u32::MAX).unwrap().entries.len(), 0);
}

#[test]
fn defect_11_a_range_in_another_order_does_not_panic() {
    let place = Place::new();
    let journal = place.store().journal();
    let text = "range(x: 1, stop: 2021-01-01T00:00:00Z, start: 2000-01-01T00:00:00Z)";
    assert_refused!(journal.flux(text, None, 0), Error::Flux { .. });
}

#[test]
fn defect_12_a_call_inside_of_a_transaction_or_an_iteration_does_not_hang() {
    let place = Place::new();
    let store = place.store();
    store.set("g", "a", b"1").unwrap();
    let workspace = store.workspaces().create("w").unwrap();
    workspace.put("k", "{}").unwrap();
    let answered = store.transaction(|inside| {
        inside.set("g", "b", b"2")?;
        assert_eq!(store.get("g", "b")?, None, "it reads what was committed before");
        assert_refused!(store.set("g", "c", b"3"), Error::TransactionOpen);
        assert!(workspace.commit().is_err(), "it writes to the same tenant");
        Ok(())
    });
    answered.unwrap();
    for key in keys(&store, "g") {
        store.set("copies", &key, b"").unwrap();
    }
    assert_eq!(keys(&store, "copies"), ["a", "b"]);
    assert_eq!(workspace.commit().unwrap()["k"], 1);
}

#[test]
fn defect_13_a_callback_that_panics_is_nothing_to_the_writer() {
    let place = Place::new();
    let store = place.store();
    let panics = |_: &FeedItem| panic!("a callback of the test");
    let _subscription = store.on_change(&Watch::All, panics).unwrap();
    store.set("g", "k", b"v").unwrap();
    store.set("g", "k", b"w").unwrap();
    assert_eq!(store.get("g", "k").unwrap().as_deref(), Some(&b"w"[..]));
}

#[test]
fn defect_14_no_query_writes() {
    let place = Place::new();
    let store = place.store();
    store.set("g", "k", b"v").unwrap();
    store.journal().append("m", "{}", &[].into()).unwrap();
    let workspace = store.workspaces().create("w").unwrap();
    workspace.put("k", "{}").unwrap();
    for sql in [
        "WITH x AS (SELECT 1) INSERT INTO entries(group_name, entry_key, entry_value) SELECT 'h', 'k', 'v' FROM x",
        "WITH x AS (SELECT 1) DELETE FROM journal_entries RETURNING entry_id",
        "WITH x AS (SELECT 1) DELETE FROM workspace_entries RETURNING entry_id",
        "SELECT 1; DELETE FROM entries",
        "SELECT 1; DELETE FROM workspace_entries",
        "PRAGMA query_only=1",
        "PRAGMA journal_mode=DELETE",
        "DROP TABLE workspace_entries",
        "DROP VIEW entries",
    ] {
        assert!(store.journal().sql(sql, &[]).is_err(), "{sql}");
        assert!(workspace.query(sql, &[]).is_err(), "{sql}");
    }
    assert_eq!((store.count_all("").unwrap(), workspace.count().unwrap()), (1, 1));
    assert_eq!(store.journal().query(&Default::default()).unwrap().entries.len(), 1);
    store.set("g", "k", b"still written").unwrap();
}

#[test]
fn defect_15_flux_that_is_not_understood_fails_and_far_days_are_far_away() {
    let place = Place::new();
    let journal = place.store().journal();
    journal.append("m", r#"{"v": 4}"#, &[].into()).unwrap();
    for text in [
        "hello",
        "DROP TABLE x",
        "/* c */ SELECT 1",
        "from(bucket: 'store')",
        "r.v == 4x",
        "r.v == 1e3",
        "xr.v == 4",
        "range(begin: -1h)",
        "range(start: -1h",
        "range(start: -99999999999999999999d)",
    ] {
        assert_refused!(journal.flux(text, None, 0), Error::Flux { .. });
    }
    let rows = |text: &str| journal.flux(text, None, 0).map(|page| page.entries.len());
    assert_eq!(rows("r.v > 4").unwrap(), 0, "it is not ignored");
    assert_eq!(rows("r.v == 4 or r.v == 5").unwrap(), 1);
    // Further away than the reference can count: refused, or everything; never the other side.
    assert!(matches!(rows("range(start: -106752d)"), Ok(1) | Err(Error::Flux { .. })));
    assert!(matches!(rows("range(start: 106752d)"), Ok(0) | Err(Error::Flux { .. })));
}

#[test]
fn defect_21_there_is_no_scope_without_a_name() {
    assert_refused!(ScopeName::parse(""), Error::InvalidName { .. });
    let place = Place::new();
    let plugin = place.tenant().scope(ScopeName::parse("plugin").unwrap(), Quota::default());
    assert_eq!(plugin.scope().map(ScopeName::as_str), Some("plugin"));
}
