//! larder.toml, and flags over it.

use crate::harness::{Cli, guest};

fn plugin(cli: &Cli, more: &str) {
    let component = guest("store_get_and_set");
    cli.manifest(&format!("root = \"data\"\n[plugin.colours]\ncomponent = {component:?}\ntenant = \"acme\"\n{more}"));
}

#[test]
fn a_plugin_runs_as_the_manifest_says() {
    let cli = Cli::new();
    plugin(&cli, "[plugin.colours.grants.default]\nscope = \"colours\"\n");
    cli.run(&["run", "colours"]).ok();
    assert!(cli.path("data").is_dir(), "the root is beside the manifest");
    cli.run(&["list", "-t", "acme"]).ok().prints("colours:colours\n");
    cli.run(&["run", "colours", "--tenant", "other", "--grant", "default=elsewhere"]).ok();
    cli.run(&["list", "-t", "other"]).ok().prints("elsewhere:colours\n");
}

#[test]
fn another_manifest_and_root_can_be_named() {
    let cli = Cli::new();
    plugin(&cli, "[plugin.colours.grants.default]\n");
    std::fs::create_dir(cli.path("sub")).unwrap();
    std::fs::rename(cli.path("larder.toml"), cli.path("sub/other.toml")).unwrap();
    cli.run(&["run", "colours"]).ended(1).says(&["there is no file colours"]);
    cli.run(&["--config", "sub/other.toml", "run", "colours"]).ok();
    assert!(cli.path("sub/data").is_dir());
    cli.run(&["--config", "sub/other.toml", "--root", "here", "run", "colours"]).ok();
    assert!(cli.path("here").is_dir());
    cli.run(&["--config", "missing.toml", "tenants"]).ended(1).says(&["cannot read missing.toml"]);
}

/// The program fails unless `theme` is light, `empty` is nothing, and no other setting is there.
#[test]
fn settings_are_the_flags_then_the_tenant_s_then_the_plugin_s() {
    let cli = Cli::new();
    let program = guest("config_get");
    cli.run(&["run", &program]).ended(8);
    cli.run(&["run", &program, "--setting", "theme=dark", "--setting", "theme=light", "--setting", "empty="]).ok();
    cli.run(&["run", &program, "--setting", "theme"]).ended(2).says(&["write NAME=VALUE"]);
    cli.manifest(&format!(
        "[tenant.acme]\nconfig = {{ theme = \"dark\" }}
        [plugin.settings]\ncomponent = {program:?}\nconfig = {{ theme = \"light\", empty = \"\" }}"
    ));
    cli.run(&["run", "settings"]).ok();
    cli.run(&["run", "settings", "-t", "acme"]).ended(8);
    cli.run(&["run", "settings", "-t", "acme", "--setting", "theme=light"]).ok();
    cli.run(&["run", "settings", "--setting", "theme=dark"]).ended(8);
}

#[test]
fn a_plugin_without_a_grant_is_told_what_to_write() {
    let cli = Cli::new();
    plugin(&cli, "");
    cli.run(&["run", "colours"]).ended(3).says(&["larder:store/store@0.1.0", "`interfaces`", "--grant default"]);
    plugin(&cli, "interfaces = [\"batch\"]\n[plugin.colours.grants.default]\n");
    cli.run(&["run", "colours"]).ended(3).says(&["larder:store/store@0.1.0"]);
    cli.run(&["run", "colours", "--interface", "store"]).ok();
}

#[test]
fn a_misspelt_plugin_is_told_the_near_ones() {
    let cli = Cli::new();
    plugin(&cli, "");
    cli.run(&["run", "colors"]).ended(1).says(&["larder.toml", "did you mean colours?"]);
    cli.run(&["run", "unlike-any"]).ended(1).says(&["plugins are: colours"]);
}

#[test]
fn a_manifest_with_a_mistake_is_told_where() {
    let cli = Cli::new();
    cli.manifest("[store]\nquotas = { keys = 1 }");
    cli.run(&["tenants"]).ended(2).says(&["larder.toml", "quotas"]);
    cli.manifest("[plugin.p]\ncomponent = \"p\"\n[plugin.p.grants.default]\nscope = \"a:b\"");
    assert_eq!(cli.run(&["tenants", "--json"]).ended(2).json_error()["kind"], "manifest");
    cli.run(&["--help"]).ok();
    cli.run(&["completions", "bash"]).ok();
}
