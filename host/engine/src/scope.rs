//! How a scope's groups lie in the tenant's one order of groups.

use std::borrow::Cow;

use crate::ScopeName;

/// The scope that a stored group belongs to, if it has the prefix of one.
pub(crate) fn scope_of(stored_group: &str) -> Option<&str> {
    let (scope, _) = stored_group.split_once(':')?;
    ScopeName::is_valid(scope).then_some(scope)
}

/// The name under which a scope's group is stored.
pub(crate) fn stored<'a>(scope: Option<&ScopeName>, group: &'a str) -> Cow<'a, str> {
    match scope {
        None => Cow::Borrowed(group),
        Some(scope) => Cow::Owned(format!("{scope}:{group}")),
    }
}

/// The name that the scope's own callers know a stored group by.
pub(crate) fn local<'a>(scope: Option<&ScopeName>, stored_group: &'a str) -> &'a str {
    match scope {
        None => stored_group,
        Some(scope) => {
            stored_group.strip_prefix(scope.as_str()).and_then(|rest| rest.strip_prefix(':')).unwrap_or(stored_group)
        }
    }
}

/// The first text, in the order of UTF-8 bytes, behind all those that start with `prefix`; `None` if there is none.
pub(crate) fn prefix_end(prefix: &str) -> Option<String> {
    let mut chars: Vec<char> = prefix.chars().collect();
    while let Some(last) = chars.pop() {
        // A range of chars steps over the surrogates.
        if let Some(next) = (last..=char::MAX).nth(1) {
            chars.push(next);
            return Some(chars.into_iter().collect());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_prefix_is_behind_all_of_it_and_before_the_rest() {
        assert_eq!(prefix_end("a").as_deref(), Some("b"));
        assert_eq!(prefix_end("a\u{10FFFF}").as_deref(), Some("b"));
        assert_eq!(prefix_end("\u{D7FF}").as_deref(), Some("\u{E000}"));
        assert_eq!(prefix_end(""), None);
        assert_eq!(prefix_end("\u{10FFFF}"), None);
    }

    #[test]
    fn a_group_belongs_to_the_scope_before_its_first_colon() {
        assert_eq!(scope_of("a:b:c"), Some("a"));
        assert_eq!(scope_of("a"), None);
        assert_eq!(scope_of(":a"), None);
        assert_eq!(scope_of("a b:c"), None);
    }
}
