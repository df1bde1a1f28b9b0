use std::path::Path;

use fjall::{Database, Keyspace, KeyspaceCreateOptions, PersistMode};

use super::Other;
use crate::Result;

pub(super) struct Fjall {
    database: Database,
    entries: Keyspace,
}

impl Fjall {
    pub(super) fn new(directory: &Path) -> Result<Fjall> {
        let database = Database::builder(directory.join("fjall")).open()?;
        let entries = database.keyspace("entries", KeyspaceCreateOptions::default)?;
        Ok(Fjall { database, entries })
    }
}

impl Other for Fjall {
    fn get(&self, key: &str) -> Result<Option<Vec<u8>>> {
        Ok(self.entries.get(key)?.map(|value| value.to_vec()))
    }

    fn set(&self, key: &str, value: &[u8]) -> Result<()> {
        self.entries.insert(key, value)?;
        self.database.persist(PersistMode::SyncAll)?;
        Ok(())
    }

    fn set_many(&self, entries: &[(String, Vec<u8>)]) -> Result<()> {
        let mut batch = self.database.batch().durability(Some(PersistMode::SyncAll));
        for (key, value) in entries {
            batch.insert(&self.entries, key.as_str(), value.as_slice());
        }
        batch.commit()?;
        Ok(())
    }
}
