//! Real components through the real host.
//!
//! Each program in `tests/programs` has a test function of its name in the module of its suite; a program without one is
//! a compile error. Run them with `cargo xtask test`, or, when the guests are built, with `cargo test --package
//! larder-tests`.

// `foreach_<suite>!` for each suite, by `build.rs`.
include!(concat!(env!("OUT_DIR"), "/programs.rs"));

/// Fails to compile when the module has no test of the program's name.
macro_rules! assert_test_exists {
    ($name:ident) => {
        #[expect(unused_imports, reason = "only its being there matters")]
        use self::$name as _;
    };
}

#[macro_use]
mod support;

mod archive;
mod atomics;
mod batch;
mod blobstore;
mod cache;
mod config;
mod durability;
mod event_streams;
mod events;
mod examples;
mod files;
mod hostile;
mod instances;
mod journal;
mod keyvalue;
mod languages;
mod limits;
mod loading;
#[cfg(target_os = "linux")]
mod memory;
mod reference_defects;
mod sandbox;
mod serve;
mod size;
mod spin;
mod standard;
mod store;
mod tenancy;
mod testing;
mod text;
mod tidy;
mod transactions;
mod transcripts;
mod triggers;
mod triggers_killed;
mod wasi_files;
mod wasmcloud;
mod watchers;
mod workspaces;
