//! Plugins that export `watcher`, of `wasi:keyvalue` or its like: a call for each key.

use larder_engine::{Event, EventKind, FeedItem, TenantId, Value};
use wasmtime::{
    AsContextMut as _, Store,
    component::{
        ComponentExportIndex, ComponentNamedList, Instance, InstancePre, Lower,
        types::{ComponentFunc, ComponentItem, Type},
    },
};

use super::trigger::{Trigger, TriggerError};
use crate::{
    LarderView as _, Program, RunError, State,
    runtime::instance::bounded,
    standard::{WATCHERS, bucket::BucketHandle, counters::Shown},
};

/// The export of a component that is told of keys.
#[derive(Clone, Debug)]
pub(super) struct Watcher {
    on_set: ComponentExportIndex,
    on_delete: ComponentExportIndex,
    counters: Shown,
}

/// What is told of one change.
enum Told {
    Set(String, Vec<u8>),
    Delete(String),
}

impl Watcher {
    /// The export of `program`, if it has one; its name, if it has another form than the host calls.
    pub(super) fn of(program: &Program) -> Result<Option<Watcher>, &'static str> {
        let component = program.component();
        let ty = component.component_type();
        for (name, counters) in WATCHERS {
            let Some(index) = component.get_export_index(None, name) else { continue };
            let Some(ComponentItem::ComponentInstance(shape)) = ty.get_export(component.engine(), name).map(|it| it.ty)
            else {
                return Err(name);
            };
            let function = |function: &str, fits: fn(&ComponentFunc) -> bool| {
                let ComponentItem::ComponentFunc(ty) = shape.get_export(component.engine(), function)?.ty else {
                    return None;
                };
                component.get_export_index(Some(&index), function).filter(|_| fits(&ty))
            };
            let (Some(on_set), Some(on_delete)) = (function("on-set", is_on_set), function("on-delete", is_on_delete))
            else {
                return Err(name);
            };
            return Ok(Some(Watcher { on_set, on_delete, counters: *counters }));
        }
        Ok(None)
    }
}

fn is_on_set(function: &ComponentFunc) -> bool {
    let parameters: Vec<Type> = function.params().map(|(_, ty)| ty).collect();
    let is_bytes = |ty: &Type| matches!(ty, Type::List(items) if items.ty() == Type::U8);
    function.results().len() == 0 && matches!(&parameters[..], [Type::Own(_), Type::String, value] if is_bytes(value))
}

fn is_on_delete(function: &ComponentFunc) -> bool {
    let parameters: Vec<Type> = function.params().map(|(_, ty)| ty).collect();
    function.results().len() == 0 && matches!(&parameters[..], [Type::Own(_), Type::String])
}

impl Trigger {
    /// Call an instance of its own for those of `items` that are of the bucket.
    pub(super) async fn tell(
        &self,
        watcher: &Watcher,
        tenant: &TenantId,
        items: &[FeedItem],
    ) -> Result<Result<Result<(), String>, RunError>, TriggerError> {
        let mut store = (self.setup)(tenant)?.into_store(&self.plugin.program().machine().engine);
        let Some(bucket) = store.data_mut().larder().find_bucket(None, &self.label) else {
            return Ok(Ok(Err(format!("label {} is not granted", self.label))));
        };
        let mut told = Vec::new();
        for item in items {
            match item {
                FeedItem::Event(event) if event.group == **bucket.group() => {
                    told.extend(self.told(watcher, tenant, &bucket, event).await?);
                }
                FeedItem::Event(_) => {}
                FeedItem::Gap { from, to } => {
                    tracing::warn!(trigger = self.name, %tenant, from, to, "a watcher cannot be told of a gap");
                }
            }
        }
        if told.is_empty() {
            return Ok(Ok(Ok(())));
        }
        let ended = run(self.plugin.instance(), watcher, &bucket, told, &mut store).await;
        Ok(RunError::check(ended, &store).map(Ok))
    }

    /// What there is to tell of a change.
    async fn told(
        &self,
        watcher: &Watcher,
        tenant: &TenantId,
        bucket: &BucketHandle,
        event: &Event,
    ) -> Result<Option<Told>, TriggerError> {
        let key = event.key.clone();
        Ok(match event.kind {
            EventKind::Set => self.value(watcher, bucket, event).await?.map(|value| Told::Set(key, value)),
            EventKind::Delete | EventKind::Expire => Some(Told::Delete(key)),
            EventKind::Touch => None,
            EventKind::DeleteGroup => {
                tracing::warn!(trigger = self.name, %tenant, "a watcher cannot be told that a whole bucket was deleted");
                None
            }
        })
    }

    /// The value that was set. The feed does not keep large ones, nor which are counters; both are looked up. None: it is gone, of
    /// which a later change tells.
    async fn value(
        &self,
        watcher: &Watcher,
        bucket: &BucketHandle,
        event: &Event,
    ) -> Result<Option<Vec<u8>>, TriggerError> {
        if let (Some(value), Shown::Decimal) = (&event.value, watcher.counters) {
            return Ok(Some(value.clone()));
        }
        let (group, key) = (bucket.group().clone(), event.key.clone());
        let now = bucket.store().view_async(move |view| view.value(&group, &key)).await?;
        Ok(match (&event.value, now) {
            (None, now) => now.map(|now| watcher.counters.show(now)),
            (Some(value), now) => {
                let is_counter = now.is_some_and(|now| now.is_counter);
                let value = Value { bytes: value.clone(), is_counter, version: event.version };
                Some(watcher.counters.show(value))
            }
        })
    }
}

/// Make an instance and call it for each change. Each call has the time that a call has.
async fn run(
    plugin: &InstancePre<State>,
    watcher: &Watcher,
    bucket: &BucketHandle,
    told: Vec<Told>,
    store: &mut Store<State>,
) -> wasmtime::Result<()> {
    let limit = store.data_mut().start();
    let instance = bounded(limit, plugin.instantiate_async(&mut *store)).await?;
    for change in told {
        let handle = store.data_mut().larder().push_bucket(bucket.clone());
        let handle = handle.map_err(|_| wasmtime::Error::msg("the instance holds too many buckets"))?;
        match change {
            Told::Set(key, value) => call(&instance, watcher.on_set, (handle, key, value), store).await?,
            Told::Delete(key) => call(&instance, watcher.on_delete, (handle, key), store).await?,
        }
    }
    Ok(())
}

async fn call<P: ComponentNamedList + Lower + Send + Sync + 'static>(
    instance: &Instance,
    function: ComponentExportIndex,
    parameters: P,
    store: &mut Store<State>,
) -> wasmtime::Result<()> {
    let function = instance.get_typed_func::<P, ()>(store.as_context_mut(), function)?;
    let limit = store.data_mut().start();
    bounded(limit, function.call_async(store.as_context_mut(), parameters)).await
}
