use super::*;

#[test]
fn a_query_has_its_columns_and_typed_values() {
    let sql = "SELECT 1 AS i, 1.5 AS r, 'é' AS t, x'ff' AS b, NULL AS n, CAST(x'ff' AS TEXT) AS broken";
    let answer = Prison::new().ask(sql).unwrap();
    assert_eq!(answer.columns, ["i", "r", "t", "b", "n", "broken"]);
    let row = [
        SqlValue::Integer(1),
        SqlValue::Real(1.5),
        text("é"),
        SqlValue::Blob(vec![0xff]),
        SqlValue::Null,
        SqlValue::Blob(vec![0xff]),
    ];
    assert_eq!(answer.rows, [row]);
}

#[test]
fn two_columns_can_have_one_name() {
    let answer = Prison::new().ask("SELECT 1 AS a, 2 AS a").unwrap();
    assert_eq!(answer.columns, ["a", "a"]);
}

#[test]
fn parameters_are_bound_in_order_and_counted() {
    let prison = Prison::new();
    let one = |n| [SqlValue::Integer(n)];
    assert_eq!(prison.ask_with("SELECT body FROM notes WHERE id = ?", &one(3)).unwrap().rows, [[text("two")]]);
    for (sql, given) in [("SELECT ?", 0), ("SELECT 1", 1), ("SELECT ?, ?", 1), ("SELECT ?3", 1)] {
        let answer = prison.ask_with(sql, &vec![SqlValue::Null; given]);
        assert!(matches!(answer, Err(SqlError::Parameters { .. })), "{sql}: {answer:?}");
    }
}

#[test]
fn no_statement_gives_no_rows() {
    for sql in ["", "  \n", ";", "-- c", "/* c */ ;;"] {
        assert_eq!(Prison::new().ask(sql).unwrap(), SqlRows::default(), "{sql:?}");
    }
}

#[test]
fn a_comment_may_follow_the_statement() {
    for sql in ["SELECT 1;", "SELECT 1; ", "SELECT 1 -- c", "SELECT 1; /* c */ ;"] {
        assert_eq!(Prison::new().one(sql), SqlValue::Integer(1), "{sql:?}");
    }
}

#[test]
fn what_sqlite_says_of_a_wrong_statement_is_passed_on() {
    for (sql, said) in [
        ("not sql", "syntax error"),
        ("SELECT", "incomplete"),
        ("SELECT * FROM nope", "no such table: nope"),
        ("SELECT \"nope\"", "no such column"),
        ("SELECT abs(-9223372036854775808)", "integer overflow"),
        ("SELECT json_extract('bad', '$.a')", "malformed JSON"),
        ("SELECT 1\0", "NUL"),
    ] {
        let answer = Prison::new().ask(sql);
        assert!(matches!(&answer, Err(SqlError::Statement(text)) if text.contains(said)), "{sql}: {answer:?}");
    }
}

#[test]
fn the_usual_parts_of_sql_work() {
    let prison = Prison::new();
    for (sql, expected) in [
        ("SELECT count(*) FROM notes", 2),
        ("SELECT count(*) FROM Notes AS n", 2),
        ("SELECT count(*) FROM temp.notes", 2),
        ("WITH c AS (SELECT 1) SELECT count(*) FROM c", 1),
        ("WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 10) SELECT sum(n) FROM c", 55),
        ("SELECT count(*) FROM (SELECT 1 UNION SELECT 2)", 2),
        ("SELECT sum(value) FROM json_each('[1,2,3]')", 6),
        ("SELECT count(*) FROM json_tree('{\"a\":[1]}')", 3),
        ("SELECT '{\"a\":5}' ->> '$.a'", 5),
        ("SELECT max(r) FROM (SELECT row_number() OVER (ORDER BY body DESC) AS r FROM notes)", 2),
        ("SELECT EXISTS (SELECT 1 FROM notes WHERE body LIKE 'T%')", 1),
        ("SELECT count(DISTINCT length(body)) FROM notes GROUP BY 1 = 1 HAVING count(*) > 1", 1),
        ("SELECT 5 IN (VALUES (5), (6))", 1),
    ] {
        assert_eq!(prison.one(sql), SqlValue::Integer(expected), "{sql}");
    }
    assert!(!prison.ask("EXPLAIN QUERY PLAN SELECT * FROM notes").unwrap().rows.is_empty());
    assert!(!prison.ask("EXPLAIN SELECT 1").unwrap().rows.is_empty());
}
