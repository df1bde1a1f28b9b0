//! Small statements that want much time or memory.

use std::time::Instant;

use super::*;

/// The longest that a statement runs on when its time is over, on a slow machine that does much else.
const SOON: Duration = Duration::from_secs(20);

/// A prison whose time is short, with a text of a megabyte in it.
fn prison() -> Prison {
    let prison = Prison::new().limits(quick());
    let file = Connection::open(prison.path()).unwrap();
    file.execute("INSERT INTO notes (scope, body) VALUES ('mine', ?1)", ["a".repeat(1_000_000)]).unwrap();
    prison
}

fn ends_soon(sql: &str) -> SqlError {
    let prison = prison();
    let begun = Instant::now();
    let answer = prison.ask(sql);
    assert!(begun.elapsed() < SOON, "{sql}: {:?}", begun.elapsed());
    answer.map(|rows| rows.rows.len()).unwrap_err()
}

#[test]
fn what_takes_long_is_ended() {
    for sql in [
        "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT count(*) FROM c",
        "WITH RECURSIVE c(n) AS (SELECT 1 UNION SELECT n + 1 FROM c) SELECT max(n) FROM c",
        "WITH RECURSIVE c(n, x) AS (SELECT 1, zeroblob(1000000) UNION ALL SELECT n + 1, x FROM c) SELECT count(x) FROM c",
        "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT n FROM c ORDER BY n DESC LIMIT 1",
        "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT sum(n) OVER (ORDER BY n DESC) FROM c LIMIT 1",
        "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT DISTINCT randomblob(1000) FROM c LIMIT -1 OFFSET 1000000000",
        "WITH d(n) AS (VALUES (1),(2),(3),(4),(5),(6),(7),(8),(9),(10)) SELECT count(*) FROM d a, d b, d c, d e, d f, d g, d h, d i, d j, d k, d l",
        "SELECT count(*) FROM json_each('[' || replace(substr(hex(zeroblob(400000)), 2), '0', '1,') || '1]') a,
            json_each('[' || replace(substr(hex(zeroblob(400000)), 2), '0', '1,') || '1]') b",
        "SELECT a.body || b.id FROM notes a, notes b, notes c, json_each('[1,2,3,4,5,6,7,8,9,10]') d, json_each('[1,2,3,4,5,6,7,8,9,10]') e,
            json_each('[1,2,3,4,5,6,7,8,9,10]') f, json_each('[1,2,3,4,5,6,7,8,9,10]') g, json_each('[1,2,3,4,5,6,7,8,9,10]') h ORDER BY 1",
    ] {
        let error = ends_soon(sql);
        assert!(matches!(error, SqlError::TimeOut { .. }), "{sql}: {error}");
    }
}

#[test]
fn a_value_is_no_larger_than_the_limit() {
    for sql in [
        "SELECT randomblob(1000000000)",
        "SELECT length(randomblob(1000000000))",
        "SELECT zeroblob(1000000000)",
        "SELECT length(zeroblob(1000000000))",
        "SELECT printf('%.*c', 1000000000, 'x')",
        "SELECT format('%1000000000d', 1)",
        "SELECT hex(zeroblob(1100000))",
        "SELECT replace(body, 'a', body) FROM notes WHERE id = 4",
        "SELECT replace(hex(zeroblob(1000000)), '0', 'xx')",
        "SELECT body || body || body FROM notes WHERE id = 4",
        "SELECT concat(body, body, body) FROM notes WHERE id = 4",
        "SELECT group_concat(a.body) FROM notes a, notes b, notes c",
        "SELECT json_group_array(a.body) FROM notes a, notes b, notes c",
        "SELECT json_array(body, body, body) FROM notes WHERE id = 4",
        "SELECT quote(zeroblob(2000000))",
        "WITH RECURSIVE c(x) AS (SELECT 'x' UNION ALL SELECT x || x FROM c) SELECT count(x) FROM c",
    ] {
        let error = ends_soon(sql);
        let is_too_large = matches!(error, SqlError::TooLarge { .. });
        // What SQLite measures with a width of its own kind has a message instead of a code.
        assert!(
            is_too_large || matches!(&error, SqlError::Statement(said) if said.contains("too big")),
            "{sql}: {error}"
        );
    }
}

#[test]
fn an_answer_is_bounded_in_rows_and_bytes() {
    let endless = "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c)";
    let prison = Prison::new().limits(Limits { sql_rows: 10, ..Limits::default() });
    assert_eq!(prison.ask(&format!("{endless} SELECT n FROM c LIMIT 10")).unwrap().rows.len(), 10);
    let error = prison.ask(&format!("{endless} SELECT n FROM c LIMIT 11")).unwrap_err();
    assert!(matches!(error, SqlError::TooManyRows { limit: 10 }), "{error}");
    let prison = Prison::new().limits(Limits { sql_bytes: 100_000, ..Limits::default() });
    for sql in ["SELECT zeroblob(100000) FROM c", "SELECT n FROM c"] {
        let error = prison.ask(&format!("{endless} {sql}")).unwrap_err();
        assert!(matches!(error, SqlError::TooLarge { what: "the answer", .. }), "{sql}: {error}");
    }
}

#[test]
fn compiling_is_bounded() {
    let nested = |open: &str, close: &str, n: usize| format!("SELECT {}1{}", open.repeat(n), close.repeat(n));
    let doubled = |last: usize| {
        let steps: String = (1..=last).map(|n| format!(", c{n} AS (SELECT * FROM c{}, c{})", n - 1, n - 1)).collect();
        format!("WITH c0 AS (SELECT 1 AS a){steps} SELECT count(*) FROM c{last}")
    };
    let doubled_aside = |last: usize| {
        let steps: String = (1..=last)
            .map(|n| format!(", c{n} AS (SELECT (SELECT a FROM c{0}) + (SELECT a FROM c{0}) AS a)", n - 1))
            .collect();
        format!("WITH c0 AS (SELECT 1 AS a){steps} SELECT a FROM c{last}")
    };
    for sql in [
        nested("(", ")", 5_000),
        nested("abs(", ")", 2_000),
        nested("(SELECT ", ")", 500),
        nested("-", "", 10_000),
        nested("NOT ", "", 3_000),
        format!("SELECT 1{}", " UNION ALL SELECT 1".repeat(200)),
        format!("SELECT {}", vec!["1"; 3_000].join(",")),
        format!("SELECT 1{}", "+1".repeat(4_000)),
        format!("SELECT concat({})", vec!["1"; 1_000].join(",")),
        format!("SELECT * FROM {}", vec!["notes"; 500].join(",")),
        format!("SELECT '{}'", "x".repeat(20_000)),
        doubled(10),
        doubled(30),
        doubled_aside(10),
        doubled_aside(30),
        doubled_aside(200),
    ] {
        let error = ends_soon(&sql);
        let sql: String = sql.chars().take(60).collect();
        assert!(error.is_callers_fault(), "{sql}: {error}");
    }
    // All pairs of the joins are looked at; the answer is that there is one.
    let joins: String = (0..60).map(|n| format!(", (SELECT {n} AS c) t{n}")).collect();
    let begun = Instant::now();
    let _ = prison().ask(&format!("SELECT count(*) FROM notes{joins}"));
    assert!(begun.elapsed() < SOON);
}

/// SQLite does not look at the time within a call.
#[test]
fn a_single_row_does_not_take_for_ever() {
    let patterns = |operator: &str, pattern: &str, n: usize| {
        let terms: Vec<_> = (0..n).map(|_| format!("body {operator} '{pattern}'")).collect();
        format!("SELECT {} FROM notes WHERE id = 4", terms.join(","))
    };
    for sql in [
        patterns("GLOB", &format!("{}b", "*a".repeat(30)), 4),
        patterns("GLOB", &format!("*{}b", "?".repeat(60)), 4),
        patterns("GLOB", &format!("*{}b", "[a]".repeat(20)), 4),
        patterns("LIKE", &format!("{}b", "%_".repeat(30)), 8),
        patterns("LIKE", &format!("%{}b", "a".repeat(60)), 8),
        "SELECT instr(body, substr(body, 1, 500000) || 'b') FROM notes WHERE id = 4".into(),
        "SELECT instr(CAST(body AS BLOB), CAST(substr(body, 1, 500000) || 'b' AS BLOB)) FROM notes WHERE id = 4".into(),
        "SELECT length(replace(body, substr(body, 1, 500000) || 'b', '')) FROM notes WHERE id = 4".into(),
        "SELECT length(trim(body, replace(body, 'a', 'b') || 'a')) FROM notes WHERE id = 4".into(),
        "SELECT json_valid(replace(body, 'a', '[')) FROM notes WHERE id = 4".into(),
        "SELECT length(json_pretty('[' || replace(substr(body, 1, 200000), 'a', '1,') || '1]')) FROM notes WHERE id = 4".into(),
        "SELECT printf('%.1000000f', 1e300), printf('%!.500000e', 1.5) FROM notes WHERE id = 4".into(),
        "SELECT json_extract('{' || replace(substr(body, 1, 200000), 'a', '\"a\":1,') || '\"b\":1}', '$.b') FROM notes WHERE id = 4".into(),
    ] {
        let begun = Instant::now();
        let _ = prison().ask(&sql);
        let sql: String = sql.chars().take(80).collect();
        assert!(begun.elapsed() < SOON, "{sql}: {:?}", begun.elapsed());
    }
    for (sql, what) in [
        (patterns("GLOB", "*", 5), "glob"),
        (patterns("LIKE", "%", 9), "like"),
        ("SELECT json_patch('{}', '{}')".into(), "json_patch"),
        ("SELECT unhex('00', 'x')".into(), "unhex"),
    ] {
        let error = ends_soon(&sql);
        assert!(matches!(&error, SqlError::NotAllowed(said) if said.contains(what)), "{error}");
    }
}

#[test]
fn a_query_that_nobody_waits_for_ends() {
    let over = Arc::new(AtomicBool::new(true));
    let _watched = watch::Watched::by(&over);
    let error =
        Prison::new().ask("WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT count(*) FROM c");
    assert!(matches!(error, Err(SqlError::Store(Error::Storage { .. }))), "{error:?}");
}
