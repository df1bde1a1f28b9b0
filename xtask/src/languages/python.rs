//! Python: a virtual environment with componentize-py and this repository's package.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::Component;
use crate::process::{self, Echo};
use crate::project::Project;
use crate::test::Summary;
use crate::toolchain;

/// `build` is the world, the module, and where else there are packages.
pub(super) const COMPONENTS: [Component; 3] = [
    Component { name: "inbox", folder: "examples/python-inbox", build: &["example:inbox/plugin", "app"] },
    Component {
        name: "inbox_tests",
        folder: "examples/python-inbox/tests",
        build: &["example:inbox-tests/tests", "tests", "../../../wit/test"],
    },
    Component {
        name: "python_checks",
        folder: "guest/python/tests/component",
        build: &["larder-guest:tests/program", "checks"],
    },
];

/// What the package brings of the contract.
const IMPORTS: &str = "larder:store/database@0.1.0";

const OLDEST: (u32, u32) = (3, 11);

pub(super) fn build(project: &Project, components: &[&Component]) -> Result<()> {
    let environment = setup(project)?;
    // Installed and not read where it lies: it has the contract by a link, which componentize-py does not follow.
    let mut package = pip(&environment);
    package.args(["install", "--quiet", "--no-deps", "--no-build-isolation", "--force-reinstall"]);
    process::run_with_tail(package.arg(project.root().join("guest/python")), Echo::Hidden)?;
    for component in components {
        let folder = component.folder(project);
        fs::create_dir_all(folder.join("target"))?;
        let mut command = Command::new(environment.join("bin/componentize-py"));
        command.current_dir(&folder).env("VIRTUAL_ENV", &environment);
        for path in component.build[2..].iter().chain(&["wit"]) {
            command.args(["-d", path]);
        }
        command.args(["--quiet", "-w", component.build[0], "-w", IMPORTS]);
        command.args(["componentize", component.build[1], "-o"]).arg(component.built(project));
        process::run_with_tail(&mut command, Echo::Hidden)?;
    }
    Ok(())
}

/// The environment, made anew when the versions in it are to be others.
fn setup(project: &Project) -> Result<PathBuf> {
    let environment = project.tools().join("python");
    let requirements = project.root().join("guest/python/requirements.txt");
    let wanted = fs::read_to_string(&requirements)?;
    let stamp = environment.join("requirements.txt");
    if fs::read_to_string(&stamp).is_ok_and(|there| there == wanted) {
        return Ok(environment);
    }
    check_version()?;
    let mut venv = Command::new("python3");
    venv.args(["-m", "venv", "--clear"]).arg(&environment);
    if process::run_with_tail(&mut venv, Echo::Hidden).is_err() {
        toolchain::install_package("python3-venv").context(missing("the module venv of Python"))?;
        process::run_with_tail(&mut venv, Echo::Hidden)?;
    }
    let mut install = pip(&environment);
    install.args(["install", "--quiet", "--require-hashes", "--requirement"]).arg(&requirements);
    process::run_with_tail(&mut install, Echo::Hidden)?;
    fs::write(&stamp, wanted)?;
    Ok(environment)
}

fn pip(environment: &std::path::Path) -> Command {
    let mut command = Command::new(environment.join("bin/python"));
    command.args(["-m", "pip", "--disable-pip-version-check"]);
    command
}

fn check_version() -> Result<()> {
    if !toolchain::on_path("python3") {
        toolchain::install_package("python3").context(missing("python3"))?;
    }
    let text = process::output(Command::new("python3").arg("--version"))?;
    if version(&text).is_none_or(|found| found < OLDEST) {
        bail!("{} is too old for the guests in Python: they take {}.{} or newer", text.trim(), OLDEST.0, OLDEST.1);
    }
    Ok(())
}

/// `(3, 11)` from `Python 3.11.2`.
fn version(text: &str) -> Option<(u32, u32)> {
    let mut numbers = text.split_whitespace().nth(1)?.split('.');
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

fn missing(what: &str) -> String {
    format!("{what} is missing; type `sudo apt-get install python3 python3-venv`, or what your system has for it")
}

/// The package's unit tests.
pub(super) fn test(project: &Project, total: &mut Summary) -> Result<()> {
    let mut command = Command::new(setup(project)?.join("bin/python"));
    command.args(["-W", "error", "-m", "unittest", "discover", "-t", ".", "-s", "tests"]);
    command.current_dir(project.root().join("guest/python")).env("PYTHONDONTWRITEBYTECODE", "1");
    // The runner writes to standard error alone.
    let output = command.output().context("cannot start Python")?;
    let text = String::from_utf8_lossy(&output.stderr);
    print!("{text}");
    let run = text.lines().find_map(|line| line.strip_prefix("Ran ")?.split(' ').next()?.parse().ok()).unwrap_or(0);
    let failed = if output.status.success() { 0 } else { failures(&text).max(1) };
    total.add_run(run.max(failed) - failed, failed);
    if failed > 0 || run == 0 {
        bail!("`{}` failed ({})", process::shown(&command), output.status);
    }
    Ok(())
}

/// The sum of the numbers in `FAILED (failures=1, errors=2)`.
fn failures(text: &str) -> u64 {
    let line = text.lines().find_map(|line| line.strip_prefix("FAILED (")).unwrap_or_default();
    line.split(['=', ',', ')']).filter_map(|part| part.trim().parse::<u64>().ok()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_and_failures_are_read() {
        assert_eq!(version("Python 3.11.2\n"), Some((3, 11)));
        assert_eq!(version("Python"), None);
        assert_eq!(failures("Ran 5 tests in 0.1s\n\nFAILED (failures=1, errors=2)\n"), 3);
        assert_eq!(failures("OK"), 0);
    }
}
