//! `pnpm-lock.yaml`, lock file versions 5 to 9.
//!
//! Of the YAML only the section `packages` matters, whose shape is fixed: a
//! package at indent 2, its properties at indent 4.

use super::{Answer, Fault, Found, split_name, unquote};

struct Block {
    line: usize,
    name: Option<String>,
    version: Option<String>,
    checksum: Option<String>,
}

pub(super) fn parse(text: &str) -> Answer {
    let mut found = Vec::new();
    let mut old = false;
    let mut inside = false;
    let mut block: Option<Block> = None;
    for (index, line) in text.lines().enumerate() {
        let content = line.trim();
        if content.is_empty() || content.starts_with('#') {
            continue;
        }
        match line.len() - line.trim_start().len() {
            0 => {
                finish(block.take(), &mut found)?;
                let (key, value) = section(index, content)?;
                if key == "lockfileVersion" {
                    old = unquote(value).starts_with('5');
                }
                inside = key == "packages";
            }
            2 if inside => {
                finish(block.take(), &mut found)?;
                block = Some(start(index, content, old)?);
            }
            4 if inside => {
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

fn section(index: usize, line: &str) -> Result<(&str, &str), Fault> {
    if line == "---" {
        return Ok(("", ""));
    }
    line.split_once(':').ok_or_else(|| Fault::at(index, "expected `section:`"))
}

/// `'@a/b@1.2.3':`, `/a@1.2.3(peer@4):` or, before version 6, `/a/1.2.3_peer:`.
fn start(index: usize, line: &str, old: bool) -> Result<Block, Fault> {
    let key = line
        .strip_suffix(':')
        .or_else(|| line.strip_suffix(": {}"))
        .ok_or_else(|| Fault::at(index, "expected `package:`"))?;
    let key = unquote(key).trim_start_matches('/');
    let key = key.split('(').next().unwrap_or(key);
    let parts = if old {
        key.rsplit_once('/').map(|(name, version)| (name, version.split('_').next().unwrap_or(version)))
    } else {
        split_name(key)
    };
    Ok(Block {
        line: index,
        name: parts.map(|(name, _)| name.to_owned()),
        version: parts.map(|(_, version)| version.to_owned()),
        checksum: None,
    })
}

impl Block {
    fn property(&mut self, line: &str) {
        let Some((key, value)) = line.split_once(": ") else {
            return;
        };
        match key {
            // What did not come from a registry says who it is here.
            "name" => self.name = Some(unquote(value).to_owned()),
            "version" => self.version = Some(unquote(value).to_owned()),
            "resolution" => self.checksum = integrity(value),
            _ => {}
        }
    }
}

/// `{integrity: sha512-.., tarball: ..}`
fn integrity(value: &str) -> Option<String> {
    let (_, rest) = value.split_once("integrity: ")?;
    let end = rest.find([',', '}']).unwrap_or(rest.len());
    rest.get(..end).map(|sum| unquote(sum).to_owned())
}

fn finish(block: Option<Block>, found: &mut Vec<Found>) -> Result<(), Fault> {
    let Some(block) = block else {
        return Ok(());
    };
    match (block.name, block.version) {
        (Some(name), Some(version)) => {
            found.push(Found::new(name, version, block.checksum));
            Ok(())
        }
        _ => Err(Fault::at(block.line, "a package without name and version")),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{checksum, names};
    use super::*;

    const V9: &str = include_str!("../../samples/pnpm-v9.yaml");

    #[test]
    fn reads_version_9() {
        let names = names(parse(V9));
        assert_eq!(names.len(), 12);
        assert!(names.contains(&"@sindresorhus/is 4.6.0".to_owned()));
        assert!(names.contains(&"ms 2.0.0".to_owned()));
        assert!(checksum(parse(V9), "chalk").unwrap().starts_with("sha512-oKnb"));
    }

    #[test]
    fn reads_version_6_with_its_peers() {
        let text = "lockfileVersion: '6.0'\n\npackages:\n\n  /@a/b@1.2.3(c@4.0.0):\n    resolution: {integrity: sha512-x==}\n    dev: true\n  /d@0.1.0:\n    resolution: {integrity: sha512-y==}\n";
        assert_eq!(names(parse(text)), ["@a/b 1.2.3", "d 0.1.0"]);
    }

    #[test]
    fn reads_version_5() {
        let text = "lockfileVersion: 5.4\npackages:\n  /@a/b/1.2.3_c@4.0.0:\n    resolution: {integrity: sha512-x==}\n  github.com/e/f/0a1b:\n    resolution: {tarball: 'https://example.com/f'}\n    name: f\n    version: 3.0.0\n";
        assert_eq!(names(parse(text)), ["@a/b 1.2.3", "f 3.0.0"]);
    }

    #[test]
    fn what_a_merge_left_behind_is_refused() {
        let text = "lockfileVersion: '9.0'\npackages:\n  a@1:\n    resolution: {}\n=======\n";
        assert_eq!(parse(text).unwrap_err().line, Some(5));
    }
}
