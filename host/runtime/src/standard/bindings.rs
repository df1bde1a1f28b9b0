//! What `bindgen!` makes of the packages in `wit/standard/`: a module each.

pub(crate) mod keyvalue_draft {
    wasmtime::component::bindgen!({
        path: "wit/standard/keyvalue-draft",
        world: "wasi:keyvalue/all",
        imports: { default: async | trappable },
        with: { "wasi:keyvalue/store.bucket": crate::standard::bucket::BucketHandle },
        trappable_error_type: { "wasi:keyvalue/store.error" => crate::standard::errors::DraftFault },
        require_store_data_send: true,
    });
}

pub(crate) mod keyvalue_draft2 {
    wasmtime::component::bindgen!({
        path: "wit/standard/keyvalue-draft2",
        world: "wasi:keyvalue/all",
        imports: { default: async | trappable },
        with: {
            "wasi:keyvalue/store.bucket": crate::standard::bucket::BucketHandle,
            "wasi:keyvalue/atomics.cas": crate::standard::bucket::CasHandle,
        },
        trappable_error_type: {
            "wasi:keyvalue/store.error" => crate::standard::errors::Draft2Fault,
            "wasi:keyvalue/atomics.cas-error" => crate::standard::errors::CasFault,
        },
        require_store_data_send: true,
    });
}

pub(crate) mod config {
    wasmtime::component::bindgen!({
        path: "wit/standard/config",
        world: "wasi:config/all",
        imports: { default: trappable },
        require_store_data_send: true,
    });
}

pub(crate) mod spin_unversioned {
    wasmtime::component::bindgen!({
        path: "wit/standard/spin-unversioned",
        world: "fermyon:spin/all",
        imports: { default: async | trappable },
        trappable_error_type: { "fermyon:spin/key-value.error" => crate::standard::errors::SpinUnversionedFault },
        require_store_data_send: true,
    });
}

pub(crate) mod spin_2 {
    wasmtime::component::bindgen!({
        path: "wit/standard/spin-2",
        world: "fermyon:spin/all",
        imports: { default: async | trappable },
        with: { "fermyon:spin/key-value.store": crate::standard::bucket::BucketHandle },
        trappable_error_type: { "fermyon:spin/key-value.error" => crate::standard::errors::Spin2Fault },
        require_store_data_send: true,
    });
}

pub(crate) mod spin_3 {
    wasmtime::component::bindgen!({
        path: "wit/standard/spin-3",
        world: "spin:key-value/all",
        imports: { default: async | trappable },
        with: { "spin:key-value/key-value.store": crate::standard::bucket::BucketHandle },
        trappable_error_type: { "spin:key-value/key-value.error" => crate::standard::errors::Spin3Fault },
        require_store_data_send: true,
    });
}

pub(crate) mod wasmcloud {
    wasmtime::component::bindgen!({
        path: "wit/standard/wasmcloud-keyvalue",
        world: "wasmcloud:keyvalue/all",
        imports: { default: async | trappable },
        with: { "wasmcloud:keyvalue/types.bucket": crate::standard::bucket::BucketHandle },
        trappable_error_type: { "wasmcloud:keyvalue/types.error" => crate::standard::errors::WasmcloudFault },
        require_store_data_send: true,
    });
}

pub(crate) mod blobstore {
    wasmtime::component::bindgen!({
        path: "wit/standard/blobstore",
        world: "wasi:blobstore/all",
        imports: { default: async | trappable },
        with: {
            "wasi:io": wasmtime_wasi::p2::bindings::io,
            "wasi:blobstore/types.outgoing-value": crate::standard::blobstore::OutgoingHandle,
            "wasi:blobstore/types.incoming-value": crate::standard::blobstore::IncomingHandle,
            "wasi:blobstore/container.container": crate::standard::blobstore::ContainerHandle,
            "wasi:blobstore/container.stream-object-names": crate::standard::blobstore::NamesHandle,
        },
        require_store_data_send: true,
    });
}
