//! What `bindgen!` makes of the contract in `wit/`: traits, records and variants of each interface.
//!
//! A host whose own world imports interfaces of `larder:store` maps them to this module, so that nothing is generated
//! twice: `with: { "larder:store": larder::bindings::larder::store }`.

#[expect(missing_docs, reason = "generated code; the comments are those of the WIT files")]
mod generated {
    wasmtime::component::bindgen!({
        path: "wit",
        world: "larder:store/imports",
        imports: { default: async | trappable },
        with: {
            "larder:store/store.store": crate::handles::StoreHandle,
            "larder:store/transactions.transaction": crate::handles::TransactionHandle,
            "larder:store/files.directory": crate::handles::DirectoryHandle,
            "larder:store/files.reader": crate::handles::ReaderHandle,
            "larder:store/files.writer": crate::handles::WriterHandle,
        },
        trappable_error_type: {
            "larder:store/types.error" => crate::fault::StoreFault,
            "larder:store/files.file-error" => crate::fault::FileFault,
        },
        require_store_data_send: true,
    });
}

pub use self::generated::larder;

pub use crate::{
    fault::{FileFault, StoreFault},
    handles::{DirectoryHandle, ReaderHandle, StoreHandle, TransactionHandle, WriterHandle},
};
