use std::path::Path;

use redb::{Database, Durability, ReadableDatabase as _, TableDefinition};

use super::Other;
use crate::Result;

const ENTRIES: TableDefinition<'static, &str, &[u8]> = TableDefinition::new("entries");

pub(super) struct Redb(Database);

impl Redb {
    pub(super) fn new(directory: &Path) -> Result<Redb> {
        Ok(Redb(Database::create(directory.join("redb"))?))
    }

    fn write<'a>(&self, entries: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> Result<()> {
        let mut transaction = self.0.begin_write()?;
        transaction.set_durability(Durability::Immediate)?;
        let mut table = transaction.open_table(ENTRIES)?;
        for (key, value) in entries {
            table.insert(key, value)?;
        }
        drop(table);
        transaction.commit()?;
        Ok(())
    }
}

impl Other for Redb {
    fn get(&self, key: &str) -> Result<Option<Vec<u8>>> {
        let table = self.0.begin_read()?.open_table(ENTRIES)?;
        Ok(table.get(key)?.map(|value| value.value().to_vec()))
    }

    fn set(&self, key: &str, value: &[u8]) -> Result<()> {
        self.write([(key, value)])
    }

    fn set_many(&self, entries: &[(String, Vec<u8>)]) -> Result<()> {
        self.write(entries.iter().map(|(key, value)| (key.as_str(), value.as_slice())))
    }
}
