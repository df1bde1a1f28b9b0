//! Entries and files as JSON.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use larder::engine::{
    ArchiveInfo, ArchivedRow, Entry, Event, FeedItem, FileItem, FileKind, FileUsage, Gauge, JournalEntry, ParkedEvent,
    SqlValue, Usage,
};
use serde::Serialize;
use serde_json::{Map, Value, json, value::RawValue};

/// An entry. Its value is `value` where it is UTF-8, else `value_base64`; neither where it was left out.
#[derive(Serialize)]
pub(crate) struct EntryJson<'a> {
    group: &'a str,
    key: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    value_base64: Option<String>,
    version: u64,
    /// `null` for an entry that does not expire.
    ttl_ms: Option<u64>,
}

impl<'a> EntryJson<'a> {
    pub(crate) fn new(group: &'a str, entry: &'a Entry) -> EntryJson<'a> {
        let bytes = entry.value.as_deref();
        let value = bytes.and_then(|bytes| str::from_utf8(bytes).ok());
        let value_base64 = bytes.filter(|_| value.is_none()).map(|bytes| STANDARD.encode(bytes));
        EntryJson { group, key: &entry.key, value, value_base64, version: entry.version, ttl_ms: entry.ttl_ms }
    }
}

/// `{"used": .., "limit": ..}`; the limit is `null` where there is none.
pub(crate) fn gauge(gauge: Gauge) -> Value {
    json!({ "used": gauge.used, "limit": gauge.limit })
}

/// What a tenant or a scope uses.
pub(crate) fn usage(usage: &Usage) -> Value {
    json!({ "keys": gauge(usage.keys), "groups": gauge(usage.groups), "bytes": gauge(usage.bytes) })
}

/// What a tenant's files use.
pub(crate) fn file_usage(usage: &FileUsage) -> Value {
    json!({
        "bytes": { "used": usage.bytes, "limit": usage.max_bytes },
        "files": { "used": usage.files, "limit": usage.max_files },
    })
}

/// One name in a directory.
pub(crate) fn file(item: &FileItem) -> Value {
    json!({
        "name": item.name,
        "kind": kind(item.info.kind),
        "size": item.info.size,
        "modified_ms": item.info.modified_ms,
    })
}

fn kind(kind: FileKind) -> &'static str {
    match kind {
        FileKind::File => "file",
        FileKind::Directory => "directory",
        FileKind::Other => "other",
    }
}

/// What a watcher gives.
pub(crate) fn feed_item(item: &FeedItem) -> Value {
    match item {
        FeedItem::Event(event) => json!({ "event": feed_event(event) }),
        FeedItem::Gap { from, to } => json!({ "gap": { "from": from, "to": to } }),
    }
}

/// A change. Its value is `value` where it is UTF-8, else `value_base64`; neither where there is none.
fn feed_event(event: &Event) -> Value {
    let mut json = json!({
        "kind": event.kind.as_str(),
        "group": event.group,
        "key": event.key,
        "version": event.version,
        "index": event.index,
        "last": event.is_last,
        "at_ms": event.at_ms,
        "expires_at_ms": event.expires_at_ms,
    });
    if let Some(bytes) = &event.value {
        match str::from_utf8(bytes) {
            Ok(text) => json["value"] = text.into(),
            Err(_) => json["value_base64"] = STANDARD.encode(bytes).into(),
        }
    }
    json
}

/// An event that a trigger could not take.
pub(crate) fn parked(parked: &ParkedEvent) -> Value {
    json!({
        "id": parked.id,
        "trigger": parked.consumer,
        "event": feed_event(&parked.event),
        "attempts": parked.attempts,
        "error": parked.error,
        "parked_at_ms": parked.parked_at_ms,
    })
}

/// A row of a journal. Its fields are JSON with the numbers as they were given, or text where another program wrote no JSON.
#[derive(Serialize)]
pub(crate) struct JournalRowJson<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<i64>,
    bucket: &'a str,
    measurement: &'a str,
    fields: Written<'a>,
    tags: Written<'a>,
    committed_at_ms: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    archived_at_ms: Option<Option<i64>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Written<'a> {
    Json(&'a RawValue),
    Text(&'a str),
}

impl<'a> From<&'a str> for Written<'a> {
    fn from(text: &'a str) -> Written<'a> {
        serde_json::from_str(text).map_or(Written::Text(text), Written::Json)
    }
}

pub(crate) fn journal_row(entry: &JournalEntry) -> JournalRowJson<'_> {
    JournalRowJson {
        id: Some(entry.id),
        bucket: &entry.bucket,
        measurement: &entry.measurement,
        fields: Written::from(&*entry.fields_json),
        tags: Written::from(&*entry.tags_json),
        committed_at_ms: entry.committed_at_ms,
        archived_at_ms: Some(entry.archived_at_ms),
        scope: None,
    }
}

pub(crate) fn archived_row(row: &ArchivedRow) -> JournalRowJson<'_> {
    JournalRowJson {
        id: None,
        bucket: &row.bucket,
        measurement: &row.measurement,
        fields: Written::from(&*row.fields_json),
        tags: Written::from(&*row.tags_json),
        committed_at_ms: row.committed_at_ms,
        archived_at_ms: None,
        scope: row.scope.as_deref(),
    }
}

pub(crate) fn archive(archive: &ArchiveInfo) -> Value {
    json!({
        "name": archive.name,
        "scope": archive.scope,
        "rows": archive.rows,
        "bytes": archive.bytes,
        "created_at_ms": archive.created_at_ms,
    })
}

/// A row of an answer to SQL. Of two columns with one name the last counts; a blob is `{"base64": ..}`.
pub(crate) fn sql_row(columns: &[String], row: &[SqlValue]) -> Value {
    let cells = columns.iter().cloned().zip(row.iter().map(|value| match value {
        SqlValue::Null => Value::Null,
        SqlValue::Integer(number) => json!(number),
        SqlValue::Real(number) => json!(number),
        SqlValue::Text(text) => json!(text),
        SqlValue::Blob(bytes) => json!({ "base64": STANDARD.encode(bytes) }),
    }));
    Value::Object(cells.collect::<Map<_, _>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_that_are_no_text_are_base64() {
        let mut entry = Entry { key: "k".into(), value: Some(b"text".to_vec()), version: 7, ttl_ms: None };
        let text = serde_json::to_value(EntryJson::new("g", &entry)).unwrap();
        assert_eq!(text, json!({"group": "g", "key": "k", "value": "text", "version": 7, "ttl_ms": null}));
        entry.value = Some(vec![0xff]);
        let binary = serde_json::to_value(EntryJson::new("g", &entry)).unwrap();
        assert_eq!(binary, json!({"group": "g", "key": "k", "value_base64": "/w==", "version": 7, "ttl_ms": null}));
        entry.value = None;
        let without = serde_json::to_value(EntryJson::new("g", &entry)).unwrap();
        assert_eq!(without, json!({"group": "g", "key": "k", "version": 7, "ttl_ms": null}));
    }
}
