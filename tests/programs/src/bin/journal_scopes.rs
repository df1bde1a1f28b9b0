//! A scope sees its own rows, the whole tenant all.

use larder_guest::Store;
use larder_guest::journal::Filter;
use larder_guest::sql::Value;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (one, two, whole) = (Store::open("one")?, Store::open("two")?, Store::open("whole")?);
    one.journal().append("m", r#"{"of": 1}"#, [])?;
    two.journal().append("m", r#"{"of": 2}"#, [])?;
    whole.journal().append("m", r#"{"of": 3}"#, [])?;
    for (store, rows) in [(&one, 1), (&two, 1), (&whole, 3)] {
        let journal = store.journal();
        assert_eq!(journal.select(Filter::new()).count(), rows);
        assert_eq!(journal.flux("range(start: -1h)").count(), rows);
        assert_eq!(journal.query("SELECT * FROM journal", [] as [Value; 0])?.count(), rows);
        assert_eq!(journal.query("SELECT * FROM journal_entries", [] as [Value; 0])?.count(), rows);
    }
    let first = one.journal().select(Filter::new()).next().ok_or("there is a row")??;
    assert_eq!(first.fields, r#"{"of":1}"#);
    Ok(())
}
