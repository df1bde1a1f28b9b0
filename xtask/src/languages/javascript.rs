//! JavaScript: the packages of a lock file, and the scripts of each component's `package.json`.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::Component;
use crate::process::{self, Echo};
use crate::project::Project;
use crate::test::Summary;
use crate::toolchain;

/// `build` is a script of the folder's `package.json`, or of one above it.
pub(super) const COMPONENTS: [Component; 3] = [
    Component { name: "sessions", folder: "examples/js-sessions", build: &["build"] },
    Component { name: "sessions_tests", folder: "examples/js-sessions/tests", build: &["build"] },
    Component { name: "js_checks", folder: "guest/js/test/component", build: &["component"] },
];

/// The oldest Node that componentize-js and the tests run on.
const OLDEST: (u32, u32) = (18, 19);

pub(super) fn build(project: &Project, components: &[&Component]) -> Result<()> {
    let packages = setup(project)?;
    for component in components {
        let mut npm = npm(&packages)?;
        npm.current_dir(component.folder(project)).args(["run", "--silent"]).args(component.build);
        process::run_with_tail(&mut npm, Echo::Hidden)?;
    }
    Ok(())
}

/// Where the packages are, installed anew when the lock file is another.
fn setup(project: &Project) -> Result<PathBuf> {
    let (package, tools) = (project.root().join("guest/js"), project.tools().join("js"));
    let packages = tools.join("node_modules");
    let stamp = tools.join("installed.json");
    let wanted = fs::read_to_string(package.join("package-lock.json"))?;
    if fs::read_to_string(&stamp).is_ok_and(|there| there == wanted) {
        return Ok(packages);
    }
    check_version()?;
    fs::create_dir_all(&tools)?;
    for file in ["package.json", "package-lock.json", ".npmrc"] {
        fs::copy(package.join(file), tools.join(file)).with_context(|| format!("cannot copy {file}"))?;
    }
    let mut install = npm(&packages)?;
    // No script of a package has to run: their programs are files of theirs.
    install.current_dir(&tools).args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel", "error"]);
    process::run_with_tail(&mut install, Echo::Hidden)?;
    link(&package, &packages.join("larder-guest"))?;
    fs::write(&stamp, wanted)?;
    Ok(packages)
}

/// An npm that finds the packages' programs, and lets what it runs find the packages.
fn npm(packages: &Path) -> Result<Command> {
    let mut command = Command::new("npm");
    let path = env::var_os("PATH").unwrap_or_default();
    let path = env::join_paths([packages.join(".bin")].into_iter().chain(env::split_paths(&path)))?;
    command.env("PATH", path).env("NODE_PATH", packages).env("NO_UPDATE_NOTIFIER", "1");
    Ok(command)
}

#[cfg(unix)]
fn link(to: &Path, at: &Path) -> Result<()> {
    std::os::unix::fs::symlink(to, at).with_context(|| format!("cannot make {}", at.display()))
}

/// The tests run on Linux; this lets the others compile.
#[cfg(not(unix))]
fn link(to: &Path, _at: &Path) -> Result<()> {
    bail!("{} has to be found as a package by a link, and here there are none", to.display())
}

fn check_version() -> Result<()> {
    for program in ["node", "npm"] {
        if !toolchain::on_path(program) {
            let package = if program == "node" { "nodejs" } else { program };
            toolchain::install_package(package).with_context(|| {
                format!("{program} is missing; type `sudo apt-get install nodejs npm`, or what your system has for it")
            })?;
        }
    }
    let text = process::output(Command::new("node").arg("--version"))?;
    if version(&text).is_none_or(|found| found < OLDEST) {
        bail!("Node {} is too old for the guests in JavaScript: they take {}.{}", text.trim(), OLDEST.0, OLDEST.1);
    }
    Ok(())
}

/// `(18, 20)` from `v18.20.4`.
fn version(text: &str) -> Option<(u32, u32)> {
    let mut numbers = text.trim().strip_prefix('v')?.split('.');
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

/// The package's unit tests, and its types.
pub(super) fn test(project: &Project, total: &mut Summary) -> Result<()> {
    let packages = setup(project)?;
    let package = project.root().join("guest/js");
    let mut tests = npm(&packages)?;
    tests.current_dir(&package).args(["test", "--silent"]);
    let (mut passed, mut failed, mut said) = (0, 0, Vec::new());
    let status = process::for_each_line(&mut tests, |line| {
        passed += sum(line, "pass").unwrap_or(0);
        failed += sum(line, "fail").unwrap_or(0);
        said.push(line.to_owned());
    })?;
    if !status.success() {
        println!("{}", said.join("\n"));
    }
    println!("   {passed} passed, {failed} failed");
    let broken = u64::from(!status.success() && failed == 0);
    total.add_run(passed, failed + broken);
    if !status.success() || passed == 0 {
        bail!("`{}` failed ({status})", process::shown(&tests));
    }
    let mut types = npm(&packages)?;
    process::run_with_tail(types.current_dir(&package).args(["run", "--silent", "types"]), Echo::Hidden)
}

/// The number of a closing line, `# pass 34` or `\u{2139} pass 34`: which one depends on the version of Node.
fn sum(line: &str, name: &str) -> Option<u64> {
    let line = line.strip_prefix("# ").or_else(|| line.strip_prefix("\u{2139} "))?;
    line.strip_prefix(name)?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sums_of_both_reporters_are_read() {
        assert_eq!(sum("# pass 34", "pass"), Some(34));
        assert_eq!(sum("\u{2139} fail 0", "fail"), Some(0));
        assert_eq!(sum("    # pass is no sum", "pass"), None);
    }

    #[test]
    fn the_version_of_node_is_read() {
        assert_eq!(version("v18.20.4\n"), Some((18, 20)));
        assert_eq!(version("18"), None);
    }

    #[test]
    fn the_examples_versions_are_those_of_the_lock_file() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let read = |path: &str| -> serde_json::Value {
            serde_json::from_str(&fs::read_to_string(root.join(path)).unwrap()).unwrap()
        };
        let (example, package) = (read("examples/js-sessions/package.json"), read("guest/js/package.json"));
        for (name, version) in example["devDependencies"].as_object().unwrap() {
            assert_eq!(package["devDependencies"][name], *version, "{name}");
        }
    }
}
