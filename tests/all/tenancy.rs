//! One component, many tenants: nothing is shared but its code. Labels and scopes part what one tenant has.

use larder::engine::Error;
use larder::{Grant, Interfaces, Larder, Manifest, Quota, Setup, TenantId};

use crate::support::{Host, TENANT, plugin};

foreach_tenancy!(assert_test_exists);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tenancy_marks() {
    let host = Host::new();
    let tenants: Vec<String> = (0..8).map(|n| format!("tenant-{n}")).collect();
    let runs: Vec<_> = tenants.iter().map(|name| host.run_for(name, "tenancy_marks").arg(name).start()).collect();
    for run in runs {
        assert_ends!(run.ends().await, Ok(0));
    }
    for name in &tenants {
        let tenant = host.tenant(name);
        assert_eq!(tenant.store().get("marks", "0").unwrap().as_deref(), Some(name.as_bytes()));
        assert!(tenant.check().unwrap().problems.is_empty());
    }
    assert_eq!(host.larder.tenants().unwrap().len(), tenants.len());
}

#[tokio::test]
async fn labels_are_scopes_that_do_not_see_each_other() {
    let host = Host::new();
    let (mine, theirs) = (host.scope("mine", Quota::default()), host.scope("theirs", Quota::default()));
    theirs.set("secret", "k", b"theirs").unwrap();
    host.run("hostile_other_labels").grant("default", Grant::store(mine)).passes().await;
    assert_eq!(theirs.get("secret", "k").unwrap().as_deref(), Some(&b"theirs"[..]));
    host.check();
}

#[tokio::test]
async fn a_scope_that_is_full_leaves_room_to_others() {
    let host = Host::new();
    let quota = Quota { bytes: Some(1 << 20), ..Quota::default() };
    let full = Grant::store(host.scope("full", quota));
    host.run("hostile_fills_its_quota").grant("default", full).passes().await;
    let other = Grant::store(host.scope("other", quota));
    host.run("store_get_and_set").grant("default", other).passes().await;
    host.run_for("second", "store_get_and_set").passes().await;
    host.check();
}

#[tokio::test]
async fn a_quota_of_the_tenant_holds_over_its_scopes() {
    let host = Host::with(|config| config.tenant_quota(Quota { keys: Some(3), ..Quota::default() }));
    let (one, two) = (host.scope("one", Quota::default()), host.scope("two", Quota::default()));
    for key in ["1", "2", "3"] {
        one.set("g", key, b"").unwrap();
    }
    assert!(matches!(two.set("g", "k", b""), Err(Error::QuotaExceeded { used: 3, limit: 3, .. })));
    host.tenant("second").store().set("g", "k", b"").unwrap();
}

#[test]
fn hostile_names_of_tenants_and_scopes_are_refused_with_the_rule() {
    let long = "x".repeat(10_000);
    let names = ["", ".", "..", "/", "a/b", "a\\b", "../acme", "a\0", "a\n", "CON", "nul", "a:b", "ａ／ｂ", &long];
    for name in names {
        let shown = name.escape_debug().take(40).collect::<String>();
        for error in [TenantId::parse(name).map(drop), larder::ScopeName::parse(name).map(drop)] {
            match error {
                Err(Error::InvalidName { rule, .. }) => assert!(!rule.is_empty()),
                // Scopes are no directories: a device name is a name like others there.
                Ok(()) => assert!(["CON", "nul"].contains(&name), "{shown} was taken"),
                Err(other) => panic!("{shown}: {other:?}"),
            }
        }
        assert!(TenantId::parse(name).is_err(), "{shown} was taken as a tenant");
    }
}

const MANIFEST: &str = r#"
    root = "unused"

    [plugin.quota]
    component = "store_quota.wasm"

    [plugin.quota.grants.default]
    scope = "small"
    quota = { keys = 3, groups = 2, bytes = "100B" }

    [plugin.reader]
    component = "store_read_only.wasm"
    grants.default = { scope = "read", access = "read-only" }
"#;

#[tokio::test]
async fn a_manifest_maps_labels_to_scopes_rights_and_quotas() {
    let host = Host::new();
    let manifest = Manifest::parse(MANIFEST).unwrap();
    let (tenant, larder): (_, &Larder) = (TenantId::parse(TENANT).unwrap(), &host.larder);
    host.scope("read", Quota::default()).set("g", "k", b"theirs").unwrap();
    for (name, program) in [("quota", "store_quota"), ("reader", "store_read_only")] {
        let granted = manifest.plugin(name).unwrap();
        assert_eq!(granted.interfaces().iter().count(), Interfaces::all().iter().count());
        let ctx = granted.context(larder, &tenant, granted.limits(&manifest.limits)).unwrap();
        assert_eq!(plugin(program).run_command(Setup::new(ctx)).await.unwrap(), 0, "{program}");
    }
    assert!(host.scope("small", Quota::default()).count_all("").unwrap() > 0);
}
