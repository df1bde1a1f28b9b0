//! Text to tokens, and places in it.

use crate::{Error, Result};

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token<'a> {
    Name(&'a str),
    Text(String),
    /// Digits, with at most one point.
    Number(&'a str),
    Symbol(&'static str),
    End,
}

impl Token<'_> {
    /// How an error names it.
    pub(super) fn shown(&self) -> String {
        match self {
            Token::Name(text) | Token::Number(text) => format!("`{}`", crate::error::shown(text)),
            Token::Text(_) => "a string".into(),
            Token::Symbol(symbol) => format!("`{symbol}`"),
            Token::End => "the end".into(),
        }
    }
}

/// Longer ones first.
const SYMBOLS: [&str; 26] = [
    "|>", "=>", "==", "!=", "<=", ">=", "=~", "!~", "(", ")", "[", "]", "{", "}", ":", ",", ".", "<", ">", "=", "+",
    "-", "*", "/", "%", "^",
];

/// A place in a text; a copy is a place to come back to.
#[derive(Clone, Copy)]
pub(super) struct Lexer<'a> {
    text: &'a str,
    /// In bytes.
    at: usize,
}

impl<'a> Lexer<'a> {
    pub(super) fn new(text: &'a str) -> Lexer<'a> {
        Lexer { text, at: 0 }
    }

    /// Where the next token is.
    pub(super) fn next_at(&mut self) -> usize {
        loop {
            let rest = self.rest();
            self.at += rest.len() - rest.trim_start().len();
            if !self.rest().starts_with("//") {
                return self.at;
            }
            self.at += self.rest().find('\n').unwrap_or(self.rest().len());
        }
    }

    pub(super) fn token(&mut self) -> Result<Token<'a>> {
        let at = self.next_at();
        let rest = self.rest();
        let Some(first) = rest.chars().next() else { return Ok(Token::End) };
        if first == '"' {
            return self.string().map(Token::Text);
        }
        if first.is_ascii_digit() {
            return self.number();
        }
        if is_name_start(first) {
            return Ok(Token::Name(self.take(|c| is_name_start(c) || c.is_ascii_digit())));
        }
        match SYMBOLS.into_iter().find(|symbol| rest.starts_with(symbol)) {
            Some(symbol) => {
                self.at += symbol.len();
                Ok(Token::Symbol(symbol))
            }
            None => Err(self.refused(at, format!("`{}` has no meaning here", first.escape_debug()))),
        }
    }

    /// The name right behind `r.`; it may have hyphens, because there is no subtraction.
    pub(super) fn member(&mut self) -> Option<&'a str> {
        if !self.rest().starts_with(is_name_start) {
            return None;
        }
        Some(self.take(|c| is_name_start(c) || c.is_ascii_digit() || c == '-'))
    }

    /// A time without quotes: what there is up to a blank, a comma or a parenthesis, and a pair of parentheses behind it.
    pub(super) fn word(&mut self) -> &'a str {
        self.next_at();
        let start = self.at;
        self.take(|c| !c.is_whitespace() && !matches!(c, ',' | '(' | ')' | '"'));
        if self.rest().starts_with("()") {
            self.at += 2;
        }
        &self.text[start..self.at]
    }

    /// An error about what is at `at`.
    pub(super) fn error(&self, at: usize, problem: String, in_time: bool) -> Error {
        let before = self.text.get(..at).unwrap_or(self.text);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
        Error::Flux { line, column, problem, in_time }
    }

    pub(super) fn refused(&self, at: usize, problem: impl Into<String>) -> Error {
        self.error(at, problem.into(), false)
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn take(&mut self, is_part: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let taken = &rest[..rest.find(|c| !is_part(c)).unwrap_or(rest.len())];
        self.at += taken.len();
        taken
    }

    fn number(&mut self) -> Result<Token<'a>> {
        let start = self.at;
        self.take(|c| c.is_ascii_digit());
        let is_fraction =
            |rest: &str| rest.strip_prefix('.').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
        if is_fraction(self.rest()) {
            self.at += 1;
            self.take(|c| c.is_ascii_digit());
        }
        let number = &self.text[start..self.at];
        let behind = self.take(|c| is_name_start(c) || c.is_ascii_digit() || c == '.');
        if behind.is_empty() {
            return Ok(Token::Number(number));
        }
        Err(self.refused(start, format!("`{number}{}` is no number", crate::error::shown(behind))))
    }

    fn string(&mut self) -> Result<String> {
        let start = self.at;
        self.at += 1;
        let mut text = String::new();
        loop {
            let at = self.at;
            match self.next() {
                None => return Err(self.refused(start, "a string without an end")),
                Some('"') => return Ok(text),
                Some('$') if self.rest().starts_with('{') => {
                    return Err(self.refused(at, "`${` is not supported: a string holds no expressions"));
                }
                Some('\\') => text.push(match self.next() {
                    Some('n') => '\n',
                    Some('r') => '\r',
                    Some('t') => '\t',
                    Some(same @ ('"' | '\\' | '$')) => same,
                    other => {
                        let other = other.map(String::from).unwrap_or_default();
                        return Err(self.refused(at, format!("`\\{}` is not supported", other.escape_debug())));
                    }
                }),
                Some(other) => text.push(other),
            }
        }
    }

    fn next(&mut self) -> Option<char> {
        let next = self.rest().chars().next()?;
        self.at += next.len_utf8();
        Some(next)
    }
}

fn is_name_start(c: char) -> bool {
    c.is_alphabetic() || c == '_'
}
