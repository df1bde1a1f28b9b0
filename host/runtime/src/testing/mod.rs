//! Testing plugins without a host application: a store that is new and empty for each test, a clock that moves when it is told to,
//! calls that fail when they are to, and a log of those that were made.
//!
//! From a test of the host's language, [`Kit`] runs the plugin:
//!
//! ```no_run
//! use larder::{Interfaces, Plugin, Runtime, RuntimeConfig, testing::{Kit, TestFault}};
//!
//! # async fn test() -> Result<(), Box<dyn std::error::Error>> {
//! let runtime = Runtime::new(RuntimeConfig::new())?;
//! let plugin = Plugin::load_file(&runtime, "inventory.wasm", &Interfaces::all())?;
//! let kit = Kit::new(&plugin)?;
//!
//! assert_eq!(kit.run(&["add", "bolts", "7"], "").await?.status, 0);
//! kit.script().fail("transactions.commit", 1, TestFault::Conflict);
//! let ended = kit.run(&["take", "bolts", "2"], "").await?;
//! assert_eq!(ended.status, 0, "it tries again: {ended}");
//! assert_eq!(kit.store().get("stock", "bolts")?.as_deref(), Some(&b"5"[..]));
//! # Ok(()) }
//! ```
//!
//! From a test in any guest language, a component imports `larder:test/kit` and exports its tests; [`Suite`] runs them, as
//! `larder test` does. The contract is in `wit/test/`.

mod bindings;
mod error;
mod kit;
mod link;
mod script;
mod suite;

pub use self::{
    error::KitError,
    kit::{Ended, Kit, KitBuilder},
    script::{LoggedCall, Script, TestFault},
    suite::{NotATest, Suite, Verdict},
};
pub(crate) use self::{kit::Nested, link::is_kit};
