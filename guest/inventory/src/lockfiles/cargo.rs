//! `Cargo.lock`, versions 1 to 4.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Answer, Found, from_toml};

#[derive(Deserialize)]
struct Lock {
    #[serde(default)]
    package: Vec<Package>,
    // Version 1 keeps the checksums here.
    #[serde(default)]
    metadata: BTreeMap<String, toml::Value>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    version: String,
    source: Option<String>,
    checksum: Option<String>,
}

pub(super) fn parse(text: &str) -> Answer {
    let lock: Lock = from_toml(text)?;
    let found = lock.package.into_iter().map(|package| {
        let old = || {
            let source = package.source.as_deref()?;
            let key = format!("checksum {} {} ({source})", package.name, package.version);
            lock.metadata.get(&key)?.as_str()
        };
        let checksum = package
            .checksum
            .as_deref()
            .or_else(old)
            .filter(|checksum| *checksum != "<none>")
            .map(|checksum| format!("sha256:{checksum}"));
        Found::new(package.name, package.version, checksum)
    });
    Ok(found.collect())
}

#[cfg(test)]
mod tests {
    use super::super::tests::{checksum, names};
    use super::*;

    const V4: &str = include_str!("../../samples/cargo-v4.lock");
    const V1: &str = include_str!("../../samples/cargo-v1.lock");

    #[test]
    fn reads_version_4() {
        assert_eq!(names(parse(V4)), ["itoa 1.0.19", "memchr 2.8.3", "shop 0.1.0", "zmij 1.0.23"]);
        assert_eq!(checksum(parse(V4), "shop"), None);
        assert!(checksum(parse(V4), "itoa").unwrap().starts_with("sha256:"));
    }

    #[test]
    fn reads_version_1_with_its_checksums() {
        assert_eq!(names(parse(V1)), ["itoa 0.4.3", "shop 0.1.0"]);
        assert_eq!(
            checksum(parse(V1), "itoa").as_deref(),
            Some("sha256:1306f3464951f30e30d12373d31c79fbd52d236e5e896fd92f96ec7babbbe60b")
        );
    }

    #[test]
    fn a_fault_has_its_line() {
        let fault = parse("version = 4\n\n[[package]]\nname = shop\n").unwrap_err();
        assert_eq!(fault.line, Some(4));
        let fault = parse("version = 4\n\n[[package]]\nname = \"shop\"\n").unwrap_err();
        assert_eq!(fault.line, Some(3));
        assert!(fault.message.contains("version"), "{}", fault.message);
    }
}
