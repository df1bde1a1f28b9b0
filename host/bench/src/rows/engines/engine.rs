use larder::{Config, Durability};

use super::Other;
use crate::{
    Result,
    bench::{Bench, GROUP, Place},
};

/// larder's engine, with feed and counters, without a guest.
pub(super) struct Engine(Place);

impl Engine {
    pub(super) fn new(bench: &Bench) -> Result<Engine> {
        Ok(Engine(bench.place(Config::new().durability(Durability::Full))?))
    }

    pub(super) fn without_cache(bench: &Bench) -> Result<Engine> {
        Ok(Engine(bench.place(Config::new().durability(Durability::Full).read_cache(0))?))
    }
}

impl Other for Engine {
    fn get(&self, key: &str) -> Result<Option<Vec<u8>>> {
        Ok(self.0.store.get(GROUP, key)?)
    }

    fn set(&self, key: &str, value: &[u8]) -> Result<()> {
        self.0.store.set(GROUP, key, value)?;
        Ok(())
    }

    fn set_many(&self, entries: &[(String, Vec<u8>)]) -> Result<()> {
        self.0.store.set_many(GROUP, entries)?;
        Ok(())
    }
}
