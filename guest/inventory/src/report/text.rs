//! What a person reads.

use super::layout::{Column, count, counted, list, plain, table};
use super::{several, time, totals};
use crate::diff::{Change, Changes};
use crate::model::{Inventory, LockFile, PackageId, Problem, Run};
use crate::store::{Forgotten, Recorded};

use Column::{Left, Right};

/// Lines of a list before it is cut.
const LONG: usize = 10;
/// Runs shown of a history.
const LONG_HISTORY: usize = 20;

/// What a scan came to.
pub(crate) fn scanned(recorded: &Recorded, all: bool) -> String {
    let mut text = headline(&recorded.run);
    text += &overview(&recorded.inventory, &recorded.run.files, all);
    text += &match &recorded.previous {
        Some(previous) => differences(&recorded.changes, &recorded.inventory, previous, all),
        None => "\nThis is the first run; the next one says what changed.\n".to_owned(),
    };
    text += &doubles(&recorded.inventory, all);
    text
}

/// What is stored.
pub(crate) fn stored(inventory: &Inventory, run: Option<&Run>, all: bool) -> String {
    let Some(run) = run else {
        return "Nothing is stored yet. `inventory scan` reads the lock files.\n".to_owned();
    };
    let mut text = headline(run);
    text += &overview(inventory, &run.files, all);
    text += &doubles(inventory, all);
    if !run.problems.is_empty() {
        text += &format!("\n{}", problems(&run.problems, all));
    }
    text
}

/// The runs, the newest first.
pub(crate) fn history(runs: &[Run], all: bool) -> String {
    if runs.is_empty() {
        return "There was no run yet. `inventory scan` makes one.\n".to_owned();
    }
    let row = |run: &Run| {
        vec![
            run.id.to_string(),
            time::short(run.at_ms),
            count(run.packages),
            count(run.files.len() as u64),
            format!("+{}", run.added),
            format!("-{}", run.removed),
            format!("~{}", run.changed),
            match run.problems.len() as u64 {
                0 => String::new(),
                problems => counted(problems, "problem", "problems"),
            },
        ]
    };
    let titles = ["RUN", "WHEN", "PACKAGES", "FILES", "ADDED", "REMOVED", "CHANGED", ""];
    let mut rows = vec![titles.map(str::to_owned).to_vec()];
    rows.extend(runs.iter().map(row));
    let columns = [Right, Left, Right, Right, Right, Right, Right, Left];
    list(&columns, &rows, LONG_HISTORY + 1, all)
}

/// What was deleted.
pub(crate) fn forgotten(forgotten: &Forgotten) -> String {
    let packages = counted(forgotten.packages, "package", "packages");
    let runs = counted(forgotten.runs, "run", "runs");
    format!("Forgot {packages} and {runs}.\n")
}

/// What could not be read.
pub(crate) fn problems(problems: &[Problem], all: bool) -> String {
    if problems.is_empty() {
        return String::new();
    }
    let row = |problem: &Problem| {
        let place = match problem.line {
            Some(line) => format!("{}:{line}:", plain(&problem.path)),
            None => format!("{}:", plain(&problem.path)),
        };
        vec![place, plain(&problem.message)]
    };
    let rows: Vec<_> = problems.iter().map(row).collect();
    let what = match problems.len() as u64 {
        1 => "1 file or directory could not be read".to_owned(),
        number => format!("{} files or directories could not be read", count(number)),
    };
    format!("{what}; what the last run knew of it is kept:\n{}", list(&[Left, Left], &rows, LONG, all))
}

fn headline(run: &Run) -> String {
    format!(
        "Run {}, {}: {} in {}\n",
        run.id,
        time::short(run.at_ms),
        counted(run.packages, "package", "packages"),
        counted(run.files.len() as u64, "lock file", "lock files"),
    )
}

/// Totals by ecosystem and by file.
fn overview(inventory: &Inventory, files: &[LockFile], all: bool) -> String {
    let totals = totals(inventory);
    let mut text = String::new();
    if totals.len() > 1 {
        let row = |(ecosystem, total): (&crate::model::Ecosystem, &usize)| {
            vec![ecosystem.name().to_owned(), count(*total as u64)]
        };
        let mut rows = vec![vec!["ECOSYSTEM".to_owned(), "PACKAGES".to_owned()]];
        rows.extend(totals.iter().map(row));
        text += &format!("\n{}", table(&[Left, Right], &rows));
    }
    if files.is_empty() {
        text += "\nThere is no lock file among the files of this tenant. `inventory --help` lists those it knows.\n";
    } else {
        let row = |file: &LockFile| {
            let ecosystem = file.ecosystem.name().to_owned();
            vec![plain(&file.path), ecosystem, count(file.packages)]
        };
        let titles = ["FILE", "ECOSYSTEM", "PACKAGES"];
        let mut rows = vec![titles.map(str::to_owned).to_vec()];
        rows.extend(files.iter().map(row));
        text += &format!("\n{}", list(&[Left, Left, Right], &rows, LONG + 1, all));
    }
    text
}

fn differences(changes: &Changes, inventory: &Inventory, previous: &Run, all: bool) -> String {
    let since = format!("run {} ({})", previous.id, time::short(previous.at_ms));
    if changes.is_empty() {
        return format!("\nNothing changed since {since}.\n");
    }
    let counts =
        [(changes.added.len(), "added"), (changes.removed.len(), "removed"), (changes.changed.len(), "changed")];
    let counts = counts.into_iter().filter(|(number, _)| *number > 0);
    let counts: Vec<String> = counts.map(|(number, what)| format!("{} {what}", count(number as u64))).collect();
    let mut text = format!("\nSince {since}: {}\n", counts.join(", "));
    let columns = [Left, Left, Left, Left];
    let added: Vec<_> = changes.added.iter().map(|id| added(id, inventory)).collect();
    let removed: Vec<_> = changes.removed.iter().map(removed).collect();
    let changed: Vec<_> = changes.changed.iter().map(changed).collect();
    for rows in [added, removed, changed] {
        text += &list(&columns, &rows, LONG, all);
    }
    text
}

fn added(id: &PackageId, inventory: &Inventory) -> Vec<String> {
    let sources = inventory.get(id).map(|package| &package.sources);
    let mut sources = sources.into_iter().flatten();
    let place = match (sources.next(), sources.count()) {
        (None, _) => String::new(),
        (Some(source), 0) => plain(source),
        (Some(source), more) => format!("{} and {more} more", plain(source)),
    };
    vec![signed("+", &id.name), plain(&id.version), id.ecosystem.name().to_owned(), place]
}

fn removed(id: &PackageId) -> Vec<String> {
    vec![signed("-", &id.name), plain(&id.version), id.ecosystem.name().to_owned()]
}

fn changed(change: &Change) -> Vec<String> {
    let versions = format!("{} -> {}", change.from.join(", "), change.to.join(", "));
    vec![signed("~", &change.name), plain(&versions), change.ecosystem.name().to_owned()]
}

fn signed(sign: &str, name: &str) -> String {
    format!("{sign} {}", plain(name))
}

/// Packages that are there in several versions.
fn doubles(inventory: &Inventory, all: bool) -> String {
    let several = several(inventory);
    if several.is_empty() {
        return String::new();
    }
    let rows: Vec<_> = several
        .iter()
        .map(|package| {
            let versions = plain(&package.versions.join(", "));
            vec![plain(package.name), package.ecosystem.name().to_owned(), versions]
        })
        .collect();
    let what = match rows.len() as u64 {
        1 => "1 package is".to_owned(),
        number => format!("{} packages are", count(number)),
    };
    format!("\n{what} there in several versions:\n{}", list(&[Left, Left, Left], &rows, LONG, all))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lockfiles::Format;
    use crate::reading::Reading;

    fn recorded(before: &str, after: &str) -> Recorded {
        let read = |content: &str| {
            let mut reading = Reading::default();
            let format = Format::of("requirements.txt").unwrap();
            reading.add("requirements.txt", format, content.as_bytes());
            reading
        };
        let (before, after) = (read(before), read(after));
        let changes = Changes::between(&before.inventory, &after.inventory);
        let run = |id, reading: &Reading| Run {
            id,
            at_ms: 1_767_225_599_000,
            packages: reading.inventory.len() as u64,
            added: 0,
            removed: 0,
            changed: 0,
            files: reading.files.clone(),
            problems: Vec::new(),
        };
        Recorded { run: run(2, &after), previous: Some(run(1, &before)), inventory: after.inventory, changes }
    }

    #[test]
    fn a_scan_shows_totals_differences_and_doubles() {
        let recorded = recorded(
            "six==1.16.0\ngone==1.0\nkept==1.0\n",
            "six==1.17.0\nnew==2.0\nkept==1.0\nkept==1.10\nkept==1.9\n",
        );
        let expected = "\
Run 2, 2025-12-31 23:59 UTC: 5 packages in 1 lock file

  FILE              ECOSYSTEM  PACKAGES
  requirements.txt  pypi              5

Since run 1 (2025-12-31 23:59 UTC): 3 added, 1 removed, 1 changed
  + kept  1.9   pypi  requirements.txt
  + kept  1.10  pypi  requirements.txt
  + new   2.0   pypi  requirements.txt
  - gone  1.0  pypi
  ~ six  1.16.0 -> 1.17.0  pypi

1 package is there in several versions:
  kept  pypi  1.0, 1.9, 1.10
";
        assert_eq!(scanned(&recorded, false), expected);
    }

    #[test]
    fn the_same_again_says_that_nothing_changed() {
        let text = scanned(&recorded("six==1.16.0\n", "six==1.16.0\n"), false);
        assert!(text.contains("\nNothing changed since run 1 "), "{text}");
    }

    #[test]
    fn what_is_empty_says_what_to_do() {
        assert!(stored(&Inventory::new(), None, false).contains("inventory scan"));
        assert!(history(&[], false).contains("inventory scan"));
    }

    #[test]
    fn problems_name_file_and_line() {
        let problem =
            Problem { path: "a/go.sum".into(), line: Some(3), message: "expected `module version checksum`".into() };
        assert_eq!(
            problems(&[problem], false),
            "1 file or directory could not be read; what the last run knew of it is kept:\n  \
             a/go.sum:3:  expected `module version checksum`\n"
        );
    }
}
