//! Reading by time, a page at a time.

use super::{
    FieldValue, JournalEntry, JournalPage, JournalQuery, Selection,
    condition::{Candidate, Condition, Literal, Subject},
    flux, json,
};
use crate::{
    Error, Result, ScopeName, View,
    backend::{JournalScan, StoredJournalRow},
    cursor::{self, Fingerprint},
    limits::{JOURNAL_FILTER_BYTES, JOURNAL_TAGS},
    telemetry::Op,
    watch,
};

impl View<'_> {
    /// Rows of the journal that meet all of `query`, by the time of their commit.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] for more than 256 tags and fields, more than 64 KiB of text, and a cursor that is altered
    /// or belongs to another query; [`Error::Unsupported`] in memory.
    pub fn journal(&self, query: &JournalQuery) -> Result<JournalPage> {
        check(query)?;
        let _operation = self.context.operation(Op::JournalQuery);
        let asked = JournalQuery { limit: 0, cursor: None, ..query.clone() };
        let question = self.question("journal", &format!("{asked:?}"));
        let place = Place::of(question, query.cursor.as_deref(), self.context.now)?;
        self.journal_page(&Selection::from(asked), query.archived, question, &place, query.limit)
    }

    /// Rows of the journal that are not archived and meet a Flux text, by the time of their commit. [`Journal`] says what of
    /// Flux there is. `now()` stays the same from page to page.
    ///
    /// # Errors
    /// [`Error::Flux`] with the place of what is no Flux or not supported; those of [`View::journal`].
    ///
    /// [`Journal`]: crate::Journal
    pub fn journal_flux(&self, text: &str, cursor: Option<&str>, limit: u32) -> Result<JournalPage> {
        let _operation = self.context.operation(Op::JournalFlux);
        let question = self.question("flux", text);
        let place = Place::of(question, cursor, self.context.now)?;
        self.journal_page(&flux::parse(text, place.now)?, false, question, &place, limit)
    }

    fn question(&self, kind: &str, text: &str) -> Fingerprint {
        let scope = self.context.scope.as_ref().map_or("", ScopeName::as_str);
        Fingerprint::of(&[kind.as_bytes(), scope.as_bytes(), text.as_bytes()])
    }

    fn journal_page(
        &self,
        selection: &Selection,
        archived: bool,
        question: Fingerprint,
        place: &Place,
        limit: u32,
    ) -> Result<JournalPage> {
        let first = (selection.from.unwrap_or(i64::MIN), i64::MIN);
        let scan = JournalScan {
            scope: self.context.scope.as_ref().map(ScopeName::as_str),
            after: place.after.map_or(first, |after| after.max(first)),
            to: selection.to.unwrap_or(i64::MAX),
            archived,
        };
        let (most, most_bytes) = self.bounds(limit);
        let (mut page, mut bytes) = (JournalPage::default(), 0);
        self.read.journal(&scan, &mut |row| {
            if watch::is_over() {
                return false;
            }
            if !is_met(&selection.condition, &row) {
                return true;
            }
            let entry = JournalEntry::from(row);
            if page.entries.len() >= most || (!page.entries.is_empty() && bytes + entry.size() > most_bytes) {
                let last = page.entries.last().map(|last: &JournalEntry| (last.committed_at_ms, last.id));
                page.next = Some(Place { after: last, now: place.now }.encode(question));
                return false;
            }
            bytes += entry.size();
            page.entries.push(entry);
            true
        })?;
        watch::check()?;
        Ok(page)
    }
}

/// Each row is compared with all of it.
fn check(query: &JournalQuery) -> Result<()> {
    let refused = |rule: String| Err(Error::InvalidArgument { argument: "filter", rule });
    if query.tags.len() + query.fields.len() > JOURNAL_TAGS {
        return refused(format!("it has at most {JOURNAL_TAGS} tags and fields"));
    }
    let tags = query.tags.iter().flat_map(|(name, value)| [name.len(), value.len()]);
    let fields = query.fields.iter().flat_map(|(name, value)| {
        let text = if let FieldValue::Text(text) = value { text.len() } else { 0 };
        [name.len(), text]
    });
    let names = [&query.bucket, &query.measurement].into_iter().flatten().map(String::len);
    if tags.chain(fields).chain(names).sum::<usize>() > JOURNAL_FILTER_BYTES {
        return refused(format!("it has at most {JOURNAL_FILTER_BYTES} bytes of text"));
    }
    Ok(())
}

/// Where a page begins.
struct Place {
    /// Time and number of the last row before it.
    after: Option<(i64, i64)>,
    /// The moment of the first page.
    now: i64,
}

impl Place {
    fn of(question: Fingerprint, cursor: Option<&str>, now: i64) -> Result<Place> {
        let Some(cursor) = cursor else { return Ok(Place { after: None, now }) };
        let text = cursor::decode(question, cursor)?;
        let mut numbers = text.split(' ').map(str::parse);
        match (numbers.next(), numbers.next(), numbers.next(), numbers.next()) {
            (Some(Ok(at)), Some(Ok(id)), Some(Ok(now)), None) => Ok(Place { after: Some((at, id)), now }),
            _ => Err(Error::InvalidArgument { argument: "cursor", rule: "it is not one that a page answered".into() }),
        }
    }

    fn encode(&self, question: Fingerprint) -> String {
        let (at, id) = self.after.unwrap_or((i64::MIN, i64::MIN));
        cursor::encode(question, &format!("{at} {id} {}", self.now))
    }
}

fn is_met(condition: &Condition, row: &StoredJournalRow<'_>) -> bool {
    if *condition == Condition::always() {
        return true;
    }
    // What cannot be read has nothing to compare.
    let fields = json::object(row.fields_json).unwrap_or_default();
    let tags = json::tags(row.tags_json).unwrap_or_default();
    condition.is_met(&Candidate { bucket: row.bucket, measurement: row.measurement, fields: &fields, tags: &tags })
}

impl From<JournalQuery> for Selection {
    fn from(query: JournalQuery) -> Selection {
        let text = |subject, text| Condition::equal(subject, Literal::Text(text));
        let bucket = query.bucket.map(|bucket| text(Subject::Bucket, bucket));
        let measurement = query.measurement.map(|measurement| text(Subject::Measurement, measurement));
        let tags = query.tags.into_iter().map(|(name, value)| text(Subject::Tag(name), value));
        let fields = query.fields.into_iter().map(|(name, value)| {
            let literal = match value {
                FieldValue::Text(text) => Literal::Text(text),
                FieldValue::Integer(integer) => Literal::Integer(integer),
                FieldValue::Real(real) => Literal::Real(real),
                FieldValue::Bool(truth) => Literal::Bool(truth),
            };
            Condition::equal(Subject::Field(name), literal)
        });
        let all = bucket.into_iter().chain(measurement).chain(tags).chain(fields).collect();
        Selection { from: query.from_ms, to: query.to_ms, condition: Condition::All(all) }
    }
}

impl From<StoredJournalRow<'_>> for JournalEntry {
    fn from(row: StoredJournalRow<'_>) -> JournalEntry {
        JournalEntry {
            id: row.id,
            bucket: row.bucket.into(),
            measurement: row.measurement.into(),
            fields_json: row.fields_json.into(),
            tags_json: row.tags_json.into(),
            committed_at_ms: row.committed_at,
            archived_at_ms: row.archived_at,
        }
    }
}
