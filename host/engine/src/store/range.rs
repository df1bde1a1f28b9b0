//! From a query to the range of keys that it means.

use super::context::Context;
use crate::{
    Bound, Query, Result,
    backend::{Names, after},
    cursor::{self, Fingerprint},
};

/// The question that a query asks; the size of its pages and whether they have values are no part of it.
pub(crate) fn fingerprint(stored_group: &str, query: &Query) -> Fingerprint {
    let (start, end) = (bound(&query.start), bound(&query.end));
    Fingerprint::of(&[
        b"scan",
        stored_group.as_bytes(),
        query.prefix.as_bytes(),
        start.0,
        start.1,
        end.0,
        end.1,
        &[u8::from(query.reverse)],
    ])
}

fn bound(bound: &Bound) -> (&[u8], &[u8]) {
    match bound {
        Bound::Unbounded => (b"-", b""),
        Bound::Included(key) => (b"[", key.as_bytes()),
        Bound::Excluded(key) => (b"(", key.as_bytes()),
    }
}

/// The keys that match prefix and bounds, and lie behind the cursor.
pub(crate) fn keys(context: &Context, query: &Query, question: Fingerprint) -> Result<Names> {
    context.key(&query.prefix)?;
    let mut keys = Names::with_prefix(&query.prefix);
    match &query.start {
        Bound::Unbounded => {}
        Bound::Included(key) => raise(&mut keys, context.key(key)?.into()),
        Bound::Excluded(key) => raise(&mut keys, after(context.key(key)?)),
    }
    match &query.end {
        Bound::Unbounded => {}
        Bound::Included(key) => lower(&mut keys, after(context.key(key)?)),
        Bound::Excluded(key) => lower(&mut keys, context.key(key)?.into()),
    }
    if let Some(cursor) = &query.cursor {
        let last = cursor::decode(question, cursor)?;
        if query.reverse { lower(&mut keys, last) } else { raise(&mut keys, after(&last)) }
    }
    Ok(keys)
}

fn raise(keys: &mut Names, from: String) {
    if from > keys.from {
        keys.from = from;
    }
}

fn lower(keys: &mut Names, to: String) {
    if keys.to.as_ref().is_none_or(|end| to < *end) {
        keys.to = Some(to);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_prefix_takes_in_the_greatest_key_with_it() {
        assert_eq!(crate::scope::prefix_end("ab").as_deref(), Some("ac"));
        assert!(Names::with_prefix("ab").contains("ab\u{10FFFF}\u{10FFFF}"));
        assert!(!Names::with_prefix("ab").contains("ac"));
    }
}
