//! Exit statuses: what each one means is written here and nowhere else.

use std::{fmt::Write as _, process::ExitCode};

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    Ok,
    Negative,
    Usage,
    Refused,
    Limit,
    InUse,
    Damaged,
    Storage,
    Trapped,
    Stopped,
    NotAComponent,
    Interrupted,
}

/// Every status of a failure, in the order of the numbers.
const FAILURES: [Exit; 10] = [
    Exit::Negative,
    Exit::Usage,
    Exit::Refused,
    Exit::Limit,
    Exit::InUse,
    Exit::Damaged,
    Exit::Storage,
    Exit::Trapped,
    Exit::Stopped,
    Exit::NotAComponent,
];

impl Exit {
    /// The number that the process ends with.
    pub(crate) fn code(self) -> u8 {
        match self {
            Exit::Ok => 0,
            Exit::Negative => 1,
            Exit::Usage => 2,
            Exit::Refused => 3,
            Exit::Limit => 4,
            Exit::InUse => 5,
            Exit::Damaged => 6,
            Exit::Storage => 7,
            Exit::Trapped => 8,
            Exit::Stopped => 9,
            Exit::NotAComponent => 10,
            // 128 and the number of the signal, as shells have it.
            Exit::Interrupted => 130,
        }
    }

    fn meaning(self) -> &'static str {
        match self {
            Exit::Ok => "done",
            Exit::Negative => "not found: no such tenant, entry or file; a called function or a template failed",
            Exit::Usage => "wrong usage: arguments, names, statements of SQL, templates, larder.toml",
            Exit::Refused => "refused: imports without a grant, writing where only reading is granted",
            Exit::Limit => "a quota or a size limit was reached",
            Exit::InUse => "the tenant is in use by another process, or busy",
            Exit::Damaged => "the data is damaged, of a newer version, or not what larder put there",
            Exit::Storage => "the storage failed: disk full, not writable, input or output error",
            Exit::Trapped => "the guest trapped",
            Exit::Stopped => "the guest was stopped at a limit: time, memory, handles, size of a call",
            Exit::NotAComponent => "the file is not a component that can be used this way",
            Exit::Interrupted => "interrupted",
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(exit.code())
    }
}

/// The part of the help that explains the statuses.
pub(crate) fn help() -> String {
    let mut text = String::from("Exit status:\n");
    for exit in [Exit::Ok].iter().chain(&FAILURES).chain(&[Exit::Interrupted]) {
        let _ = writeln!(text, "  {:>2}  {}", exit.code(), exit.meaning());
    }
    text.push_str(
        "\n`larder run` passes the status of the guest on. When larder itself ends a run, it says so on standard \
         error, in a line that begins with `larder: error:`.\n",
    );
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_are_in_order_and_told_in_the_help() {
        let help = help();
        for (n, exit) in FAILURES.into_iter().enumerate() {
            assert_eq!(usize::from(exit.code()), n + 1);
            assert!(help.contains(exit.meaning()), "{exit:?}");
        }
    }
}
