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

pub use generated::larder::store::{atomics, batch, events, files, store, text, transactions, types};
pub use generated::wasi::io::poll;
