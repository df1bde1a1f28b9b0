//! Tests of a plugin, for `larder test` (a feature: `testing`).
//!
//! A component with tests exports functions whose names begin with `test-`, and
//! does to the plugin's world what the plugin cannot: it runs the plugin, moves
//! the clock, makes calls of the plugin fail. Each test has a store of its own,
//! empty at first, which is the plugin's store too.
//!
//! ```no_run
//! use larder_guest::{Store, testing::{self, Fault}};
//!
//! larder_guest::wit_bindgen::generate!({
//!     inline: "
//!         package example:tests;
//!         world tests {
//!             export test-a-full-store-is-told: func() -> result<_, string>;
//!         }
//!     ",
//!     runtime_path: "larder_guest::wit_bindgen::rt",
//! });
//!
//! struct Tests;
//!
//! impl Guest for Tests {
//!     fn test_a_full_store_is_told() -> Result<(), String> {
//!         testing::fail("store.set", 1, Fault::QuotaExceeded);
//!         let ended = testing::run(&["add", "milk"], b"")?;
//!         assert_eq!(ended.status, 1);
//!         assert_eq!(Store::default_store()?.count("notes")?, 0);
//!         Ok(())
//!     }
//! }
//!
//! export!(Tests);
//! # fn main() {}
//! ```

use crate::bindings::kit;
pub use kit::{Ended, Fault, Operation};

/// What the store shows as the time, in milliseconds since 1970: it begins at
/// 2026-01-01T00:00:00Z and stands still but for [`advance`].
pub fn now() -> u64 {
    kit::now()
}

/// Move the clock on.
pub fn advance(by: std::time::Duration) {
    kit::advance(u64::try_from(by.as_millis()).unwrap_or(u64::MAX));
}

/// Let the `nth` call of the plugin from now on (1 is the next one) of
/// `function` go wrong, once: `store.set`, `store.*` for any of an interface,
/// `*` for any.
pub fn fail(function: &str, nth: u32, fault: Fault) {
    kit::fail(function, nth, fault);
}

/// Let nothing go wrong any more.
pub fn fail_no_more() {
    kit::fail_no_more();
}

/// The calls that the plugin made, in their order: the first 100,000.
pub fn log() -> Vec<Operation> {
    kit::log()
}

/// How often the plugin called `function`.
pub fn calls_of(function: &str) -> usize {
    kit::log().iter().filter(|call| call.function == function).count()
}

/// Forget the calls.
pub fn clear_log() {
    kit::clear_log();
}

/// Run the plugin as a program, in a new instance; `arguments` are those behind
/// its own name.
///
/// # Errors
/// How it was stopped: a trap, a limit.
pub fn run(arguments: &[&str], input: &[u8]) -> Result<Ended, String> {
    let arguments: Vec<String> = arguments.iter().map(|&argument| argument.to_owned()).collect();
    kit::run(&arguments, input)
}

/// Call a function that the plugin exports, in a new instance. Arguments and
/// results are in WAVE: `42`, `"text"`, `[1, 2]`, `{id: 1}`, `some(1)`.
///
/// # Errors
/// What is wrong with the name or the arguments; how it was stopped.
pub fn call(function: &str, arguments: &[&str]) -> Result<Vec<String>, String> {
    let arguments: Vec<String> = arguments.iter().map(|&argument| argument.to_owned()).collect();
    kit::call(function, &arguments)
}
