//! `composer.lock`.

use serde::Deserialize;

use super::{Answer, Found};

#[derive(Deserialize)]
struct Lock {
    #[serde(default)]
    packages: Vec<Package>,
    // `null` where development packages were never asked for.
    #[serde(rename = "packages-dev")]
    packages_dev: Option<Vec<Package>>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    version: String,
    dist: Option<Dist>,
}

#[derive(Deserialize)]
struct Dist {
    shasum: Option<String>,
}

pub(super) fn parse(text: &str) -> Answer {
    let lock: Lock = serde_json::from_str(text)?;
    let packages = lock.packages.into_iter();
    let packages = packages.chain(lock.packages_dev.into_iter().flatten());
    Ok(packages
        .map(|package| {
            let sum = package.dist.and_then(|dist| dist.shasum);
            let sum = sum.filter(|sum| !sum.is_empty());
            let sum = sum.map(|sum| format!("sha1:{sum}"));
            Found::new(package.name, package.version, sum)
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::super::tests::{checksum, names};
    use super::*;

    const SAMPLE: &str = include_str!("../../samples/composer.lock");

    #[test]
    fn reads_packages_of_both_kinds() {
        assert_eq!(names(parse(SAMPLE)), ["phpunit/php-timer 6.0.0", "psr/log 3.0.0"]);
        assert_eq!(checksum(parse(SAMPLE), "psr/log"), None);
    }

    #[test]
    fn a_fault_has_its_line() {
        let fault = parse("{\n  \"packages\": [{\n    \"name\": \"psr/log\"\n  }]\n}").unwrap_err();
        assert_eq!(fault.line, Some(4));
        assert_eq!(fault.message, "missing field `version`");
    }
}
