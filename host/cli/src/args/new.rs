//! Making a project.

use std::path::PathBuf;

use clap::Args;

use crate::project::Language;

const NEW_HELP: &str = "\
Examples:
  larder new --lang rust visits
  larder new --lang python --name inbox ./plugins/inbox-2
  larder new --lang js .                      # here, where nothing is yet

The project builds and runs as it is: it counts visits to pages. It has the plugin's source, larder.toml with a grant and limits, a \
test that runs the component for two tenants, and copies of what larder brings for the language; its README has the commands.
";

/// Make a project for a plugin, that builds and runs as it is
#[derive(Args, Debug)]
#[command(after_long_help = NEW_HELP)]
pub(crate) struct NewArgs {
    /// The language
    #[arg(short, long, value_enum, value_name = "LANGUAGE")]
    pub(crate) lang: Language,

    /// The project's name [default: that of the directory]
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,

    /// The directory, which is made; one that is there has to be empty
    #[arg(value_name = "DIRECTORY")]
    pub(crate) directory: PathBuf,
}
