//! Whether the blocks of a template match, before it is parsed.
//!
//! gotmpl takes an `{{end}}` or `{{else}}` too many for the end of the template, and an end that is missing for one that is
//! there. A chain of `{{else if}}` costs it a level of the stack each, which it does not bound.

use super::refusal;
use crate::{Result, limits::TEMPLATE_LEVELS};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Block {
    If,
    With,
    Range,
    /// After `{{else}}`.
    Else,
    /// `{{define}}` and `{{block}}`, which have no other branch.
    Body,
}

/// # Errors
/// [`TemplateParse`](crate::Error::TemplateParse).
pub(super) fn check(template: &str) -> Result<()> {
    let mut open: Vec<(Block, usize)> = Vec::new();
    for action in Actions(template) {
        let (word, next) = action?;
        let levels = open.last().map_or(0, |(_, levels)| *levels);
        match word {
            "if" => open.push((Block::If, levels + 1)),
            "with" => open.push((Block::With, levels + 1)),
            "range" => open.push((Block::Range, levels + 1)),
            "block" => open.push((Block::Body, levels + 1)),
            "define" if open.is_empty() => open.push((Block::Body, 1)),
            "define" => return refuse("unexpected {{define}}"),
            "end" if open.pop().is_none() => return refuse("unexpected {{end}}"),
            "else" => {
                let block = match (open.pop().map(|(block, _)| block), next) {
                    (Some(Block::If), "if") => Block::If,
                    (Some(Block::With), "with") => Block::With,
                    (Some(Block::If | Block::With | Block::Range), _) => Block::Else,
                    _ => return refuse("unexpected {{else}}"),
                };
                // What comes after `else` would be taken for another block by the parser.
                if block == Block::Else && !next.is_empty() {
                    return refuse("unexpected word in {{else}}");
                }
                open.push((block, levels + usize::from(block != Block::Else)));
            }
            _ => {}
        }
        if open.last().is_some_and(|(_, levels)| *levels > TEMPLATE_LEVELS) {
            return refuse(format!("more than {TEMPLATE_LEVELS} blocks within each other"));
        }
    }
    if open.is_empty() { Ok(()) } else { refuse("unexpected EOF") }
}

fn refuse<R>(rule: impl Into<String>) -> Result<R> {
    Err(refusal::parse(rule))
}

/// The first two words of each action of a template; a word is empty where none is.
struct Actions<'a>(&'a str);

impl<'a> Iterator for Actions<'a> {
    type Item = Result<(&'a str, &'a str)>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let (_, rest) = self.0.split_once("{{")?;
            let inside = match rest.strip_prefix('-') {
                Some(trimmed) if trimmed.starts_with(SPACE) => trimmed.trim_start_matches(SPACE),
                _ => rest,
            };
            if let Some(comment) = inside.strip_prefix("/*") {
                let Some((_, after)) = comment.split_once("*/") else {
                    return self.fail("unclosed comment");
                };
                self.0 = after;
                continue;
            }
            let inside = inside.trim_start_matches(SPACE);
            let first = word(inside);
            let second = word(inside[first.len()..].trim_start_matches(SPACE));
            let Some(after) = behind_action(inside) else {
                return self.fail("unclosed action");
            };
            self.0 = after;
            return Some(Ok((first, second)));
        }
    }
}

impl Actions<'_> {
    fn fail<R>(&mut self, rule: &str) -> Option<Result<R>> {
        self.0 = "";
        Some(refuse(rule))
    }
}

const SPACE: [char; 4] = [' ', '\t', '\r', '\n'];

fn word(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
    &text[..end]
}

/// What is behind the `}}` of an action. One within quotes does not count.
fn behind_action(inside: &str) -> Option<&str> {
    let mut rest = inside;
    loop {
        let at = rest.find(['"', '`', '\'', '}'])?;
        let (mark, after) = rest[at..].split_at(1);
        rest = match mark {
            "}" => match after.strip_prefix('}') {
                Some(behind) => return Some(behind),
                None => after,
            },
            "`" => after.split_once('`')?.1,
            quote => behind_quote(after, quote.as_bytes()[0])?,
        };
    }
}

fn behind_quote(text: &str, quote: u8) -> Option<&str> {
    let mut bytes = text.bytes().enumerate();
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'\\' => {
                bytes.next();
            }
            b'\n' => return None,
            _ if byte == quote => return Some(&text[at + 1..]),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Error;

    #[test]
    fn blocks_that_match_are_taken() {
        for template in [
            "",
            "}} {",
            "{{if .a}}{{else if .b}}{{else}}{{end}}",
            "{{with .a}}{{else with .b}}{{end}}{{range .}}{{else}}{{end}}",
            "{{define \"a\"}}{{block \"b\" .}}{{end}}{{end}}",
            "{{- if .a -}} {{- end -}}",
            "{{/* {{end}} */}}{{\"{{end}}\"}}{{`}}{{end}}`}}{{'}'}}",
            "{{printf \"\\\"}}{{end}}\"}}",
            "{{iffy}}{{.end}}{{$end}}",
        ] {
            check(template).unwrap();
        }
    }

    #[test]
    fn blocks_that_do_not_match_are_refused() {
        for template in [
            "{{end}}",
            "{{else}}",
            "{{if .a}}",
            "{{if .a}}{{else}}{{else}}{{end}}",
            "{{if .a}}{{else with .b}}{{end}}",
            "{{range .}}{{else if .b}}{{end}}",
            "{{if .a}}{{else}}{{else if .b}}{{end}}",
            "{{block \"a\" .}}{{else}}{{end}}",
            "{{if .a}}{{define \"a\"}}{{end}}{{end}}",
            "{{if .a}}{{end}}{{end}}",
            "{{",
            "{{\"}}",
            "{{`}}",
            "{{/* }}",
        ] {
            assert!(matches!(check(template), Err(Error::TemplateParse(_))), "{template}");
        }
    }

    #[test]
    fn levels_are_bounded_in_each_way() {
        let nested = |levels: usize| "{{if .a}}".repeat(levels) + &"{{end}}".repeat(levels);
        let chain = |levels: usize| format!("{{{{if .a}}}}{}{{{{end}}}}", "{{else if .a}}".repeat(levels - 1));
        for of in [&nested as &dyn Fn(usize) -> String, &chain] {
            check(&of(TEMPLATE_LEVELS)).unwrap();
            assert!(check(&of(TEMPLATE_LEVELS + 1)).is_err());
        }
    }
}
