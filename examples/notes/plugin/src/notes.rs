//! Notes in the store.
//!
//! - group `notes`: the number of a note -> its text
//! - group `words/WORD`: the numbers of the notes that hold the word -> nothing
//! - `counters`/`notes`: the last number given
//!
//! A note and its words are written in one transaction, so a search never finds
//! what is not there and never misses what is.

use larder_guest::{Error, Result, Store};

use crate::bindings::exports::example::notes::notes::Note;
use crate::words::words;

const NOTES: &str = "notes";

pub(crate) fn add(store: &Store, text: &str) -> Result<u64, String> {
    if text.trim().is_empty() {
        return Err("a note needs a text".to_owned());
    }
    let id = store.transaction(|tx| {
        let id = tx.increment("counters", NOTES, 1)?.unsigned_abs();
        let mut batch = tx.batch().set(NOTES, key(id), text);
        for word in words(text) {
            batch = batch.set(word_group(&word), key(id), []);
        }
        batch.apply()?;
        Ok::<_, Error>(id)
    })?;
    Ok(id)
}

pub(crate) fn get(store: &Store, id: u64) -> Result<Option<String>> {
    store.get_string(NOTES, &key(id))
}

pub(crate) fn list(store: &Store) -> Result<Vec<Note>> {
    store
        .scan(NOTES)
        .entries()
        .map(|entry| {
            let entry = entry?;
            note(&entry.key, entry.text()?)
        })
        .collect()
}

pub(crate) fn remove(store: &Store, id: u64) -> Result<bool> {
    store.transaction(|tx| {
        let Some(text) = tx.get_string(NOTES, &key(id))? else {
            return Ok(false);
        };
        let mut batch = tx.batch().delete(NOTES, key(id));
        for word in words(&text) {
            batch = batch.delete(word_group(&word), key(id));
        }
        batch.apply()?;
        Ok(true)
    })
}

pub(crate) fn search(store: &Store, word: &str) -> Result<Vec<Note>> {
    let Some(word) = words(word).pop_first() else {
        return Ok(Vec::new());
    };
    let group = word_group(&word);
    let keys = store.scan(&group).keys().collect::<Result<Vec<_>>>()?;
    let texts = store.get_many(NOTES, &keys)?;
    keys.iter()
        .zip(texts)
        .filter_map(|(key, text)| {
            // Removed since the keys were read.
            let text = text?;
            Some(match core::str::from_utf8(&text) {
                Ok(text) => note(key, text),
                Err(_) => Err(Error::NotText),
            })
        })
        .collect()
}

/// Digits that order as the numbers do.
fn key(id: u64) -> String {
    format!("{id:020}")
}

fn word_group(word: &str) -> String {
    format!("words/{word}")
}

fn note(key: &str, text: &str) -> Result<Note> {
    Ok(Note { id: key.parse().map_err(|_| Error::NotText)?, text: text.to_owned() })
}
