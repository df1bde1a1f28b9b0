//! How the host functions find their state in the embedder's `T` of `wasmtime::Store<T>`.

use wasmtime::component::{HasData, ResourceTable};

use crate::LarderCtx;

/// Gives larder's host functions their state, as `WasiView` does for WASI's.
///
/// ```
/// use larder::{LarderCtx, LarderCtxView, LarderView};
/// use wasmtime::component::ResourceTable;
///
/// struct MyState {
///     larder: LarderCtx,
///     table: ResourceTable,
/// }
///
/// impl LarderView for MyState {
///     fn larder(&mut self) -> LarderCtxView<'_> {
///         LarderCtxView { ctx: &mut self.larder, table: &mut self.table }
///     }
/// }
/// ```
pub trait LarderView: Send {
    /// The state.
    fn larder(&mut self) -> LarderCtxView<'_>;
}

/// What larder's host functions work on.
pub struct LarderCtxView<'a> {
    /// What this instance was granted and holds.
    pub ctx: &'a mut LarderCtx,
    /// The resources of the instance, shared with WASI's and others.
    pub table: &'a mut ResourceTable,
}

/// The marker that the generated `add_to_linker` functions want, for a host that calls them one by one.
pub struct LarderData;

impl HasData for LarderData {
    type Data<'a> = LarderCtxView<'a>;
}
