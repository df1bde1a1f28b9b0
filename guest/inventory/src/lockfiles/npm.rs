//! `package-lock.json` and `npm-shrinkwrap.json`, versions 1 to 3.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Answer, Found, split_name};

#[derive(Deserialize)]
struct Lock {
    // Versions 2 and 3: by the place below the project; "" is the project.
    packages: Option<BTreeMap<String, Package>>,
    // Version 1, and again in version 2 for older programs.
    #[serde(default)]
    dependencies: BTreeMap<String, Dependency>,
}

#[derive(Deserialize)]
struct Package {
    name: Option<String>,
    version: Option<String>,
    integrity: Option<String>,
    #[serde(default)]
    link: bool,
}

#[derive(Deserialize)]
struct Dependency {
    version: Option<String>,
    integrity: Option<String>,
    #[serde(default)]
    dependencies: BTreeMap<String, Dependency>,
}

pub(super) fn parse(text: &str) -> Answer {
    let lock: Lock = serde_json::from_str(text)?;
    let mut found = Vec::new();
    match lock.packages {
        Some(packages) => {
            for (place, package) in packages {
                found.extend(package.found(&place));
            }
        }
        None => collect(lock.dependencies, &mut found),
    }
    Ok(found)
}

impl Package {
    fn found(self, place: &str) -> Option<Found> {
        if place.is_empty() || self.link {
            return None;
        }
        let name = self.name.as_deref().unwrap_or_else(|| name_of(place));
        Some(Found::new(name, self.version?, self.integrity))
    }
}

/// `node_modules/a/node_modules/@b/c` is the place of `@b/c`; a workspace without
/// a name is called as its directory.
fn name_of(place: &str) -> &str {
    match place.rsplit_once("node_modules/") {
        Some((_, name)) => name,
        None => place.rsplit('/').next().unwrap_or(place),
    }
}

fn collect(dependencies: BTreeMap<String, Dependency>, found: &mut Vec<Found>) {
    for (name, dependency) in dependencies {
        // A path in place of a version is a directory of the project itself.
        if let Some(version) = dependency.version.filter(|v| !v.starts_with("file:")) {
            let alias = version.strip_prefix("npm:").and_then(split_name);
            let (name, version) = alias.unwrap_or((&name, &version));
            found.push(Found::new(name, version, dependency.integrity));
        }
        collect(dependency.dependencies, found);
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{checksum, names};
    use super::*;

    const V1: &str = include_str!("../../samples/npm-v1.json");
    const V2: &str = include_str!("../../samples/npm-v2.json");
    const V3: &str = include_str!("../../samples/npm-v3.json");

    const FROM_REGISTRY: [&str; 11] = [
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
    ];

    #[test]
    fn all_versions_name_the_same_packages() {
        for (sample, text) in [("v1", V1), ("v2", V2), ("v3", V3)] {
            let names = names(parse(text));
            for expected in FROM_REGISTRY {
                assert!(names.iter().any(|name| name == expected), "{expected} in {sample}");
            }
            assert!(!names.iter().any(|name| name.starts_with("shop ")), "{sample}");
            let sum = checksum(parse(text), "left-pad").unwrap();
            assert!(sum.starts_with("sha512-XI5MPz"), "{sum}");
        }
    }

    #[test]
    fn a_workspace_is_a_package_and_a_link_is_not() {
        let names = names(parse(V3));
        assert_eq!(names.iter().filter(|name| name.starts_with("@shop/cart")).count(), 1);
        assert!(names.contains(&"@shop/cart 0.3.0".to_owned()));
    }

    #[test]
    fn a_fault_has_its_line_and_says_it_once() {
        let fault = parse("{\n  \"lockfileVersion\": 3,\n  \"packages\": [\n").unwrap_err();
        assert_eq!(fault.line, Some(3));
        assert!(!fault.message.contains("line"), "{}", fault.message);
    }
}
