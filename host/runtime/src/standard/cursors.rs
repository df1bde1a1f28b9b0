//! Cursors that are numbers, as `wasi:keyvalue` 0.2.0-draft has them.
//!
//! A number has no room for a key. It holds how many keys were answered and a checksum over that and the bucket, so that one which
//! no page answered is refused; the instance that it was given to also knows the key behind it, so that what comes and goes meanwhile
//! shifts nothing. Only in another instance, as one that answers the next request, the number alone counts.

use std::sync::Arc;

use wasmtime::component::Resource;

use super::bucket::BucketHandle;
use crate::{LarderCtxView, bindings::larder::store::types::Error, fault::StoreFault};

/// Cursors that an instance is remembered to have: two a page, as long as it reads less than so many buckets at once.
const REMEMBERED: usize = 64;

/// Bits of a cursor that number keys.
const NUMBER_BITS: u32 = 40;

/// A cursor that the instance was given, and the engine's behind the same key.
#[derive(Debug)]
pub(crate) struct Given {
    bucket: (Arc<str>, Arc<str>),
    number: u64,
    cursor: String,
}

impl LarderCtxView<'_> {
    /// A page of keys.
    pub(super) async fn keys_by_number(
        &mut self,
        operation: &'static str,
        bucket: Resource<BucketHandle>,
        cursor: Option<u64>,
    ) -> Result<(Vec<String>, Option<u64>), StoreFault> {
        let name = self.table.get(&bucket)?.name();
        let call = self.on_bucket(&bucket, operation)?;
        let group = call.group.clone();
        let before = match cursor {
            None => 0,
            Some(cursor) => number(&group, cursor)
                .ok_or_else(|| Error::InvalidArgument("cursor: it is not one that a page answered".into()))?,
        };
        let given = cursor.and_then(|cursor| {
            let mut remembered = self.ctx.buckets().cursors.iter();
            let given = remembered.find(|given| given.number == cursor && given.bucket == name);
            given.map(|given| given.cursor.clone())
        });
        let (keys, next) = match (before, given) {
            (0, _) => call.keys(String::new(), None).await?,
            (_, Some(cursor)) => call.keys(String::new(), Some(cursor)).await?,
            (before, None) => call.keys_after(before).await?,
        };
        let next = next.and_then(|cursor| {
            let number = encode(&group, before + keys.len() as u64)?;
            let remembered = &mut self.ctx.buckets().cursors;
            remembered.retain(|given| given.number != number || given.bucket != name);
            remembered.push_front(Given { bucket: name, number, cursor });
            remembered.truncate(REMEMBERED);
            Some(number)
        });
        Ok((keys, next))
    }
}

/// The cursor behind so many keys; none behind more than a trillion.
fn encode(group: &str, keys: u64) -> Option<u64> {
    (keys < 1 << NUMBER_BITS).then(|| check(group, keys) << NUMBER_BITS | keys)
}

/// How many keys were answered before it.
fn number(group: &str, cursor: u64) -> Option<u64> {
    let keys = cursor & ((1 << NUMBER_BITS) - 1);
    (keys > 0 && encode(group, keys) == Some(cursor)).then_some(keys)
}

/// FNV-1a, folded into the bits that are left. It guards against mistakes; a forged one leads nowhere but to the guest's own keys.
fn check(group: &str, keys: u64) -> u64 {
    let hash = group
        .bytes()
        .chain(keys.to_le_bytes())
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    (hash ^ hash >> NUMBER_BITS) & ((1 << (u64::BITS - NUMBER_BITS)) - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_comes_back_as_it_went() {
        for keys in [1, 10_000, (1 << NUMBER_BITS) - 1] {
            let cursor = encode("g", keys).unwrap();
            assert_eq!(number("g", cursor), Some(keys));
            assert_eq!(number("other", cursor), None, "of another bucket");
        }
        assert_eq!(encode("g", 1 << NUMBER_BITS), None);
    }

    #[test]
    fn what_no_page_answered_is_refused() {
        for cursor in [0, 1, 100, u64::MAX, 1 << 63] {
            assert_eq!(number("g", cursor), None, "{cursor}");
        }
    }
}
