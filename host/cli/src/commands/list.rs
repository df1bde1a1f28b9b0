//! `larder list`.

use larder::{
    Store,
    engine::{Entry, Query},
};
use serde_json::json;

use crate::{
    args::ListArgs,
    exit::Exit,
    failure::Result,
    json::EntryJson,
    output::{Lines, Look, Output},
    place::Place,
    text,
};

/// Print groups or entries, as they are read.
pub(super) fn run(place: &Place, args: &ListArgs, output: &Output) -> Result<Exit> {
    let (_larder, store) = place.store(&args.scope)?;
    let mut lines = output.lines();
    match &args.group {
        Some(group) => entries(&store, group, args, output, &mut lines)?,
        None => groups(&store, args, output, &mut lines)?,
    }
    lines.finish()?;
    Ok(Exit::Ok)
}

/// How many of `left` one page may answer; 0 leaves it to the engine.
fn page(left: Option<u64>) -> u32 {
    left.map_or(0, |left| u32::try_from(left).unwrap_or(u32::MAX))
}

fn groups(store: &Store, args: &ListArgs, output: &Output, lines: &mut Lines) -> Result<()> {
    let mut left = args.limit;
    let mut cursor: Option<String> = None;
    while left != Some(0) {
        let page = store.groups(&args.prefix, cursor.as_deref(), page(left))?;
        for group in &page.groups {
            match output.is_json() {
                true => lines.value(&json!({ "group": group }))?,
                false => lines.text(&text::shown(group))?,
            }
        }
        left = left.map(|left| left.saturating_sub(page.groups.len() as u64));
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    Ok(())
}

fn entries(store: &Store, group: &str, args: &ListArgs, output: &Output, lines: &mut Lines) -> Result<()> {
    let mut left = args.limit;
    let mut query = Query {
        group: group.to_owned(),
        prefix: args.prefix.clone(),
        reverse: args.reverse,
        values: args.values,
        ..Query::default()
    };
    while left != Some(0) {
        query.limit = page(left);
        let page = store.scan(&query)?;
        for entry in &page.entries {
            match output.is_json() {
                true => lines.value(&EntryJson::new(group, entry))?,
                false => lines.text(&shown(entry, output))?,
            }
        }
        left = left.map(|left| left.saturating_sub(page.entries.len() as u64));
        query.cursor = page.next;
        if query.cursor.is_none() {
            break;
        }
    }
    Ok(())
}

fn shown(entry: &Entry, output: &Output) -> String {
    let key = text::shown(&entry.key);
    match &entry.value {
        Some(value) => format!("{}\t{}", output.styled(Look::Heading, &key), text::preview(value)),
        None => key,
    }
}
