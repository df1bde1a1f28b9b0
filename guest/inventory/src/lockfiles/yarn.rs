//! `yarn.lock`, as version 1 of yarn writes it and as later ones do.
//!
//! Both are blocks: a line without indent names what was asked for, indented
//! ones say what that came to. Later versions are YAML, of which these blocks
//! use the same little.

use super::{Answer, Fault, Found, split_name, unquote};

#[derive(Default)]
struct Block {
    line: usize,
    name: String,
    version: Option<String>,
    checksum: Option<String>,
    /// A directory of the project itself, not a package.
    local: bool,
}

pub(super) fn parse(text: &str) -> Answer {
    let mut found = Vec::new();
    let mut block: Option<Block> = None;
    for (index, line) in text.lines().enumerate() {
        let content = line.trim();
        if content.is_empty() || content.starts_with('#') {
            continue;
        }
        match line.len() - line.trim_start().len() {
            0 => {
                finish(block.take(), &mut found)?;
                block = start(index, content)?;
            }
            2 => {
                if let Some(block) = &mut block {
                    block.property(content);
                }
            }
            _ => {}
        }
    }
    finish(block, &mut found)?;
    Ok(found)
}

/// `"a@^1", "a@^2":`, or `__metadata:`, which is no block of a package.
fn start(index: usize, line: &str) -> Result<Option<Block>, Fault> {
    let fault = || Fault::at(index, "expected `name@range:`");
    let specs = line.strip_suffix(':').ok_or_else(fault)?;
    if specs == "__metadata" {
        return Ok(None);
    }
    // One pair of quotes around each in version 1, around all of them later.
    let first = specs.split(", ").next().unwrap_or(specs);
    let (name, range) = split_name(first.trim_matches('"')).ok_or_else(fault)?;
    let alias = range.strip_prefix("npm:").and_then(split_name);
    Ok(Some(Block { line: index, name: alias.map_or(name, |(name, _)| name).to_owned(), ..Block::default() }))
}

impl Block {
    /// `version "1.2.3"` or `version: 1.2.3`.
    fn property(&mut self, line: &str) {
        let Some((key, value)) = line.split_once(' ') else {
            return;
        };
        let value = unquote(value);
        match key.trim_end_matches(':') {
            "version" => self.version = Some(value.to_owned()),
            "integrity" | "checksum" => self.checksum = Some(value.to_owned()),
            "resolution" => {
                if let Some((name, rest)) = split_name(value) {
                    self.name = name.to_owned();
                    self.local = rest.starts_with("workspace:");
                }
            }
            _ => {}
        }
    }
}

fn finish(block: Option<Block>, found: &mut Vec<Found>) -> Result<(), Fault> {
    let Some(block) = block else {
        return Ok(());
    };
    let Some(version) = block.version else {
        return Err(Fault::at(block.line, format!("`{}` has no version", block.name)));
    };
    if !block.local {
        found.push(Found::new(block.name, version, block.checksum));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::tests::{checksum, names};
    use super::*;

    const V1: &str = include_str!("../../samples/yarn-v1.lock");
    const BERRY: &str = include_str!("../../samples/yarn-berry.lock");

    const EXPECTED: [&str; 12] = [
        "@sindresorhus/is 4.6.0",
        "ansi-styles 4.3.0",
        "camelcase 5.3.1",
        "chalk 4.1.2",
        "color-convert 2.0.1",
        "color-name 1.1.4",
        "debug 2.6.9",
        "has-flag 4.0.0",
        "left-pad 1.3.0",
        "ms 2.0.0",
        "ms 2.1.3",
        "supports-color 7.2.0",
    ];

    #[test]
    fn both_kinds_name_the_same_packages() {
        assert_eq!(names(parse(V1)), EXPECTED);
        assert_eq!(names(parse(BERRY)), EXPECTED);
        assert!(checksum(parse(V1), "ms").unwrap().starts_with("sha512-"));
        assert!(checksum(parse(BERRY), "ms").unwrap().starts_with("10c0/"));
    }

    #[test]
    fn several_ranges_are_one_package() {
        let text = "\"@a/b@^1.0.0\", \"@a/b@^1.2.0\":\n  version \"1.2.3\"\n";
        assert_eq!(names(parse(text)), ["@a/b 1.2.3"]);
        let text = "\"a@npm:^1.0.0, a@npm:^1.2.0\":\n  version: 1.2.3\n";
        assert_eq!(names(parse(text)), ["a 1.2.3"]);
    }

    #[test]
    fn what_a_merge_left_behind_is_refused() {
        let text = "ms@2:\n  version \"2.0.0\"\n<<<<<<< HEAD\n";
        assert_eq!(parse(text).unwrap_err().line, Some(3));
        let text = "ms@2:\n  resolved \"x\"\n";
        assert_eq!(parse(text), Err(Fault::at(0, "`ms` has no version")));
    }
}
