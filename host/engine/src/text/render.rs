//! A template run over a group.

use std::{
    collections::{BTreeMap, btree_map::Entry},
    fmt,
    sync::Arc,
};

use gotmpl::{
    Template, TemplateError, Value,
    parse::{ListNode, Parser},
};

use super::{check, functions, functions::Size, meter::Meter, raw, refusal, structure};
use crate::{Limits, Result, limits};

/// What Go's library calls the template. It can call itself by that.
const NAME: &str = "render";

/// The text that `template` makes of `group`.
pub(crate) fn render(template: &str, group: &BTreeMap<String, Vec<u8>>, bounds: &Limits) -> Result<Vec<u8>> {
    let source = raw::encode(template.as_bytes());
    let templates = parse(&source)?;

    let mut size = Size { group: 0 };
    let mut data = BTreeMap::new();
    for (key, value) in group {
        // As it is printed: `key:value `.
        size.group += (key.len() + value.len() + 2) as u64;
        data.insert(Arc::from(raw::encode(key.as_bytes())), Value::String(raw::encode(value).into()));
    }
    let meter = Arc::new(Meter::new(bounds.rendered_bytes));
    let mut program = Template::new(NAME).funcs(functions::functions(&meter, size));
    program = program.max_range_iters(limits::RENDER_STEPS);
    for (name, tree) in templates {
        program = program.add_parse_tree(&name, tree);
    }
    let mut output = Output { text: String::new(), bytes: 0, meter: &meter };
    let result = program.execute_template_fmt(&mut output, NAME, &Value::Map(Arc::new(data)));
    let text = output.text;
    match (meter.ended(), result) {
        (Some(error), _) => Err(error),
        (None, Err(error)) => Err(refusal::execution(error.to_string())),
        (None, Ok(())) => Ok(raw::decode(&text).into_owned()),
    }
}

/// The template and those that it defines, by their names.
fn parse(source: &str) -> Result<BTreeMap<String, ListNode>> {
    structure::check(source)?;
    let refuse = |error: TemplateError| refusal::parse(error.to_string());
    let (whole, defined) = Parser::with_name(Some(NAME), source, "{{", "}}").and_then(Parser::parse).map_err(refuse)?;
    let mut templates = BTreeMap::from([(NAME.to_owned(), whole)]);
    for define in defined {
        // Of two with one name, Go takes the one that has something in it.
        match templates.entry(define.name.to_string()) {
            Entry::Vacant(place) => {
                place.insert(define.body);
            }
            Entry::Occupied(_) if define.body.is_empty_tree() => {}
            Entry::Occupied(mut place) if place.get().is_empty_tree() => {
                place.insert(define.body);
            }
            Entry::Occupied(place) => {
                let rule = format!("multiple definition of template {:?}", place.key());
                return Err(refusal::parse(rule));
            }
        }
    }
    templates.values_mut().try_for_each(check::check)?;
    Ok(templates)
}

/// Collects what is printed, and counts each time that the template comes by.
struct Output<'a> {
    text: String,
    /// What it is without the detour over text.
    bytes: u64,
    meter: &'a Meter,
}

impl fmt::Write for Output<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.bytes += raw::len(text) as u64;
        self.meter.step(text.len() as u64).map_err(|_| fmt::Error)?;
        self.meter.bytes(self.bytes).map_err(|_| fmt::Error)?;
        self.text.push_str(text);
        Ok(())
    }
}
