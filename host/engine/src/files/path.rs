//! Paths as callers give them, and the rules for names.

use super::{FileError, FileResult};
use crate::{error::shown, limits, sandbox::is_device_name};

/// A relative path, each of whose names is one that every system takes for a plain name.
///
/// Look-alikes of separators and dots, such as U+FF0F and U+2024, are ordinary characters: they mean nothing to a system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FilePath {
    names: Vec<String>,
}

impl FilePath {
    /// A path; `""` is the directory itself.
    pub(super) fn parse(path: &str) -> FileResult<FilePath> {
        let refused = |rule| FileError::InvalidPath { path: shown(path), rule };
        if path.is_empty() {
            return Ok(FilePath { names: Vec::new() });
        }
        if path.starts_with('/') {
            return Err(refused("a path is relative: it does not start with \"/\""));
        }
        let mut names = Vec::new();
        for name in path.split('/') {
            if names.len() == limits::FILE_PATH_NAMES {
                return Err(refused(TOO_DEEP));
            }
            if let Some(rule) = broken_file_name_rule(name) {
                return Err(refused(rule));
            }
            names.push(name.to_owned());
        }
        Ok(FilePath { names })
    }

    pub(super) fn names(&self) -> &[String] {
        &self.names
    }

    /// The last name and those before it; `None` for the directory itself.
    pub(super) fn split(&self) -> Option<(&str, &[String])> {
        self.names.split_last().map(|(last, before)| (last.as_str(), before))
    }

    /// Whether this lies in what `other` names, however deep.
    pub(super) fn is_inside(&self, other: &FilePath) -> bool {
        self.names.len() > other.names.len() && self.names.starts_with(&other.names)
    }
}

pub(super) const TOO_DEEP: &str = "a path has at most 32 names";

/// The rule for names in a tenant's files that `name` breaks; `None` for a name that is good on every system.
///
/// ```
/// assert!(larder_engine::broken_file_name_rule("report.txt").is_none());
/// assert!(larder_engine::broken_file_name_rule("con.txt").is_some());
/// ```
pub fn broken_file_name_rule(name: &str) -> Option<&'static str> {
    if name.is_empty() {
        Some("a name has at least one byte")
    } else if name.len() > limits::FILE_NAME_BYTES {
        Some("a name has at most 255 bytes")
    } else if name == "." || name == ".." {
        Some("\".\" and \"..\" are no names")
    } else if name.contains(char::is_control) {
        Some("a name holds no control character")
    } else if name.contains(['/', '\\', ':']) {
        Some("a name holds no \"\\\" and no \":\"")
    } else if name.ends_with(['.', ' ']) {
        Some("a name does not end in a dot or a space")
    } else if is_device_name(name) {
        Some("a name is not that of a device on Windows, such as CON, NUL or COM1")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(path: &str) -> &'static str {
        match FilePath::parse(path) {
            Err(FileError::InvalidPath { rule, .. }) => rule,
            other => panic!("{path:?}: {other:?}"),
        }
    }

    #[test]
    fn ordinary_paths_are_taken_as_they_are() {
        for path in [
            "a",
            "a/b.txt",
            ".hidden",
            "a b",
            "...x",
            "Übung/日本語",
            "-rf",
            "~",
            "con1",
            "a\u{2024}\u{2024}",
            "x\u{FF0F}y",
        ] {
            assert_eq!(FilePath::parse(path).unwrap().names().join("/"), path);
        }
        assert!(FilePath::parse("").unwrap().names().is_empty());
    }

    #[test]
    fn each_rule_is_named() {
        for (path, part) in [
            ("/", "relative"),
            ("/etc/passwd", "relative"),
            ("a//b", "at least one byte"),
            ("a/", "at least one byte"),
            (".", "no names"),
            ("..", "no names"),
            ("a/../b", "no names"),
            ("./a", "no names"),
            ("a\0b", "control"),
            ("a\nb", "control"),
            ("a\u{7f}", "control"),
            ("a\u{85}", "control"),
            ("a\\b", "\\"),
            ("\\", "\\"),
            ("c:", ":"),
            ("file:stream", ":"),
            ("a.", "end in"),
            ("...", "end in"),
            ("a ", "end in"),
            ("a /b", "end in"),
            ("CON", "device"),
            ("dir/nul.txt", "device"),
            ("com1.x.y", "device"),
        ] {
            assert!(rule(path).contains(part), "{path:?}: {}", rule(path));
        }
    }

    #[test]
    fn names_and_paths_are_bounded() {
        assert!(FilePath::parse(&"x".repeat(255)).is_ok());
        assert!(rule(&"x".repeat(256)).contains("255"));
        assert!(rule(&"é".repeat(128)).contains("255"));
        assert!(rule(&"x".repeat(10_240)).contains("255"));
        assert!(FilePath::parse(&vec!["d"; 32].join("/")).is_ok());
        assert!(rule(&vec!["d"; 33].join("/")).contains("32"));
        assert!(rule(&"d/".repeat(1_000_000)).contains("32"));
    }

    #[test]
    fn a_refusal_shows_the_path_escaped_and_cut() {
        let text = FilePath::parse(&"a\u{1b}[2J\n".repeat(1_000)).unwrap_err().to_string();
        assert!(text.len() < 1_000 && !text.contains(char::is_control), "{text}");
    }

    #[test]
    fn a_path_is_inside_another_by_whole_names() {
        let path = |path| FilePath::parse(path).unwrap();
        assert!(path("a/b").is_inside(&path("a")));
        assert!(!path("a").is_inside(&path("a")));
        assert!(!path("ab/c").is_inside(&path("a")));
        assert!(path("a").is_inside(&path("")));
    }
}
