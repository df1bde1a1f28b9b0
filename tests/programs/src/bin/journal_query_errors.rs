//! Each error that a query can answer.

use larder_guest::bindings::journal as raw;
use larder_guest::journal::FluxError;
use larder_guest::sql::{SqlError, Value};
use larder_guest::{Error, Holding, Store};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let store = Store::default_store()?;
    let journal = store.journal();
    for (text, at) in [
        ("hello", (1, 1)),
        ("range(start: -1h)\n|> yield()", (2, 4)),
        ("r.x =~ /a/", (1, 5)),
        ("range(start: -99999999999999d)", (1, 14)),
    ] {
        match journal.flux(text).next() {
            Some(Err(FluxError::Flux { line, column, problem })) => assert_eq!((line, column), at, "{text}: {problem}"),
            other => panic!("{text}: {other:?}"),
        }
    }
    let nothing = raw::Filter {
        bucket: None,
        measurement: None,
        from_ms: None,
        to_ms: None,
        tags: &[],
        fields: &[],
        archived: false,
        limit: 0,
        cursor: Some("forged"),
    };
    let raw_store = larder_guest::bindings::store::Store::open("default")?;
    assert!(matches!(raw::select(&raw_store, nothing), Err(larder_guest::bindings::types::Error::InvalidArgument(_))));

    let none = [] as [Value; 0];
    for sql in ["SELECT load_extension('x')", "SELECT * FROM entries", "PRAGMA query_only=1", "ATTACH 'x' AS x"] {
        let refused = journal.query(sql, none.clone()).map(drop);
        assert!(matches!(refused, Err(SqlError::NotAllowed(_))), "{sql}: {refused:?}");
    }
    assert!(matches!(journal.query("SELECT nonsense FROM journal", none.clone()), Err(SqlError::Statement(_))));
    let held = (0..4).map(|_| journal.query("SELECT 1", none.clone())).collect::<Result<Vec<_>, _>>()?;
    let too_many = SqlError::Store(Error::TooMany { what: Holding::Rows, limit: 4 });
    assert_eq!(journal.query("SELECT 1", none).map(drop), Err(too_many));
    drop(held);
    Ok(())
}
