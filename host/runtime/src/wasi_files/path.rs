//! Paths as guests give them, taken apart before anything on the disk is asked.

use larder_engine::broken_file_name_rule;
use wasmtime_wasi::p2::bindings::filesystem::types::ErrorCode;

/// Names a path from the top of a tree may have, as in `larder:store/files`.
pub(super) const MAX_DEPTH: usize = 32;

/// Bytes of one name, as in `larder:store/files`.
pub(super) const MAX_NAME_BYTES: usize = 255;

/// A relative path: names without any dot name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct GuestPath {
    pub(super) names: Vec<String>,
    /// The path ends in `/` or `.`, so that only a directory may lie there.
    pub(super) directory: bool,
}

impl GuestPath {
    /// Take a path apart. `.` and doubled separators fall away, as `std::fs` programs write them; `..` is refused, because
    /// what it means would depend on what lies on the way.
    pub(super) fn parse(path: &str) -> Result<GuestPath, ErrorCode> {
        if path.is_empty() {
            return Err(ErrorCode::NoEntry);
        }
        if path.starts_with('/') {
            return Err(ErrorCode::NotPermitted);
        }
        if path.len() > MAX_DEPTH * (MAX_NAME_BYTES + 1) {
            return Err(ErrorCode::NameTooLong);
        }
        let mut names = Vec::new();
        for name in path.split('/').filter(|name| !matches!(*name, "" | ".")) {
            check_known(name)?;
            names.push(name.to_owned());
        }
        if names.len() > MAX_DEPTH {
            return Err(ErrorCode::NameTooLong);
        }
        Ok(GuestPath { names, directory: matches!(path.rsplit('/').next(), Some("" | ".")) })
    }
}

/// Whether something under this name may be looked for. What an operator put there under a name that breaks a rule of the
/// contract can be reached and removed, but on Windows, where such a name may be another place than it seems.
fn check_known(name: &str) -> Result<(), ErrorCode> {
    if name == ".." {
        Err(ErrorCode::NotPermitted)
    } else if name.contains('\0') || (cfg!(windows) && broken_file_name_rule(name).is_some()) {
        Err(ErrorCode::Invalid)
    } else {
        Ok(())
    }
}

/// Whether something may be made at this place: its name is one that `larder:store/files` can say, and it lies no deeper
/// than that interface reaches.
pub(super) fn check_new(names: &[String]) -> Result<(), ErrorCode> {
    let Some(name) = names.last() else { return Err(ErrorCode::Invalid) };
    if name.len() > MAX_NAME_BYTES || names.len() > MAX_DEPTH {
        return Err(ErrorCode::NameTooLong);
    }
    if broken_file_name_rule(name).is_some() { Err(ErrorCode::Invalid) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(path: &str) -> Vec<String> {
        GuestPath::parse(path).unwrap().names
    }

    #[test]
    fn what_programs_write_is_taken() {
        assert_eq!(names("a/b.txt"), ["a", "b.txt"]);
        assert_eq!(names("./a//b/./c"), ["a", "b", "c"]);
        assert!(names(".").is_empty());
        assert!(!GuestPath::parse("a/b").unwrap().directory);
        for path in [".", "a/", "a/."] {
            assert!(GuestPath::parse(path).unwrap().directory, "{path}");
        }
    }

    #[test]
    fn paths_that_lead_out_are_refused() {
        for path in ["/", "/etc/passwd", "..", "../x", "a/../../x", "a/..", "a/../b"] {
            assert_eq!(GuestPath::parse(path), Err(ErrorCode::NotPermitted), "{path}");
        }
        assert_eq!(GuestPath::parse(""), Err(ErrorCode::NoEntry));
        assert_eq!(GuestPath::parse("a\0b"), Err(ErrorCode::Invalid));
    }

    #[test]
    fn long_paths_are_refused() {
        let deep = |depth: usize| vec!["d"; depth].join("/");
        assert_eq!(names(&deep(MAX_DEPTH)).len(), MAX_DEPTH);
        assert_eq!(GuestPath::parse(&deep(MAX_DEPTH + 1)), Err(ErrorCode::NameTooLong));
        assert_eq!(GuestPath::parse(&"x".repeat(10_000)), Err(ErrorCode::NameTooLong));
    }

    #[test]
    fn new_names_keep_the_rules_of_the_contract() {
        let new = |name: &str| check_new(&[name.to_owned()]);
        assert_eq!(new("ok.txt"), Ok(()));
        assert_eq!(new(&"x".repeat(MAX_NAME_BYTES)), Ok(()));
        assert_eq!(new(&"x".repeat(MAX_NAME_BYTES + 1)), Err(ErrorCode::NameTooLong));
        for name in ["a:b", "a\\b", "a\nb", "a.", "a ", "CON", "nul.txt", "..."] {
            assert_eq!(new(name), Err(ErrorCode::Invalid), "{name:?}");
        }
        assert_eq!(check_new(&vec!["d".to_owned(); MAX_DEPTH + 1]), Err(ErrorCode::NameTooLong));
        assert_eq!(check_new(&[]), Err(ErrorCode::Invalid));
    }
}
