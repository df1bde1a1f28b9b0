//! `printf`, by gotmpl's own, once it is known how much it makes.

use std::{collections::BTreeMap, fmt::Write, sync::Arc};

use gotmpl::{Template, TemplateError, Value};

use super::functions::{Size, type_name};

/// Widest field and longest precision that gotmpl makes; more counts as this.
const WIDEST: u64 = u16::MAX as u64;

/// A call of `printf`, ready to be made.
pub(super) struct Call {
    format: String,
    args: Vec<Value>,
    /// It makes no more than a small multiple of this: quoting makes several characters of one.
    pub(super) bytes: u64,
}

impl Call {
    /// gotmpl has no `%T`: the name of the type takes the place of the argument.
    pub(super) fn new(format: &str, args: &[Value], size: &Size) -> Call {
        let mut call = Call { format: String::with_capacity(format.len()), args: args.to_vec(), bytes: 0 };
        let sizes: Vec<u64> = args.iter().map(|arg| size.of(arg)).collect();
        // What no verb asks for is listed at the end.
        call.bytes = format.len() as u64 + sizes.iter().sum::<u64>();
        let largest = sizes.iter().max().copied().unwrap_or(0);
        let (mut next, mut numbered) = (0, false);
        let mut rest = format.chars();
        while let Some(c) = rest.next() {
            call.format.push(c);
            if c != '%' {
                continue;
            }
            let (mut number, mut plain) = (0, true);
            let mut verb = None;
            for c in rest.by_ref() {
                match c {
                    '0'..='9' => number = (number * 10 + u64::from(c as u32 - '0' as u32)).min(WIDEST),
                    '*' => {
                        next += 1;
                        number = WIDEST;
                    }
                    '[' => numbered = true,
                    '+' | '#' => plain = false,
                    '-' | ' ' | '.' | ']' => {}
                    _ => verb = Some(c),
                }
                if verb.is_some() {
                    break;
                }
                if !c.is_ascii_digit() {
                    call.bytes = call.bytes.saturating_add(std::mem::take(&mut number));
                }
                call.format.push(c);
            }
            call.bytes = call.bytes.saturating_add(number);
            match verb {
                Some('T') if !numbered && next < call.args.len() => {
                    call.args[next] = Value::String(type_name(&call.args[next]).into());
                    call.format.push('s');
                }
                // gotmpl writes out every digit of a large number.
                Some('v') if !numbered && plain && matches!(call.args.get(next), Some(Value::Float(_))) => {
                    call.format.push('g');
                }
                verb => call.format.extend(verb),
            }
            if verb != Some('%') {
                // With numbers an argument can come any number of times.
                call.bytes = call.bytes.saturating_add(if numbered { largest } else { 0 });
                next += 1;
            }
        }
        call
    }

    pub(super) fn make(self) -> Result<String, TemplateError> {
        let mut source = "{{printf .f".to_owned();
        let mut data = BTreeMap::from([(Arc::from("f"), Value::String(self.format.into()))]);
        for (n, arg) in self.args.into_iter().enumerate() {
            let name = format!("a{n}");
            write!(source, " .{name}").ok();
            data.insert(name.into(), arg);
        }
        source.push_str("}}");
        Template::new("").parse(&source)?.execute_to_string(&Value::Map(Arc::new(data)))
    }
}
