//! Entries over the SDK.

use std::time::Duration;

use larder_guest::{Entry, Result, Store};

use crate::ops::api::{Answer, Entries};
use crate::sdk::failure;

impl Entries for Store {
    fn get(&self, group: &str, key: &str) -> Answer<Option<Vec<u8>>> {
        Store::get(self, group, key).map_err(failure)
    }

    fn set(&self, group: &str, key: &str, value: &[u8]) -> Answer<()> {
        Store::set(self, group, key, value).map(drop).map_err(failure)
    }

    fn set_with_ttl(&self, group: &str, key: &str, value: &[u8], ttl_ms: u64) -> Answer<()> {
        Store::set_with_ttl(self, group, key, value, Duration::from_millis(ttl_ms)).map(drop).map_err(failure)
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
        self.scan(group).entries().map(|entry| entry.map(pair)).collect::<Result<_>>().map_err(failure)
    }

    fn page(&self, group: &str, offset: u64, limit: u32) -> Answer<Vec<(String, Vec<u8>)>> {
        Ok(Store::page(self, group, offset, limit).map_err(failure)?.into_iter().map(pair).collect())
    }

    fn groups(&self, prefix: &str) -> Answer<Vec<String>> {
        Store::groups(self, prefix).collect::<Result<_>>().map_err(failure)
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

fn pair(entry: Entry) -> (String, Vec<u8>) {
    (entry.key, entry.value)
}
