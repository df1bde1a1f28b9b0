//! What the lock files of a tree say.

use larder_guest::files::{Directory, FileError, Kind};

use crate::lockfiles::{Fault, Format, Found};
use crate::model::{Inventory, LockFile, PackageId, Problem};

/// Directories that hold what was installed, not what is asked for.
const PASSED_OVER: [&str; 2] = ["node_modules", ".git"];
/// A longer name is a mistake; the store takes keys of 4,096 bytes.
const MAX_NAME_BYTES: usize = 2_048;
const MAX_VERSION_BYTES: usize = 1_024;

/// What was found, and what could not be read.
#[derive(Debug, Default)]
pub(crate) struct Reading {
    pub(crate) inventory: Inventory,
    pub(crate) files: Vec<LockFile>,
    pub(crate) problems: Vec<Problem>,
}

/// Reads every lock file below a directory.
///
/// A file or directory that cannot be read is a problem, and the rest goes on.
///
/// # Errors
/// When the directory itself cannot be read.
pub(crate) fn read(directory: &Directory) -> Result<Reading, FileError> {
    let mut reading = Reading::default();
    let mut pending = reading.visit(directory, "")?;
    while let Some(path) = pending.pop() {
        match reading.visit(directory, &path) {
            Ok(below) => pending.extend(below),
            Err(error) => reading.problem(&path, None, error.to_string()),
        }
    }
    reading.files.sort_by(|a, b| a.path.cmp(&b.path));
    reading.problems.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(reading)
}

impl Reading {
    /// Reads the lock files in one directory and answers the directories in it.
    fn visit(&mut self, directory: &Directory, path: &str) -> Result<Vec<String>, FileError> {
        let mut below = Vec::new();
        for item in directory.list(path) {
            let item = item?;
            let place = join(path, &item.name);
            match (item.info.kind, Format::of(&item.name)) {
                (Kind::Directory, _) if PASSED_OVER.contains(&item.name.as_str()) => {}
                (Kind::Directory, _) => below.push(place),
                (Kind::File, Some(format)) => match directory.read(&place) {
                    Ok(content) => self.add(&place, format, &content),
                    Err(error) => self.problem(&place, None, error.to_string()),
                },
                (Kind::Other, Some(_)) => {
                    self.problem(&place, None, FileError::NotAFile.to_string());
                }
                (Kind::File | Kind::Other, _) => {}
            }
        }
        Ok(below)
    }

    /// Adds what the lock file at `path` names.
    pub(crate) fn add(&mut self, path: &str, format: Format, content: &[u8]) {
        match format.parse(content).and_then(checked) {
            Ok(found) => self.merge(path, format, found),
            Err(fault) => self.problem(path, fault.line, fault.message),
        }
    }

    fn merge(&mut self, path: &str, format: Format, found: Vec<Found>) {
        let mut packages = 0;
        for Found { name, version, checksum } in found {
            let id = PackageId { ecosystem: format.ecosystem, name, version };
            let package = self.inventory.entry(id).or_default();
            packages += u64::from(package.sources.insert(path.to_owned()));
            // Whatever the order of the files, the answer is the same.
            package.checksum = match (package.checksum.take(), checksum) {
                (Some(old), Some(new)) => Some(old.max(new)),
                (old, new) => old.or(new),
            };
        }
        self.files.push(LockFile { path: path.to_owned(), ecosystem: format.ecosystem, packages });
    }

    fn problem(&mut self, path: &str, line: Option<u64>, message: String) {
        self.problems.push(Problem { path: path.to_owned(), line, message });
    }

    /// Keeps what `before` knew from files that cannot be read now: not being
    /// able to look is no sign that something is gone.
    pub(crate) fn with_unread(&self, before: &Inventory) -> Inventory {
        let mut inventory = self.inventory.clone();
        for (id, package) in before {
            let unread = package.sources.iter().filter(|source| self.is_unread(source));
            for source in unread {
                let kept = inventory.entry(id.clone()).or_default();
                kept.sources.insert(source.clone());
                if kept.checksum.is_none() {
                    kept.checksum.clone_from(&package.checksum);
                }
            }
        }
        inventory
    }

    fn is_unread(&self, source: &str) -> bool {
        self.problems.iter().any(|problem| {
            source.strip_prefix(&problem.path).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    }
}

fn checked(found: Vec<Found>) -> Result<Vec<Found>, Fault> {
    let bad = found.iter().find(|found| {
        found.name.is_empty()
            || found.version.is_empty()
            // Keys are `name@version`, and only npm's names begin with one.
            || found.name.chars().skip(1).any(|c| c == '@')
            || found.name.len() > MAX_NAME_BYTES
            || found.version.len() > MAX_VERSION_BYTES
    });
    match bad {
        Some(found) => {
            let name: String = found.name.chars().take(40).collect();
            Err(Fault {
                line: None,
                message: format!("the name or version of package `{name}` is empty, too long, or holds `@`"),
            })
        }
        None => Ok(found),
    }
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}/{name}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reading(files: &[(&str, &str)]) -> Reading {
        let mut reading = Reading::default();
        for (path, content) in files {
            let name = path.rsplit('/').next().unwrap();
            reading.add(path, Format::of(name).unwrap(), content.as_bytes());
        }
        reading
    }

    const SIX: &str = "six==1.17.0\n";
    const BROKEN: &str = "six==1.17.0\n<<<<<<< HEAD\n";

    #[test]
    fn a_package_in_two_files_has_two_sources() {
        let reading = reading(&[("a/requirements.txt", SIX), ("b/requirements.txt", SIX)]);
        assert_eq!(reading.inventory.len(), 1);
        let package = reading.inventory.values().next().unwrap();
        assert_eq!(package.sources.len(), 2);
        assert_eq!(reading.files[1].packages, 1);
    }

    #[test]
    fn a_broken_file_is_a_problem_and_the_others_count() {
        let reading = reading(&[("a/requirements.txt", BROKEN), ("b/requirements.txt", SIX)]);
        assert_eq!(reading.inventory.len(), 1);
        assert_eq!(reading.problems[0].path, "a/requirements.txt");
        assert_eq!(reading.problems[0].line, Some(2));
    }

    #[test]
    fn what_cannot_be_read_now_is_kept_as_it_was() {
        let before = reading(&[("a/requirements.txt", SIX), ("b/requirements.txt", "tomli==2.0.1")]);
        let now = reading(&[("a/requirements.txt", BROKEN)]);
        let after = now.with_unread(&before.inventory);
        let names: Vec<&str> = after.keys().map(|id| id.name.as_str()).collect();
        assert_eq!(names, ["six"]);
    }

    #[test]
    fn a_directory_that_cannot_be_read_keeps_what_is_below_it_alone() {
        let before = reading(&[("a/requirements.txt", SIX), ("ab/requirements.txt", "tomli==2.0.1")]);
        let mut now = Reading::default();
        now.problem("a", None, "closed".into());
        let after = now.with_unread(&before.inventory);
        assert_eq!(after.keys().next().unwrap().name, "six");
        assert_eq!(after.len(), 1);
    }

    #[test]
    fn a_name_without_letters_or_end_is_refused() {
        let long = format!("{}==1.0\n", "x".repeat(3000));
        let reading = reading(&[("requirements.txt", &long)]);
        assert!(reading.problems[0].message.contains("too long"));
    }
}
