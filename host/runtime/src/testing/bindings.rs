//! What `bindgen!` makes of the package in `wit/test/`.

wasmtime::component::bindgen!({
    path: "wit/test",
    world: "larder:test/tests",
    imports: { default: async | trappable },
    require_store_data_send: true,
});
