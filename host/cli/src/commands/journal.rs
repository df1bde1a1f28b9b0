//! `larder journal`.

use std::{
    collections::BTreeMap,
    io::{self, Read as _},
    path::Path,
};

use larder::{
    Clock as _, Store, SystemClock,
    engine::{FieldValue, JournalEntry, JournalPage, JournalQuery, SqlRows, moment},
};

use super::delivery;
use crate::{
    args::{JournalAppendArgs, JournalCommand, JournalQueryArgs},
    exit::Exit,
    failure::{Failure, Result},
    json,
    output::{Look, Output},
    place::{self, Place},
    text,
};

/// Bytes of standard input that are read as fields: a little more than any journal takes.
const FIELDS: u64 = (1 << 20) + 1;

pub(super) fn run(place: &Place, command: &JournalCommand, output: &Output) -> Result<Exit> {
    match command {
        JournalCommand::Append(args) => append(place, args, output),
        JournalCommand::Query(args) => query(place, args, output),
        JournalCommand::Delivery(command) => delivery::run(place, command, output),
    }
}

fn append(place: &Place, args: &JournalAppendArgs, output: &Output) -> Result<Exit> {
    let scope = place::scope(&args.scope)?;
    let mut fields = args.fields.clone();
    if fields == "-" {
        fields.clear();
        let read = io::stdin().lock().take(FIELDS).read_to_string(&mut fields);
        read.map_err(|error| Failure::io("read", Path::new("standard input"), &error))?;
    }
    let mut tags = BTreeMap::new();
    for tag in &args.tags {
        let (name, value) = pair("tag", tag)?;
        if tags.insert(name.to_owned(), value.to_owned()).is_some() {
            return Err(Failure::usage(format!("the tag {name:?} is given twice")));
        }
    }
    let (_larder, tenant) = place.tenant_or_create(&args.scope.tenant, args.create)?;
    let row = place::store(&tenant, scope).journal().append(&args.measurement, &fields, &tags)?;
    if output.is_json() {
        output.value(&json::journal_row(&row))?;
    } else {
        output.line(&format!("row {} in bucket {}", row.id, text::shown(&row.bucket)))?;
    }
    Ok(Exit::Ok)
}

fn query(place: &Place, args: &JournalQueryArgs, output: &Output) -> Result<Exit> {
    let (_larder, store) = place.store(&args.scope)?;
    let journal = store.journal();
    match args.query.as_deref().map(str::trim) {
        Some(text) if is_sql(text) => sql(&store, text, args.limit, output)?,
        Some(text) => rows(args.limit, output, |cursor, limit| journal.flux(text, cursor, limit))?,
        None => {
            let query = filter(args)?;
            rows(args.limit, output, |cursor, limit| {
                journal.query(&JournalQuery { cursor: cursor.map(str::to_owned), limit, ..query.clone() })
            })?;
        }
    }
    Ok(Exit::Ok)
}

fn is_sql(text: &str) -> bool {
    let word = text.split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default();
    ["SELECT", "WITH", "VALUES", "EXPLAIN", "PRAGMA"].iter().any(|begin| word.eq_ignore_ascii_case(begin))
}

fn filter(args: &JournalQueryArgs) -> Result<JournalQuery> {
    let now = SystemClock::default().now_ms();
    let time = |text: &Option<String>| text.as_deref().map(|text| moment(text, now)).transpose();
    let tags = args.tags.iter().map(|tag| pair("tag", tag)).collect::<Result<Vec<_>>>()?;
    let fields = args.fields.iter().map(|field| pair("field", field)).collect::<Result<Vec<_>>>()?;
    Ok(JournalQuery {
        bucket: args.bucket.clone(),
        measurement: args.measurement.clone(),
        from_ms: time(&args.from)?,
        to_ms: time(&args.to)?,
        tags: tags.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
        fields: fields.into_iter().map(|(name, value)| (name.to_owned(), field(value))).collect(),
        archived: args.archived,
        ..JournalQuery::default()
    })
}

fn field(value: &str) -> FieldValue {
    if let Ok(truth) = value.parse() {
        return FieldValue::Bool(truth);
    }
    if let Ok(number) = value.parse() {
        return FieldValue::Integer(number);
    }
    match value.parse::<f64>() {
        Ok(number) if number.is_finite() => FieldValue::Real(number),
        _ => FieldValue::Text(value.to_owned()),
    }
}

fn pair<'a>(what: &str, text: &'a str) -> Result<(&'a str, &'a str)> {
    text.split_once('=').ok_or_else(|| {
        Failure::usage(format!("the {what} {text:?} has no value")).hint(format!("write `--{what} NAME=VALUE`"))
    })
}

/// Print rows as they are read.
fn rows(
    limit: Option<u64>,
    output: &Output,
    mut page: impl FnMut(Option<&str>, u32) -> larder::engine::Result<JournalPage>,
) -> Result<()> {
    let mut lines = output.lines();
    let (mut left, mut cursor) = (limit, None::<String>);
    while left != Some(0) {
        let most = left.map_or(0, |left| u32::try_from(left).unwrap_or(u32::MAX));
        let JournalPage { entries, next } = page(cursor.as_deref(), most)?;
        for entry in &entries {
            match output.is_json() {
                true => lines.value(&json::journal_row(entry))?,
                false => lines.text(&line(entry, output))?,
            }
        }
        left = left.map(|left| left.saturating_sub(entries.len() as u64));
        cursor = next;
        if cursor.is_none() {
            break;
        }
    }
    lines.finish()
}

fn line(entry: &JournalEntry, output: &Output) -> String {
    let mut line = text::moment(entry.committed_at_ms);
    line.push('\t');
    line.push_str(&output.styled(Look::Heading, &text::shown(&entry.measurement)));
    for (name, value) in entry.tags().unwrap_or_default() {
        line.push_str(&format!("\t{}={}", text::shown(&name), text::shown(&value)));
    }
    format!("{line}\t{}", text::shown(&entry.fields_json))
}

fn sql(store: &Store, statement: &str, limit: Option<u64>, output: &Output) -> Result<()> {
    let SqlRows { columns, rows } = store.journal().sql(statement, &[])?;
    let most = limit.map_or(usize::MAX, |limit| usize::try_from(limit).unwrap_or(usize::MAX));
    let mut lines = output.lines();
    if !output.is_json() {
        let names: Vec<String> = columns.iter().map(|name| output.styled(Look::Heading, &text::shown(name))).collect();
        lines.text(&names.join("\t"))?;
    }
    for row in rows.into_iter().take(most) {
        if output.is_json() {
            lines.value(&json::sql_row(&columns, &row))?;
        } else {
            let cells: Vec<String> = row.iter().map(text::cell).collect();
            lines.text(&cells.join("\t"))?;
        }
    }
    lines.finish()
}
