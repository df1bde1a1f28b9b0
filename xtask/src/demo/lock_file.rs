//! A `Cargo.lock` with a change of each kind.

use anyhow::{Context, Result};

const START: &str = "[[package]]\n";

/// A changed lock file, and what was changed.
#[derive(Debug)]
pub(super) struct Changed {
    pub(super) text: String,
    pub(super) added: String,
    pub(super) removed: String,
    pub(super) updated: String,
}

/// The packages that the text of a `Cargo.lock` has; each name and version once.
pub(super) fn count(text: &str) -> usize {
    text.matches(START).count()
}

/// Give one package another version, leave one out, and add one.
///
/// # Errors
/// When the file has too few packages that are there in one version only.
pub(super) fn change(text: &str) -> Result<Changed> {
    let single: Vec<&str> = blocks(text).filter(|block| occurs_once(text, block)).collect();
    let [updated, .., removed] = single.as_slice() else { return None.context("the lock file has too few packages") };
    let version = field(updated, "version").context("a package of the lock file has no version")?;
    let newer = updated.replacen(&format!("version = \"{version}\""), &format!("version = \"{version}-demo\""), 1);
    let added = "a-package-that-was-added";
    let entry = format!("{START}name = \"{added}\"\nversion = \"1.0.0\"\n\n");
    let text = text.replacen(&whole(removed), "", 1).replacen(&whole(updated), &format!("{entry}{START}{newer}"), 1);
    Ok(Changed { text, added: added.into(), removed: name(removed).into(), updated: name(updated).into() })
}

fn blocks(text: &str) -> impl Iterator<Item = &str> {
    text.split(START).skip(1)
}

fn whole(block: &str) -> String {
    format!("{START}{block}")
}

fn occurs_once(text: &str, block: &str) -> bool {
    blocks(text).filter(|other| name(other) == name(block)).count() == 1
}

fn name(block: &str) -> &str {
    field(block, "name").unwrap_or_default()
}

fn field<'a>(block: &'a str, name: &str) -> Option<&'a str> {
    let line = block.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(" = \""))?;
    line.strip_suffix('"')
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCK: &str = r#"version = 4

[[package]]
name = "a"
version = "1.0.0"
dependencies = [
 "b 1.0.0",
]

[[package]]
name = "b"
version = "1.0.0"

[[package]]
name = "b"
version = "2.0.0"

[[package]]
name = "c"
version = "3.1.0"
"#;

    #[test]
    fn one_package_of_each_kind_changes() {
        let changed = change(LOCK).unwrap();
        assert_eq!((changed.updated.as_str(), changed.removed.as_str()), ("a", "c"));
        assert_eq!(count(&changed.text), count(LOCK));
        assert!(changed.text.contains("name = \"a\"\nversion = \"1.0.0-demo\"\ndependencies"), "{}", changed.text);
        assert!(!changed.text.contains("name = \"c\""), "{}", changed.text);
        assert!(changed.text.contains(&format!("name = \"{}\"", changed.added)), "{}", changed.text);
        assert!(changed.text.starts_with("version = 4\n"), "{}", changed.text);
    }

    #[test]
    fn a_file_without_packages_is_an_error() {
        assert!(change("version = 4\n").is_err());
        assert!(change("").is_err());
    }
}
