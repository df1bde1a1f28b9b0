//! Asking before much is deleted.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};

use crate::failure::{Failure, Result};

/// Ask `question` on the terminal, unless `yes` answers it. Where nobody can be asked, it is an error.
pub(crate) fn confirm(question: &str, yes: bool) -> Result<bool> {
    if yes {
        return Ok(true);
    }
    if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
        return Err(Failure::usage("deleting this has to be confirmed").hint("add `--yes`"));
    }
    let asked = write!(io::stderr(), "{question} [y/N] ").and_then(|()| io::stderr().flush());
    let mut answer = String::new();
    match asked.and_then(|()| io::stdin().lock().read_line(&mut answer)) {
        Ok(_) => Ok(matches!(answer.trim(), "y" | "Y" | "yes" | "Yes")),
        Err(error) => Err(Failure::usage(format!("the question was not answered: {error}")).hint("add `--yes`")),
    }
}
