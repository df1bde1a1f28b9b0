//! tenants, usage, check, and tenants that are not there or not free.

use serde_json::json;

use crate::harness::Cli;

#[test]
fn tenants_are_listed_by_name() {
    let cli = Cli::with_acme();
    cli.run(&["set", "--create", "-t", "zebra", "g", "k", "v"]).ok();
    cli.run(&["tenants"]).ok().prints("acme\nzebra\n");
    cli.run(&["tenants", "--prefix", "z"]).ok().prints("zebra\n");
    assert_eq!(cli.run(&["tenants", "--json"]).ok().json_lines()[0], json!({"tenant": "acme"}));
    cli.run(&["tenants", "--usage"]).ok().shows(&["acme\t2 keys, 1 group, 28 bytes\n", "zebra\t1 key"]);
    let usage = cli.run(&["tenants", "--usage", "--json"]).ok().json_lines();
    assert_eq!(usage[0]["keys"], json!({"used": 2, "limit": null}));
}

#[test]
fn usage_has_quotas_and_files() {
    let cli = Cli::with_acme();
    cli.manifest("[store]\nquota = { keys = 1000 }\nfile-quota = { bytes = \"1MiB\" }");
    cli.run(&["usage", "-t", "acme"]).ok().shows(&["tenant acme\n", "2 of 1,000", "28 bytes\n", "0 bytes of 1.0 MiB"]);
    let usage = cli.run(&["usage", "-t", "acme", "--json"]).ok().json();
    assert_eq!(usage["keys"], json!({"used": 2, "limit": 1000}));
    assert_eq!(usage["files"]["bytes"], json!({"used": 0, "limit": 1 << 20}));
    cli.run(&["usage", "-t", "acme", "--scope", "s"]).ok().shows(&["scope s\n"]);
}

#[test]
fn a_sound_tenant_is_told_so() {
    let cli = Cli::with_acme();
    cli.run(&["check", "-t", "acme"]).ok().prints("tenant acme: sound, 2 entries\n");
    let report = cli.run(&["check", "-t", "acme", "--json"]).ok().json();
    assert_eq!(report, json!({"ok": true, "entries": 2, "problems": [], "unmigrated": 0}));
}

#[test]
fn a_tenant_that_is_not_there_is_not_made_by_accident() {
    let cli = Cli::with_acme();
    let commands: [&[&str]; 7] = [
        &["get", "-t", "acem", "g", "k"],
        &["set", "-t", "acem", "g", "k", "v"],
        &["delete", "-t", "acem", "g", "k"],
        &["list", "-t", "acem"],
        &["usage", "-t", "acem"],
        &["check", "-t", "acem"],
        &["files", "list", "-t", "acem"],
    ];
    for command in commands {
        cli.run(command).ended(1).says(&["there is no tenant acem", "did you mean acme?"]);
    }
    cli.run(&["set", "-t", "acem", "g", "k", "v"]).ended(1).says(&["`--create` makes it"]);
    cli.run(&["tenants"]).ok().prints("acme\n");
}

#[test]
fn hostile_names_of_tenants_are_refused_with_the_rule() {
    let cli = Cli::with_acme();
    let long = "a".repeat(10_000);
    for name in ["..", "../acme", "/etc", "a/b", "a\\b", "", "a\nb", ".", "Acme", "con", "аcme", "a.", &long] {
        let ran =
            cli.run(&["set", "--create", "-t", name, "g", "k", "v"]).ended(2).says(&["error: tenant", "is refused"]);
        assert!(ran.stderr().len() < 300, "{}", ran.stderr());
        assert_eq!(ran.stderr().lines().count(), 1, "{}", ran.stderr());
        assert_eq!(cli.run(&["--json", "get", "-t", name, "g", "k"]).ended(2).json_error()["kind"], "invalid-name");
    }
    cli.run(&["tenants"]).ok().prints("acme\n");
}

#[test]
fn a_root_that_is_not_there_is_not_made_for_a_reader() {
    let cli = Cli::new();
    for command in [&["tenants"][..], &["list", "-t", "acme"], &["set", "-t", "acme", "g", "k", "v"]] {
        cli.run(command).ended(1).says(&["the root directory larder-data is not there", "--root"]);
    }
    assert!(!cli.root().exists());
    cli.write("plain", b"");
    cli.run(&["--root", "plain", "tenants"]).ended(1).says(&["plain is not a directory"]);
    let mut command = cli.command(&["tenants"]);
    command.env("LARDER_ROOT", "elsewhere");
    let ended = command.output().unwrap();
    assert!(String::from_utf8_lossy(&ended.stderr).contains("elsewhere is not there"));
}

#[test]
fn a_tenant_in_use_is_told_with_the_process() {
    let cli = Cli::with_acme();
    let larder = larder::Larder::open(cli.root(), larder::Config::new()).unwrap();
    let tenant = larder.tenant(&larder::TenantId::parse("acme").unwrap());
    tenant.create().unwrap();
    let process = format!("process {}", std::process::id());
    for command in [&["get", "-t", "acme", "config", "colour"][..], &["set", "-t", "acme", "g", "k", "v"]] {
        cli.run(command).ended(5).says(&["tenant acme is in use by", &process, "hint: "]);
    }
    let error = cli.run(&["usage", "-t", "acme", "--json"]).ended(5).json_error();
    assert_eq!(error["kind"], "in-use");
    cli.run(&["tenants", "--usage"]).ok().shows(&["acme\ttenant acme is in use by", &process]);
    drop((tenant, larder));
    cli.run(&["get", "-t", "acme", "config", "colour"]).ok();
}
