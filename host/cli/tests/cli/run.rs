//! run.

use crate::harness::{Cli, guest};

#[test]
fn without_a_grant_the_flags_to_type_are_told() {
    let cli = Cli::new();
    let program = guest("inventory");
    let ran = cli.run(&["run", &program, "--tenant", "acme", "--", "scan"]).ended(3).says(&[
        "larder: error:",
        "larder:store/store@0.1.0 ",
        "--grant default --files default",
        &format!("larder: hint: larder run {program} --tenant acme --grant default --files default -- scan"),
    ]);
    assert!(!ran.stderr().contains("wasi:"), "{}", ran.stderr());
    let error = cli.run(&["run", &program, "--json"]).ended(3).json_error();
    assert_eq!(error["kind"], "missing-imports");
}

#[test]
fn the_suggested_line_works() {
    let cli = Cli::new();
    let program = guest("store_get_and_set");
    let ran = cli.run(&["run", &program, "-t", "acme"]).ended(3);
    let line = ran.stderr().lines().find_map(|line| line.strip_prefix("larder: hint: larder ")).unwrap();
    let words: Vec<&str> = line.split(' ').collect();
    cli.run(&words).ok();
    cli.run(&["list", "-t", "acme"]).ok().shows(&["colours\n"]);
}

#[test]
fn a_plugin_keeps_its_data_from_run_to_run() {
    let cli = Cli::new();
    cli.write("lock", b"version = 4\n\n[[package]]\nname = \"serde\"\nversion = \"1.0.0\"\n");
    cli.run(&["files", "put", "--create", "-t", "acme", "lock", "Cargo.lock"]).ok();
    let program = guest("inventory");
    let scan = ["run", &program, "-t", "acme", "--grant", "default=inv", "--files", "default", "--", "scan"];
    cli.run(&scan).ok().shows(&["1 package"]);
    cli.run(&scan).ok();
    cli.run(&["usage", "-t", "acme", "--scope", "inv"]).ok().shows(&["keys"]);
    cli.run(&["list", "-t", "acme"]).ok().shows(&["inv:"]);
}

#[test]
fn the_status_of_the_guest_is_passed_on() {
    let cli = Cli::new();
    let program = guest("inventory");
    let ran =
        cli.run(&["run", &program, "--grant", "default", "--files", "default", "--", "--no-such-option"]).ended(2);
    assert!(!ran.stderr().contains("larder: "), "{}", ran.stderr());
    cli.run(&["run", &program, "--grant", "default", "--files", "default", "--", "--version"])
        .ok()
        .shows(&["inventory"]);
}

#[test]
fn a_guest_that_loops_is_stopped() {
    let cli = Cli::new();
    cli.run(&["run", &guest("hostile_loops"), "--grant", "default", "--files", "default", "--time", "300ms"])
        .ended(9)
        .says(&["larder: error: the time limit of 300ms passed", "larder: hint: ", "--time"]);
}

#[test]
fn a_guest_that_traps_is_told_with_the_place_when_asked() {
    let cli = Cli::new();
    let program = guest("hostile_recurses");
    let arguments = ["run", &program, "--grant", "default", "--files", "default"];
    cli.run(&arguments).ended(8).says(&["larder: error: the guest trapped", "`--verbose` shows where"]);
    cli.run(&[&arguments[..], &["-v"]].concat()).ended(8).says(&["backtrace"]);
}

#[test]
fn a_guest_that_takes_all_memory_is_stopped() {
    let cli = Cli::new();
    let grants = ["--grant", "default", "--files", "default", "--memory", "16MiB"];
    cli.run(&[&["run", &guest("hostile_allocates")], &grants[..]].concat())
        .ended(9)
        .says(&["memory limit", "--memory"]);
}

#[test]
fn a_tenant_in_use_is_told_to_the_operator_and_not_to_the_guest() {
    let cli = Cli::with_acme();
    let larder = larder::Larder::open(cli.root(), larder::Config::new()).unwrap();
    let tenant = larder.tenant(&larder::TenantId::parse("acme").unwrap());
    tenant.create().unwrap();
    let process = format!("process {}", std::process::id());
    cli.run(&["run", &guest("store_get_and_set"), "-t", "acme", "--grant", "default"])
        .ended(5)
        .says(&["larder: error: tenant acme is in use by", &process]);
}

#[test]
fn flags_have_to_fit_together() {
    let cli = Cli::new();
    let program = guest("store_get_and_set");
    cli.run(&["run", &program, "--files", "default"]).ended(2).says(&["not granted", "add `--grant default`"]);
    cli.run(&["run", &program, "--read-only", "x y"]).ended(2).says(&["--grant 'x y'"]);
    cli.run(&["run", &program, "--dir", "/data"]).ended(2).says(&["add `--grant default`"]);
    cli.run(&["run", &program, "--grant", "a b"]).ended(2).says(&["label \"a b\" is refused"]);
    cli.run(&["run", &program, "--grant", "default=a:b"]).ended(2).says(&["scope \"a:b\" is refused"]);
    cli.run(&["run", &program, "--interface", "everything"]).ended(2).says(&["possible values"]);
    cli.run(&["run", &program, "--memory", "much"]).ended(2).says(&["is not a size"]);
    cli.run(&["run", &program, "--grant", "default", "--dir", "/a", "--dir", "/b"]).ended(2).says(&["two paths"]);
    cli.run(&["run", &program, "--grant", "default", "-t", "../x"]).ended(2).says(&["is refused"]);
    assert!(!cli.root().exists());
}

#[test]
fn reading_only_and_interfaces_are_what_was_granted() {
    let cli = Cli::with_acme();
    let program = guest("store_get_and_set");
    cli.run(&["run", &program, "-t", "acme", "--grant", "default", "--read-only", "default"]).ended(1);
    cli.run(&["list", "-t", "acme"]).ok().prints("config\n");
    cli.run(&["run", &program, "-t", "acme", "--grant", "default", "--interface", "batch,files"])
        .ended(3)
        .says(&["--interface store"]);
    cli.run(&["run", &program, "-t", "acme", "--grant", "default", "--quota-keys", "2"]).ended(1);
}

#[test]
fn a_directory_is_read_and_written_by_ordinary_file_functions() {
    let cli = Cli::with_acme();
    let program = guest("wasi_files_read_and_write");
    let granted = ["run", &program, "-t", "acme", "--grant", "default", "--files", "default"];
    cli.run(&granted).ended(1);
    cli.run(&[&granted[..], &["--dir", "/data", "--read-only", "default"]].concat()).ended(1);
    cli.run(&["files", "list", "-t", "acme"]).ok().prints("");
    cli.run(&[&granted[..], &["--dir", "/data"]].concat()).ok();
    cli.run(&["files", "list", "-t", "acme"]).ok().shows(&["  f\n"]);
    let inspect = ["inspect", &program, "-t", "acme", "--grant", "default", "--dir", "default=/data"];
    cli.run(&inspect).ok().shows(&["files shown at /data"]);
}
