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

#[cfg(feature = "async")]
#[allow(missing_docs, unsafe_code, unreachable_pub, clippy::missing_errors_doc, reason = "generated code")]
mod concurrent {
    wit_bindgen::generate!({
        world: "event-streams",
        path: "wit",
        with: {
            "larder:store/types@0.1.0": super::generated::larder::store::types,
            "larder:store/store@0.1.0": super::generated::larder::store::store,
            // An async function takes what it is passed; that one borrows.
            "larder:store/types@0.1.0/filter": crate::Filter,
        },
    });
}

/// The world of a concurrent program for the command line; see [`async_main`](crate::async_main).
#[cfg(feature = "async")]
#[allow(missing_docs, unsafe_code, unreachable_pub, clippy::missing_errors_doc, reason = "generated code")]
pub mod concurrent_command {
    wit_bindgen::generate!({
        // Of the standard, and no part of the contract: https://github.com/WebAssembly/WASI, release 0.3.0.
        inline: "
            package larder:guest;

            world concurrent-command {
                export wasi:cli/run@0.3.0;
            }

            package wasi:cli@0.3.0 {
                interface run {
                    run: async func() -> result;
                }
            }
        ",
        world: "larder:guest/concurrent-command",
        pub_export_macro: true,
        export_macro_name: "export_run_in",
    });
}

#[cfg(feature = "async")]
pub use concurrent::larder::store::event_stream;
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

/// The kit of tests; see [`testing`](crate::testing).
#[cfg(feature = "testing")]
#[allow(missing_docs, unsafe_code, unreachable_pub, clippy::missing_errors_doc, reason = "generated code")]
mod tests {
    wit_bindgen::generate!({ world: "tests", path: "wit/test", additional_derives: [PartialEq] });
}

#[cfg(feature = "testing")]
pub use tests::larder::test::kit;
