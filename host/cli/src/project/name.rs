//! The name of a project, which is that of a package in each language, of a package of WIT, and of a scope.

use std::str::FromStr;

/// A name that can be all of these.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Name(String);

/// Words of Rust and of WIT, and packages that would stand in the way of others.
const RESERVED: &[&str] = &[
    "abstract",
    "alloc",
    "as",
    "async",
    "await",
    "become",
    "bool",
    "borrow",
    "box",
    "break",
    "char",
    "const",
    "constructor",
    "continue",
    "core",
    "crate",
    "default",
    "do",
    "dyn",
    "else",
    "enum",
    "export",
    "extern",
    "false",
    "final",
    "flags",
    "fn",
    "for",
    "from",
    "func",
    "future",
    "gen",
    "if",
    "impl",
    "import",
    "in",
    "include",
    "interface",
    "larder",
    "larder-guest",
    "let",
    "list",
    "loop",
    "macro",
    "match",
    "mod",
    "move",
    "mut",
    "option",
    "override",
    "own",
    "package",
    "priv",
    "proc-macro",
    "pub",
    "record",
    "ref",
    "resource",
    "result",
    "return",
    "self",
    "static",
    "std",
    "stream",
    "string",
    "struct",
    "super",
    "test",
    "trait",
    "true",
    "try",
    "tuple",
    "type",
    "typeof",
    "unsafe",
    "unsized",
    "use",
    "variant",
    "virtual",
    "where",
    "while",
    "with",
    "world",
    "yield",
];

impl Name {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Name {
    type Err = String;

    fn from_str(text: &str) -> Result<Name, String> {
        let word = |word: &str| {
            word.starts_with(|first: char| first.is_ascii_lowercase())
                && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
        };
        if text.len() > 64 || !text.split('-').all(word) {
            return Err("a name has up to 64 characters: words of a-z and 0-9 that begin with a letter, with - between them, such as \
                        visits or page-visits"
                .into());
        }
        if RESERVED.contains(&text) {
            return Err(format!("{text} is a word of its own in Rust or WIT: name it otherwise, such as my-{text}"));
        }
        Ok(Name(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_words_with_dashes() {
        for good in ["visits", "page-visits", "v2", "a"] {
            assert!(good.parse::<Name>().is_ok(), "{good}");
            assert!(larder::ScopeName::parse(good).is_ok(), "{good}");
        }
        let long = "x".repeat(65);
        for bad in
            ["", "Visits", "2fast", "a-2", "-a", "a-", "a--b", "a_b", "a/b", "a b", "\u{e4}", "world", "test", &long]
        {
            assert!(bad.parse::<Name>().is_err(), "{bad}");
        }
    }
}
