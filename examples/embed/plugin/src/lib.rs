//! Keeps the record of a game and the games of each player, and tells all players of a new record.

mod bindings;

use bindings::Guest;
use bindings::example::game::game::announce;
use larder_guest::{Result, Store};

struct Plugin;

impl Guest for Plugin {
    fn finished(player: String, points: u32) -> Result<u64, String> {
        let store = Store::default_store()?;
        if beats_record(&store, points)? {
            announce(&format!("A new record: {points} points by {player}!"));
        }
        Ok(store.increment("games", &player, 1)?.unsigned_abs())
    }
}

/// Whether the points are the most so far; if so, they are kept.
fn beats_record(store: &Store, points: u32) -> Result<bool> {
    let mut old = None;
    store.update("game", "record", |record| {
        old = record.and_then(|record| std::str::from_utf8(record).ok()?.parse().ok());
        points.max(old.unwrap_or(0)).to_string()
    })?;
    Ok(old.is_none_or(|old: u32| points > old))
}
