//! workspace list, query, commit, discard, recover.

use larder::{Config, Larder, Store, TenantId};
use serde_json::{Value, json};

use crate::harness::Cli;

fn store(cli: &Cli) -> Store {
    let larder = Larder::open(cli.root(), Config::new()).unwrap();
    larder.tenant(&TenantId::parse("acme").unwrap()).store()
}

/// With the left-over workspaces `import 7`, of three rows, and `empty`.
fn with_left_over() -> Cli {
    let cli = Cli::with_acme();
    let workspaces = store(&cli).workspaces();
    let import = workspaces.create("import 7").unwrap();
    import.put("row", r#"{"sku": "A-1", "stock": 4}"#).unwrap();
    import.put("row", r#"{"sku": "B-2", "stock": 0}"#).unwrap();
    import.put("warning", r#"{"text": "no price"}"#).unwrap();
    workspaces.create("empty").unwrap();
    cli
}

fn names(cli: &Cli) -> Vec<Value> {
    let listed = cli.run(&["workspace", "list", "-t", "acme", "--json"]).ok().json_lines();
    listed.into_iter().map(|workspace| workspace["workspace"].clone()).collect()
}

#[test]
fn what_is_left_over_is_listed_with_what_it_holds() {
    let cli = with_left_over();
    let text = "empty\t0 entries\nimport 7\t3 entries: row 2, warning 1\n";
    cli.run(&["workspace", "list", "-t", "acme"]).ok().prints(text);
    let listed = cli.run(&["workspace", "list", "-t", "acme", "--json"]).ok().json_lines();
    assert_eq!(listed[1], json!({"workspace": "import 7", "kinds": {"row": 2, "warning": 1}}));
    cli.run(&["workspace", "list", "-t", "acme", "--scope", "other"]).ok().prints("");
}

#[test]
fn a_statement_reads_the_entries() {
    let cli = with_left_over();
    let query = |arguments: &[&str]| cli.run(&[&["workspace", "query", "-t", "acme", "import 7"], arguments].concat());
    let all = query(&["--json"]).ok().json_lines();
    assert_eq!((all.len(), &all[0]["kind"], &all[0]["id"]), (3, &json!("row"), &json!(1)));
    let sku = "SELECT data ->> 'sku' AS sku FROM entries WHERE data ->> 'stock' > ? AND kind = ?";
    query(&[sku, "3", "row"]).ok().prints("sku\nA-1\n");
    query(&[sku, "3", "row", "--json"]).ok().prints("{\"sku\":\"A-1\"}\n");
    query(&["SELECT nonsense"]).ended(2).says(&["nonsense"]);
    query(&[sku]).ended(2).says(&["2 parameters, 0 were given"]);
    let refused = query(&["DELETE FROM workspace_entries", "--json"]).ended(3).json_error();
    assert_eq!(refused["kind"], "sql-not-allowed");
    assert_eq!(names(&cli), ["empty", "import 7"]);
}

#[test]
fn a_commit_writes_the_summary_and_the_journal_and_the_workspace_is_gone() {
    let cli = with_left_over();
    let committed = "import 7\tcommitted: 3 entries: row 2, warning 1\n";
    cli.run(&["workspace", "commit", "-t", "acme", "import 7"]).ok().prints(committed);
    cli.run(&["get", "-t", "acme", "workspace:import 7", "summary"]).ok().prints("{\"row\":2,\"warning\":1}");
    let page = store(&cli).journal().query(&Default::default()).unwrap();
    assert_eq!(page.entries.len(), 1);
    assert_eq!(page.entries[0].measurement, "import 7");
    assert_eq!(names(&cli), ["empty"]);
    let again = cli.run(&["workspace", "commit", "-t", "acme", "import 7", "--json"]).ended(1).json_error();
    assert_eq!(again["kind"], "no-such-workspace");
}

#[test]
fn a_discard_is_confirmed_and_leaves_nothing() {
    let cli = with_left_over();
    cli.run(&["workspace", "discard", "-t", "acme", "import 7"]).ended(2).says(&["has to be confirmed", "`--yes`"]);
    assert_eq!(names(&cli).len(), 2);
    let discarded = cli.run(&["workspace", "discard", "-t", "acme", "import 7", "--yes", "--json"]).ok().json();
    assert_eq!(discarded, json!({"workspace": "import 7", "ended": "discarded", "kinds": {"row": 2, "warning": 1}}));
    assert_eq!(names(&cli), ["empty"]);
    cli.run(&["get", "-t", "acme", "workspace:import 7", "summary"]).ended(1);
}

#[test]
fn all_that_is_left_over_is_ended_at_once_each_by_itself() {
    let cli = with_left_over();
    cli.run(&["workspace", "recover", "-t", "acme"]).ended(2).says(&["--commit"]);
    cli.run(&["workspace", "recover", "-t", "acme", "--discard"]).ended(2).says(&["`--yes`"]);
    // There is room for one more summary.
    cli.manifest("[store]\nquota = { keys = 3 }");
    let recover = cli.run(&["workspace", "recover", "-t", "acme", "--commit"]).ended(4);
    recover.prints("empty\tcommitted: 0 entries\nimport 7\tleft as it is: quota of 3 keys exceeded: 3 in use\n");
    assert_eq!(names(&cli), ["import 7"]);
    cli.run(&["workspace", "recover", "-t", "acme", "--discard", "-y"]).ok();
    assert!(names(&cli).is_empty());
    cli.run(&["workspace", "recover", "-t", "acme", "--discard"]).ok().prints("");
}

#[test]
fn what_cannot_be_had_is_told_why() {
    let cli = with_left_over();
    cli.run(&["workspace", "commit", "-t", "acme", "import 8"]).ended(1).says(&["did you mean import 7?"]);
    cli.run(&["workspace", "query", "-t", "acme", "unlike any"]).ended(1).says(&["`larder workspace list`"]);
    cli.run(&["workspace", "query", "-t", "acme", "../store"]).ended(2).says(&["holds no"]);
    cli.run(&["workspace", "list", "-t", "none"]).ended(1).says(&["there is no tenant none"]);
    let holder = store(&cli);
    holder.usage().unwrap();
    cli.run(&["workspace", "list", "-t", "acme"]).ended(5).says(&["in use"]);
}

#[test]
fn what_cannot_be_read_is_put_aside_and_in_nobody_s_way() {
    let cli = with_left_over();
    let place = cli.root().join("tenants/acme");
    std::fs::write(place.join("state/junk.duckdb"), "no database".repeat(100)).unwrap();
    assert_eq!(names(&cli), ["empty", "import 7"]);
    let reason = std::fs::read_to_string(place.join("quarantine/workspace-1.duckdb.reason.txt")).unwrap();
    assert!(reason.starts_with("state/junk.duckdb: "), "{reason}");
}
