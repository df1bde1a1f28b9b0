//! The functions that a template can call, in place of gotmpl's: each pays for what it handles and makes.

use std::{cmp::Ordering, fmt::Write, sync::Arc};

use gotmpl::{FuncMap, TemplateError, Value};

use super::{compare, meter::Meter, printf, raw};

/// What prints the result of an action. No template can call it: this is not a name.
pub(super) const OUTPUT: &str = "(output)";

/// Every function that a template can call.
pub(super) const NAMES: [&str; 19] = [
    "and", "call", "eq", "ge", "gt", "html", "index", "js", "le", "len", "lt", "ne", "not", "or", "print", "printf",
    "println", "slice", "urlquery",
];

type Result<T> = std::result::Result<T, TemplateError>;

/// How much a value is when it is printed.
#[derive(Clone, Copy)]
pub(super) struct Size {
    /// Of the one map that there is: the group.
    pub(super) group: u64,
}

impl Size {
    pub(super) fn of(&self, value: &Value) -> u64 {
        match value {
            Value::String(text) => text.len() as u64,
            Value::Map(_) => self.group,
            // The longest number.
            _ => 32,
        }
    }

    fn all(&self, values: &[Value]) -> u64 {
        values.iter().fold(0, |sum, value| sum.saturating_add(self.of(value)))
    }
}

/// The functions, which spend from `meter`.
pub(super) fn functions(meter: &Arc<Meter>, size: Size) -> FuncMap {
    let mut functions = FuncMap::new();
    let mut add = |name: &str, function: fn(&Meter, &Size, &[Value]) -> Result<Value>| {
        let meter = meter.clone();
        let paid = move |args: &[Value]| {
            // The group is handled as a whole only by what prints it, which pays when it has made something.
            meter.step(args.iter().map(|arg| if let Value::Map(_) = arg { 0 } else { size.of(arg) }).sum())?;
            function(&meter, &size, args)
        };
        functions.insert(name.into(), Arc::new(paid));
    };
    add("eq", |_, _, args| compare::equal(args).map(Value::Bool));
    add("ne", |_, _, args| exactly(args, 2).and_then(compare::equal).map(|equal| Value::Bool(!equal)));
    add("lt", |_, _, args| compare::compare(args, Ordering::is_lt).map(Value::Bool));
    add("le", |_, _, args| compare::compare(args, Ordering::is_le).map(Value::Bool));
    add("gt", |_, _, args| compare::compare(args, Ordering::is_gt).map(Value::Bool));
    add("ge", |_, _, args| compare::compare(args, Ordering::is_ge).map(Value::Bool));
    add("len", |_, _, args| match exactly(args, 1)? {
        [Value::String(text)] => Ok(integer(raw::len(text))),
        [Value::Map(group)] => Ok(integer(group.len())),
        _ => refuse(format!("len of type {}", type_name(&args[0]))),
    });
    add("index", |_, _, args| index(args));
    add("slice", slice);
    add("print", |meter, size, args| {
        meter.may_make(size.all(args))?;
        made(meter, print(args)?)
    });
    add("println", |meter, size, args| {
        meter.may_make(size.all(args))?;
        let words = args.iter().map(display).collect::<Result<Vec<_>>>()?;
        made(meter, words.join(" ") + "\n")
    });
    add("printf", |meter, size, args| {
        let [format, args @ ..] = args else { return refuse("wrong number of args for printf: want at least 1") };
        let Value::String(format) = format else { return refuse("printf wants a string first") };
        let call = printf::Call::new(format, args, size);
        meter.may_make(call.bytes)?;
        made(meter, call.make()?)
    });
    add("html", |meter, size, args| escape(meter, size, args, gotmpl::html_escape));
    add("js", |meter, size, args| escape(meter, size, args, gotmpl::js_escape));
    add("urlquery", |meter, size, args| escape(meter, size, args, query_escape));
    // Text that nobody changed needs no copy; gotmpl writes a large number as Go does not.
    add(OUTPUT, |_, _, args| match args {
        [Value::Float(_)] => Ok(Value::String(display(&args[0])?.into())),
        [value] => Ok(value.clone()),
        _ => Ok(Value::Nil),
    });
    functions
}

/// The name of a value's type in Go.
pub(super) fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Nil => "<nil>",
        Value::Map(_) => "map[string]string",
        other => other.type_name(),
    }
}

fn index(args: &[Value]) -> Result<Value> {
    let [value, keys @ ..] = args else { return refuse("wrong number of args for index: want at least 1") };
    if let Value::Nil = value {
        return refuse("index of untyped nil");
    }
    keys.iter().try_fold(value.clone(), |value, key| match (&value, key) {
        // A map of strings has an empty one for each key that it does not have.
        (Value::Map(group), Value::String(key)) => Ok(group.get(key).cloned().unwrap_or(Value::String("".into()))),
        (Value::Map(_), key) => refuse(format!("value has type {}; should be string", type_name(key))),
        (Value::String(text), Value::Int(at)) => {
            let byte = usize::try_from(*at).ok().and_then(|at| raw::decode(text).get(at).copied());
            byte.map(|byte| Value::Int(byte.into())).ok_or(TemplateError::IndexOutOfRange { index: *at })
        }
        (Value::String(_), key) => refuse(format!("cannot index slice/array with type {}", type_name(key))),
        (value, _) => refuse(format!("can't index item of type {}", type_name(value))),
    })
}

fn slice(meter: &Meter, size: &Size, args: &[Value]) -> Result<Value> {
    let [value, bounds @ ..] = args else { return refuse("wrong number of args for slice: want at least 1") };
    let Value::String(text) = value else { return refuse(format!("can't slice item of type {}", type_name(value))) };
    if bounds.len() > 2 {
        return refuse("cannot 3-index slice a string");
    }
    meter.may_make(size.of(value))?;
    let bytes = raw::decode(text);
    let mut range = 0..bytes.len();
    for (n, bound) in bounds.iter().enumerate() {
        let Value::Int(index) = *bound else {
            return refuse(format!("cannot index slice/array with type {}", type_name(bound)));
        };
        let at = usize::try_from(index).ok().filter(|at| *at <= bytes.len());
        let at = at.ok_or(TemplateError::IndexOutOfRange { index })?;
        if n == 0 { range.start = at } else { range.end = at }
    }
    let Some(piece) = bytes.get(range) else { return refuse("invalid slice index: the start is after the end") };
    let piece = raw::encode(piece);
    meter.make(piece.len() as u64)?;
    Ok(Value::String(piece.into()))
}

fn escape(meter: &Meter, size: &Size, args: &[Value], by: fn(&str) -> String) -> Result<Value> {
    meter.may_make(size.all(args))?;
    // To these functions alone, nothing is what an action prints for it.
    let shown = |value: &Value| if let Value::Nil = value { Value::String("<no value>".into()) } else { value.clone() };
    let text = print(&args.iter().map(shown).collect::<Vec<_>>())?;
    made(meter, by(&text))
}

/// gotmpl's, by the bytes that the text stands for.
fn query_escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for chunk in raw::decode(text).utf8_chunks() {
        escaped.push_str(&gotmpl::url_encode(chunk.valid()));
        for byte in chunk.invalid() {
            write!(escaped, "%{byte:02X}").ok();
        }
    }
    escaped
}

/// A space comes between two of which neither is text.
fn print(args: &[Value]) -> Result<String> {
    let mut text = String::new();
    let mut apart = false;
    for (n, arg) in args.iter().enumerate() {
        let is_text = matches!(arg, Value::String(_));
        if n > 0 && apart && !is_text {
            text.push(' ');
        }
        apart = !is_text;
        text.push_str(&display(arg)?);
    }
    Ok(text)
}

fn display(value: &Value) -> Result<String> {
    match value {
        Value::Float(_) => printf::Call::new("%v", std::slice::from_ref(value), &Size { group: 0 }).make(),
        other => Ok(other.to_string()),
    }
}

/// What a function has made. Pieces of a character that came together are one again.
fn made(meter: &Meter, text: String) -> Result<Value> {
    meter.make(text.len() as u64)?;
    Ok(Value::String(raw::encode(&raw::decode(&text)).into()))
}

fn exactly(args: &[Value], count: usize) -> Result<&[Value]> {
    if args.len() == count {
        Ok(args)
    } else {
        refuse(format!("wrong number of args: want {count} got {}", args.len()))
    }
}

fn integer(number: usize) -> Value {
    Value::Int(i64::try_from(number).unwrap_or(i64::MAX))
}

fn refuse<T>(rule: impl Into<String>) -> Result<T> {
    Err(TemplateError::Exec(rule.into()))
}
