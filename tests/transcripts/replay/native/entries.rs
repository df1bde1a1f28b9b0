//! Entries over the engine.

use larder::Store;
use larder::engine::Query;

use super::super::ops::api::{Answer, Entries};
use super::failure;

impl Entries for Store {
    fn get(&self, group: &str, key: &str) -> Answer<Option<Vec<u8>>> {
        Store::get(self, group, key).map_err(failure)
    }

    fn set(&self, group: &str, key: &str, value: &[u8]) -> Answer<()> {
        Store::set(self, group, key, value).map(drop).map_err(failure)
    }

    fn set_with_ttl(&self, group: &str, key: &str, value: &[u8], ttl_ms: u64) -> Answer<()> {
        Store::set_with_ttl(self, group, key, value, ttl_ms).map(drop).map_err(failure)
    }

    fn exists(&self, group: &str, key: &str) -> Answer<bool> {
        Store::exists(self, group, key).map_err(failure)
    }

    fn group_exists(&self, group: &str) -> Answer<bool> {
        Store::group_exists(self, group).map_err(failure)
    }

    fn count(&self, group: &str) -> Answer<u64> {
        Store::count(self, group).map_err(failure)
    }

    fn count_all(&self, prefix: &str) -> Answer<u64> {
        Store::count_all(self, prefix).map_err(failure)
    }

    fn delete(&self, group: &str, key: &str) -> Answer<()> {
        Store::delete(self, group, key).map(drop).map_err(failure)
    }

    fn delete_group(&self, group: &str) -> Answer<()> {
        Store::delete_group(self, group).map(drop).map_err(failure)
    }

    fn delete_prefix(&self, prefix: &str) -> Answer<()> {
        Store::delete_prefix(self, prefix).map(drop).map_err(failure)
    }

    fn all(&self, group: &str) -> Answer<Vec<(String, Vec<u8>)>> {
        let mut query = Query { group: group.into(), values: true, ..Query::default() };
        let mut all = Vec::new();
        loop {
            let page = self.scan(&query).map_err(failure)?;
            all.extend(page.entries.into_iter().map(|entry| (entry.key, entry.value.unwrap_or_default())));
            query.cursor = page.next;
            if query.cursor.is_none() {
                return Ok(all);
            }
        }
    }

    fn page(&self, group: &str, offset: u64, limit: u32) -> Answer<Vec<(String, Vec<u8>)>> {
        let page = Store::page(self, group, offset, limit).map_err(failure)?;
        Ok(page.entries.into_iter().map(|entry| (entry.key, entry.value.unwrap_or_default())).collect())
    }

    fn groups(&self, prefix: &str) -> Answer<Vec<String>> {
        let (mut all, mut cursor) = (Vec::new(), None);
        loop {
            let page = Store::groups(self, prefix, cursor.as_deref(), 0).map_err(failure)?;
            all.extend(page.groups);
            cursor = page.next;
            if cursor.is_none() {
                return Ok(all);
            }
        }
    }

    fn purge_expired(&self) -> Answer<u64> {
        Store::purge_expired(self).map_err(failure)
    }

    fn get_split(&self, group: &str, key: &str, separator: &[u8]) -> Answer<Option<Vec<Vec<u8>>>> {
        Store::get_split(self, group, key, separator).map_err(failure)
    }

    fn get_fields(&self, group: &str, key: &str) -> Answer<Option<Vec<Vec<u8>>>> {
        Store::get_fields(self, group, key).map_err(failure)
    }

    fn render(&self, group: &str, template: &str) -> Answer<Vec<u8>> {
        Store::render(self, group, template).map_err(failure)
    }
}
