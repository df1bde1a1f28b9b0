//! JSON lines, exact to the digit.

use larder_engine::{Error, ImportOptions};

use super::{commit, export_lines, import_lines, journal};
use crate::{sqlite::Place, support::*};

#[test]
fn each_kind_of_thing_has_its_line() {
    let place = Place::new();
    let tenant = place.tenant();
    let store = tenant.store();
    store.set("g", "1", "q\"\n\u{2028}🙂".as_bytes()).unwrap();
    store.set("g", "2", b"\xFF\0").unwrap();
    store.set_with_ttl("g", "3", b"", 5).unwrap();
    store.increment("g", "4", 7).unwrap();
    commit(&place, "m", "{\"n\": 9007199254740993,\n \"f\": 1.50}");
    commit(&place, "odd", "no JSON");
    let lines = format!(
        "{{\"type\":\"entry\",\"group\":\"g\",\"key\":\"1\",\"value\":\"q\\\"\\n\u{2028}🙂\"}}
{{\"type\":\"entry\",\"group\":\"g\",\"key\":\"2\",\"value_base64\":\"/wA=\"}}
{{\"type\":\"entry\",\"group\":\"g\",\"key\":\"3\",\"value\":\"\",\"expires_at\":{}}}
{{\"type\":\"entry\",\"group\":\"g\",\"key\":\"4\",\"value\":\"7\",\"counter\":true}}
{{\"type\":\"journal\",\"bucket\":\"store\",\"measurement\":\"m\",\"fields\":{{\"n\": 9007199254740993,  \"f\": 1.50}},\"tags\":{{}},\"committed_at\":{START_MS}}}
{{\"type\":\"journal\",\"bucket\":\"store\",\"measurement\":\"odd\",\"fields_text\":\"no JSON\",\"tags\":{{}},\"committed_at\":{START_MS}}}
",
        START_MS + 5
    );
    assert_eq!(export_lines(&store), lines);
    let (to, report) = (Place::new(), Vec::from_iter(lines.lines().take(5)).join("\n"));
    assert!(import_lines(&to.store(), &report, ImportOptions::default()).unwrap().kept);
    assert_eq!(all(&to.store(), "g"), all(&store, "g"));
    assert_eq!(journal(&to), [journal(&place)[0].replace("\\n ", "  ")]);
    let odd = import_lines(&to.store(), &lines, ImportOptions::default()).unwrap();
    assert_eq!((odd.refused, odd.refusals[0].reason.as_str()), (1, "fields: not a JSON object"));
}

#[test]
fn a_scope_gives_out_its_own_with_its_own_names() {
    let place = Place::new();
    let tenant = place.tenant();
    let [a, b] = ["a", "b"].map(|name| tenant.scope(scope(name), Default::default()));
    a.set("g", "k", b"of a").unwrap();
    b.set("g", "k", b"of b").unwrap();
    tenant.store().set("g", "k", b"of nobody").unwrap();
    let row = r#"{"type":"journal","bucket":"s","measurement":"m","fields":{},"tags":{},"committed_at":1}"#;
    import_lines(&a, row, ImportOptions::default()).unwrap();
    assert_eq!(journal(&place), [r#"["a","s","m","{}","{}",1,null]"#]);
    assert!(!export_lines(&b).contains("journal"));
    let lines = export_lines(&a);
    assert_eq!(lines.lines().count(), 2);
    let into = tenant.scope(scope("c"), Default::default());
    import_lines(&into, &lines, ImportOptions::default()).unwrap();
    assert_eq!(into.get("g", "k").unwrap().as_deref(), Some(&b"of a"[..]));
    assert_eq!(tenant.store().get("c:g", "k").unwrap().as_deref(), Some(&b"of a"[..]));
    assert_eq!(journal(&place)[1], r#"["c","s","m","{}","{}",1,null]"#);
    assert_sound(&tenant);
}

#[test]
fn a_line_that_is_not_one_is_named_by_its_number() {
    let kit = Kit::on_sqlite();
    let store = kit.store();
    let bad = [
        "nonsense",
        "[]",
        r#"{"type":"entry","group":"g","key":"k"}"#,
        r#"{"type":"entry","group":"g","key":"k","value":"v","value_base64":""}"#,
        r#"{"type":"entry","group":"g","key":"k","value_base64":"?"}"#,
        r#"{"type":"entry","group":"g","key":"k","value":"v","colour":1}"#,
        r#"{"type":"entry","group":"g","key":"k","value":"v","expires_at":1.5}"#,
        r#"{"type":"other"}"#,
        r#"{"type":"journal","bucket":"b","measurement":"m","fields":[],"tags":{},"committed_at":1}"#,
        r#"{"type":"journal","bucket":"b","measurement":"","fields":{},"tags":{},"committed_at":1}"#,
        r#"{"type":"journal","scope":"a b","bucket":"b","measurement":"m","fields":{},"tags":{},"committed_at":1}"#,
        "{\"type\":\"entry\",\"group\":\"\u{FF}\",\"key\":\"k\"",
    ];
    for line in bad {
        let report = import_lines(&store, &format!("\n{line}\n"), ImportOptions::default()).unwrap();
        assert_eq!((report.kept, report.refused), (false, 1), "{line}");
    }
    let report = import_lines(&store, &format!("\n{}\n", bad[0]), ImportOptions::default()).unwrap();
    assert_eq!(report.refusals[0].what, "line 2");
}

#[test]
fn a_line_without_an_end_does_not_fill_the_memory() {
    let mut endless = std::io::BufReader::new(std::io::repeat(b'x'));
    let limits = larder_engine::Limits { value_bytes: 1_000, ..Default::default() };
    let store = Kit::in_memory().store_with(|config| config.limits(limits));
    let source = larder_engine::ImportSource::JsonLines(&mut endless);
    assert_refused!(store.import(source, &ImportOptions::default(), &mut |_| {}), Error::InvalidArgument { .. });
}
