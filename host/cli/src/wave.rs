//! Values of components in WAVE, and types as WIT writes them.

use larder::{Export, wave::WaveError};
use wasmtime::component::{
    Type, Val,
    types::{ComponentFunc, Record},
};

use crate::{
    exit::Exit,
    failure::{Failure, Result},
    text,
    val_json::{NoJson, to_json},
};

/// Read the arguments of a call. Options at the end can be left out.
pub(crate) fn arguments(export: &Export, typed: &[String]) -> Result<Vec<Val>> {
    let parameters: Vec<(&str, Type)> = export.ty.params().collect();
    let needed = parameters.iter().rposition(|(_, ty)| !matches!(ty, Type::Option(_))).map_or(0, |last| last + 1);
    if typed.len() < needed || typed.len() > parameters.len() {
        let most = text::count(parameters.len() as u64, "argument", "arguments");
        let wanted = if needed == parameters.len() { most } else { format!("{needed} to {most}") };
        let message = format!("{} takes {wanted}, not {}", export.function, typed.len());
        return Err(invalid(message).hint(format!("{}: {}", export.function, signature(&export.ty))));
    }
    let read = |(n, (name, ty)): (usize, &(&str, Type))| match typed.get(n) {
        Some(text) => argument(ty, text).map_err(|failure| {
            let place = format!("argument {} ({name}: {})", n + 1, type_text(ty));
            failure.about(place)
        }),
        None => Ok(Val::Option(None)),
    };
    parameters.iter().enumerate().map(read).collect()
}

fn argument(ty: &Type, typed: &str) -> Result<Val> {
    larder::wave::parse(ty, typed).map_err(|error| {
        if matches!(error, WaveError::TooDeep { .. }) {
            return invalid(error.to_string());
        }
        let failure = invalid(format!("{}: {error}", text::preview(typed.as_bytes())));
        match ty {
            Type::String if !typed.starts_with('"') => {
                let value = Val::String(typed.to_owned());
                let quoted = larder::wave::print(&value).map(|wave| text::quoted(&wave)).unwrap_or_default();
                failure.hint(format!("a string is in quotes, within those of the shell: {quoted}"))
            }
            _ => failure,
        }
    })
}

fn invalid(message: String) -> Failure {
    Failure::new(Exit::Usage, "invalid-argument", message)
}

/// A result in WAVE.
pub(crate) fn shown(value: &Val) -> Result<String> {
    // WAVE has no form for what JSON has none for.
    to_json(value).map_err(no_form)?;
    larder::wave::print(value).map_err(|error| match error {
        WaveError::NoForm { what } => no_form(NoJson(what)).hint("`--json` can show it"),
        error => Failure::new(Exit::Negative, "no-form", format!("the result cannot be shown: {error}")),
    })
}

/// What a result is that cannot be printed.
pub(crate) fn no_form(what: NoJson) -> Failure {
    Failure::new(Exit::Negative, "no-form", format!("the result holds {}, which has no text form", what.0))
}

/// A function's type, such as `func(id: u64) -> option<string>`.
pub(crate) fn signature(function: &ComponentFunc) -> String {
    let parameters: Vec<String> = function.params().map(|(name, ty)| format!("{name}: {}", type_text(&ty))).collect();
    let results: Vec<String> = function.results().map(|ty| type_text(&ty)).collect();
    let arrow = if results.is_empty() { String::new() } else { format!(" -> {}", results.join(", ")) };
    format!("{}func({}){arrow}", if function.async_() { "async " } else { "" }, parameters.join(", "))
}

/// A type, written out: the names of types are not in a component.
pub(crate) fn type_text(ty: &Type) -> String {
    match ty {
        Type::Bool => "bool".into(),
        Type::S8 => "s8".into(),
        Type::U8 => "u8".into(),
        Type::S16 => "s16".into(),
        Type::U16 => "u16".into(),
        Type::S32 => "s32".into(),
        Type::U32 => "u32".into(),
        Type::S64 => "s64".into(),
        Type::U64 => "u64".into(),
        Type::Float32 => "f32".into(),
        Type::Float64 => "f64".into(),
        Type::Char => "char".into(),
        Type::String => "string".into(),
        Type::List(list) => format!("list<{}>", type_text(&list.ty())),
        Type::FixedLengthList(list) => format!("list<{}, {}>", type_text(&list.ty()), list.len()),
        Type::Map(map) => format!("map<{}, {}>", type_text(&map.key()), type_text(&map.value())),
        Type::Record(record) => record_text(record),
        Type::Tuple(tuple) => format!("tuple<{}>", joined(tuple.types().map(|ty| type_text(&ty)))),
        Type::Variant(variant) => {
            let cases = variant.cases().map(|case| match &case.ty {
                Some(ty) => format!("{}({})", case.name, type_text(ty)),
                None => case.name.to_owned(),
            });
            format!("variant {{ {} }}", joined(cases))
        }
        Type::Enum(names) => format!("enum {{ {} }}", joined(names.names().map(str::to_owned))),
        Type::Flags(flags) => format!("flags {{ {} }}", joined(flags.names().map(str::to_owned))),
        Type::Option(option) => format!("option<{}>", type_text(&option.ty())),
        Type::Result(result) => match (result.ok(), result.err()) {
            (None, None) => "result".into(),
            (Some(ok), None) => format!("result<{}>", type_text(&ok)),
            (None, Some(err)) => format!("result<_, {}>", type_text(&err)),
            (Some(ok), Some(err)) => format!("result<{}, {}>", type_text(&ok), type_text(&err)),
        },
        Type::Own(_) => "own<resource>".into(),
        Type::Borrow(_) => "borrow<resource>".into(),
        Type::Future(future) => generic("future", future.ty()),
        Type::Stream(stream) => generic("stream", stream.ty()),
        Type::ErrorContext => "error-context".into(),
    }
}

fn record_text(record: &Record) -> String {
    format!("record {{ {} }}", joined(record.fields().map(|field| format!("{}: {}", field.name, type_text(&field.ty)))))
}

fn generic(name: &str, ty: Option<Type>) -> String {
    ty.map_or_else(|| name.to_owned(), |ty| format!("{name}<{}>", type_text(&ty)))
}

fn joined(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_read_by_their_type() {
        assert!(matches!(argument(&Type::S32, "-7"), Ok(Val::S32(-7))));
        assert!(matches!(argument(&Type::String, r#""a""#), Ok(Val::String(text)) if text == "a"));
    }

    #[test]
    fn a_string_without_quotes_is_told_how_to_write_it() {
        let failure = argument(&Type::String, "buy milk").unwrap_err();
        assert_eq!(failure.exit, Exit::Usage);
        assert!(failure.hint.unwrap().ends_with(r#"shell: '"buy milk"'"#));
    }

    #[test]
    fn brackets_nest_so_deep_and_no_deeper() {
        assert!(argument(&Type::U8, &"(".repeat(1 << 20)).unwrap_err().message.contains("deeper"));
    }
}
