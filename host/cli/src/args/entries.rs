//! Commands on the entries of a tenant.

use std::path::PathBuf;

use clap::Args;
use larder::Span;

const GET_HELP: &str = "\
Examples:
  larder get --tenant acme config colour
  larder get -t acme images logo > logo.png
  larder get -t acme --scope inventory packages serde --json

On a terminal, a value that is no text is shown in hexadecimal. Into a file or a pipe it goes byte by byte, with \
nothing added. JSON has the fields group, key, value (or value_base64 when it is not UTF-8), version, and ttl_ms (null \
for an entry that does not expire). The status is 1 when there is no such entry.
";

const SET_HELP: &str = "\
Examples:
  larder set --tenant acme config colour blue
  larder set -t acme sessions abc '{\"user\": 7}' --ttl 30min
  larder set -t acme images logo --file logo.png
  date | larder set -t acme config built -
  larder set --create -t new-tenant config colour blue

Prints the version that the entry got.
";

const DELETE_HELP: &str = "\
Examples:
  larder delete --tenant acme config colour     # one entry
  larder delete -t acme sessions --yes          # a group
  larder delete -t acme --prefix tmp- --yes     # all groups whose name starts with tmp-
  larder delete -t acme --prefix '' --yes       # everything

Prints how many entries were deleted; the status is 1 when there was none. Groups are deleted after a question, or with \
--yes.
";

const RENDER_HELP: &str = "\
Examples:
  larder render --tenant acme user 'Hello {{.name}}'
  larder render -t acme --scope shop prices --file prices.tmpl > prices.html
  larder render -t acme packages '{{range $name, $value := .}}{{$name}}{{\"\\n\"}}{{end}}'

A template is one of Go's text/template; `.` is a map of the group's keys to their values, and the order is that of the keys. \
It is printed byte by byte, with nothing added, and nothing of it when it fails. JSON has the field text, or text_base64 when \
it is not UTF-8. The status is 2 for a mistake in the template, 1 when it fails while it runs, 4 when the template, the group \
or the output is larger than it may be. docs/templates.md has the bounds.
";

const LIST_HELP: &str = "\
Examples:
  larder list --tenant acme                            # groups
  larder list -t acme packages                         # keys of a group
  larder list -t acme packages --prefix serde --values
  larder list -t acme events --reverse --limit 10      # the last ten
  larder list -t acme packages --values --json | jq .key

The order is that of the bytes. JSON is one value a line, printed as it is read: {\"group\": ..} for groups; for \
entries the fields of `larder get --json`.
";

/// Part of a tenant's store.
#[derive(Args, Debug)]
pub(crate) struct ScopeArgs {
    /// The tenant
    #[arg(short, long, value_name = "TENANT")]
    pub(crate) tenant: String,

    /// A namespace of the tenant, as a grant names it [default: the whole tenant, where the groups of a namespace are
    /// called SCOPE:GROUP]
    #[arg(long, value_name = "SCOPE")]
    pub(crate) scope: Option<String>,
}

/// Print the value of an entry
#[derive(Args, Debug)]
#[command(after_long_help = GET_HELP)]
pub(crate) struct EntryArgs {
    #[command(flatten)]
    pub(crate) scope: ScopeArgs,

    /// The group
    #[arg(value_name = "GROUP")]
    pub(crate) group: String,

    /// The key
    #[arg(value_name = "KEY")]
    pub(crate) key: String,
}

/// Where a value comes from.
#[derive(Args, Debug)]
#[group(required = true, multiple = false)]
pub(crate) struct Value {
    /// The value as text; `-` reads it from standard input
    #[arg(value_name = "VALUE", allow_negative_numbers = true)]
    pub(crate) text: Option<String>,

    /// Take the value from a file
    #[arg(long, value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
}

/// Print a group through a template
#[derive(Args, Debug)]
#[command(after_long_help = RENDER_HELP)]
// clap would put the template, of which there are two kinds, before the group.
#[command(override_usage = "larder render [OPTIONS] --tenant <TENANT> <GROUP> <TEMPLATE|--file <FILE>>")]
pub(crate) struct RenderArgs {
    #[command(flatten)]
    pub(crate) scope: ScopeArgs,

    /// The group
    #[arg(value_name = "GROUP")]
    pub(crate) group: String,

    #[command(flatten)]
    pub(crate) template: Template,
}

/// Where a template comes from.
#[derive(Args, Debug)]
#[group(required = true, multiple = false)]
pub(crate) struct Template {
    /// The template; `-` reads it from standard input
    #[arg(value_name = "TEMPLATE")]
    pub(crate) text: Option<String>,

    /// Take the template from a file
    #[arg(long, value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
}

/// Insert or replace an entry
#[derive(Args, Debug)]
#[command(after_long_help = SET_HELP)]
// clap would put the value, of which there are two kinds, before the group.
#[command(override_usage = "larder set [OPTIONS] --tenant <TENANT> <GROUP> <KEY> <VALUE|--file <FILE>>")]
pub(crate) struct SetArgs {
    #[command(flatten)]
    pub(crate) scope: ScopeArgs,

    /// The group
    #[arg(value_name = "GROUP")]
    pub(crate) group: String,

    /// The key
    #[arg(value_name = "KEY")]
    pub(crate) key: String,

    #[command(flatten)]
    pub(crate) value: Value,

    /// Let the entry expire after this time, such as 500ms, 10s, 2min or 1h [default: never]
    #[arg(long, value_name = "TIME")]
    pub(crate) ttl: Option<Span>,

    /// Make the tenant if there is none of this name
    #[arg(long)]
    pub(crate) create: bool,
}

/// Delete an entry, a group, or the groups with a prefix
#[derive(Args, Debug)]
#[command(after_long_help = DELETE_HELP)]
pub(crate) struct DeleteArgs {
    #[command(flatten)]
    pub(crate) scope: ScopeArgs,

    /// The group
    #[arg(value_name = "GROUP", required_unless_present = "prefix")]
    pub(crate) group: Option<String>,

    /// The key; without it, the whole group
    #[arg(value_name = "KEY")]
    pub(crate) key: Option<String>,

    /// Delete every group whose name starts with this; '' is all
    #[arg(long, value_name = "TEXT", conflicts_with_all = ["group", "key"])]
    pub(crate) prefix: Option<String>,

    /// Ask no question
    #[arg(short, long)]
    pub(crate) yes: bool,
}

/// List groups, or the entries of a group
#[derive(Args, Debug)]
#[command(after_long_help = LIST_HELP)]
pub(crate) struct ListArgs {
    #[command(flatten)]
    pub(crate) scope: ScopeArgs,

    /// The group; without it, list the groups
    #[arg(value_name = "GROUP")]
    pub(crate) group: Option<String>,

    /// Only keys (or groups) that start with this
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    pub(crate) prefix: String,

    /// Values too
    #[arg(long, requires = "group")]
    pub(crate) values: bool,

    /// From the last key to the first
    #[arg(long, requires = "group")]
    pub(crate) reverse: bool,

    /// At most so many [default: all]
    #[arg(long, value_name = "N")]
    pub(crate) limit: Option<u64>,
}
