//! journal append and query.

use serde_json::json;

use crate::harness::Cli;

fn with_rows() -> Cli {
    let cli = Cli::with_acme();
    let import = ["journal", "append", "-t", "acme", "import"];
    cli.run(&[&import[..], &[r#"{"rows": 9007199254740993, "ok": true}"#, "--tag", "source=crm"]].concat()).ok();
    cli.run(&[&import[..], &[r#"{"rows": 2}"#, "--tag", "source=shop", "--tag", "a=b=c"]].concat()).ok();
    cli.run_with_input(&["journal", "append", "-t", "acme", "export", "-"], br#"{"rows": 3.5}"#).ok();
    cli
}

#[test]
fn rows_are_shown_by_filter_flux_and_sql() {
    let cli = with_rows();
    let count = |arguments: &[&str]| {
        let all = [&["journal", "query", "-t", "acme", "--json"], arguments].concat();
        cli.run(&all).ok().json_lines().len()
    };
    assert_eq!(count(&[]), 3);
    assert_eq!(count(&["--limit", "2"]), 2);
    assert_eq!(count(&["--measurement", "import"]), 2);
    assert_eq!(count(&["--tag", "a=b=c"]), 1);
    assert_eq!(count(&["--field", "rows=9007199254740993"]), 1);
    assert_eq!(count(&["--field", "rows=3.5"]), 1);
    assert_eq!(count(&["--field", "ok=true"]), 1);
    assert_eq!(count(&["--from", "-1h"]), 3);
    assert_eq!(count(&["--to", "-1h"]), 0);
    assert_eq!(count(&["--from", "2026-01-31T00:00:00Z", "--bucket", "store"]), 3);
    assert_eq!(count(&["range(start: -1h) |> filter(fn: (r) => r.rows > 2)"]), 2);
    let sql = "SELECT measurement, count(*) AS n FROM journal GROUP BY 1 ORDER BY 1";
    let answer = cli.run(&["journal", "query", "-t", "acme", "--json", sql]).ok().json_lines();
    assert_eq!(answer, [json!({"measurement": "export", "n": 1}), json!({"measurement": "import", "n": 2})]);
    cli.run(&["journal", "query", "-t", "acme", sql]).ok().prints("measurement\tn\nexport\t1\nimport\t2\n");
}

#[test]
fn a_row_is_shown_as_it_was_given() {
    let cli = with_rows();
    let ran = cli.run(&["journal", "query", "-t", "acme", "--tag", "source=crm", "--json"]).ok();
    assert!(
        ran.text().contains(r#""fields":{"ok":true,"rows":9007199254740993},"tags":{"source":"crm"}"#),
        "{}",
        ran.text()
    );
    assert_eq!(ran.json()["archived_at_ms"], json!(null));
    let ran = cli.run(&["journal", "query", "-t", "acme", "--tag", "a=b=c"]).ok();
    assert!(ran.text().ends_with("Z\timport\ta=b=c\tsource=shop\t{\"rows\":2}\n"), "{}", ran.text());
}

#[test]
fn what_is_wrong_is_named() {
    let cli = with_rows();
    let query = |text| cli.run(&["journal", "query", "-t", "acme", text]);
    query("hello").ended(2).says(&["line 1, column 1"]);
    query("range(start: -1h) |> sum()").ended(2).says(&["sum"]);
    query("DELETE FROM journal").ended(2);
    query("SELECT * FROM entries").ended(3);
    query("PRAGMA query_only = 0").ended(3);
    query("SELECT nonsense FROM journal").ended(2).says(&["nonsense"]);
    cli.run(&["journal", "query", "-t", "acme", "--from", "yesterday"]).ended(2).says(&["yesterday", "-24h"]);
    cli.run(&["journal", "query", "-t", "acme", "--tag", "x"]).ended(2).says(&["--tag NAME=VALUE"]);
    cli.run(&["journal", "append", "-t", "acme", "m", "[]"]).ended(2).says(&["fields"]);
    cli.run(&["journal", "append", "-t", "acme", "", "{}"]).ended(2).says(&["measurement"]);
    cli.run(&["journal", "append", "-t", "acme", "m", "--tag", "a=1", "--tag", "a=2"]).ended(2).says(&["twice"]);
    cli.run(&["journal", "append", "-t", "nobody", "m"]).ended(1).says(&["--create"]);
    cli.run(&["journal", "query", "-t", "acme", "x", "--tag", "a=1"]).ended(2);
}
