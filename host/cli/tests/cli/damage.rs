//! Databases that are damaged, newer, or not what larder put there.

use std::path::PathBuf;

use crate::harness::Cli;

fn database(cli: &Cli) -> PathBuf {
    let path = cli.root().join("tenants/acme/store.db");
    assert!(path.exists());
    path
}

#[test]
fn a_corrupt_database_is_named_and_left_as_it_is() {
    let cli = Cli::with_acme();
    let path = database(&cli);
    let garbage = vec![0x5a; 8192];
    std::fs::write(&path, &garbage).unwrap();
    for command in [
        &["get", "-t", "acme", "config", "colour"][..],
        &["set", "-t", "acme", "g", "k", "v"],
        &["check", "-t", "acme"],
    ] {
        cli.run(command).ended(6).says(&["store.db", "hint: ", "was left as it is", "backup"]);
    }
    assert_eq!(std::fs::read(&path).unwrap(), garbage);
    assert_eq!(cli.run(&["usage", "-t", "acme", "--json"]).ended(6).json_error()["kind"], "corrupt");
    cli.run(&["tenants"]).ok().prints("acme\n");
}

#[test]
fn a_database_of_a_newer_version_is_left_untouched() {
    let cli = Cli::with_acme();
    let path = database(&cli);
    let database = rusqlite::Connection::open(&path).unwrap();
    database.pragma_update(None, "user_version", 999).unwrap();
    drop(database);
    let before = std::fs::read(&path).unwrap();
    cli.run(&["get", "-t", "acme", "config", "colour"]).ended(6).says(&["schema version 999", "hint: ", "newer"]);
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

#[test]
fn counters_that_lie_are_found() {
    let cli = Cli::with_acme();
    let database = rusqlite::Connection::open(database(&cli)).unwrap();
    let tables: Vec<String> = database
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND sql LIKE '%bytes%'")
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    for table in tables {
        // Those that have no such column are none of the counters.
        let _ = database.execute(&format!("UPDATE \"{table}\" SET bytes = bytes + 1"), []);
    }
    drop(database);
    cli.run(&["check", "-t", "acme"]).ended(6).shows(&["problem:", "tenant acme: not sound"]);
    assert_eq!(cli.run(&["check", "-t", "acme", "--json"]).ended(6).json()["ok"], false);
}

#[cfg(unix)]
#[test]
fn a_link_in_place_of_the_tenant_is_refused() {
    let cli = Cli::with_acme();
    std::fs::create_dir(cli.path("elsewhere")).unwrap();
    std::os::unix::fs::symlink(cli.path("elsewhere"), cli.root().join("tenants/linked")).unwrap();
    cli.run(&["set", "--create", "-t", "linked", "g", "k", "v"]).ended(6).says(&["is refused", "hint: "]);
    assert!(std::fs::read_dir(cli.path("elsewhere")).unwrap().next().is_none());
}
