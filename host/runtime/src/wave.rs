//! Values of components as text, in WAVE: `42`, `"text"`, `[1, 2]`, `{id: 1}`, `some(1)`, `ok("x")`.

use wasmtime::component::{Type, Val};

/// How deep the brackets of a text may nest: the parser calls itself for each, on a stack that ends.
const DEPTH: usize = 256;

/// Why a value and its text do not come together.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WaveError {
    /// The brackets are nested too deep.
    #[error("the brackets are nested deeper than {limit}")]
    TooDeep {
        /// The most that there may be.
        limit: usize,
    },
    /// The text is no value of the type.
    #[error("{message}")]
    Invalid {
        /// What the parser says.
        message: String,
    },
    /// The value holds what has no text.
    #[error("it holds {what}, which has no text form")]
    NoForm {
        /// What that is.
        what: &'static str,
    },
}

/// The value of type `ty` that `text` says.
///
/// ```
/// use wasmtime::component::{Type, Val};
/// assert_eq!(larder::wave::parse(&Type::U32, "7"), Ok(Val::U32(7)));
/// assert!(larder::wave::parse(&Type::U32, "-7").is_err());
/// ```
///
/// # Errors
/// [`WaveError::TooDeep`] beyond 256 brackets, [`WaveError::Invalid`].
pub fn parse(ty: &Type, text: &str) -> Result<Val, WaveError> {
    if depth(text) > DEPTH {
        return Err(WaveError::TooDeep { limit: DEPTH });
    }
    Val::from_wave(ty, text).map_err(|error| WaveError::Invalid { message: error.to_string() })
}

/// `value` as text.
///
/// # Errors
/// [`WaveError::NoForm`] for a resource, a stream, a future, an error context and a map.
pub fn print(value: &Val) -> Result<String, WaveError> {
    if let Some(what) = no_form(value) {
        return Err(WaveError::NoForm { what });
    }
    value.to_wave().map_err(|error| WaveError::Invalid { message: error.to_string() })
}

/// The deepest nesting of brackets outside of strings.
fn depth(text: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    let mut quote = None;
    let mut escaped = false;
    for c in text.chars() {
        match quote {
            Some(_) if escaped => escaped = false,
            Some(_) if c == '\\' => escaped = true,
            Some(end) if c == end => quote = None,
            Some(_) => {}
            None => match c {
                '"' | '\'' => quote = Some(c),
                '(' | '[' | '{' => {
                    depth += 1;
                    deepest = deepest.max(depth);
                }
                ')' | ']' | '}' => depth = depth.saturating_sub(1),
                _ => {}
            },
        }
    }
    deepest
}

fn no_form(value: &Val) -> Option<&'static str> {
    let within = |value: &Option<Box<Val>>| value.as_deref().and_then(no_form);
    match value {
        Val::Resource(_) => Some("a resource"),
        Val::Stream(_) => Some("a stream"),
        Val::Future(_) => Some("a future"),
        Val::ErrorContext(_) => Some("an error context"),
        Val::Map(_) => Some("a map"),
        Val::List(values) | Val::FixedLengthList(values) | Val::Tuple(values) => values.iter().find_map(no_form),
        Val::Record(fields) => fields.iter().find_map(|(_, value)| no_form(value)),
        Val::Variant(_, value) | Val::Option(value) | Val::Result(Ok(value) | Err(value)) => within(value),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_printed_is_read_again() {
        let value = Val::String("a \"b\"\n".into());
        assert_eq!(parse(&Type::String, &print(&value).unwrap()), Ok(value));
        assert!(matches!(parse(&Type::S32, "-7"), Ok(Val::S32(-7))));
    }

    #[test]
    fn brackets_nest_so_deep_and_no_deeper() {
        assert_eq!(depth(r#"[{a: ("[[[")}, 1]"#), 3);
        assert_eq!(parse(&Type::U8, &"(".repeat(1 << 20)), Err(WaveError::TooDeep { limit: DEPTH }));
        assert!(matches!(parse(&Type::U8, &"(".repeat(DEPTH)), Err(WaveError::Invalid { .. })));
    }

    #[test]
    fn what_has_no_text_is_named() {
        let map = Val::Option(Some(Box::new(Val::List(vec![Val::Map(vec![])]))));
        assert_eq!(print(&map), Err(WaveError::NoForm { what: "a map" }));
    }
}
