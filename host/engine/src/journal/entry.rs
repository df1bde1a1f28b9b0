//! What callers give to a journal and get from it.

use std::collections::BTreeMap;

use super::json;

/// A row of a journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JournalEntry {
    /// Its number, greater for each later one of the tenant.
    pub id: i64,
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
    /// When it went into an archive, in milliseconds since the epoch.
    pub archived_at_ms: Option<i64>,
}

impl JournalEntry {
    /// The tags; `None` when another program wrote something else there.
    pub fn tags(&self) -> Option<BTreeMap<String, String>> {
        json::tags(&self.tags_json)
    }

    /// Bytes of its texts.
    pub(crate) fn size(&self) -> usize {
        self.bucket.len() + self.measurement.len() + self.fields_json.len() + self.tags_json.len()
    }
}

/// A value that a field is compared with.
#[derive(Clone, Debug, PartialEq)]
pub enum FieldValue {
    /// Any value with this text: `4` is equal to `"4"`, and `true` to `"1"`.
    Text(String),
    /// A number with this value; true is 1.
    Integer(i64),
    /// As for an integer.
    Real(f64),
    /// True or 1, false or 0.
    Bool(bool),
}

/// Which rows of a journal are wanted: those that meet all of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct JournalQuery {
    /// Of this bucket.
    pub bucket: Option<String>,
    /// With this measurement.
    pub measurement: Option<String>,
    /// Committed then or later, in milliseconds since the epoch.
    pub from_ms: Option<i64>,
    /// Committed before, in milliseconds since the epoch.
    pub to_ms: Option<i64>,
    /// With these tags.
    pub tags: Vec<(String, String)>,
    /// With these fields.
    pub fields: Vec<(String, FieldValue)>,
    /// Those that are archived and still kept, too.
    pub archived: bool,
    /// Most rows of the page; 0 leaves it to the engine.
    pub limit: u32,
    /// Where the page before ended.
    pub cursor: Option<String>,
}

/// Rows by the time of their commit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JournalPage {
    /// The rows.
    pub entries: Vec<JournalEntry>,
    /// The cursor of the next page, if there may be one.
    pub next: Option<String>,
}
