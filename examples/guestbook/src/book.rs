//! Entries in the store: group `entries`, numbers as keys, so that the latest are the last.

use larder_guest::{Result, Store};

const ENTRIES: &str = "entries";

/// Entries that a page shows.
const SHOWN: u64 = 20;

/// The number is drawn in the transaction that stores the entry: none is given twice, and none is missing.
pub(crate) fn add(text: &str) -> Result<u64> {
    Store::default_store()?.transaction(|tx| {
        let number = tx.increment("counters", ENTRIES, 1)?.unsigned_abs();
        tx.set(ENTRIES, &key(number), text)?;
        Ok(number)
    })
}

pub(crate) fn entry(number: u64) -> Result<Option<String>> {
    Store::default_store()?.get_string(ENTRIES, &key(number))
}

pub(crate) fn page() -> Result<String> {
    let store = Store::default_store()?;
    let last = store.count(ENTRIES)?;
    let mut page = String::from("<!doctype html><title>Guest book</title><ol reversed>\n");
    for number in (last.saturating_sub(SHOWN) + 1..=last).rev() {
        if let Some(text) = store.get_string(ENTRIES, &key(number))? {
            page.push_str(&format!("<li value={number}>{}\n", escaped(&text)));
        }
    }
    page.push_str("</ol>\n");
    Ok(page)
}

/// Numbers in order as text.
fn key(number: u64) -> String {
    format!("{number:012}")
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
