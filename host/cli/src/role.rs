//! What a component is for, and the command that does it.

use larder::Role;

use crate::failure::Failure;

/// The command that a component of this kind is for.
pub(crate) fn verb(role: Role) -> &'static str {
    match role {
        Role::Command => "run",
        Role::HttpHandler => "serve",
        Role::Tests => "test",
        // What a trigger is called for is in larder.toml, not in flags; by hand its function is called.
        _ => "call",
    }
}

/// What it is, in words.
pub(crate) fn shown(role: Role) -> &'static str {
    match role {
        Role::Command => "a program for the command line (`larder run`)",
        Role::HttpHandler => "an HTTP handler (`larder serve`)",
        Role::Trigger => "a trigger, called when something changes (`larder triggers run`)",
        Role::Tests => "tests of a plugin (`larder test`)",
        Role::Nothing => "it exports nothing",
        _ => "functions to call (`larder call`)",
    }
}

/// Why `larder run` does not run it.
pub(crate) fn not_a_command(role: Role) -> Failure {
    let failure = Failure::from(larder::RunError::NotACommand);
    failure.hint(match role {
        Role::HttpHandler => "it is an HTTP handler: `larder serve` answers requests with it",
        Role::Trigger => {
            "it is a trigger: give it a table `on-change` in larder.toml, and `larder triggers run` calls it"
        }
        _ => "`larder call` lists the functions that it exports, and calls them",
    })
}
