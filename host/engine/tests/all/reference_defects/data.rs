//! Defects that lost data, or showed it to others.

use larder_engine::{ArchiveFormat, Clock, Error, FeedItem, Quota, Watch};

use crate::{sqlite::Place, support::*};

#[test]
fn defect_02_scopes_whose_names_differ_in_case_are_apart() {
    let place = Place::new();
    let tenant = place.tenant();
    let (lower, upper) = (tenant.scope(scope("acme"), max_keys(2)), tenant.scope(scope("ACME"), max_keys(2)));
    for key in ["a", "b"] {
        lower.set("default", key, b"v").unwrap();
        upper.set("default", key, b"v").unwrap();
    }
    assert_eq!((groups(&lower, ""), lower.count_all("").unwrap()), (vec!["default".to_owned()], 2));
    lower.set_with_ttl("default", "a", b"v", 0).unwrap();
    assert_eq!(upper.purge_expired().unwrap(), 0);
    lower.delete_prefix("").unwrap();
    assert_eq!((lower.count_all("").unwrap(), upper.count_all("").unwrap()), (0, 2));
    assert_sound(&tenant);
}

#[test]
fn defect_03_a_nul_in_a_prefix_is_a_byte_like_any_other() {
    let place = Place::new();
    let store = place.store();
    for group in ["tenant", "Tenant", "tenant\0x", "tenant\0xyz", ""] {
        store.set(group, "k", b"v").unwrap();
    }
    assert_eq!(groups(&store, "\0"), [""; 0]);
    assert_eq!(store.delete_prefix("tenant\0x").unwrap(), 2);
    assert_eq!(groups(&store, ""), ["", "Tenant", "tenant"]);
}

#[test]
fn defect_04_no_two_names_of_workspaces_share_a_file() {
    let place = Place::new();
    let store = place.store();
    for name in ["x?one", "x?two", "x\0one", "x\0two", "?", "\0"] {
        assert_refused!(store.workspaces().create(name).map(drop), Error::InvalidName { .. });
        assert_refused!(store.workspaces().recover(name).map(drop), Error::InvalidName { .. });
    }
    let names = ["x", "x#one", "x%3Fone", "x;one", "x&mode=memory", "file:x"];
    let workspaces: Vec<_> = names.iter().map(|name| store.workspaces().create(name).unwrap()).collect();
    workspaces[1].put("k", "{}").unwrap();
    let counts: Vec<u64> = workspaces.iter().map(|workspace| workspace.count().unwrap()).collect();
    assert_eq!(counts, [0, 1, 0, 0, 0, 0]);
}

#[test]
fn defect_08_no_row_of_a_legacy_table_is_dropped_without_a_word() {
    let place = Place::with_fixture("bad-legacy-kv-null.db");
    let tenant = place.tenant();
    let kept = tenant.unmigrated(0).unwrap();
    let entries = tenant.store().count_all("").unwrap();
    assert_eq!(entries + kept.len() as u64, 4, "{kept:?}");
    assert!(kept.iter().all(|row| !row.reason.is_empty()), "{kept:?}");
    assert_eq!(tenant.check().unwrap().unmigrated, kept.len() as u64);
}

#[test]
fn defect_16_who_watches_a_scope_hears_nothing_of_a_group_named_like_its_wish() {
    let place = Place::new();
    let tenant = place.tenant();
    let plugin = tenant.scope(scope("plugin"), Quota::default());
    let mut everything = plugin.watch(&Watch::All, None).unwrap();
    let mut star = plugin.watch(&Watch::Group("*".into()), None).unwrap();
    tenant.store().set("*", "secret", b"of the tenant").unwrap();
    plugin.set("g", "k", b"own").unwrap();
    let heard: Vec<_> = everything.try_next(10).unwrap();
    assert_eq!(heard.len(), 1, "{heard:?}");
    assert!(matches!(&heard[0], FeedItem::Event(event) if event.group == "g"), "{heard:?}");
    assert_eq!(star.try_next(10).unwrap(), []);
}

#[test]
fn defect_07_an_archive_has_every_integer_exactly_each_row_once_and_a_bad_row_is_in_nobodys_way() {
    let place = Place::new();
    let store = place.store();
    for n in 0..20 {
        store.journal().append("m", &format!("{{\"big\":{}}}", 9_007_199_254_740_993_i64 + n), &[].into()).unwrap();
    }
    let bad = "INSERT INTO journal_entries(bucket_name, measurement, fields_json, tags_json, committed_at) \
               VALUES ('store', 'bad', '{bad', '{}', 1)";
    place.sql().execute_batch(bad).unwrap();
    place.clock.advance(std::time::Duration::from_secs(1));
    let now = place.clock.now_ms();
    let compact = || store.archives().compact(now, ArchiveFormat::Gzip);
    // One of the two may be told that the other is at it.
    let (one, other) = super::at_once(compact, compact);
    let written = [one, other].into_iter().flatten().flatten().map(|archive| archive.rows).sum::<u64>();
    assert_eq!(written, 20);
    let mut archived = Vec::new();
    for archive in store.archives().list("").unwrap() {
        let mut rows = store.archives().read(&archive.name).unwrap();
        while let Some(row) = rows.next_row().unwrap() {
            archived.push(row.fields_json);
        }
    }
    let exact: Vec<_> = (0..20).map(|n| format!("{{\"big\":{}}}", 9_007_199_254_740_993_i64 + n)).collect();
    assert_eq!(archived, exact);
    let live = store.journal().query(&Default::default()).unwrap().entries;
    assert_eq!(live.iter().map(|row| row.measurement.as_str()).collect::<Vec<_>>(), ["bad"]);
    assert_eq!(compact().unwrap(), None, "it leaves no file behind");
    assert_eq!(
        std::fs::read_dir(place.tenant_dir().join("archive")).unwrap().count(),
        store.archives().list("").unwrap().len()
    );
}
