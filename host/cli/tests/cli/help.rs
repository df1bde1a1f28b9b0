//! Help, version and completions.

use crate::harness::Cli;

const COMMANDS: [&str; 23] = [
    "new",
    "run",
    "serve",
    "test",
    "call",
    "inspect",
    "tenants",
    "get",
    "set",
    "delete",
    "list",
    "usage",
    "files",
    "check",
    "journal",
    "completions",
    "import",
    "export",
    "unmigrated",
    "watch",
    "triggers",
    "workspace",
    "render",
];

#[test]
fn the_main_help_names_every_command_and_every_status() {
    let ran = Cli::new().run(&["--help"]).ok().shows(&["Examples:", "Exit status:", "--root", "LARDER_ROOT"]);
    for command in COMMANDS {
        assert!(ran.text().lines().any(|line| line.trim_start().starts_with(command)), "{command}");
    }
    for status in 0..=10 {
        assert!(ran.text().lines().any(|line| line.starts_with(&format!("  {status:>2}  "))), "{status}");
    }
}

#[test]
fn the_page_on_the_command_line_has_the_statuses_of_the_help() {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/command-line.md");
    let page = std::fs::read_to_string(page).unwrap();
    let ran = Cli::new().run(&["--help"]).ok();
    let lines = ran.text().lines().skip_while(|line| *line != "Exit status:").skip(1);
    for line in lines.take_while(|line| !line.is_empty()) {
        let (status, meaning) = line.trim().split_once("  ").unwrap();
        let row = format!("| {status} | {meaning} |");
        assert!(page.contains(&row), "docs/command-line.md has no {row}");
    }
}

#[test]
fn each_command_has_examples() {
    let cli = Cli::new();
    for command in COMMANDS {
        cli.run(&["help", command]).ok().shows(&["Examples:\n", &format!("larder {command}")]);
    }
}

#[test]
fn nothing_typed_shows_the_help() {
    Cli::new().run(&[]).ended(2).says(&["Usage: larder", "Commands:"]);
}

#[test]
fn wrong_usage_is_status_two() {
    let cli = Cli::new();
    cli.run(&["frobnicate"]).ended(2).says(&["error: unrecognized subcommand"]);
    cli.run(&["get", "-t", "acme", "group"]).ended(2).says(&["<KEY>"]);
    cli.run(&["set", "-t", "acme", "group", "key"]).ended(2).says(&["<GROUP> <KEY> <VALUE|--file <FILE>>"]);
    let error = cli.run(&["get", "-t", "acme", "group", "--json"]).ended(2).json_error();
    assert_eq!(error["kind"], "usage");
    assert!(error["message"].as_str().unwrap().contains("<KEY>"), "{error}");
}

#[test]
fn the_version_is_the_crate_s() {
    Cli::new().run(&["--version"]).ok().prints(&format!("larder {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn completions_know_the_commands() {
    let cli = Cli::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        cli.run(&["completions", shell]).ok().shows(&["inspect", "read-only"]);
    }
    cli.run(&["completions", "cobol"]).ended(2);
}

#[test]
fn colours_are_for_terminals_and_for_who_asks() {
    let cli = Cli::new();
    assert!(!cli.run(&["tenants"]).ended(1).stderr().contains('\x1b'));
    assert!(cli.run(&["tenants", "--color", "always"]).ended(1).stderr().contains("\x1b[1;31merror:"));
}
