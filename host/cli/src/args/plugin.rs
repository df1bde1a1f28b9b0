//! Commands that load a component.

use clap::Args;
use larder::{ByteSize, Interface, Span};

use super::flags::{DirFlag, DurabilityFlag, EnvFlag, GrantFlag, interface};

const RUN_HELP: &str = "\
Examples:
  # What does it need? Nothing is granted, so this fails and says what to type.
  larder run inventory.wasm --tenant acme

  # Its own store under the label that plugins open, and the tenant's files.
  larder run inventory.wasm --tenant acme --grant default --files default -- scan --json

  # A namespace of the tenant, a second one that it may only read, and quotas on the tenant.
  larder run p.wasm -t acme --grant default=inventory --grant rates=shared-rates --read-only rates \\
      --quota-keys 1000 --quota-bytes 1MiB

  # The tenant's files under /data, for the ordinary file functions of any language.
  larder run tool.wasm -t acme --grant default --dir /data -- /data/in.txt

  # As larder.toml says; flags go over what is there.
  larder run inventory --tenant acme --time 2min

larder.toml:
  root = \"data\"
  [plugin.inventory]
  component = \"inventory.wasm\"
  [plugin.inventory.grants.default]
  scope = \"inventory\"
  quota = { keys = 1000, bytes = \"1MiB\" }
  files = true

The exit status is the guest's. When larder itself ends the run (a time limit, a trap, a missing grant), it says so on \
standard error in a line that begins with `larder: error:`; `larder --help` lists the statuses.
";

const CALL_HELP: &str = "\
Examples:
  # Which functions are there?
  larder call notes.wasm

  larder call notes.wasm add '\"buy milk\"' --tenant acme --grant default
  larder call notes.wasm list --tenant acme --grant default --json
  larder call notes.wasm 'example:notes/notes@0.1.0#get' 1 -t acme --grant default

Arguments are in WAVE, the text form of component values:
  42  -1.5  true  'c'  \"text\"  [1, 2]  {id: 1, name: \"x\"}  (1, \"a\")  some(1)  none  ok(\"x\")  err(2)  a-case  {flag-a}
A string has its own quotes, within those of the shell: '\"buy milk\"'. Arguments at the end that are options can be left \
out. The result is printed in WAVE, or as JSON with --json. A result that is an error is printed too, and the status is 1.
";

const INSPECT_HELP: &str = "\
Examples:
  larder inspect inventory.wasm
  larder inspect inventory.wasm --grant default --json
  larder inspect inventory            # a plugin of larder.toml

Nothing of the component is run, and nothing is made on the disk.
";

/// Run a component as a program, with the terminal's input and output
#[derive(Args, Debug)]
#[command(after_long_help = RUN_HELP)]
pub(crate) struct RunArgs {
    #[command(flatten)]
    pub(crate) plugin: PluginArgs,

    /// Arguments for the program
    #[arg(last = true, value_name = "ARGS", help_heading = None::<&str>)]
    pub(crate) args: Vec<String>,
}

/// Call a function that a component exports; without a function, list them
#[derive(Args, Debug)]
#[command(after_long_help = CALL_HELP)]
pub(crate) struct CallArgs {
    #[command(flatten)]
    pub(crate) plugin: PluginArgs,

    /// The function: its name, or interface#name
    #[arg(value_name = "FUNCTION", help_heading = None::<&str>)]
    pub(crate) function: Option<String>,

    /// Arguments in WAVE, such as 42 or '"text"'
    #[arg(value_name = "VALUES", allow_negative_numbers = true, help_heading = None::<&str>)]
    pub(crate) values: Vec<String>,
}

/// Show what a component imports and exports, what it would be granted, and what is missing
#[derive(Args, Debug)]
#[command(after_long_help = INSPECT_HELP)]
pub(crate) struct InspectArgs {
    #[command(flatten)]
    pub(crate) plugin: PluginArgs,
}

/// A component and what it gets.
#[derive(Args, Debug)]
pub(crate) struct PluginArgs {
    /// A component's file (.wasm), or the name of a plugin in larder.toml; ./NAME is always a file
    #[arg(value_name = "COMPONENT")]
    pub(crate) component: String,

    #[command(flatten)]
    pub(crate) grants: GrantArgs,

    #[command(flatten)]
    pub(crate) limits: LimitArgs,
}

/// What a component gets.
#[derive(Args, Debug)]
#[command(next_help_heading = "Grants (deny by default)")]
pub(crate) struct GrantArgs {
    /// The tenant it works for, made by the first write [default: that of larder.toml, else "default"]
    #[arg(short, long, value_name = "TENANT")]
    pub(crate) tenant: Option<String>,

    /// Let it open LABEL: the tenant's store, or with SCOPE a namespace of it. Plugins open "default". Repeatable
    #[arg(long, value_name = "LABEL[=SCOPE]")]
    pub(crate) grant: Vec<GrantFlag>,

    /// Allow only reading of what LABEL grants. Repeatable
    #[arg(long, value_name = "LABEL")]
    pub(crate) read_only: Vec<String>,

    /// Give it the tenant's files under LABEL, by the interface `files`. Repeatable
    #[arg(long, value_name = "LABEL")]
    pub(crate) files: Vec<String>,

    /// Show the tenant's files at PATH to the ordinary file functions of its language, as LABEL [default label:
    /// "default"] may be read or written
    #[arg(long, value_name = "[LABEL=]PATH")]
    pub(crate) dir: Vec<DirFlag>,

    /// Allow only these interfaces of larder:store, separated by commas [default: all when there is a grant, `files`
    /// when there is --files]
    #[arg(long, value_name = "NAMES", value_delimiter = ',', value_parser = interface())]
    pub(crate) interface: Vec<Interface>,

    /// Set a variable of its environment, which is empty else. Repeatable
    #[arg(long, value_name = "NAME=VALUE")]
    pub(crate) env: Vec<EnvFlag>,

    /// Set what it reads as NAME by wasi:config, over what larder.toml says of the plugin and of the tenant. Repeatable
    #[arg(long, value_name = "NAME=VALUE")]
    pub(crate) setting: Vec<EnvFlag>,
}

/// What a component may use.
#[derive(Args, Debug)]
#[command(next_help_heading = "Limits")]
pub(crate) struct LimitArgs {
    /// Most entries in each tenant [default: no limit]
    #[arg(long, value_name = "N")]
    pub(crate) quota_keys: Option<u64>,

    /// Most groups in each tenant [default: no limit]
    #[arg(long, value_name = "N")]
    pub(crate) quota_groups: Option<u64>,

    /// Most bytes of group names, keys and values in each tenant, such as 1MiB [default: no limit]
    #[arg(long, value_name = "SIZE")]
    pub(crate) quota_bytes: Option<ByteSize>,

    /// Most bytes of files of each tenant, such as 100MiB [default: no limit]
    #[arg(long, value_name = "SIZE")]
    pub(crate) file_quota: Option<ByteSize>,

    /// Most files and directories of each tenant [default: no limit]
    #[arg(long, value_name = "N")]
    pub(crate) file_count: Option<u64>,

    /// Memory of the component [default: 128MiB]
    #[arg(long, value_name = "SIZE")]
    pub(crate) memory: Option<ByteSize>,

    /// Time that it may take, such as 500ms, 10s, 2min or 1h [default: 30s]
    #[arg(long, value_name = "TIME")]
    pub(crate) time: Option<Span>,

    /// What a write that was answered has survived: `full` a power cut, `normal` a crash of the program [default: full]
    #[arg(long, value_enum, value_name = "LEVEL")]
    pub(crate) durability: Option<DurabilityFlag>,
}
