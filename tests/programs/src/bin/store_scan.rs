//! A scan answers what matches prefix and range, in either direction, with or without values.

use larder_guest::bindings::store as raw;
use larder_guest::{Result, Scan, Store};

fn keys(scan: Scan<'_>) -> Result<String> {
    Ok(scan.keys().collect::<Result<Vec<_>>>()?.join(" "))
}

fn main() -> Result<()> {
    let store = Store::default_store()?;
    for key in ["b", "a", "c", "B", "ab", "é", "d", "1", "10", "9"] {
        store.set("g", key, format!("value of {key}"))?;
    }
    store.set("other", "a", "not this one")?;
    assert_eq!(keys(store.scan("g"))?, "1 10 9 B a ab b c d é");
    assert_eq!(keys(store.scan("g").reverse())?, "é d c b ab a B 9 10 1");
    assert_eq!(keys(store.scan("g").prefix("a"))?, "a ab");
    assert_eq!(keys(store.scan("g").prefix("_"))?, "", "no pattern");
    assert_eq!(keys(store.scan("g").range("a".."c"))?, "a ab b");
    assert_eq!(keys(store.scan("g").range("a"..="c").reverse())?, "c b ab a");
    assert_eq!(keys(store.scan("g").range("c"..))?, "c d é");
    assert_eq!(keys(store.scan("g").range(.."a"))?, "1 10 9 B");
    assert_eq!(keys(store.scan("g").range("c".."a"))?, "", "an empty range is no error");
    assert_eq!(keys(store.scan("g").prefix("a").range("ab"..))?, "ab", "all of it holds");
    assert_eq!(keys(store.scan("nothing"))?, "");

    let entries = store.scan("g").prefix("a").entries().collect::<Result<Vec<_>>>()?;
    assert_eq!(entries.iter().map(|entry| entry.text()).collect::<Result<Vec<_>>>()?, ["value of a", "value of ab"]);
    let mut seen = Vec::new();
    store.scan("g").page_size(1).range("a"..).for_each(|entry| {
        seen.push((entry.key.to_owned(), entry.value.to_owned()));
        entry.key != "b"
    })?;
    let values: Vec<_> = ["a", "ab", "b"].map(|key| (key.to_owned(), format!("value of {key}").into_bytes())).into();
    assert_eq!(seen, values, "up to where it was enough");
    let raw_store = raw::Store::open("default")?;
    let (start, end) = (raw::Bound::Excluded("a"), raw::Bound::Excluded("c"));
    let query =
        raw::Query { group: "g", prefix: "", start, end, reverse: false, values: false, limit: 0, cursor: None };
    let page = raw_store.scan(query)?;
    let found: Vec<_> = page.entries.iter().map(|entry| (entry.key.as_str(), entry.value.is_some())).collect();
    assert_eq!(found, [("ab", false), ("b", false)], "both ends excluded, values left out");
    Ok(())
}
