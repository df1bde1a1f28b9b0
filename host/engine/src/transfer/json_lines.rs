//! JSON lines: an object a line, whose `type` is `entry` or `journal`.

use std::io::{BufRead, Read as _, Write};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::{Found, Item, Refused, Sink, Source, TransferEntry, TransferRow};
use crate::{Error, Limits, Result, limits::LINE_SPARE_BYTES};

/// A line of either type, with the columns of the type alone.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Line {
    #[serde(rename = "type")]
    kind: Kind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    group: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    key: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    value: Option<String>,
    /// A value that is no UTF-8.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    value_base64: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    expires_at: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    counter: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    scope: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    bucket: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    measurement: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    fields: Option<Box<RawValue>>,
    /// Fields that are no JSON, which another program wrote.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    fields_text: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    tags: Option<Box<RawValue>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    tags_text: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    committed_at: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    archived_at: Option<i64>,
}

#[derive(Clone, Copy, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Entry,
    Journal,
}

impl Line {
    fn new(kind: Kind) -> Line {
        Line {
            kind,
            group: None,
            key: None,
            value: None,
            value_base64: None,
            expires_at: None,
            counter: None,
            scope: None,
            bucket: None,
            measurement: None,
            fields: None,
            fields_text: None,
            tags: None,
            tags_text: None,
            committed_at: None,
            archived_at: None,
        }
    }

    fn of(item: &Item) -> Line {
        match item {
            Item::Entry(entry) => {
                let text = std::str::from_utf8(&entry.value).ok().map(str::to_owned);
                Line {
                    group: Some(entry.group.clone()),
                    key: Some(entry.key.clone()),
                    value_base64: text.is_none().then(|| STANDARD.encode(&entry.value)),
                    value: text,
                    expires_at: entry.expires_at,
                    counter: entry.counter.then_some(true),
                    ..Line::new(Kind::Entry)
                }
            }
            Item::Journal(row) => {
                let (fields, fields_text) = json_or_text(&row.fields);
                let (tags, tags_text) = json_or_text(&row.tags);
                Line {
                    scope: row.scope.clone(),
                    bucket: Some(row.bucket.clone()),
                    measurement: Some(row.measurement.clone()),
                    fields,
                    fields_text,
                    tags,
                    tags_text,
                    committed_at: Some(row.committed_at),
                    archived_at: row.archived_at,
                    ..Line::new(Kind::Journal)
                }
            }
        }
    }

    fn item(self) -> Result<Item, String> {
        match self.kind {
            Kind::Entry => {
                let value = match (self.value, self.value_base64) {
                    (Some(text), None) => text.into_bytes(),
                    (None, Some(base64)) => {
                        STANDARD.decode(base64).map_err(|error| format!("value_base64: {error}"))?
                    }
                    _ => return Err("an entry has either value or value_base64".into()),
                };
                Ok(Item::Entry(TransferEntry {
                    group: needed("group", self.group)?,
                    key: needed("key", self.key)?,
                    value,
                    expires_at: self.expires_at,
                    counter: self.counter.unwrap_or_default(),
                }))
            }
            Kind::Journal => Ok(Item::Journal(TransferRow {
                scope: self.scope,
                bucket: needed("bucket", self.bucket)?,
                measurement: needed("measurement", self.measurement)?,
                fields: needed("fields", self.fields.map(|json| json.get().to_owned()).or(self.fields_text))?,
                tags: needed("tags", self.tags.map(|json| json.get().to_owned()).or(self.tags_text))?,
                committed_at: needed("committed_at", self.committed_at)?,
                archived_at: self.archived_at,
            })),
        }
    }
}

fn needed<T>(name: &str, value: Option<T>) -> Result<T, String> {
    value.ok_or_else(|| format!("{name} is missing"))
}

/// The text as JSON, digit for digit, or, where it is none, as text.
fn json_or_text(text: &str) -> (Option<Box<RawValue>>, Option<String>) {
    // Between the values of JSON, the end of a line is white space; inside of them there is none.
    match RawValue::from_string(text.replace(['\n', '\r'], " ")) {
        Ok(json) => (Some(json), None),
        Err(_) => (None, Some(text.to_owned())),
    }
}

/// Reads lines.
pub(super) struct JsonLinesSource<'a> {
    lines: &'a mut dyn BufRead,
    /// Longest line, in bytes: that of an entry at its limits with each byte escaped.
    most: u64,
}

impl<'a> JsonLinesSource<'a> {
    pub(super) fn new(lines: &'a mut dyn BufRead, limits: &Limits) -> JsonLinesSource<'a> {
        let entry = limits.group_bytes.saturating_add(limits.key_bytes).saturating_add(limits.value_bytes) as u64;
        JsonLinesSource { lines, most: entry.saturating_mul(6).saturating_add(LINE_SPARE_BYTES) }
    }
}

impl Source for JsonLinesSource<'_> {
    fn total(&self) -> Option<u64> {
        None
    }

    fn each(&mut self, visit: &mut dyn FnMut(Found) -> Result<()>) -> Result<()> {
        let mut line = Vec::new();
        for number in 1_u64.. {
            line.clear();
            let read = (&mut *self.lines).take(self.most).read_until(b'\n', &mut line);
            match read.map_err(|source| Error::Io { operation: "reading JSON lines".into(), source })? {
                0 => break,
                read if read as u64 == self.most && !line.ends_with(b"\n") => {
                    let rule = format!("line {number} is longer than {} bytes", self.most);
                    return Err(Error::InvalidArgument { argument: "the JSON lines", rule });
                }
                _ => {}
            }
            if line.trim_ascii().is_empty() {
                continue;
            }
            let item = serde_json::from_slice(&line).map_err(|error| error.to_string()).and_then(Line::item);
            visit(match item {
                Ok(item) => Found::Item(item),
                Err(reason) => Found::Refused(Refused::new(format!("line {number}"), reason)),
            })?;
        }
        Ok(())
    }
}

/// Writes lines.
pub(super) struct JsonLinesSink<W>(pub(super) W);

impl<W: Write> Sink for JsonLinesSink<W> {
    fn put(&mut self, item: &Item) -> Result<()> {
        serde_json::to_writer(&mut self.0, &Line::of(item))
            .map_err(Into::into)
            .and_then(|()| self.0.write_all(b"\n"))
            .map_err(failed)
    }

    fn finish(&mut self) -> Result<()> {
        self.0.flush().map_err(failed)
    }
}

fn failed(source: std::io::Error) -> Error {
    Error::Io { operation: "writing JSON lines".into(), source }
}
