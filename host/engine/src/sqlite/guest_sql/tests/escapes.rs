//! Out of what a statement may read, and into writing.

use super::*;

/// Refused by name, with nothing changed and nothing learnt.
fn is_refused(sql: &str) {
    let prison = Prison::new();
    let before = prison.dump();
    let answer = prison.ask(sql);
    assert!(matches!(answer, Err(SqlError::NotAllowed(_))), "{sql}: {answer:?}");
    assert_eq!(prison.dump(), before, "{sql}");
}

#[test]
fn nothing_but_the_named_view_is_read() {
    for sql in [
        "SELECT * FROM main.notes",
        "SELECT count(*) FROM main.notes",
        "SELECT 1 FROM main.notes",
        "SELECT rowid FROM main.notes",
        "SELECT EXISTS (SELECT 1 FROM main.notes)",
        "SELECT 'x' IN main.notes",
        "SELECT * FROM hidden",
        "SELECT count(*) FROM hidden",
        "SELECT count(*) FROM main.hidden",
        "SELECT count(*) FROM HIDDEN",
        "SELECT (SELECT word FROM hidden)",
        "SELECT * FROM notes, hidden",
        "SELECT * FROM notes LEFT JOIN hidden ON 1",
        "SELECT * FROM notes UNION SELECT word, 1 FROM hidden",
        "SELECT * FROM notes ORDER BY (SELECT word FROM hidden)",
        "SELECT count(*) FILTER (WHERE (SELECT word FROM hidden) > '') FROM notes",
        "SELECT * FROM peep",
        "SELECT count(*) FROM peep",
        "SELECT * FROM main.peep",
    ] {
        is_refused(sql);
    }
}

/// SQLite names the innermost view *or* the expression in `WITH` through which a table is read.
#[test]
fn an_expression_with_the_name_of_the_view_reads_no_more() {
    for sql in [
        "WITH notes AS (SELECT * FROM main.notes) SELECT * FROM notes",
        "WITH notes AS (SELECT body FROM main.notes) SELECT count(*) FROM notes",
        "WITH peep AS (SELECT * FROM main.hidden) SELECT * FROM peep",
        "WITH hidden AS (SELECT 1) SELECT (SELECT count(*) FROM main.hidden) FROM hidden",
        "SELECT (WITH hidden AS (SELECT 1) SELECT 1), (SELECT count(*) FROM hidden)",
        "SELECT * FROM (SELECT * FROM main.notes) AS notes",
    ] {
        is_refused(sql);
    }
}

#[test]
fn the_name_of_the_inner_view_is_another_each_time() {
    let prison = Prison::new();
    let name = || {
        let mut guest = GuestSql::new(Connection::open(prison.path()).unwrap()).unwrap();
        guest.expose("notes", "id", "scope IS 'mine'", &["notes"]).unwrap();
        guest.readable.behind.unwrap().1
    };
    assert_ne!(name(), name());
}

#[test]
fn the_schema_and_what_sqlite_tells_of_itself_are_not_read() {
    for table in [
        "sqlite_schema",
        "sqlite_master",
        "main.sqlite_master",
        "temp.sqlite_schema",
        "sqlite_temp_master",
        "sqlite_temp_schema",
        "sqlite_sequence",
        "sqlite_stat1",
        "dbstat",
        "sqlite_dbpage",
        "sqlite_stmt",
        "pragma_table_info('hidden')",
        "pragma_table_list",
        "pragma_database_list",
        "pragma_function_list",
        "pragma_compile_options",
        "pragma_journal_mode",
        "fts3tokenize('simple', 'a')",
        "fts5vocab",
        "bytecode('select 1')",
        "tables_used('select 1')",
        "generate_series(1, 2)",
    ] {
        for what in ["*", "count(*)", "1"] {
            let sql = format!("SELECT {what} FROM {table}");
            let answer = Prison::new().ask(&sql);
            // Some are not compiled in.
            let is_absent = matches!(&answer, Err(SqlError::Statement(said)) if said.contains("no such table"));
            assert!(is_absent || matches!(answer, Err(SqlError::NotAllowed(_))), "{sql}: {answer:?}");
        }
    }
}

#[test]
fn nothing_is_written() {
    for sql in [
        "INSERT INTO hidden VALUES (1)",
        "INSERT INTO main.notes (body) VALUES ('x') RETURNING id",
        "INSERT INTO main.notes (id, body) VALUES (1, 'x') ON CONFLICT (id) DO UPDATE SET body = 'x'",
        "REPLACE INTO main.notes (id, body) VALUES (1, 'x')",
        "UPDATE main.notes SET body = 'x' RETURNING body",
        "DELETE FROM main.notes",
        "DELETE FROM main.notes RETURNING body",
        "WITH x AS (SELECT 1) DELETE FROM main.notes",
        "WITH x AS (SELECT 1) INSERT INTO hidden SELECT * FROM x",
        "DROP TABLE hidden",
        "DROP VIEW temp.notes",
        "DROP INDEX notes_scope",
        "ALTER TABLE hidden RENAME TO seen",
        "ALTER TABLE hidden ADD COLUMN x",
        "CREATE TABLE x (a)",
        "CREATE TABLE x AS SELECT * FROM notes",
        "CREATE TEMP TABLE x (a)",
        "CREATE TEMP TABLE x AS SELECT * FROM main.notes",
        "CREATE VIEW x AS SELECT * FROM hidden",
        "CREATE TEMP VIEW x AS SELECT * FROM hidden",
        "CREATE INDEX x ON hidden (word)",
        "CREATE TRIGGER x AFTER INSERT ON hidden BEGIN SELECT 1; END",
        "CREATE TEMP TRIGGER x AFTER INSERT ON main.hidden BEGIN DELETE FROM hidden; END",
        "CREATE VIRTUAL TABLE x USING fts5(a)",
        "CREATE VIRTUAL TABLE temp.x USING dbstat(main)",
        "CREATE VIRTUAL TABLE x USING rtree(a, b, c)",
        "REINDEX",
        "ANALYZE",
        "VACUUM",
        "VACUUM INTO '/tmp/larder-stolen.db'",
        "EXPLAIN DELETE FROM main.notes",
        "EXPLAIN SELECT * FROM hidden",
    ] {
        is_refused(sql);
    }
}

#[test]
fn no_other_file_is_reached() {
    for sql in [
        "ATTACH 'other.db' AS other",
        "ATTACH '/etc/passwd' AS p",
        "ATTACH ':memory:' AS m",
        "ATTACH '' AS m",
        "ATTACH 'file:../beta/store.db?mode=ro&immutable=1' AS beta",
        "EXPLAIN ATTACH 'other.db' AS other",
        "DETACH main",
        "SELECT load_extension('x')",
        "SELECT load_extension('x', 'y')",
        "SELECT readfile('/etc/passwd')",
        "SELECT writefile('/tmp/x', 'x')",
        "SELECT edit('x')",
        "SELECT fts3_tokenizer('simple')",
        "SELECT fts3_tokenizer('simple', x'00')",
        "SELECT sqlite_log(1, 'x')",
        "SELECT sqlite_compileoption_get(1)",
        "SELECT sqlite_source_id()",
        "SELECT rtreecheck('hidden')",
        "SELECT match('a', 'b')",
        "SELECT last_insert_rowid(), changes(), total_changes()",
    ] {
        let answer = Prison::new().ask(sql);
        let is_absent = matches!(&answer, Err(SqlError::Statement(said)) if said.contains("no such function"));
        assert!(is_absent || matches!(answer, Err(SqlError::NotAllowed(_))), "{sql}: {answer:?}");
    }
}

#[test]
fn no_setting_is_read_or_changed() {
    for pragma in [
        "user_version",
        "user_version = 7",
        "journal_mode",
        "journal_mode = DELETE",
        "writable_schema = ON",
        "writable_schema = RESET",
        "query_only = 0",
        "query_only",
        "table_info(hidden)",
        "database_list",
        "temp_store = 2",
        "temp_store_directory = '/tmp'",
        "data_store_directory = '/'",
        "hard_heap_limit = 1",
        "soft_heap_limit = 1",
        "mmap_size = 1",
        "cache_size = 1000000",
        "trusted_schema = 1",
        "integrity_check",
        "quick_check",
        "wal_checkpoint(TRUNCATE)",
        "optimize",
        "schema_version = 3",
        "threads = 8",
        "key = 'x'",
        "main.table_xinfo(hidden)",
        "locking_mode = EXCLUSIVE",
        "shrink_memory",
        "incremental_vacuum",
        "case_sensitive_like = 1",
    ] {
        is_refused(&format!("PRAGMA {pragma}"));
        is_refused(&format!("EXPLAIN PRAGMA {pragma}"));
    }
}

#[test]
fn a_statement_is_one_and_begins_nothing() {
    for sql in [
        "SELECT 1; SELECT 2",
        "SELECT 1; DELETE FROM main.notes",
        ";; SELECT 1;; SELECT 2",
        "SELECT 1; nonsense",
        "BEGIN",
        "BEGIN EXCLUSIVE",
        "COMMIT",
        "ROLLBACK",
        "SAVEPOINT x",
        "RELEASE x",
    ] {
        is_refused(sql);
    }
}

#[test]
fn a_refusal_says_what_it_is_about() {
    let said = |sql| Prison::new().ask(sql).unwrap_err().to_string();
    assert_eq!(said("SELECT * FROM hidden"), "not allowed: reading hidden");
    assert_eq!(said("PRAGMA query_only = 0"), "not allowed: PRAGMA query_only");
    assert_eq!(said("SELECT load_extension('x')"), "not allowed: the function load_extension");
    assert_eq!(said("ATTACH 'x' AS y"), "not allowed: ATTACH");
    assert_eq!(said("SELECT 1; SELECT 2"), "not allowed: several statements");
}
