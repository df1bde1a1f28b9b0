//! Between the contract's types and the engine's.

use std::collections::BTreeMap;

use larder_engine::{self as engine, FileError, FileQuotaKind, QuotaKind, SizeLimit};

use crate::bindings::larder::store::{archive, atomics, batch, files, journal, sql, store, types};

/// The guest's error for one of the engine, or the error itself when it is not for the guest.
pub(crate) fn error(error: engine::Error) -> Result<types::Error, engine::Error> {
    use engine::Error;
    Ok(match error {
        Error::InvalidArgument { .. } | Error::InvalidName { .. } => types::Error::InvalidArgument(error.to_string()),
        Error::TooLarge { what, size, limit } => {
            types::Error::TooLarge(types::TooLarge { what: sized(what), size, limit })
        }
        Error::QuotaExceeded { quota, used, limit } => {
            types::Error::QuotaExceeded(types::QuotaExceeded { quota: quota_kind(quota), used, limit })
        }
        Error::AccessDenied => types::Error::AccessDenied,
        Error::NotACounter => types::Error::NotACounter,
        Error::Overflow => types::Error::Overflow,
        Error::TransactionOpen => types::Error::TransactionOpen,
        Error::TransactionExpired => types::Error::TransactionExpired,
        Error::Conflict => types::Error::Conflict,
        Error::Busy { .. } => types::Error::Busy,
        Error::Closed => types::Error::Closed,
        Error::Unsupported(_) => types::Error::Unsupported(error.to_string()),
        other => return Err(other),
    })
}

/// The guest's error for one of the engine's files, or the error itself when it is not for the guest.
pub(crate) fn file_error(error: FileError) -> Result<files::FileError, FileError> {
    Ok(match error {
        FileError::AccessDenied => files::FileError::AccessDenied,
        FileError::InvalidPath { .. } => files::FileError::InvalidPath(error.to_string()),
        FileError::InvalidCursor => files::FileError::InvalidCursor,
        FileError::NotFound => files::FileError::NotFound,
        FileError::AlreadyExists => files::FileError::AlreadyExists,
        FileError::NotADirectory => files::FileError::NotADirectory,
        FileError::IsADirectory => files::FileError::IsADirectory,
        FileError::NotEmpty => files::FileError::NotEmpty,
        FileError::NotAFile => files::FileError::NotAFile,
        FileError::QuotaExceeded { quota, used, limit } => {
            let quota = match quota {
                FileQuotaKind::Bytes => files::FileQuota::Bytes,
                FileQuotaKind::Files => files::FileQuota::Files,
            };
            files::FileError::QuotaExceeded(files::FileQuotaExceeded { quota, used, limit })
        }
        FileError::TooLarge { limit, .. } => files::FileError::TooLarge(limit),
        // The host is going away, which is nothing for its log.
        FileError::Closed => files::FileError::Unavailable,
        other => return Err(other),
    })
}

fn sized(what: SizeLimit) -> types::SizeLimit {
    match what {
        SizeLimit::Group => types::SizeLimit::Group,
        SizeLimit::Key => types::SizeLimit::Key,
        SizeLimit::Value => types::SizeLimit::Value,
        SizeLimit::Batch => types::SizeLimit::Batch,
        SizeLimit::Response => types::SizeLimit::Response,
        SizeLimit::Template => types::SizeLimit::Template,
        SizeLimit::Entries => types::SizeLimit::Entries,
    }
}

fn quota_kind(quota: QuotaKind) -> types::Quota {
    match quota {
        QuotaKind::Keys => types::Quota::Keys,
        QuotaKind::Groups => types::Quota::Groups,
        QuotaKind::Bytes => types::Quota::Bytes,
    }
}

pub(crate) fn entry(entry: engine::Entry) -> types::Entry {
    types::Entry { key: entry.key, value: entry.value, version: entry.version, ttl_ms: entry.ttl_ms }
}

pub(crate) fn page(page: engine::Page) -> store::Page {
    store::Page { entries: page.entries.into_iter().map(entry).collect(), next: page.next }
}

pub(crate) fn group_page(page: engine::GroupPage) -> store::GroupPage {
    store::GroupPage { groups: page.groups, next: page.next }
}

pub(crate) fn query(query: store::Query) -> engine::Query {
    engine::Query {
        group: query.group,
        prefix: query.prefix,
        start: bound(query.start),
        end: bound(query.end),
        reverse: query.reverse,
        values: query.values,
        limit: query.limit,
        cursor: query.cursor,
    }
}

fn bound(bound: store::Bound) -> engine::Bound {
    match bound {
        store::Bound::Unbounded => engine::Bound::Unbounded,
        store::Bound::Included(key) => engine::Bound::Included(key),
        store::Bound::Excluded(key) => engine::Bound::Excluded(key),
    }
}

pub(crate) fn usage(usage: engine::Usage) -> store::Usage {
    store::Usage {
        keys: gauge(usage.keys),
        groups: gauge(usage.groups),
        bytes: gauge(usage.bytes),
        max_group_bytes: wide(usage.limits.group_bytes),
        max_key_bytes: wide(usage.limits.key_bytes),
        max_value_bytes: wide(usage.limits.value_bytes),
    }
}

fn gauge(gauge: engine::Gauge) -> store::Gauge {
    store::Gauge { used: gauge.used, limit: gauge.limit }
}

fn wide(bytes: usize) -> u64 {
    u64::try_from(bytes).unwrap_or(u64::MAX)
}

pub(crate) fn change(change: batch::Change) -> engine::Change {
    match change {
        batch::Change::Set(set) => {
            engine::Change::Set { group: set.group, key: set.key, value: set.value, ttl_ms: set.ttl_ms }
        }
        batch::Change::Delete(entry) => engine::Change::Delete { group: entry.group, key: entry.key },
        batch::Change::DeleteGroup(group) => engine::Change::DeleteGroup { group },
    }
}

pub(crate) fn outcome(outcome: engine::Outcome) -> atomics::Outcome {
    match outcome {
        engine::Outcome::Done(version) => atomics::Outcome::Done(version),
        engine::Outcome::Stale(now) => atomics::Outcome::Stale(now.map(entry)),
    }
}

pub(crate) fn watch(filter: types::Filter) -> engine::Watch {
    match filter {
        types::Filter::All => engine::Watch::All,
        types::Filter::Group(group) => engine::Watch::Group(group),
        types::Filter::Prefix(prefix) => engine::Watch::Prefix(prefix),
    }
}

pub(crate) fn items(items: Vec<engine::FeedItem>) -> Vec<types::Item> {
    items.into_iter().map(item).collect()
}

fn item(item: engine::FeedItem) -> types::Item {
    match item {
        engine::FeedItem::Event(event) => types::Item::Event(types::Event {
            kind: event_kind(event.kind),
            group: event.group,
            key: event.key,
            value: event.value,
            expires_at_ms: event.expires_at_ms,
            version: event.version,
            index: event.index,
            last: event.is_last,
            at_ms: event.at_ms,
        }),
        engine::FeedItem::Gap { from, to } => types::Item::Gap(types::Gap { from, to }),
    }
}

fn event_kind(kind: engine::EventKind) -> types::EventKind {
    match kind {
        engine::EventKind::Set => types::EventKind::Set,
        engine::EventKind::Touch => types::EventKind::Touch,
        engine::EventKind::Delete => types::EventKind::Delete,
        engine::EventKind::DeleteGroup => types::EventKind::DeleteGroup,
        engine::EventKind::Expire => types::EventKind::Expire,
    }
}

pub(crate) fn file_info(info: engine::FileInfo) -> files::Info {
    let kind = match info.kind {
        engine::FileKind::File => files::Kind::File,
        engine::FileKind::Directory => files::Kind::Directory,
        engine::FileKind::Other => files::Kind::Other,
    };
    files::Info { kind, size: info.size, modified_ms: info.modified_ms }
}

pub(crate) fn file_page(page: engine::FilePage) -> files::ItemPage {
    let items = page.items.into_iter().map(|item| files::Item { name: item.name, info: file_info(item.info) });
    files::ItemPage { items: items.collect(), next: page.next }
}

pub(crate) fn file_usage(usage: engine::FileUsage) -> files::FileUsage {
    files::FileUsage { bytes: usage.bytes, max_bytes: usage.max_bytes, files: usage.files, max_files: usage.max_files }
}

/// The guest's error for one of a statement, or the engine's error when it is not for the guest.
pub(crate) fn sql_error(error: engine::SqlError) -> Result<sql::SqlError, engine::SqlError> {
    use engine::SqlError;
    Ok(match error {
        SqlError::Statement(said) => sql::SqlError::Statement(said),
        SqlError::NotAllowed(what) => sql::SqlError::NotAllowed(what),
        SqlError::Parameters { expected, given } => {
            sql::SqlError::Parameters(sql::Parameters { expected: narrow(expected), given: narrow(given) })
        }
        SqlError::TooManyRows { limit } => sql::SqlError::TooManyRows(narrow(limit)),
        SqlError::TooLarge { limit, .. } => sql::SqlError::TooLarge(wide(limit)),
        SqlError::TimeOut { limit } => sql::SqlError::TimeOut(u64::try_from(limit.as_millis()).unwrap_or(u64::MAX)),
        SqlError::Store(store) => sql::SqlError::Store(error_of(store)?),
        other => return Err(other),
    })
}

fn error_of(store: engine::Error) -> Result<types::Error, engine::SqlError> {
    error(store).map_err(engine::SqlError::Store)
}

fn narrow(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

pub(crate) fn sql_value(value: sql::Value) -> engine::SqlValue {
    match value {
        sql::Value::Null => engine::SqlValue::Null,
        sql::Value::Integer(number) => engine::SqlValue::Integer(number),
        sql::Value::Real(number) => engine::SqlValue::Real(number),
        sql::Value::Text(text) => engine::SqlValue::Text(text),
        sql::Value::Blob(bytes) => engine::SqlValue::Blob(bytes),
    }
}

pub(crate) fn sql_cell(value: engine::SqlValue) -> sql::Value {
    match value {
        engine::SqlValue::Null => sql::Value::Null,
        engine::SqlValue::Integer(number) => sql::Value::Integer(number),
        engine::SqlValue::Real(number) => sql::Value::Real(number),
        engine::SqlValue::Text(text) => sql::Value::Text(text),
        engine::SqlValue::Blob(bytes) => sql::Value::Blob(bytes),
    }
}

pub(crate) fn journal_query(filter: journal::Filter) -> engine::JournalQuery {
    engine::JournalQuery {
        bucket: filter.bucket,
        measurement: filter.measurement,
        from_ms: filter.from_ms,
        to_ms: filter.to_ms,
        tags: filter.tags.into_iter().map(|tag| (tag.name, tag.value)).collect(),
        fields: filter.fields.into_iter().map(|field| (field.name, field_value(field.value))).collect(),
        archived: filter.archived,
        limit: filter.limit,
        cursor: filter.cursor,
    }
}

fn field_value(value: journal::FieldValue) -> engine::FieldValue {
    match value {
        journal::FieldValue::Text(text) => engine::FieldValue::Text(text),
        journal::FieldValue::Integer(number) => engine::FieldValue::Integer(number),
        journal::FieldValue::Real(number) => engine::FieldValue::Real(number),
        journal::FieldValue::Bool(truth) => engine::FieldValue::Bool(truth),
    }
}

/// Tags by name, or the name that is there twice.
pub(crate) fn tags(tags: Vec<journal::Tag>) -> Result<BTreeMap<String, String>, engine::Error> {
    let mut found = BTreeMap::new();
    for journal::Tag { name, value } in tags {
        if found.insert(name, value).is_some() {
            return Err(engine::Error::InvalidArgument { argument: "tags", rule: "each name occurs once".into() });
        }
    }
    Ok(found)
}

pub(crate) fn journal_row(entry: engine::JournalEntry) -> journal::Row {
    journal::Row {
        id: entry.id,
        tags: tag_list(entry.tags()),
        bucket: entry.bucket,
        measurement: entry.measurement,
        fields: entry.fields_json,
        committed_at_ms: entry.committed_at_ms,
        archived_at_ms: entry.archived_at_ms,
    }
}

pub(crate) fn journal_page(page: engine::JournalPage) -> journal::Page {
    journal::Page { rows: page.entries.into_iter().map(journal_row).collect(), next: page.next }
}

fn tag_list(tags: Option<BTreeMap<String, String>>) -> Vec<journal::Tag> {
    tags.unwrap_or_default().into_iter().map(|(name, value)| journal::Tag { name, value }).collect()
}

pub(crate) fn archive_format(format: archive::Format) -> engine::ArchiveFormat {
    match format {
        archive::Format::Gzip => engine::ArchiveFormat::Gzip,
        archive::Format::Zstd => engine::ArchiveFormat::Zstd,
    }
}

pub(crate) fn archive_info(info: engine::ArchiveInfo) -> archive::Info {
    archive::Info { name: info.name, rows: info.rows, bytes: info.bytes, created_at_ms: info.created_at_ms }
}

pub(crate) fn compacted(done: engine::Compacted) -> archive::Compacted {
    archive::Compacted {
        name: done.name,
        rows: done.rows,
        bytes: done.bytes,
        skipped: done.skipped,
        skipped_ids: done.skipped_ids,
        more: done.more,
    }
}

pub(crate) fn verified(verified: engine::Verified) -> archive::Verified {
    archive::Verified { rows: verified.rows, problems: verified.problems }
}

pub(crate) fn archived_row(row: engine::ArchivedRow) -> archive::ArchivedRow {
    archive::ArchivedRow {
        tags: tag_list(row.tags()),
        bucket: row.bucket,
        measurement: row.measurement,
        fields: row.fields_json,
        committed_at_ms: row.committed_at_ms,
    }
}
