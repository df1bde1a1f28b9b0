//! `larder test`.

use std::path::PathBuf;

use clap::Args;

use super::PluginArgs;

const TEST_HELP: &str = "\
Examples:
  # Tests that are a part of the component.
  larder test notes.wasm

  # Tests that are a component of their own, for a plugin as larder.toml has it.
  larder test inventory --tests inventory_tests.wasm

  # Only some of them, with what they print and what the plugin called.
  larder test inventory --tests inventory_tests.wasm scan --show-output

A test is an exported function whose name begins with `test-`. It takes nothing, and answers nothing or a `result`; it fails \
when it answers an error, when it traps, and after 10 minutes. Each has an instance of its own, and a store of its own that is \
empty and is deleted afterwards: nothing of the root is touched. By `larder:test/kit` a test moves the clock, lets calls of the \
plugin fail, reads which calls it made, and runs it: docs/testing.md shows it in four languages.

Without any grant, plugin and tests have the label `default`, with files. The status is 1 when a test failed.
";

/// Run the tests of a component, each with an empty store
#[derive(Args, Debug)]
#[command(after_long_help = TEST_HELP)]
pub(crate) struct TestArgs {
    #[command(flatten)]
    pub(crate) plugin: PluginArgs,

    /// The component with the tests [default: COMPONENT has them itself]
    #[arg(long, value_name = "FILE", help_heading = None::<&str>)]
    pub(crate) tests: Option<PathBuf>,

    /// Run only tests whose name holds one of these
    #[arg(value_name = "FILTER", help_heading = None::<&str>)]
    pub(crate) filters: Vec<String>,

    /// List the tests, and run none
    #[arg(long, help_heading = None::<&str>)]
    pub(crate) list: bool,

    /// Show what passed tests wrote too, and the calls that the plugin made
    #[arg(long, help_heading = None::<&str>)]
    pub(crate) show_output: bool,
}
