//! `larder render`.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::json;

use crate::{
    args::RenderArgs,
    exit::Exit,
    failure::{Failure, Result},
    input,
    output::Output,
    place::Place,
    text,
};

/// Print a group through a template.
pub(super) fn run(place: &Place, args: &RenderArgs, output: &Output) -> Result<Exit> {
    let limit = place.manifest.config().limits_in_use().template_bytes;
    let template = input::read(args.template.text.as_deref(), args.template.file.as_deref(), limit)?
        .ok_or_else(|| Failure::usage("a template is needed: TEMPLATE, - or --file FILE"))?;
    // One that is too long is cut, perhaps within a character, and refused for its length.
    let template = match String::from_utf8(template) {
        Ok(template) => template,
        Err(error) if error.as_bytes().len() > limit => String::from_utf8_lossy(error.as_bytes()).into_owned(),
        Err(_) => return Err(Failure::usage("the template is not UTF-8")),
    };
    let (_larder, store) = place.store(&args.scope)?;
    let rendered = store.render(&args.group, &template)?;
    if output.is_json() {
        output.value(&match str::from_utf8(&rendered) {
            Ok(text) => json!({ "text": text }),
            Err(_) => json!({ "text_base64": STANDARD.encode(&rendered) }),
        })?;
    } else if !output.is_terminal() {
        output.bytes(&rendered)?;
    } else if let Some(text) = text::printable(&rendered) {
        output.line(text.strip_suffix('\n').unwrap_or(text))?;
    } else {
        output.bytes(text::dump(&rendered).as_bytes())?;
    }
    Ok(Exit::Ok)
}
