//! `larder get`.

use crate::{
    args::EntryArgs,
    exit::Exit,
    failure::{Failure, Result},
    json::EntryJson,
    output::Output,
    place::Place,
    text,
};

/// Print one entry.
pub(super) fn run(place: &Place, args: &EntryArgs, output: &Output) -> Result<Exit> {
    let (_larder, store) = place.store(&args.scope)?;
    let Some(entry) = store.entry(&args.group, &args.key)? else {
        return Err(absent(&args.group, &args.key));
    };
    if output.is_json() {
        output.value(&EntryJson::new(&args.group, &entry))?;
        return Ok(Exit::Ok);
    }
    let bytes = entry.value.unwrap_or_default();
    if !output.is_terminal() {
        output.bytes(&bytes)?;
    } else if let Some(text) = text::printable(&bytes) {
        output.line(text)?;
    } else {
        output.bytes(text::dump(&bytes).as_bytes())?;
    }
    Ok(Exit::Ok)
}

/// There is no such entry.
pub(super) fn absent(group: &str, key: &str) -> Failure {
    let (group, key) = (text::preview(group.as_bytes()), text::preview(key.as_bytes()));
    Failure::new(Exit::Negative, "not-found", format!("there is no entry \"{key}\" in group \"{group}\""))
}
