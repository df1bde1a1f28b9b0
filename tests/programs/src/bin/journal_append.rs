//! Rows are appended, and read by each way of asking.

use larder_guest::Store;
use larder_guest::journal::Filter;
use larder_guest::sql::Value;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let store = Store::default_store()?;
    let journal = store.journal();
    let row = journal.append("import", r#"{"z": 9007199254740993, "ok": true}"#, [("source", "crm"), ("a", "ünï")])?;
    assert_eq!((&*row.bucket, &*row.measurement), ("store", "import"));
    assert_eq!(row.fields, r#"{"ok":true,"z":9007199254740993}"#);
    assert_eq!(row.committed_at_ms, 1_800_000_000_000);
    assert_eq!(row.archived_at_ms, None);
    assert_eq!((row.tag("source"), row.tag("a"), row.tag("b")), (Some("crm"), Some("ünï"), None));
    journal.append("import", r#"{"z": 1.5}"#, [("source", "shop")])?;
    journal.append("export", r#"{"z": "1.5", "ok": false}"#, [])?;

    let found = |filter: Filter| journal.select(filter).collect::<Result<Vec<_>, _>>();
    assert_eq!(found(Filter::new())?.len(), 3);
    assert_eq!(found(Filter::new().page_size(1))?, found(Filter::new())?);
    assert_eq!(found(Filter::new().measurement("import").tag("source", "crm"))?, [row]);
    assert_eq!(found(Filter::new().field("z", 9_007_199_254_740_993))?.len(), 1);
    assert_eq!(found(Filter::new().field("z", 9_007_199_254_740_992))?.len(), 0);
    assert_eq!(found(Filter::new().field("z", 1.5))?.len(), 1);
    assert_eq!(found(Filter::new().field("z", "1.5"))?.len(), 2);
    assert_eq!(found(Filter::new().field("ok", false))?.len(), 1);
    assert_eq!(found(Filter::new().bucket("other"))?.len(), 0);
    assert_eq!(found(Filter::new().from_ms(1_800_000_000_000).to_ms(1_800_000_000_001))?.len(), 3);
    assert_eq!(found(Filter::new().from_ms(1_800_000_000_001))?.len(), 0);
    assert_eq!(found(Filter::new().archived())?.len(), 3);

    let flux =
        r#"from(bucket: "store") |> range(start: -1h) |> filter(fn: (r) => r._measurement == "import" and r.z < 2)"#;
    let rows = journal.flux(flux).collect::<Result<Vec<_>, _>>()?;
    assert_eq!(rows.iter().map(|row| &*row.fields).collect::<Vec<_>>(), [r#"{"z":1.5}"#]);

    let sql = "SELECT measurement, count(*) AS n FROM journal WHERE tags_json ->> ? IS NOT NULL GROUP BY 1";
    let mut rows = journal.query(sql, ["source"])?;
    assert_eq!(rows.columns(), ["measurement", "n"]);
    let row = rows.next().ok_or("there is a row")?;
    assert_eq!((row.text(0), row.integer(1)), (Some("import"), Some(2)));
    assert!(rows.next().is_none());
    let names = "entry_id, bucket_name, measurement, fields_json, tags_json, committed_at, archived_at";
    assert_eq!(journal.query(&format!("SELECT {names} FROM journal_entries"), [] as [Value; 0])?.count(), 3);
    Ok(())
}
