//! What `wit-bindgen` makes of the contract in `wit/`, for programs that need it raw.
//!
//! The rest of the crate is the comfortable way to the same functions.

#[allow(missing_docs, unsafe_code, unreachable_pub, clippy::missing_errors_doc, reason = "generated code")]
mod generated {
    wit_bindgen::generate!({
        world: "imports",
        path: "wit",
        ownership: Borrowing { duplicate_if_necessary: false },
        additional_derives: [PartialEq],
        generate_all,
    });
}

pub use generated::larder::store::{
    archive, atomics, batch, events, files, journal, sql, store, text, transactions, types, workspaces,
};
/// The world of a plugin that is run when something changes; see [`export_on_change`](crate::export_on_change).
#[allow(missing_docs, unsafe_code, unreachable_pub, clippy::missing_errors_doc, reason = "generated code")]
pub mod trigger {
    wit_bindgen::generate!({
        world: "trigger",
        path: "wit",
        with: { "larder:store/types@0.1.0": super::generated::larder::store::types },
        pub_export_macro: true,
        export_macro_name: "export_on_change_in",
    });
}

pub use generated::wasi::io::poll;
