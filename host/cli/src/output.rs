//! What is printed, for a person or for a program.

use std::{
    io::{self, BufWriter, IsTerminal, StdoutLock, Write},
    process::ExitCode,
};

use serde::Serialize;

use crate::{
    args::{Color, Global},
    failure::{Failure, Result},
};

/// How output looks.
pub(crate) struct Output {
    json: bool,
    verbose: bool,
    /// Goes before each line of ours on standard error where a guest writes there too.
    prefix: &'static str,
    colored_output: bool,
    colored_errors: bool,
}

/// Looks that text can have on a terminal.
#[derive(Clone, Copy)]
pub(crate) enum Look {
    Heading,
    Good,
    Bad,
    Faint,
}

impl Output {
    pub(crate) fn new(global: &Global, prefix: &'static str) -> Output {
        let colored = |terminal: bool| match global.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()),
        };
        Output {
            json: global.json,
            verbose: global.verbose > 0,
            prefix,
            colored_output: colored(io::stdout().is_terminal()),
            colored_errors: colored(io::stderr().is_terminal()),
        }
    }

    /// Whether a program reads the output.
    pub(crate) fn is_json(&self) -> bool {
        self.json
    }

    /// Whether a person watches standard output.
    pub(crate) fn is_terminal(&self) -> bool {
        io::stdout().is_terminal()
    }

    /// Whether a person watches standard error, so that progress can be told there.
    pub(crate) fn shows_progress(&self) -> bool {
        !self.json && io::stderr().is_terminal()
    }

    /// Tell on standard error what goes on.
    pub(crate) fn progress(&self, text: &str) {
        // Progress that nobody can see is none.
        let _ = write!(io::stderr(), "{text}").and_then(|()| io::stderr().flush());
    }

    /// Tell a line on standard error.
    pub(crate) fn notice(&self, text: &str) {
        // A notice that nobody can see is none.
        let _ = writeln!(io::stderr(), "{text}");
    }

    /// `text` with a look, where standard output shows it.
    pub(crate) fn styled(&self, look: Look, text: &str) -> String {
        style(self.colored_output, look, text)
    }

    /// Standard output, buffered: call [`Lines::finish`] at the end.
    pub(crate) fn lines(&self) -> Lines {
        Lines(BufWriter::new(io::stdout().lock()))
    }

    /// Print one line.
    pub(crate) fn line(&self, text: &str) -> Result<()> {
        let mut lines = self.lines();
        lines.text(text)?;
        lines.finish()
    }

    /// Print one value as a line of JSON.
    pub(crate) fn value(&self, value: &impl Serialize) -> Result<()> {
        let mut lines = self.lines();
        lines.value(value)?;
        lines.finish()
    }

    /// Print bytes as they are.
    pub(crate) fn bytes(&self, bytes: &[u8]) -> Result<()> {
        let mut lines = self.lines();
        lines.bytes(bytes)?;
        lines.finish()
    }

    /// Tell the user why it went wrong, and answer the status to end with.
    pub(crate) fn fail(&self, failure: &Failure) -> ExitCode {
        if !failure.message.is_empty() {
            // There is nobody left to tell when standard error is closed.
            let _ = self.tell(failure);
        }
        failure.exit.into()
    }

    fn tell(&self, failure: &Failure) -> io::Result<()> {
        let mut stderr = io::stderr().lock();
        if self.json {
            let error = serde_json::to_string(&ErrorJson { error: failure }).map_err(io::Error::from)?;
            return writeln!(stderr, "{error}");
        }
        let prefix = self.prefix;
        writeln!(stderr, "{prefix}{} {}", style(self.colored_errors, Look::Bad, "error:"), failure.message)?;
        if let (true, Some(detail)) = (self.verbose, &failure.detail) {
            writeln!(stderr, "{}", detail.trim_end())?;
        } else if let Some(hint) = &failure.hint {
            writeln!(stderr, "{prefix}{} {hint}", style(self.colored_errors, Look::Heading, "hint:"))?;
        }
        Ok(())
    }
}

/// An error for programs.
#[derive(Serialize)]
struct ErrorJson<'a> {
    error: &'a Failure,
}

fn style(on: bool, look: Look, text: &str) -> String {
    let code = match look {
        Look::Heading => "1",
        Look::Good => "32",
        Look::Bad => "1;31",
        Look::Faint => "2",
    };
    if on { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
}

/// Standard output, written in large pieces.
pub(crate) struct Lines(BufWriter<StdoutLock<'static>>);

impl Lines {
    /// A line of text.
    pub(crate) fn text(&mut self, text: &str) -> Result<()> {
        writeln!(self.0, "{text}").map_err(|error| Failure::output(&error))
    }

    /// A value as a line of JSON.
    pub(crate) fn value(&mut self, value: &impl Serialize) -> Result<()> {
        serde_json::to_writer(&mut self.0, value)
            .map_err(io::Error::from)
            .and_then(|()| writeln!(self.0))
            .map_err(|error| Failure::output(&error))
    }

    /// Bytes as they are.
    pub(crate) fn bytes(&mut self, bytes: &[u8]) -> Result<()> {
        self.0.write_all(bytes).map_err(|error| Failure::output(&error))
    }

    /// Write what is left.
    pub(crate) fn finish(mut self) -> Result<()> {
        self.0.flush().map_err(|error| Failure::output(&error))
    }
}
