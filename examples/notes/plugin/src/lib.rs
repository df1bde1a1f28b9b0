//! A plugin that keeps notes.
//!
//! Its world is in `../wit/world.wit`; what it does for the host is in
//! [`notes`], and here is only how the two meet.

mod bindings;
mod notes;
mod words;

use bindings::exports::example::notes::notes::{Guest, Note};
use larder_guest::Store;

struct Plugin;

impl Guest for Plugin {
    fn add(text: String) -> Result<u64, String> {
        notes::add(&Store::default_store()?, &text)
    }

    fn get(id: u64) -> Result<Option<String>, String> {
        Ok(notes::get(&Store::default_store()?, id)?)
    }

    fn list() -> Result<Vec<Note>, String> {
        Ok(notes::list(&Store::default_store()?)?)
    }

    fn remove(id: u64) -> Result<bool, String> {
        Ok(notes::remove(&Store::default_store()?, id)?)
    }

    fn search(word: String) -> Result<Vec<Note>, String> {
        Ok(notes::search(&Store::default_store()?, &word)?)
    }
}
