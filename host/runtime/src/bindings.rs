//! What `bindgen!` makes of the contract in `wit/`: traits, records and variants of each interface.
//!
//! A host whose own world imports interfaces of `larder:store` maps them to this module, so that nothing is generated
//! twice and [`add_to_linker`](crate::add_to_linker) serves its world too:
//!
//! ```
//! mod plugin {
//!     wasmtime::component::bindgen!({
//!         path: "wit", // where the host keeps a copy of larder's WIT package
//!         inline: "
//!             package my:app;
//!             world plugin {
//!                 import larder:store/store@0.1.0;
//!                 export answer: func(question: string) -> string;
//!             }
//!         ",
//!         world: "my:app/plugin",
//!         with: { "larder:store": ::larder::bindings::larder::store },
//!         exports: { default: async },
//!     });
//! }
//! # fn main() {}
//! ```

#[expect(missing_docs, reason = "generated code; the comments are those of the WIT files")]
mod generated {
    wasmtime::component::bindgen!({
        path: "wit",
        world: "larder:store/concurrent-imports",
        imports: { "larder:store/event-stream.watch": async | store | trappable, default: async | trappable },
        with: {
            "wasi:io/poll": wasmtime_wasi::p2::bindings::io::poll,
            "larder:store/store.store": crate::handles::StoreHandle,
            "larder:store/transactions.transaction": crate::handles::TransactionHandle,
            "larder:store/events.watcher": crate::handles::WatcherHandle,
            "larder:store/files.directory": crate::handles::DirectoryHandle,
            "larder:store/files.reader": crate::handles::ReaderHandle,
            "larder:store/files.writer": crate::handles::WriterHandle,
            "larder:store/sql.rows": crate::handles::RowsHandle,
            "larder:store/workspaces.workspace": crate::handles::WorkspaceHandle,
            "larder:store/archive.reader": crate::handles::ArchiveReaderHandle,
        },
        trappable_error_type: {
            "larder:store/types.error" => crate::fault::StoreFault,
            "larder:store/files.file-error" => crate::fault::FileFault,
            "larder:store/text.render-error" => crate::fault::RenderFault,
            "larder:store/sql.sql-error" => crate::fault::SqlFault,
            "larder:store/workspaces.workspace-error" => crate::fault::WorkspaceFault,
            "larder:store/journal.flux-error" => crate::fault::FluxFault,
            "larder:store/archive.archive-error" => crate::fault::ArchiveFault,
        },
        require_store_data_send: true,
    });
}

/// What a plugin exports that is run when something changes.
mod trigger {
    wasmtime::component::bindgen!({
        path: "wit",
        world: "larder:store/trigger",
        with: { "larder:store/types": super::generated::larder::store::types },
        exports: { default: async },
        require_store_data_send: true,
    });
}

pub use self::generated::larder;
pub(crate) use self::trigger::TriggerPre;

pub use crate::{
    fault::{ArchiveFault, Fault, FileFault, FluxFault, RenderFault, SqlFault, StoreFault, WorkspaceFault},
    handles::{
        ArchiveReaderHandle, DirectoryHandle, ReaderHandle, RowsHandle, StoreHandle, TransactionHandle, WatcherHandle,
        WorkspaceHandle, WriterHandle,
    },
};
