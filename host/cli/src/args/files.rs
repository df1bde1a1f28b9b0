//! Commands on the files of a tenant.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::TenantArg;

const HELP: &str = "\
Examples:
  larder files put --tenant acme Cargo.lock
  larder files put --create -t new-tenant - notes/today.txt < today.txt
  larder files list -t acme
  larder files get -t acme Cargo.lock > Cargo.lock
  larder files remove -t acme notes/today.txt

A tenant's files are what its plugins see, where files are granted. Paths are relative, with / between names.
";

/// Look into the files of a tenant, and change them
#[derive(Args, Debug)]
#[command(after_long_help = HELP)]
pub(crate) struct FilesArgs {
    #[command(subcommand)]
    pub(crate) command: FilesCommand,
}

/// What to do with files.
#[derive(Debug, Subcommand)]
pub(crate) enum FilesCommand {
    /// List a directory
    List {
        #[command(flatten)]
        tenant: TenantArg,
        /// The directory [default: that of the tenant]
        #[arg(value_name = "PATH", default_value = "", hide_default_value = true)]
        path: String,
    },
    /// Print a file, or write it to one of this machine
    Get {
        #[command(flatten)]
        tenant: TenantArg,
        /// The file of the tenant
        #[arg(value_name = "PATH")]
        path: String,
        /// Write it here
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// Put a file of this machine among those of the tenant; what is there is replaced in one step
    Put {
        #[command(flatten)]
        tenant: TenantArg,
        /// The file of this machine; `-` is standard input
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// Where it goes among the tenant's files, missing directories are made; without it, under its own name at the top
        #[arg(value_name = "PATH", required_if_eq("file", "-"))]
        path: Option<String>,
        /// Make the tenant if there is none of this name
        #[arg(long)]
        create: bool,
    },
    /// Remove a file, a link or an empty directory
    Remove {
        #[command(flatten)]
        tenant: TenantArg,
        /// What to remove
        #[arg(value_name = "PATH")]
        path: String,
    },
}
