//! Values cut into pieces and put into templates.

use futures_lite::future::block_on;
use larder_engine::{Error, SizeLimit};

use crate::support::*;

fn what_has_expired_is_not_there(kit: &Kit) {
    let store = kit.store();
    store.set_with_ttl("g", "k", b"a b", 10).unwrap();
    assert_eq!(store.get_fields("g", "k").unwrap().unwrap(), [b"a", b"b"]);
    assert_eq!(store.get_split("g", "k", b" ").unwrap().unwrap(), [b"a", b"b"]);
    assert_eq!(store.render("g", "{{.k}}{{len .}}").unwrap(), b"a b1");
    kit.advance(10);
    assert_eq!(store.get_fields("g", "k").unwrap(), None);
    assert_eq!(store.get_split("g", "k", b" ").unwrap(), None);
    assert_eq!(store.render("g", "{{.k}}{{len .}}").unwrap(), b"<no value>0");
}

fn a_template_sees_its_own_scope_only(kit: &Kit) {
    let tenant = kit.tenant();
    let store = |name| tenant.scope(scope(name), larder_engine::Quota::default());
    store("a").set("g", "k", b"of a").unwrap();
    store("b").set("g", "k", b"of b").unwrap();
    assert_eq!(store("a").render("g", "{{.}}").unwrap(), b"map[k:of a]");
    assert_eq!(store("a").render("b:g", "{{.}}").unwrap(), b"map[]");
    assert_eq!(store("a").get_fields("b:g", "k").unwrap(), None);
}

fn a_transaction_renders_what_it_wrote(kit: &Kit) {
    let store = kit.store();
    let transaction = store.begin().unwrap();
    let inside = transaction.store();
    inside.set("g", "k", b"new").unwrap();
    assert_eq!(inside.render("g", "{{.k}}").unwrap(), b"new");
    assert_eq!(store.render("g", "{{.k}}").unwrap(), b"<no value>");
    assert_refused!(inside.render("g", "{{"), Error::TemplateParse(_));
    transaction.commit().unwrap();
    assert_eq!(store.render("g", "{{.k}}").unwrap(), b"new");
}

fn a_task_renders_the_same(kit: &Kit) {
    let store = kit.store();
    store.set("g", "k", b"v").unwrap();
    assert_eq!(block_on(store.view_async(|view| view.render("g", "{{.k}}"))).unwrap(), b"v");
}

fn sizes_around_a_template_are_bounded(kit: &Kit) {
    let store = kit.store_with(|config| {
        config.limits(larder_engine::Limits {
            template_bytes: 20,
            template_group_bytes: 300,
            rendered_bytes: 10,
            ..larder_engine::Limits::default()
        })
    });
    store.set("g", "k", &[b'x'; 10]).unwrap();
    assert_eq!(store.render("g", "{{.k}}").unwrap().len(), 10);
    assert_refused!(store.render("g", "{{.k}}."), Error::TooLarge { what: SizeLimit::Response, size: 11, limit: 10 });
    assert_refused!(
        store.render("g", &" ".repeat(21)),
        Error::TooLarge { what: SizeLimit::Template, size: 21, limit: 20 }
    );
    store.set("g", "l", &[b'x'; 34]).unwrap();
    assert_refused!(store.render("g", ""), Error::TooLarge { what: SizeLimit::Entries, size: 302, limit: 300 });
}

conformance! {
    what_has_expired_is_not_there,
    a_template_sees_its_own_scope_only,
    a_transaction_renders_what_it_wrote,
    a_task_renders_the_same,
    sizes_around_a_template_are_bounded,
}
