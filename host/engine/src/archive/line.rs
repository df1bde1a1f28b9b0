//! A line of an archive: a row of the journal as a JSON object, its names in order.

use std::{collections::BTreeMap, fmt::Write};

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::{backend::JournalRow, journal::json, limits::ARCHIVE_LINE_BYTES};

/// A row of an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArchivedRow {
    /// The bucket that it belongs to.
    pub bucket: String,
    /// What was done.
    pub measurement: String,
    /// A JSON object.
    pub fields_json: String,
    /// A JSON object of strings.
    pub tags_json: String,
    /// In milliseconds since the epoch.
    pub committed_at_ms: i64,
    /// The scope that appended it; `None` is the whole tenant.
    pub scope: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line<'a> {
    bucket: String,
    committed_at: i64,
    #[serde(borrow)]
    fields: &'a RawValue,
    measurement: String,
    #[serde(default)]
    scope: Option<String>,
    tags: json::Tags,
}

/// The line of a row, with its end; `None` if the row's JSON cannot be read, or is too long.
pub(super) fn encode(row: &JournalRow<'_>) -> Option<String> {
    let fields = match row.fields_json.trim() {
        "null" => "{}".into(),
        text => json::canonical_object(text).ok()?,
    };
    let mut line = String::from("{\"bucket\":");
    json::write_string(row.bucket, &mut line);
    // Writing to a string cannot fail.
    let _ = write!(line, ",\"committed_at\":{},\"fields\":{fields},\"measurement\":", row.committed_at);
    json::write_string(row.measurement, &mut line);
    if let Some(scope) = row.scope {
        line.push_str(",\"scope\":");
        json::write_string(scope, &mut line);
    }
    line.push_str(",\"tags\":");
    line.push_str(&json::tags_text(&json::tags(row.tags_json)?));
    line.push_str("}\n");
    (line.len() <= ARCHIVE_LINE_BYTES).then_some(line)
}

pub(super) fn decode(line: &[u8]) -> Result<ArchivedRow, String> {
    let line: Line<'_> = serde_json::from_slice(line).map_err(|error| error.to_string())?;
    Ok(ArchivedRow {
        bucket: line.bucket,
        measurement: line.measurement,
        fields_json: json::canonical_object(line.fields.get())?,
        tags_json: json::tags_text(&line.tags),
        committed_at_ms: line.committed_at,
        scope: line.scope,
    })
}

impl ArchivedRow {
    pub(super) fn as_row(&self) -> JournalRow<'_> {
        JournalRow {
            bucket: &self.bucket,
            measurement: &self.measurement,
            fields_json: &self.fields_json,
            tags_json: &self.tags_json,
            committed_at: self.committed_at_ms,
            scope: self.scope.as_deref(),
        }
    }

    /// The tags by name.
    pub fn tags(&self) -> Option<BTreeMap<String, String>> {
        json::tags(&self.tags_json)
    }

    /// Bytes of its texts.
    pub fn size(&self) -> usize {
        self.bucket.len() + self.measurement.len() + self.fields_json.len() + self.tags_json.len()
    }
}
