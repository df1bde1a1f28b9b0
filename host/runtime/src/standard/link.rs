//! Linking what a component imports, and nothing else: two shapes of one interface cannot be in one linker, and labels are names
//! that each component chooses.

use std::sync::Arc;

use wasmtime::{
    Engine, StoreContextMut,
    component::{
        Accessor, Component, ComponentType, Linker, LinkerInstance, Lower, Resource,
        types::{ComponentInstance, ComponentItem, Type},
    },
};

use super::{
    Standard,
    bindings::{
        blobstore::wasi::blobstore as blobs, config::wasi::config::store as config,
        keyvalue_draft::wasi::keyvalue as draft, keyvalue_draft2::wasi::keyvalue as draft2,
        spin_2::fermyon::spin::key_value as spin_2, spin_3::spin::key_value::key_value as spin_3,
        spin_unversioned::fermyon::spin::key_value as spin_unversioned, wasmcloud::wasmcloud::keyvalue as wasmcloud,
    },
    bucket::BucketHandle,
    errors::{Draft2, Spin2, Spin3, SpinUnversioned, Wasmcloud},
    keyvalue,
};
use crate::{
    LarderData, LarderView,
    fault::{Fault, StoreFault},
};

/// Add to `linker` those of these interfaces that `component` imports, also under labels of its own choice
/// (`import NAME: wasi:keyvalue/store@0.2.0-draft`). What an instance may do with them is decided by its
/// [`LarderCtx`](crate::LarderCtx). The functions are async: call the guest with wasmtime's `*_async` functions.
///
/// The linker is for this component alone then, and is left with [shadowing](Linker::allow_shadowing) off. Interfaces with async
/// functions need an engine with [concurrency support](wasmtime::Config::concurrency_support), labels one that has
/// [`implements`](wasmtime::Config::wasm_component_model_implements).
///
/// # Errors
/// When the linker has one of the interfaces already, or the engine does not support it.
pub fn add_to_linker<T: LarderView>(linker: &mut Linker<T>, component: &Component) -> wasmtime::Result<()> {
    let engine = linker.engine().clone();
    let ty = component.component_type();
    for (name, item) in ty.imports(&engine) {
        let ComponentItem::ComponentInstance(shape) = &item.ty else { continue };
        let Some(standard) = Standard::imported(name, item.implements) else { continue };
        add(&mut linker.instance(name)?, standard)?;
        let label = item.implements.map(|_| name);
        let is_spin_shape = is_spin_shape(standard, shape, &engine);
        linker.allow_shadowing(true);
        let shadowed = linker.instance(name).and_then(|mut it| shadow(&mut it, standard, label, is_spin_shape));
        linker.allow_shadowing(false);
        shadowed?;
    }
    Ok(())
}

/// Whether `component` imports any of them.
pub(crate) fn is_wanted(component: &Component) -> bool {
    let ty = component.component_type();
    ty.imports(component.engine()).any(|(name, item)| Standard::imported(name, item.implements).is_some())
}

/// Whether `component` imports `wasi:keyvalue/batch` 0.2.0-draft2 as Spin has it.
pub(crate) fn is_of_spins_shape(component: &Component) -> bool {
    let engine = component.engine();
    component.component_type().imports(engine).any(|(name, item)| {
        let standard = Standard::imported(name, item.implements);
        matches!((standard, &item.ty), (Some(standard), ComponentItem::ComponentInstance(shape)) if is_spin_shape(standard, shape, engine))
    })
}

fn add<T: LarderView>(instance: &mut LinkerInstance<'_, T>, standard: Standard) -> wasmtime::Result<()> {
    match standard {
        Standard::DraftStore => draft::store::add_to_linker_instance::<T, LarderData>(instance, T::larder),
        Standard::DraftAtomics => draft::atomics::add_to_linker_instance::<T, LarderData>(instance, T::larder),
        Standard::DraftBatch => draft::batch::add_to_linker_instance::<T, LarderData>(instance, T::larder),
        Standard::Draft2Store => draft2::store::add_to_linker_instance::<T, LarderData>(instance, T::larder),
        Standard::Draft2Atomics => draft2::atomics::add_to_linker_instance::<T, LarderData>(instance, T::larder),
        Standard::Draft2Batch => draft2::batch::add_to_linker_instance::<T, LarderData>(instance, T::larder),
        Standard::Config => config::add_to_linker_instance::<T, LarderData>(instance, T::larder),
        Standard::SpinUnversioned => spin_unversioned::add_to_linker_instance::<T, LarderData>(instance, T::larder),
        Standard::Spin2 => spin_2::add_to_linker_instance::<T, LarderData>(instance, T::larder),
        Standard::Spin3 => spin_3::add_to_linker_instance::<T, LarderData>(instance, T::larder),
        Standard::WasmcloudTypes => wasmcloud::types::add_to_linker_instance::<T, LarderData>(instance, T::larder),
        Standard::WasmcloudStore => wasmcloud::store::add_to_linker_instance::<T, LarderData>(instance, T::larder),
        Standard::WasmcloudAtomics => wasmcloud::atomics::add_to_linker_instance::<T, LarderData>(instance, T::larder),
        Standard::WasmcloudCas => wasmcloud::cas::add_to_linker_instance::<T, LarderData>(instance, T::larder),
        Standard::WasmcloudBatch => wasmcloud::batch::add_to_linker_instance::<T, LarderData>(instance, T::larder),
        Standard::BlobTypes => blobs::types::add_to_linker_instance::<T, LarderData>(instance, T::larder),
        Standard::BlobContainer => blobs::container::add_to_linker_instance::<T, LarderData>(instance, T::larder),
        Standard::Blobstore => blobs::blobstore::add_to_linker_instance::<T, LarderData>(instance, T::larder),
    }
}

/// Put what differs for this component in place of what was added. The linker allows shadowing.
fn shadow<T: LarderView>(
    instance: &mut LinkerInstance<'_, T>,
    standard: Standard,
    label: Option<&str>,
    is_spin_shape: bool,
) -> wasmtime::Result<()> {
    if is_spin_shape {
        keyvalue::spin_get_many(instance)?;
    }
    let Some(label) = label else { return Ok(()) };
    match standard {
        Standard::DraftStore => {
            let not_there = |fault: StoreFault| keyvalue::not_there(fault.into());
            open(instance, "open", label, "wasi:keyvalue/store.open", |bucket| bucket, not_there)
        }
        Standard::Draft2Store => {
            open(instance, "open", label, "wasi:keyvalue/store.open", |bucket| bucket, Fault::<Draft2>::from)
        }
        Standard::SpinUnversioned => {
            let number = |bucket: Resource<BucketHandle>| bucket.rep();
            let name = "fermyon:spin/key-value.open";
            open(instance, "open", label, name, number, Fault::<SpinUnversioned>::from)
        }
        Standard::Spin2 => {
            let name = "fermyon:spin/key-value.open";
            open(instance, "[static]store.open", label, name, |bucket| bucket, Fault::<Spin2>::from)
        }
        Standard::Spin3 => {
            let name = "spin:key-value/key-value.open";
            open_concurrent(instance, "[static]store.open", label, name, Fault::<Spin3>::from)
        }
        Standard::WasmcloudStore => {
            open_concurrent(instance, "open", label, "wasmcloud:keyvalue/store.open", Fault::<Wasmcloud>::from)
        }
        _ => Ok(()),
    }
}

/// A function that opens buckets within a label.
fn open<T: LarderView, R, E>(
    instance: &mut LinkerInstance<'_, T>,
    function: &str,
    label: &str,
    operation: &'static str,
    shown: fn(Resource<BucketHandle>) -> R,
    fault: fn(StoreFault) -> Fault<E>,
) -> wasmtime::Result<()>
where
    Result<R, E>: ComponentType + Lower + 'static,
{
    let label: Arc<str> = label.into();
    instance.func_wrap(function, move |mut cx: StoreContextMut<'_, T>, (identifier,): (String,)| {
        let opened = cx.data_mut().larder().open_bucket(operation, Some(&label), &identifier);
        Ok((told(opened.map(shown).map_err(fault))?,))
    })
}

/// The same where functions are async.
fn open_concurrent<T: LarderView, E>(
    instance: &mut LinkerInstance<'_, T>,
    function: &str,
    label: &str,
    operation: &'static str,
    fault: fn(StoreFault) -> Fault<E>,
) -> wasmtime::Result<()>
where
    Result<Resource<BucketHandle>, E>: ComponentType + Lower + Send + Sync + 'static,
    E: Send + Sync + 'static,
{
    let label: Arc<str> = label.into();
    instance.func_wrap_concurrent(function, move |accessor: &Accessor<T>, (identifier,): (String,)| {
        let opened =
            accessor.with(|mut access| access.data_mut().larder().open_bucket(operation, Some(&label), &identifier));
        Box::pin(async move { Ok((told(opened.map_err(fault))?,)) })
    })
}

/// The answer to the guest, or the end of the instance.
fn told<R, E>(answer: Result<R, Fault<E>>) -> wasmtime::Result<Result<R, E>> {
    match answer {
        Ok(answer) => Ok(Ok(answer)),
        Err(fault) => fault.told().map(Err),
    }
}

/// Whether `get-many` of `wasi:keyvalue/batch` 0.2.0-draft2 is wanted as Spin has it: a list of keys, each with a value or none,
/// instead of a list of pairs that are there or not.
fn is_spin_shape(standard: Standard, shape: &ComponentInstance, engine: &Engine) -> bool {
    if standard != Standard::Draft2Batch {
        return false;
    }
    let mut functions = shape.exports(engine);
    let Some(ComponentItem::ComponentFunc(function)) =
        functions.find(|(name, _)| *name == "get-many").map(|(_, item)| item.ty)
    else {
        return false;
    };
    let Some(Type::Result(answer)) = function.results().next() else { return false };
    matches!(answer.ok(), Some(Type::List(values)) if matches!(values.ty(), Type::Tuple(_)))
}
