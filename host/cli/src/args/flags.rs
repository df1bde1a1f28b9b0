//! Values of flags that have parts.

use std::str::FromStr;

use clap::{
    ValueEnum,
    builder::{PossibleValuesParser, TypedValueParser},
};
use larder::{Interface, manifest::DurabilityName};

/// `LABEL` or `LABEL=SCOPE`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct GrantFlag {
    pub(crate) label: String,
    pub(crate) scope: Option<String>,
}

impl FromStr for GrantFlag {
    type Err = String;

    fn from_str(text: &str) -> Result<GrantFlag, String> {
        let (label, scope) = match text.split_once('=') {
            Some((label, scope)) => (label, Some(scope.to_owned())),
            None => (text, None),
        };
        if label.is_empty() || scope.as_ref().is_some_and(String::is_empty) {
            return Err("write LABEL, or LABEL=SCOPE".into());
        }
        Ok(GrantFlag { label: label.to_owned(), scope })
    }
}

/// `GUEST_PATH` or `LABEL=GUEST_PATH`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DirFlag {
    pub(crate) label: String,
    pub(crate) path: String,
}

impl FromStr for DirFlag {
    type Err = String;

    fn from_str(text: &str) -> Result<DirFlag, String> {
        let (label, path) = text.split_once('=').unwrap_or(("default", text));
        if label.is_empty() || path.is_empty() || path.contains(char::is_control) {
            return Err("write the path that the guest is to see, such as /data, or LABEL=/data".into());
        }
        Ok(DirFlag { label: label.to_owned(), path: path.to_owned() })
    }
}

/// `NAME=VALUE`, of the environment or a setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct EnvFlag {
    pub(crate) name: String,
    pub(crate) value: String,
}

impl FromStr for EnvFlag {
    type Err = String;

    fn from_str(text: &str) -> Result<EnvFlag, String> {
        match text.split_once('=') {
            Some((name, value)) if !name.is_empty() => Ok(EnvFlag { name: name.to_owned(), value: value.to_owned() }),
            _ => Err("write NAME=VALUE".into()),
        }
    }
}

/// What an acknowledged write has survived.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum DurabilityFlag {
    /// A power cut
    Full,
    /// A crash of the program; a power cut can lose the last writes, never a part of one
    Normal,
}

impl From<DurabilityFlag> for DurabilityName {
    fn from(flag: DurabilityFlag) -> DurabilityName {
        match flag {
            DurabilityFlag::Full => DurabilityName::Full,
            DurabilityFlag::Normal => DurabilityName::Normal,
        }
    }
}

/// The address of a collector, without a slash at its end.
pub(super) fn collector(text: &str) -> Result<String, String> {
    let url = text.trim_end_matches('/');
    match url.parse::<ureq::http::Uri>() {
        Ok(parsed) if matches!(parsed.scheme_str(), Some("http" | "https")) && parsed.query().is_none() => {
            Ok(url.into())
        }
        _ => Err("write the collector's address, such as http://localhost:4318".into()),
    }
}

/// Names of interfaces, known to completions.
pub(super) fn interface() -> impl TypedValueParser<Value = Interface> {
    PossibleValuesParser::new(Interface::ALL.map(Interface::as_str)).try_map(|name| name.parse::<Interface>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grants_have_a_label_and_may_have_a_scope() {
        let grant =
            |label: &str, scope: Option<&str>| GrantFlag { label: label.into(), scope: scope.map(str::to_owned) };
        assert_eq!("default".parse(), Ok(grant("default", None)));
        assert_eq!("cache=c-1".parse(), Ok(grant("cache", Some("c-1"))));
        for bad in ["", "=", "=x", "x="] {
            assert!(bad.parse::<GrantFlag>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_collector_is_a_url() {
        assert_eq!(collector("http://localhost:4318/").unwrap(), "http://localhost:4318");
        assert_eq!(collector("https://otlp.example/api").unwrap(), "https://otlp.example/api");
        for bad in ["", "localhost:4318", "ftp://x", "http://", "http://x?y=z", "/v1"] {
            assert!(collector(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn directories_are_of_the_default_label() {
        let dir = |label: &str, path: &str| DirFlag { label: label.into(), path: path.into() };
        assert_eq!("/data".parse(), Ok(dir("default", "/data")));
        assert_eq!("cache=.".parse(), Ok(dir("cache", ".")));
        for bad in ["", "x=", "=/data", "/a\nb"] {
            assert!(bad.parse::<DirFlag>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn variables_keep_what_follows_the_first_sign() {
        assert_eq!("A=b=c".parse(), Ok(EnvFlag { name: "A".into(), value: "b=c".into() }));
        assert!("A".parse::<EnvFlag>().is_err());
        assert!("=b".parse::<EnvFlag>().is_err());
    }
}
