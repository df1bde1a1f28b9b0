use std::time::Duration;

use larder_engine::{Config, Larder, TenantId, WorkspaceConfig};

use super::*;
use crate::{Interface, Interfaces, Limits};

pub(super) fn refused(text: &str) -> String {
    Manifest::parse(text).unwrap_err().to_string()
}

#[test]
fn the_documented_manifest_is_accepted() {
    let docs = include_str!("mod.rs").lines().map_while(|line| line.strip_prefix("//!"));
    let text: Vec<&str> =
        docs.skip_while(|line| *line != " ```toml").skip(1).take_while(|line| *line != " ```").collect();
    let manifest = Manifest::parse(&text.join("\n")).unwrap();
    let plugin = manifest.plugin("inventory").unwrap();
    assert_eq!(plugin.interfaces(), Interfaces::of([Interface::Store, Interface::Batch]));
    let limits = plugin.limits(&manifest.limits);
    assert_eq!(limits, Limits { time: Duration::from_secs(60), ..Limits::default() });
    assert_eq!(plugin.grants["default"].quota.bytes, Some(ByteSize(1 << 20)));
}

#[test]
fn workspaces_are_bounded_as_it_says() {
    let config = |text: &str| Manifest::parse(text).unwrap().workspaces.config();
    assert_eq!(config(""), WorkspaceConfig::default());
    let given = config("[workspaces]\nnumber = 8\nbytes = \"1MiB\"\nage = \"24h\"");
    let age = Some(Duration::from_secs(24 * 60 * 60));
    assert_eq!(given, WorkspaceConfig { number: 8, bytes: 1 << 20, age });
    assert!(refused("[workspaces]\nnumbers = 8").contains("numbers"));
}

#[test]
fn nothing_is_measured_unless_it_says_so() {
    let tenants = |text: &str| Manifest::parse(text).unwrap().metrics.map(|metrics| metrics.tenants());
    assert_eq!((tenants(""), tenants("[metrics]"), tenants("[metrics]\ntenants = 7")), (None, Some(100), Some(7)));
    assert_eq!(Manifest::parse("[plugin.p]\ncomponent = \"q.wasm\"").unwrap().plugin["p"].name.as_deref(), Some("p"));
    assert_eq!(PluginManifest::new("folder/q.wasm").name.as_deref(), Some("q"));
}

#[test]
fn an_empty_manifest_grants_nothing() {
    let manifest = Manifest::parse("").unwrap();
    assert_eq!(manifest.root, PathBuf::from("larder-data"));
    assert!(manifest.plugin.is_empty());
    let plugin = Manifest::parse("[plugin.p]\ncomponent = \"p.wasm\"").unwrap().plugin.remove("p").unwrap();
    assert!(plugin.interfaces().is_empty());
    assert!(plugin.grants.is_empty() && plugin.env.is_empty());
}

#[test]
fn a_grant_brings_all_interfaces_unless_they_are_listed() {
    let plugin = |more: &str| {
        let text = format!("[plugin.p]\ncomponent = \"p.wasm\"\n{more}\n[plugin.p.grants.default]");
        Manifest::parse(&text).unwrap().plugin.remove("p").unwrap()
    };
    assert_eq!(plugin("").interfaces(), Interfaces::all());
    assert_eq!(plugin("interfaces = []").interfaces(), Interfaces::none());
}

#[test]
fn misspelt_settings_are_refused_with_their_line() {
    let message = refused("[plugin.p]\ncomponent = \"p.wasm\"\n[plugin.p.grants.default]\nqouta = { keys = 1 }");
    assert!(message.contains("line 4") && message.contains("qouta") && message.contains("quota"), "{message}");
    assert!(refused("[limits]\nmemory = \"64 apples\"").contains("64MiB"));
    assert!(refused("[limits]\ntime = 10").contains("10s"));
    assert!(refused("[plugin.p]\ncomponent = \"p\"\ninterfaces = [\"shop\"]").contains("there are store, batch"));
}

#[test]
fn settings_without_meaning_are_refused_by_name() {
    let grant = |text: &str| refused(&format!("[plugin.p]\ncomponent = \"p\"\n[plugin.p.grants.default]\n{text}"));
    assert!(grant("quota = { keys = 1 }").starts_with("plugin.p.grants.default.quota: "));
    assert!(grant("scope = \"a:b\"").starts_with("plugin.p.grants.default.scope: "));
    assert!(grant("tenant = \"../x\"").starts_with("plugin.p.grants.default.tenant: "));
    assert!(grant("preopen = \"\"").starts_with("plugin.p.grants.default.preopen: "));
    assert!(refused("[plugin.p]\ncomponent = \"p\"\n[plugin.p.grants.\"a b\"]").starts_with("plugin.p.grants.a b: "));
    assert!(refused("[plugin.p]\ncomponent = \"p\"\ntenant = \"A/B\"").starts_with("plugin.p.tenant: "));
}

#[test]
fn paths_are_relative_to_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("larder.toml");
    std::fs::write(&path, "root = \"data\"\n[plugin.p]\ncomponent = \"p.wasm\"").unwrap();
    let manifest = Manifest::read(&path).unwrap();
    assert_eq!(manifest.root, folder.path().join("data"));
    assert_eq!(manifest.plugin["p"].component, folder.path().join("p.wasm"));
}

#[test]
fn a_plugin_that_is_not_there_is_told_of_those_that_are() {
    let manifest = Manifest::parse("[plugin.a]\ncomponent = \"a\"\n[plugin.b]\ncomponent = \"b\"").unwrap();
    assert!(manifest.plugin("c").unwrap_err().to_string().ends_with("there are: a, b"));
}

#[test]
fn grants_become_a_context() {
    let text = "[plugin.p]\ncomponent = \"p\"\n[plugin.p.grants.default]\nscope = \"p\"\n[plugin.p.grants.shared]\n\
                tenant = \"shared\"\naccess = \"read-only\"";
    let manifest = Manifest::parse(text).unwrap();
    let larder = Larder::in_memory(Config::new());
    let tenant = TenantId::parse("acme").unwrap();
    let ctx = manifest.plugin["p"].context(&larder, &tenant, Limits::default()).unwrap();
    let (_, own) = ctx.grant("default").unwrap();
    assert_eq!((own.store.tenant().as_str(), own.store.scope().unwrap().as_str()), ("acme", "p"));
    let (_, shared) = ctx.grant("shared").unwrap();
    assert_eq!((shared.store.tenant().as_str(), shared.store.scope()), ("shared", None));
    assert!(ctx.grant("other").is_none());
}

#[test]
fn the_journal_is_configured() {
    let text = "[journal]\nbucket = \"work\"\nbytes = \"1MiB\"\nretention = \"1h\"\narchive-bytes = 5";
    let journal = Manifest::parse(text).unwrap().journal.config();
    assert_eq!((&*journal.bucket, journal.bytes, journal.archive_bytes), ("work", Some(1 << 20), Some(5)));
    assert_eq!(journal.retention, Some(Duration::from_secs(3_600)));
    assert_eq!(Manifest::parse("").unwrap().journal.config(), larder_engine::JournalConfig::default());
    assert!(refused("[journal]\nbucket = \"\"").starts_with("journal.bucket: "));
    assert!(refused("[journal]\nretension = \"1h\"").contains("retention"));
}

#[test]
fn settings_of_the_tenant_go_over_those_of_the_plugin() {
    let text = "[tenant.acme.config]\ntheme = \"light\"\n[tenant.other.config]\ntheme = \"blue\"\n[plugin.p]\n\
                component = \"p\"\nconfig = { theme = \"dark\", size = \"7\" }";
    let manifest = Manifest::parse(text).unwrap();
    let larder = Larder::in_memory(Config::new());
    let config = |tenant: &str| {
        let tenant = TenantId::parse(tenant).unwrap();
        let ctx = manifest.plugin["p"].context(&larder, &tenant, Limits::default()).unwrap();
        ctx.config().iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>()
    };
    assert_eq!(config("acme"), ["size=7", "theme=light"]);
    assert_eq!(config("third"), ["size=7", "theme=dark"]);
    assert!(refused("[tenant.\"../x\"]").starts_with("tenant.../x: "));
    assert!(refused("[tenant.acme]\nquota = 1").contains("quota"));
}

#[test]
fn a_grant_names_the_group_of_its_bucket() {
    let text =
        "[plugin.p]\ncomponent = \"p\"\n[plugin.p.grants.default]\n[plugin.p.grants.other]\nbucket-group = \"g\"";
    let manifest = Manifest::parse(text).unwrap();
    let larder = Larder::in_memory(Config::new());
    let ctx = manifest.plugin["p"].context(&larder, &TenantId::parse("acme").unwrap(), Limits::default()).unwrap();
    assert_eq!(ctx.grant("default").unwrap().1.bucket_group, None);
    assert_eq!(ctx.grant("other").unwrap().1.bucket_group.as_deref(), Some("g"));
}
