//! Buckets: what all interfaces of others open, and the operations that they share.

use std::{collections::VecDeque, fmt, sync::Arc};

use larder_engine::{self as engine, Error, Outcome, Query, Short, SizeLimit, Store, Value, Version, View};
use wasmtime::component::Resource;

use super::cursors;
use crate::{
    LarderCtxView,
    bindings::larder::store::types::{Error as WitError, Holding},
    fault::StoreFault,
    handles::{Origin, StoreHandle},
    interfaces::StoreCall,
};

/// Longest name of a bucket within a labelled import, in bytes.
const NAME_BYTES: usize = 256;

/// What a key counts for beside its bytes in an answer that holds all keys: a string of the host.
const KEY_BYTES: usize = 32;

/// The label that `""` stands for, and by which plugins expect what is their own.
pub(super) const DEFAULT: &str = "default";

/// A bucket that a guest has opened, by whichever interface.
#[derive(Clone)]
#[expect(unreachable_pub, reason = "generated code exports it again")]
pub struct BucketHandle {
    store: StoreHandle,
    group: Arc<str>,
}

/// An entry as it was when a guest looked at it.
pub struct CasHandle {
    bucket: BucketHandle,
    key: String,
    seen: Option<Version>,
}

/// What an instance has besides handles.
#[derive(Debug, Default)]
pub(crate) struct Buckets {
    /// The cursors that it was given.
    pub(super) cursors: VecDeque<cursors::Given>,
    /// Objects that it is making.
    pub(super) outgoing: u32,
}

impl BucketHandle {
    /// A bucket of a store that was found otherwise.
    pub(crate) fn new(store: Store, label: Arc<str>, group: Arc<str>) -> BucketHandle {
        BucketHandle { store: StoreHandle { store: Arc::new(store), label, in_transaction: false }, group }
    }

    pub(crate) fn store(&self) -> &Arc<Store> {
        &self.store.store
    }

    pub(crate) fn group(&self) -> &Arc<str> {
        &self.group
    }

    /// What tells it from the other buckets of an instance.
    pub(super) fn name(&self) -> (Arc<str>, Arc<str>) {
        (self.store.label.clone(), self.group.clone())
    }

    pub(super) fn origin(&self) -> Origin {
        Origin { tenant: self.store.store.tenant().clone(), label: self.store.label.clone() }
    }
}

impl LarderCtxView<'_> {
    /// Open a bucket: the label `identifier`, or, by an import that has a label, a bucket called so within that label.
    pub(super) fn open_bucket(
        &mut self,
        operation: &'static str,
        label: Option<&str>,
        identifier: &str,
    ) -> Result<Resource<BucketHandle>, StoreFault> {
        let found = self.find_bucket(label, identifier);
        let call = self.ctx.call(operation, found.as_ref().map(|bucket| bucket.store.store.tenant()));
        let opened = call.fault().and_then(|()| {
            let bucket = found.ok_or(StoreFault::Guest(WitError::AccessDenied))?;
            self.ctx.may_hold(Holding::Stores)?;
            self.push_bucket(bucket)
        });
        call.end(&opened);
        opened
    }

    /// What [`open_bucket`](LarderCtxView::open_bucket) opens; `None`: it is not granted.
    pub(crate) fn find_bucket(&self, label: Option<&str>, identifier: &str) -> Option<BucketHandle> {
        let own = |name: &str| name.is_empty() || name == DEFAULT;
        let (label, within) = match label {
            Some(label) if own(identifier) || label == identifier => (label, None),
            Some(label) => (label, Some(identifier).filter(|name| name.len() <= NAME_BYTES)?.into()),
            None if own(identifier) => (DEFAULT, None),
            None => (identifier, None),
        };
        let (label, grant) = self.ctx.grant(label)?;
        let group = grant.bucket_group.clone().unwrap_or_else(|| label.clone());
        let group = match within {
            // No label holds a `/`, so that this meets no other label's group.
            Some(name) => format!("{group}/{name}").into(),
            None => group,
        };
        Some(BucketHandle::new(grant.store, label, group))
    }

    /// Give a bucket to the guest.
    pub(crate) fn push_bucket(&mut self, bucket: BucketHandle) -> Result<Resource<BucketHandle>, StoreFault> {
        let resource = self.table.push(bucket)?;
        self.ctx.hold(Holding::Stores);
        Ok(resource)
    }

    /// A call on a bucket begins.
    pub(super) fn on_bucket(
        &mut self,
        bucket: &Resource<BucketHandle>,
        operation: &'static str,
    ) -> Result<BucketCall, StoreFault> {
        let bucket = self.table.get(bucket)?.clone();
        Ok(self.on(bucket, operation))
    }

    fn on(&mut self, BucketHandle { store, group }: BucketHandle, operation: &'static str) -> BucketCall {
        BucketCall { call: StoreCall::begin(self, store, operation), group }
    }

    pub(super) fn drop_bucket(&mut self, bucket: Resource<BucketHandle>) -> wasmtime::Result<()> {
        self.table.delete(bucket)?;
        self.ctx.release(Holding::Stores);
        Ok(())
    }

    /// Look at an entry for a swap.
    pub(super) async fn new_cas(
        &mut self,
        operation: &'static str,
        bucket: Resource<BucketHandle>,
        key: String,
    ) -> Result<Resource<CasHandle>, StoreFault> {
        let bucket = self.table.get(&bucket)?.clone();
        let seen = self.on(bucket.clone(), operation).look(key.clone()).await?;
        Ok(self.table.push(CasHandle { bucket, key, seen })?)
    }

    /// Look again, and answer the value.
    pub(super) async fn look_again(
        &mut self,
        operation: &'static str,
        cas: Resource<CasHandle>,
    ) -> Result<Option<Value>, StoreFault> {
        let handle = self.table.get(&cas)?;
        let (bucket, key) = (handle.bucket.clone(), handle.key.clone());
        let value = self.on(bucket, operation).get(key).await?;
        self.table.get_mut(&cas)?.seen = value.as_ref().map(|value| value.version);
        Ok(value)
    }

    /// Set the entry if it is as it was seen; else answer a handle to what it is now.
    pub(super) async fn swap(
        &mut self,
        operation: &'static str,
        cas: Resource<CasHandle>,
        value: Vec<u8>,
    ) -> Result<Option<Resource<CasHandle>>, StoreFault> {
        let CasHandle { bucket, key, seen } = self.table.delete(cas)?;
        let outcome = self.on(bucket.clone(), operation).swap(key.clone(), seen, value).await?;
        Ok(match outcome {
            Outcome::Done(_) => None,
            Outcome::Stale(now) => {
                let seen = now.map(|now| now.version);
                Some(self.table.push(CasHandle { bucket, key, seen })?)
            }
        })
    }
}

/// A call on a bucket that has begun.
pub(super) struct BucketCall {
    call: StoreCall,
    pub(super) group: Arc<str>,
}

impl BucketCall {
    pub(super) async fn get(self, key: String) -> Result<Option<Value>, StoreFault> {
        self.call.value(self.group, key).await
    }

    pub(super) async fn exists(self, key: String) -> Result<bool, StoreFault> {
        let group = self.group;
        self.call.read_short(move |view| view.exists(&group, &key)).await
    }

    pub(super) async fn set(self, key: String, value: Vec<u8>) -> Result<(), StoreFault> {
        let group = self.group;
        self.call.write_short(Short::One, move |update| update.set(&group, &key, &value).map(drop)).await
    }

    pub(super) async fn delete(self, key: String) -> Result<(), StoreFault> {
        let group = self.group;
        self.call.write_short(Short::One, move |update| update.delete(&group, &key).map(drop)).await
    }

    pub(super) async fn increment(self, key: String, delta: i64) -> Result<i64, StoreFault> {
        let group = self.group;
        self.call.write_short(Short::One, move |update| update.increment(&group, &key, delta)).await
    }

    /// The same for an interface that has no negative numbers.
    pub(super) async fn increment_unsigned(self, key: String, delta: u64) -> Result<u64, StoreFault> {
        let group = self.group;
        self.call
            .write_short(Short::One, move |update| {
                let delta = i64::try_from(delta).map_err(|_| Error::Overflow)?;
                // The error undoes it.
                u64::try_from(update.increment(&group, &key, delta)?).map_err(|_| Error::Overflow)
            })
            .await
    }

    /// A page of keys, and where the next one starts.
    pub(super) async fn keys(
        self,
        prefix: String,
        cursor: Option<String>,
    ) -> Result<(Vec<String>, Option<String>), StoreFault> {
        let query = Query { prefix, cursor, ..keys_of(&self.group) };
        self.call.read_page(move |view| page(view, &query)).await
    }

    /// A page of keys after so many.
    pub(super) async fn keys_after(self, skip: u64) -> Result<(Vec<String>, Option<String>), StoreFault> {
        let mut query = keys_of(&self.group);
        self.call
            .read(move |view| {
                let mut left = skip;
                while left > 0 {
                    query.limit = u32::try_from(left).unwrap_or(u32::MAX);
                    let (keys, next) = page(view, &query)?;
                    left = left.saturating_sub(keys.len() as u64);
                    query.cursor = next;
                    if query.cursor.is_none() {
                        return Ok((Vec::new(), None));
                    }
                }
                query.limit = 0;
                page(view, &query)
            })
            .await
    }

    /// All keys, if the limit on answers allows it.
    pub(super) async fn all_keys(self) -> Result<Vec<String>, StoreFault> {
        let mut query = keys_of(&self.group);
        self.call
            .read(move |view| {
                let limit = view.limits().response_bytes as u64;
                let (mut all, mut size) = (Vec::new(), 0_u64);
                loop {
                    let (keys, next) = page(view, &query)?;
                    size += keys.iter().map(|key| (key.len() + KEY_BYTES) as u64).sum::<u64>();
                    if size > limit {
                        return Err(Error::TooLarge { what: SizeLimit::Response, size, limit });
                    }
                    all.extend(keys);
                    query.cursor = next;
                    if query.cursor.is_none() {
                        return Ok(all);
                    }
                }
            })
            .await
    }

    /// The keys again, each with its value.
    pub(super) async fn get_many(self, keys: Vec<String>) -> Result<Vec<(String, Option<Value>)>, StoreFault> {
        let group = self.group;
        self.call
            .read_page(move |view| {
                let values = view.values(&group, &keys)?;
                Ok(keys.into_iter().zip(values).collect())
            })
            .await
    }

    pub(super) async fn set_many(self, entries: Vec<(String, Vec<u8>)>) -> Result<(), StoreFault> {
        let group = self.group;
        self.call.write_short(Short::Many, move |update| update.set_many(&group, &entries).map(drop)).await
    }

    pub(super) async fn delete_many(self, keys: Vec<String>) -> Result<(), StoreFault> {
        let group = self.group;
        self.call.write_short(Short::Many, move |update| update.delete_many(&group, &keys).map(drop)).await
    }

    /// The version of an entry.
    async fn look(self, key: String) -> Result<Option<Version>, StoreFault> {
        Ok(self.get(key).await?.map(|value| value.version))
    }

    async fn swap(self, key: String, seen: Option<Version>, value: Vec<u8>) -> Result<Outcome, StoreFault> {
        let group = self.group;
        self.call.write_short(Short::One, move |update| update.compare_and_swap(&group, &key, seen, &value)).await
    }

    /// What an interface has of its own.
    pub(super) async fn write<R: Send + 'static>(
        self,
        write: impl FnOnce(&mut engine::Update<'_>, &str) -> engine::Result<R> + Send + 'static,
    ) -> Result<R, StoreFault> {
        let group = self.group;
        self.call.write_short(Short::One, move |update| write(update, &group)).await
    }
}

fn keys_of(group: &str) -> Query {
    Query { group: group.to_owned(), ..Query::default() }
}

/// The keys of a page, and where the next one starts.
pub(super) fn page(view: &View<'_>, query: &Query) -> engine::Result<(Vec<String>, Option<String>)> {
    let page = view.scan(query)?;
    Ok((page.entries.into_iter().map(|entry| entry.key).collect(), page.next))
}

impl fmt::Debug for BucketHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BucketHandle").field("label", &self.store.label).field("group", &self.group).finish()
    }
}

impl fmt::Debug for CasHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CasHandle").field("bucket", &self.bucket).field("key", &self.key).finish_non_exhaustive()
    }
}
