//! Names of tenants and scopes, parsed once.

use std::{fmt, sync::Arc};

use super::is_device_name;
use crate::{Error, Result, error::shown, limits};

/// The name of a tenant. It is a directory's name too, the same on every system and in a file system that ignores case.
///
/// 1 to 128 characters of `a`-`z`, `0`-`9`, `-`, `_`, `.`; the first is a letter or a digit, the last is no dot; device
/// names of Windows (`con`, `nul`, `com1` ..., with any extension) are refused. Upper case is refused rather than
/// changed: two tenants never share a directory, and a name is never other than it was given.
///
/// ```
/// use larder_engine::TenantId;
/// assert_eq!(TenantId::parse("acme.eu-1")?.as_str(), "acme.eu-1");
/// assert!(TenantId::parse("../acme").is_err());
/// # Ok::<(), larder_engine::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TenantId(Arc<str>);

impl TenantId {
    /// A tenant's name.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidName`] with the rule that the name breaks.
    pub fn parse(name: &str) -> Result<TenantId> {
        match broken_tenant_rule(name) {
            None => Ok(TenantId(name.into())),
            Some(rule) => Err(Error::InvalidName { what: "tenant", name: shown(name), rule }),
        }
    }

    /// The name as it was given.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn broken_tenant_rule(name: &str) -> Option<&'static str> {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_' | '.');
    if name.is_empty() {
        Some("a tenant's name has at least one character")
    } else if name.len() > limits::TENANT_NAME_BYTES {
        Some("a tenant's name has at most 128 bytes")
    } else if !name.chars().all(allowed) {
        Some("a tenant's name holds only a-z, 0-9, \"-\", \"_\" and \".\"")
    } else if !name.starts_with(|c: char| c.is_ascii_alphanumeric()) {
        Some("a tenant's name starts with a letter or a digit")
    } else if name.ends_with('.') {
        Some("a tenant's name does not end in a dot")
    } else if is_device_name(name) {
        Some("a tenant's name is not that of a device on Windows, such as con, nul or com1")
    } else {
        None
    }
}

/// The name of a scope, a namespace of a tenant: 1 to 64 characters of `a`-`z`, `A`-`Z`, `0`-`9`, `-`.
///
/// ```
/// use larder_engine::ScopeName;
/// assert_eq!(ScopeName::parse("plugin-7")?.to_string(), "plugin-7");
/// assert!(ScopeName::parse("a:b").is_err());
/// # Ok::<(), larder_engine::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ScopeName(Arc<str>);

impl ScopeName {
    /// A scope's name.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidName`] with the rule that the name breaks.
    pub fn parse(name: &str) -> Result<ScopeName> {
        match broken_scope_rule(name) {
            None => Ok(ScopeName(name.into())),
            Some(rule) => Err(Error::InvalidName { what: "scope", name: shown(name), rule }),
        }
    }

    /// The name as it was given.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(crate) fn is_valid(name: &str) -> bool {
        broken_scope_rule(name).is_none()
    }
}

fn broken_scope_rule(name: &str) -> Option<&'static str> {
    if name.is_empty() {
        Some("a scope's name has at least one character")
    } else if name.len() > limits::SCOPE_NAME_BYTES {
        Some("a scope's name has at most 64 bytes")
    } else if !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
        Some("a scope's name holds only a-z, A-Z, 0-9 and \"-\"")
    } else {
        None
    }
}

impl fmt::Display for TenantId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for TenantId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl fmt::Display for ScopeName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for ScopeName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tenant_rule(name: &str) -> &'static str {
        match TenantId::parse(name) {
            Err(Error::InvalidName { what: "tenant", rule, .. }) => rule,
            other => panic!("{name:?}: {other:?}"),
        }
    }

    #[test]
    fn ordinary_tenants_are_taken_as_they_are() {
        for name in ["a", "0", "acme", "acme.eu-1_x", "a..b", "console", "com10", &"a".repeat(128)] {
            assert_eq!(TenantId::parse(name).unwrap().as_str(), name);
        }
    }

    #[test]
    fn names_that_would_be_other_places_are_refused() {
        for name in
            ["/", "a/b", "\\", "a\\b", "c:", "a\0", "a\nb", "a b", "é", "\u{2024}\u{2024}", "a\u{FF0F}b", "Acme"]
        {
            assert!(tenant_rule(name).contains("holds only"), "{name:?}");
        }
        for name in [".", "..", "../x", ".hidden", "-rf", "_x"] {
            assert!(TenantId::parse(name).is_err(), "{name:?}");
        }
        assert!(tenant_rule("..").contains("starts with"));
        assert!(tenant_rule("").contains("at least one"));
        assert!(tenant_rule("a.").contains("end in a dot"));
        assert!(tenant_rule(&"a".repeat(129)).contains("128"));
    }

    #[test]
    fn device_names_are_no_tenants() {
        for name in ["con", "nul", "aux.x", "com1", "lpt0.tar.gz"] {
            assert!(tenant_rule(name).contains("device"), "{name}");
        }
    }

    #[test]
    fn an_error_shows_a_hostile_name_escaped_and_cut() {
        let shown = TenantId::parse(&"\n\u{1b}[2J".repeat(2_000)).unwrap_err().to_string();
        assert!(shown.len() < 600, "{shown}");
        assert!(!shown.contains(char::is_control), "{shown}");
    }

    #[test]
    fn scopes_keep_their_case() {
        for name in ["a", "Plugin-7", "-", "0", &"x".repeat(64)] {
            assert_eq!(ScopeName::parse(name).unwrap().as_str(), name);
        }
    }

    #[test]
    fn bad_scopes_are_refused() {
        for name in ["", "a:b", "a b", "a_b", "é", "a\0", "../x", &"x".repeat(65)] {
            assert!(matches!(ScopeName::parse(name), Err(Error::InvalidName { what: "scope", .. })), "{name:?}");
            assert!(!ScopeName::is_valid(name), "{name:?}");
        }
    }
}
