//! `go.sum`: a line for each module, and one for its `go.mod`.

use super::{Answer, Fault, Found};

pub(super) fn parse(text: &str) -> Answer {
    let mut found = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words[..] {
            [] => {}
            // The module itself was not needed, its list of modules was.
            [_, version, _] if version.ends_with("/go.mod") => {}
            [module, version, sum] if version.starts_with('v') => {
                found.push(Found::new(module, version, Some(sum.to_owned())));
            }
            _ => return Err(Fault::at(index, "expected `module version checksum`")),
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{checksum, names};
    use super::*;

    const SAMPLE: &str = include_str!("../../samples/go.sum");

    #[test]
    fn reads_modules_and_not_their_lists() {
        assert_eq!(
            names(parse(SAMPLE)),
            ["github.com/davecgh/go-spew v1.1.1", "github.com/pmezard/go-difflib v1.0.0", "gopkg.in/yaml.v3 v3.0.1",]
        );
        assert_eq!(
            checksum(parse(SAMPLE), "gopkg.in/yaml.v3").as_deref(),
            Some("h1:fxVm/GzAzEWqLHuvctI91KS9hhNmmWOoWu0XTYJS7CA=")
        );
    }

    #[test]
    fn a_fault_has_its_line() {
        assert_eq!(parse("\n<<<<<<< HEAD\n").unwrap_err().line, Some(2));
        assert_eq!(parse("a b c\n").unwrap_err().line, Some(1));
    }
}
