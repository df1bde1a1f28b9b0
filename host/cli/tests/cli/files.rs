//! files.

use serde_json::json;

use crate::harness::Cli;

#[test]
fn files_go_in_and_come_out() {
    let cli = Cli::with_acme();
    let bytes: Vec<u8> = (0..3_000_000_u32).map(|n| n as u8).collect();
    cli.write("in", &bytes);
    cli.run(&["files", "put", "-t", "acme", "in", "deep/er/out"]).ok().prints("2.9 MiB\n");
    cli.write("short", b"1");
    cli.run(&["files", "put", "-t", "acme", "short"]).ok();
    cli.run(&["files", "get", "-t", "acme", "short"]).ok().prints("1");
    cli.run(&["files", "put", "-t", "acme", "-"]).ended(2).says(&["<PATH>"]);
    cli.run(&["files", "remove", "-t", "acme", "short"]).ok();
    assert_eq!(cli.run(&["files", "get", "-t", "acme", "deep/er/out"]).ok().bytes(), bytes);
    cli.run(&["files", "get", "-t", "acme", "deep/er/out", "-o", "back"]).ok().prints("");
    assert_eq!(std::fs::read(cli.path("back")).unwrap(), bytes);
    cli.run_with_input(&["files", "put", "-t", "acme", "-", "piped", "--json"], b"abc").ok().prints("{\"bytes\":3}\n");
    cli.run(&["files", "list", "-t", "acme"]).ok().shows(&["deep/\n", "3 bytes  piped\n"]);
    let listed = cli.run(&["files", "list", "-t", "acme", "deep/er", "--json"]).ok().json_lines();
    assert_eq!(
        (&listed[0]["name"], &listed[0]["kind"], &listed[0]["size"]),
        (&json!("out"), &json!("file"), &json!(3_000_000))
    );
    cli.run(&["files", "remove", "-t", "acme", "piped"]).ok();
    cli.run(&["files", "get", "-t", "acme", "piped"]).ended(1).says(&["piped: not found"]);
    cli.run(&["files", "remove", "-t", "acme", "deep"]).ended(1).says(&["deep: the directory is not empty"]);
}

#[test]
fn paths_out_of_the_directory_are_refused() {
    let cli = Cli::with_acme();
    cli.write("in", b"x");
    for path in ["../out", "/etc/passwd", "a\\b", "a/../../b", "con", "a\nb", ".."] {
        cli.run(&["files", "put", "-t", "acme", "in", path]).ended(2).says(&["is refused"]);
        cli.run(&["files", "get", "-t", "acme", path]).ended(2).says(&["is refused"]);
        cli.run(&["files", "remove", "-t", "acme", path]).ended(2).says(&["is refused"]);
    }
}

#[test]
fn a_tenant_is_made_for_a_file_when_that_is_asked_for() {
    let cli = Cli::new();
    cli.write("in", b"x");
    cli.run(&["files", "put", "-t", "new", "in", "f"]).ended(1).says(&["--create"]);
    cli.run(&["files", "put", "--create", "-t", "new", "missing", "f"]).ended(1).says(&["cannot read missing"]);
    assert!(!cli.root().exists());
    cli.run(&["files", "put", "--create", "-t", "new", "in", "f"]).ok();
    cli.run(&["files", "get", "-t", "new", "f"]).ok().prints("x");
}

#[test]
fn a_quota_on_files_holds_for_the_operator() {
    let cli = Cli::with_acme();
    cli.manifest("[store]\nfile-quota = { bytes = 10 }");
    cli.run_with_input(&["files", "put", "-t", "acme", "-", "f"], b"12345678901").ended(4).says(&["quota", "hint: "]);
    cli.run(&["files", "get", "-t", "acme", "f"]).ended(1);
    cli.run_with_input(&["files", "put", "-t", "acme", "-", "f"], b"1234567890").ok();
}
