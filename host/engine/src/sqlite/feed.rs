//! The change feed, and those who follow it by name.

use rusqlite::{Connection, OptionalExtension, Row, types::ToSqlOutput};

use super::{read::Session, statements, write::Writer};
use crate::{
    FeedStatus, Result, Version,
    backend::{FeedBounds, FeedPart, FeedTotals, Names, Parked, Position, StoredPart, Visit},
    limits::FEED_PART_BITS,
};

const APPEND: &str = "INSERT INTO larder_feed (id, at, events, events_so_far, bytes_so_far, body)
    SELECT ?1, ?2, ?3, ?3 + coalesce(max(events_so_far), 0), ?4 + coalesce(max(bytes_so_far), 0), ?5
    FROM (SELECT events_so_far, bytes_so_far FROM larder_feed ORDER BY id DESC LIMIT 1)
    RETURNING events_so_far, bytes_so_far";

/// The same where it is known what the feed has held so far.
const APPEND_KNOWN: &str =
    "INSERT INTO larder_feed (id, at, events, events_so_far, bytes_so_far, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";

// SQL below divides by it.
const _: () = assert!(1 << FEED_PART_BITS == 1_048_576);

/// The number of the last commit: the feed has that of those with events.
pub(super) const SEQUENCE: &str =
    "SELECT max(value, coalesce((SELECT id FROM larder_feed ORDER BY id DESC LIMIT 1), 0) / 1048576)
    FROM larder_meta WHERE name = 'sequence'";

const FROM: &str = "SELECT id, at, body FROM larder_feed WHERE id >= ?1 ORDER BY id";

const FIRST: &str =
    "SELECT id, events_so_far - events, bytes_so_far - octet_length(body), at FROM larder_feed ORDER BY id LIMIT 1";

const LAST: &str = "SELECT id, events_so_far, bytes_so_far FROM larder_feed ORDER BY id DESC LIMIT 1";

const OLDEST: &str =
    "SELECT id, at, events_so_far - events, bytes_so_far - octet_length(body) FROM larder_feed ORDER BY id LIMIT ?1";

const EVENTS_FROM: &str = "SELECT coalesce(
        (SELECT events_so_far FROM larder_feed ORDER BY id DESC LIMIT 1)
            - (SELECT events_so_far - events FROM larder_feed WHERE id >= ?1 ORDER BY id LIMIT 1), 0)";

const CONSUMERS: &str = "SELECT seq, taken, name FROM larder_consumers WHERE name >= ?1 AND name < ?2 ORDER BY name";

const PARKED: &str = "SELECT id, consumer, seq, at, body, attempts, error, parked_at FROM larder_parked_events
    WHERE id > ?1 AND (?2 IS NULL OR consumer = ?2) ORDER BY id";

/// The greatest number of a commit that has a place. A million commits a second come to it in a hundred days; a disk does a thousandth of that.
const LAST_VERSION: Version = (1 << (63 - FEED_PART_BITS)) - 1;

/// The place of a commit's first part, or of its part `number`.
fn id(version: Version, number: u32) -> i64 {
    // Whoever asks may name a commit that will never be.
    (statements::integer(version.min(LAST_VERSION)) << FEED_PART_BITS) | i64::from(number)
}

fn version(id: i64) -> Version {
    (id >> FEED_PART_BITS).unsigned_abs()
}

/// Say in the feed that there are changes of `version` which nobody recorded.
pub(super) fn append_gap(connection: &Connection, version: Version, at_ms: i64) -> rusqlite::Result<()> {
    let row = (id(version, 0), at_ms, 0, 0, &[][..]);
    connection.prepare_cached(APPEND)?.query_row(row, |_| Ok(())).map(drop)
}

/// Make the feed agree with whether one is kept. What happened while none was kept is no part of it.
pub(super) fn keep(connection: &Connection, kept: bool) -> rusqlite::Result<()> {
    let was_off: bool =
        connection.query_row("SELECT value <> 0 FROM larder_meta WHERE name = 'feed_off'", (), |row| row.get(0))?;
    match (kept, was_off) {
        (false, false) => statements::set_meta(connection, "feed_off", 1),
        (true, true) => connection.execute_batch(
            "BEGIN IMMEDIATE;
            UPDATE larder_meta
                SET value = max(value, coalesce((SELECT id FROM larder_feed ORDER BY id DESC LIMIT 1), 0) / 1048576)
                WHERE name = 'sequence';
            DELETE FROM larder_feed;
            UPDATE larder_meta SET value = (SELECT value FROM larder_meta WHERE name = 'sequence') WHERE name = 'feed_floor';
            UPDATE larder_meta SET value = 0 WHERE name = 'feed_off';
            COMMIT",
        ),
        _ => Ok(()),
    }
}

/// Answers what the feed has held so far.
pub(super) fn append(writer: &mut Writer, part: &FeedPart<'_>) -> Result<FeedTotals> {
    let before = writer.feed_so_far;
    let so_far = writer.session.run("record events", |connection| {
        let place = id(writer.version, part.number);
        let (events, bytes) = (statements::integer(part.events), statements::integer(part.body.len() as u64));
        let Some(before) = before else {
            let row = (place, part.at_ms, events, bytes, part.body);
            return connection.prepare_cached(APPEND)?.query_row(row, |row| totals(row, 0));
        };
        let so_far = FeedTotals {
            events: before.events.saturating_add(part.events),
            bytes: before.bytes.saturating_add(part.body.len() as u64),
        };
        let all = (statements::integer(so_far.events), statements::integer(so_far.bytes));
        let row = (place, part.at_ms, events, all.0, all.1, part.body);
        connection.prepare_cached(APPEND_KNOWN)?.execute(row)?;
        Ok(so_far)
    })?;
    writer.feed_so_far = Some(so_far);
    writer.is_in_feed = true;
    Ok(so_far)
}

pub(super) fn read(session: &Session, from: Version, visit: &mut dyn FnMut(StoredPart<'_>) -> bool) -> Result<()> {
    session.run("read the feed", |connection| {
        let mut statement = connection.prepare_cached(FROM)?;
        let mut rows = statement.query([id(from, 0)])?;
        while let Some(row) = rows.next()? {
            let part = StoredPart {
                version: version(row.get(0)?),
                at_ms: row.get(1)?,
                body: row.get_ref(2)?.as_blob_or_null()?.unwrap_or_default(),
            };
            if !visit(part) {
                break;
            }
        }
        Ok(())
    })
}

pub(super) fn status(session: &Session) -> Result<FeedStatus> {
    session.run("read the feed", |connection| {
        let floor = floor(connection)?;
        let first = connection
            .prepare_cached(FIRST)?
            .query_row((), |row| Ok((row.get(0)?, totals(row, 1)?, row.get(3)?)))
            .optional()?;
        let last =
            connection.prepare_cached(LAST)?.query_row((), |row| Ok((row.get(0)?, totals(row, 1)?))).optional()?;
        let (Some((first, before, first_at_ms)), Some((last, so_far))) = (first, last) else {
            return Ok(FeedStatus { floor, ..FeedStatus::default() });
        };
        Ok(FeedStatus {
            events: so_far.events.saturating_sub(before.events),
            bytes: so_far.bytes.saturating_sub(before.bytes),
            first: Some(version(first)),
            first_at_ms: Some(first_at_ms),
            last: Some(version(last)),
            floor,
        })
    })
}

/// Events of commits from `from` on.
pub(super) fn events_from(session: &Session, from: Version) -> Result<u64> {
    session.run("count the feed", |connection| {
        connection.prepare_cached(EVENTS_FROM)?.query_row([id(from, 0)], |row| statements::count(row, 0))
    })
}

pub(super) fn parked_events(session: &Session, consumer: &str) -> Result<u64> {
    session.run("count parked events", |connection| {
        let sql = "SELECT count(*) FROM larder_parked_events WHERE consumer = ?1";
        connection.prepare_cached(sql)?.query_row([consumer], |row| statements::count(row, 0))
    })
}

pub(super) fn floor(connection: &Connection) -> rusqlite::Result<Version> {
    connection
        .prepare_cached("SELECT value FROM larder_meta WHERE name = 'feed_floor'")?
        .query_row((), |row| statements::count(row, 0))
}

/// Answers whether there is more to trim.
pub(super) fn trim(session: &Session, bounds: &FeedBounds, most_parts: usize) -> Result<bool> {
    session.run("trim the feed", |connection| {
        let Some(so_far) = connection.prepare_cached(LAST)?.query_row((), |row| totals(row, 1)).optional()? else {
            return Ok(false);
        };
        let (mut last, mut seen) = (None, 0);
        {
            let mut statement = connection.prepare_cached(OLDEST)?;
            let mut rows = statement.query([statements::integer(most_parts as u64)])?;
            while let Some(row) = rows.next()? {
                let before = totals(row, 2)?;
                let too_many = so_far.events.saturating_sub(before.events) > bounds.most.events
                    || so_far.bytes.saturating_sub(before.bytes) > bounds.most.bytes;
                if !too_many && row.get::<_, i64>(1)? >= bounds.since_ms {
                    break;
                }
                seen += 1;
                last = Some(version(row.get(0)?));
            }
        }
        let Some(last) = last else { return Ok(false) };
        // A commit goes as a whole.
        connection.prepare_cached("DELETE FROM larder_feed WHERE id < ?1")?.execute([id(last + 1, 0)])?;
        statements::set_meta(connection, "feed_floor", last)?;
        Ok(seen == most_parts)
    })
}

pub(super) fn consumers(session: &Session, names: &Names, visit: Visit<'_, Position>) -> Result<()> {
    session.run("read how far the feed was followed", |connection| {
        let mut statement = connection.prepare_cached(CONSUMERS)?;
        let mut rows = statement.query((&names.from, ToSqlOutput::Borrowed(statements::end(names))))?;
        while let Some(row) = rows.next()? {
            let taken = row.get::<_, i64>(1)?;
            let taken = if taken == i64::MAX { u64::MAX } else { taken.unsigned_abs() };
            let position = Position { version: statements::count(row, 0)?, taken };
            let Ok(name) = row.get_ref(2)?.as_str() else { continue };
            if !visit(name, position) {
                break;
            }
        }
        Ok(())
    })
}

pub(super) fn set_consumer(session: &Session, name: &str, position: Option<Position>) -> Result<()> {
    session.run("write down how far the feed was followed", |connection| match position {
        Some(position) => {
            let row = (name, statements::integer(position.version), statements::integer(position.taken));
            connection
                .prepare_cached("INSERT OR REPLACE INTO larder_consumers (name, seq, taken) VALUES (?1, ?2, ?3)")?
                .execute(row)
                .map(drop)
        }
        None => {
            connection.prepare_cached("DELETE FROM larder_consumers WHERE name = ?1")?.execute([name])?;
            connection.prepare_cached("DELETE FROM larder_parked_events WHERE consumer = ?1")?.execute([name]).map(drop)
        }
    })
}

pub(super) fn parked(
    session: &Session,
    consumer: Option<&str>,
    after: i64,
    visit: &mut dyn FnMut(Parked) -> bool,
) -> Result<()> {
    session.run("read parked events", |connection| {
        let mut statement = connection.prepare_cached(PARKED)?;
        let mut rows = statement.query((after, consumer))?;
        while let Some(row) = rows.next()? {
            let parked = Parked {
                id: row.get(0)?,
                consumer: row.get(1)?,
                version: statements::count(row, 2)?,
                at_ms: row.get(3)?,
                body: row.get(4)?,
                attempts: row.get(5)?,
                error: row.get(6)?,
                parked_at_ms: row.get(7)?,
            };
            if !visit(parked) {
                break;
            }
        }
        Ok(())
    })
}

pub(super) fn park(session: &Session, parked: &Parked) -> Result<()> {
    session.run("park an event", |connection| {
        let sql = "INSERT INTO larder_parked_events (consumer, seq, at, body, attempts, error, parked_at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
        let Parked { consumer, version, at_ms, body, attempts, error, parked_at_ms, .. } = parked;
        let row = (consumer, statements::integer(*version), at_ms, body, attempts, error, parked_at_ms);
        connection.prepare_cached(sql)?.execute(row).map(drop)
    })
}

pub(super) fn unpark(session: &Session, id: i64) -> Result<bool> {
    session.run("take a parked event", |connection| {
        connection.prepare_cached("DELETE FROM larder_parked_events WHERE id = ?1")?.execute([id]).map(|n| n > 0)
    })
}

/// The events and bytes in two columns, `first` and the next.
fn totals(row: &Row<'_>, first: usize) -> rusqlite::Result<FeedTotals> {
    Ok(FeedTotals { events: statements::count(row, first)?, bytes: statements::count(row, first + 1)? })
}
