//! A second process: this program again, running one of its tests as a child.
//!
//! Such a test is ignored in an ordinary run, and does nothing without its argument.

use std::{
    hash::{BuildHasher, RandomState},
    io::{BufRead, BufReader, Write},
    process::{Child, ChildStdout, Command, Stdio},
};

const ARGUMENT: &str = "LARDER_TEST_CHILD";

/// What stands before each line of a child; the test harness prints lines too.
const MARK: &str = "child: ";

/// What the parent handed over; `None` in an ordinary run.
pub(crate) fn argument() -> Option<String> {
    std::env::var(ARGUMENT).ok()
}

/// Tell the parent. One write a line, so that a killed child leaves whole lines.
pub(crate) fn say(line: impl std::fmt::Display) {
    let line = format!("{MARK}{line}\n");
    let mut out = std::io::stdout().lock();
    // A parent that has gone needs nothing any more.
    let _ = out.write_all(line.as_bytes()).and_then(|()| out.flush());
}

/// Wait until the parent lets go.
pub(crate) fn wait_for_parent() {
    let _ = std::io::stdin().read_line(&mut String::new());
}

/// The command that runs `test`, such as `sqlite::ownership::the_other_process`, with `argument`.
pub(crate) fn command(test: &str, argument: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", test, "--include-ignored", "--nocapture", "--test-threads=1"]).env(ARGUMENT, argument);
    command
}

/// A running child and what it says.
pub(crate) struct Running {
    pub(crate) child: Child,
    lines: BufReader<ChildStdout>,
}

impl Running {
    pub(crate) fn start(test: &str, argument: &str) -> Running {
        let mut command = command(test, argument);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap());
        Running { child, lines }
    }

    /// The next whole line that it says; `None` when it has ended.
    pub(crate) fn line(&mut self) -> Option<String> {
        loop {
            let mut line = String::new();
            if self.lines.read_line(&mut line).unwrap() == 0 || !line.ends_with('\n') {
                return None;
            }
            if let Some((_, said)) = line.trim_end().split_once(MARK) {
                return Some(said.to_owned());
            }
        }
    }
}

/// How often a host is killed: `LARDER_KILLS`, 20 unless set.
pub(crate) fn kills() -> u64 {
    std::env::var("LARDER_KILLS").map_or(20, |kills| kills.parse().unwrap())
}

/// Run `test` with `argument`, kill it after fewer lines than `lines` and a moment more, and hear all that it said. Lines by
/// themselves fall between the steps of what it does; the moment can be anywhere.
pub(crate) fn kill(test: &str, argument: &str, lines: u64, mut listen: impl FnMut(&str)) {
    let mut host = Running::start(test, argument);
    for _ in 0..random(lines) {
        listen(&host.line().expect("the host goes on until it is killed"));
    }
    for _ in 0..random(200_000) {
        std::hint::spin_loop();
    }
    host.child.kill().unwrap();
    while let Some(line) = host.line() {
        listen(&line);
    }
}

fn random(below: u64) -> u64 {
    RandomState::new().hash_one(()) % below
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
