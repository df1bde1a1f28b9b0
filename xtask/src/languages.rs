//! Guests in other languages than Rust, built with those languages' own tools.
//!
//! A component is built in its folder, as its author would, and copied to `target/guests/`; the tools are below
//! `target/tools/`, of versions that lock files pin. What is newer than all it is made of is not built again.

mod c;
mod javascript;
mod python;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::SystemTime;

use anyhow::{Context, Error, Result};
use clap::ValueEnum;

use crate::phases::Phases;
use crate::project::Project;
use crate::test::Summary;

/// A language that has a guide in `docs/guests/`.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Language {
    /// componentize-py.
    Python,
    /// componentize-js.
    Javascript,
    /// wit-bindgen c, clang and wasi-libc.
    C,
}

impl Language {
    fn name(self) -> &'static str {
        match self {
            Language::Python => "Python",
            Language::Javascript => "JavaScript",
            Language::C => "C",
        }
    }

    fn components(self) -> &'static [Component] {
        match self {
            Language::Python => &python::COMPONENTS,
            Language::Javascript => &javascript::COMPONENTS,
            Language::C => &c::COMPONENTS,
        }
    }

    /// What all components of the language are made of, besides their own folder and the contract.
    fn shared(self) -> &'static [&'static str] {
        match self {
            Language::Python => &["guest/python/src", "guest/python/requirements.txt", "guest/python/pyproject.toml"],
            Language::Javascript => &["guest/js/index.js", "guest/js/src", "guest/js/package-lock.json"],
            Language::C => &["guest/c/larder.h", "guest/c/start.c", "guest/c/component.mk"],
        }
    }
}

/// What is built in a folder.
pub(crate) struct Component {
    /// Its file in `target/guests/`, without the ending.
    name: &'static str,
    /// From the top. The build leaves its file in a folder `target` there, which git and the tests pass over.
    folder: &'static str,
    /// How to build it, in the language's terms.
    build: &'static [&'static str],
}

impl Component {
    fn folder(&self, project: &Project) -> PathBuf {
        project.root().join(self.folder)
    }

    fn built(&self, project: &Project) -> PathBuf {
        self.folder(project).join("target").join(self.file_name())
    }

    fn file_name(&self) -> String {
        format!("{}.wasm", self.name)
    }
}

/// Whether a file of `target/guests/` is one of another language's components.
pub(crate) fn made(path: &Path) -> bool {
    let mut components = Language::value_variants().iter().flat_map(|language| language.components());
    components.any(|component| path.ends_with(component.file_name()))
}

/// `cargo xtask languages`.
pub(crate) fn run(project: &Project, languages: &[Language], test: bool, phases: &mut Phases) -> ExitCode {
    let mut failed = build(project, languages, phases);
    if test {
        failed.extend(test_packages(project, phases, &mut Summary::default()));
    }
    print!("\n{}", phases.table());
    for error in &failed {
        eprintln!("error: {error:#}");
    }
    if failed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Build the components of some languages, of all if none is named; one that fails does not keep the others from being
/// built.
///
/// # Errors
/// What failed, for each language; a tool that is missing comes with the command that installs it.
pub(crate) fn build(project: &Project, languages: &[Language], phases: &mut Phases) -> Vec<Error> {
    let all = Language::value_variants();
    let wanted = if languages.is_empty() { all } else { languages };
    let built = wanted
        .iter()
        .map(|language| phases.run(&format!("guests in {}", language.name()), || build_language(project, *language)));
    built.filter_map(Result::err).collect()
}

fn build_language(project: &Project, language: Language) -> Result<()> {
    let mut stale = Vec::new();
    for component in language.components() {
        let inputs = language.shared().iter().chain(&["wit"]).map(|path| project.root().join(path));
        let inputs: Vec<PathBuf> = inputs.chain([component.folder(project)]).collect();
        if !is_current(&component.built(project), &inputs)? {
            stale.push(component);
        }
    }
    if !stale.is_empty() {
        match language {
            Language::Python => python::build(project, &stale)?,
            Language::Javascript => javascript::build(project, &stale)?,
            Language::C => c::build(project, &stale)?,
        }
    }
    fs::create_dir_all(project.guests())?;
    for component in language.components() {
        publish(&component.built(project), &project.guests().join(component.file_name()))?;
        println!("   {}{}", component.file_name(), if stale.is_empty() { ", as it was" } else { "" });
    }
    Ok(())
}

/// Copy a component, unless the same is there already.
fn publish(from: &Path, to: &Path) -> Result<()> {
    let content = fs::read(from).with_context(|| format!("cannot read {}", from.display()))?;
    if fs::read(to).is_ok_and(|there| there == content) {
        return Ok(());
    }
    fs::write(to, content).with_context(|| format!("cannot write {}", to.display()))
}

/// Whether `output` is newer than every file at or below `inputs`.
fn is_current(output: &Path, inputs: &[PathBuf]) -> Result<bool> {
    let Ok(made) = fs::metadata(output).and_then(|metadata| metadata.modified()) else { return Ok(false) };
    for input in inputs {
        if newest(input)? >= made {
            return Ok(false);
        }
    }
    Ok(true)
}

/// When the newest of the files at or below `path` was changed, but for what builds leave there.
fn newest(path: &Path) -> Result<SystemTime> {
    const MADE: [&str; 3] = ["target", "node_modules", "__pycache__"];
    let metadata = fs::metadata(path).with_context(|| format!("cannot read {}", path.display()))?;
    if !metadata.is_dir() {
        return Ok(metadata.modified()?);
    }
    let mut newest = SystemTime::UNIX_EPOCH;
    for entry in path.read_dir()? {
        let entry = entry?;
        if !MADE.iter().any(|made| entry.file_name() == *made) {
            newest = newest.max(self::newest(&entry.path())?);
        }
    }
    Ok(newest)
}

/// The tests of the packages that guests use, which need no component.
///
/// # Errors
/// When one fails, or the tool that runs them is missing.
pub(crate) fn test_packages(project: &Project, phases: &mut Phases, total: &mut Summary) -> Vec<Error> {
    let python = phases.run("tests of larder-guest in Python", || python::test(project, total));
    let javascript = phases.run("tests of larder-guest in JavaScript", || javascript::test(project, total));
    [python, javascript].into_iter().filter_map(Result::err).collect()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn what_is_newer_than_all_it_is_made_of_is_current() -> Result<()> {
        let scratch = std::env::temp_dir().join(format!("xtask-languages-{}", std::process::id()));
        let (source, output) = (scratch.join("source/deep/a.py"), scratch.join("source/target/a.wasm"));
        for path in [&source, &output] {
            fs::create_dir_all(path.parent().unwrap())?;
            fs::write(path, "")?;
        }
        let at = |path: &Path, seconds: u64| -> Result<()> {
            let time = SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
            Ok(fs::File::options().write(true).open(path)?.set_modified(time)?)
        };
        let inputs = [scratch.join("source")];
        at(&source, 10)?;
        at(&output, 11)?;
        assert!(is_current(&output, &inputs)?);
        at(&source, 11)?;
        assert!(!is_current(&output, &inputs)?);
        assert!(!is_current(&scratch.join("none"), &inputs)?);
        fs::remove_dir_all(&scratch)?;
        Ok(())
    }

    #[test]
    fn components_are_known_by_their_files() {
        assert!(made(Path::new("target/guests/inbox.wasm")));
        assert!(!made(Path::new("target/guests/visits.wasm")));
    }
}
