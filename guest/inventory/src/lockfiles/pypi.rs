//! Names of Python packages.

/// The one spelling of a name: lower case, and a hyphen for each run of `-`, `_`
/// and `.`, as the package index compares names.
pub(super) fn normalise(name: &str) -> String {
    let mut normal = String::with_capacity(name.len());
    for c in name.chars() {
        match c {
            '-' | '_' | '.' if normal.ends_with('-') => {}
            '-' | '_' | '.' => normal.push('-'),
            _ => normal.push(c.to_ascii_lowercase()),
        }
    }
    normal
}

/// The checksum, where there is just one file to have one.
pub(super) fn only<'a>(mut hashes: impl Iterator<Item = &'a str>) -> Option<String> {
    let first = hashes.next()?;
    hashes.next().is_none().then(|| first.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_without_case_and_signs() {
        assert_eq!(normalise("Ruamel._yaml"), "ruamel-yaml");
        assert_eq!(normalise("zope.interface"), "zope-interface");
    }
}
