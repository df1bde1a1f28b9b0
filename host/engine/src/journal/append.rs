//! Appending.

use std::collections::BTreeMap;

use super::{JournalEntry, json};
use crate::{
    Error, Result, SizeLimit, Update,
    backend::JournalRow,
    limits::{JOURNAL_FIELDS_BYTES, JOURNAL_NAME_BYTES, JOURNAL_TAGS},
    store::context::check,
    telemetry::Op,
};

impl Update<'_> {
    /// Append a row to the journal, in the bucket that the [configuration](crate::JournalConfig) names. `fields` is a JSON
    /// object; its integers keep every digit.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] for an empty measurement, fields that are no JSON object, more than 256 tags, or a
    /// measurement, tag or value of more than 1,024 bytes; [`Error::TooLarge`] for fields of more than 1 MiB;
    /// [`Error::QuotaExceeded`] when the journal has no room; [`Error::Unsupported`] in memory.
    pub fn journal_append(
        &mut self,
        measurement: &str,
        fields: &str,
        tags: &BTreeMap<String, String>,
    ) -> Result<JournalEntry> {
        let _operation = self.context.operation(Op::JournalAppend);
        if measurement.is_empty() {
            return Err(invalid("measurement", "it is not empty".into()));
        }
        short("measurement", measurement)?;
        if tags.len() > JOURNAL_TAGS {
            return Err(invalid("tags", format!("there are at most {JOURNAL_TAGS}")));
        }
        for text in tags.iter().flat_map(|(name, value)| [name, value]) {
            short("tags", text)?;
        }
        check(SizeLimit::Value, fields.len(), JOURNAL_FIELDS_BYTES)?;
        let fields_json = json::canonical_object(fields)
            .map_err(|problem| invalid("fields", format!("they are a JSON object: {problem}")))?;
        // Escapes can make it longer.
        check(SizeLimit::Value, fields_json.len(), 2 * JOURNAL_FIELDS_BYTES)?;
        let entry = JournalEntry {
            id: 0,
            bucket: self.context.journal.bucket.clone(),
            measurement: measurement.into(),
            fields_json,
            tags_json: json::tags_text(tags),
            committed_at_ms: self.context.now,
            archived_at_ms: None,
        };
        let id = self.writing.write.journal_append(&JournalRow {
            bucket: &entry.bucket,
            measurement,
            fields_json: &entry.fields_json,
            tags_json: &entry.tags_json,
            committed_at: entry.committed_at_ms,
            scope: self.context.scope.as_ref().map(crate::ScopeName::as_str),
        })?;
        self.writing.changed = true;
        self.writing.outgoing |= self.context.journal.deliver;
        Ok(JournalEntry { id, ..entry })
    }
}

fn invalid(argument: &'static str, rule: String) -> Error {
    Error::InvalidArgument { argument, rule }
}

fn short(argument: &'static str, text: &str) -> Result<()> {
    if text.len() <= JOURNAL_NAME_BYTES {
        return Ok(());
    }
    Err(invalid(argument, format!("each text has at most {JOURNAL_NAME_BYTES} bytes")))
}
