//! What may happen, and how likely it is.

use proptest::{option, prelude::*, sample::select};

/// Whose store an operation goes through; an index into [`SCOPES`].
pub(super) type Who = usize;

/// The whole tenant, and scopes whose names a careless prefix or comparison would mix up.
pub(super) const SCOPES: [Option<&str>; 4] = [None, Some("a"), Some("A"), Some("ab")];

const GROUPS: [&str; 9] = ["", "g", "G", "g\0", "é", "a:g", "A:g", "ab:", "b:c"];

const KEYS: [&str; 6] = ["", "k", "K", "k\0", "n", "🙂"];

#[derive(Clone, Debug)]
pub(super) enum Step {
    Write(Who, Write),
    /// Compare all that can be read.
    Look,
    /// Move the clock, in milliseconds.
    Advance(u64),
    Begin(Who),
    Commit,
    Rollback,
    /// Close the root and open it again, where it is on a disk.
    Reopen,
}

#[derive(Clone, Debug)]
pub(super) enum Write {
    Set {
        group: String,
        key: String,
        value: Vec<u8>,
        ttl_ms: Option<u64>,
    },
    Touch {
        group: String,
        key: String,
        ttl_ms: Option<u64>,
    },
    Delete {
        group: String,
        key: String,
    },
    DeleteGroup {
        group: String,
    },
    DeletePrefix {
        prefix: String,
    },
    Increment {
        group: String,
        key: String,
        delta: i64,
    },
    Swap {
        group: String,
        key: String,
        expected: Expected,
        value: Vec<u8>,
    },
    SwapDelete {
        group: String,
        key: String,
        expected: Expected,
    },
    SetMany {
        group: String,
        pairs: Vec<(String, Vec<u8>)>,
    },
    DeleteMany {
        group: String,
        keys: Vec<String>,
    },
    /// Of [`Write::Set`], [`Write::Delete`] and [`Write::DeleteGroup`].
    Apply(Vec<Write>),
    Purge,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Expected {
    Absent,
    Current,
    /// A version that the entry does not have.
    Other,
}

pub(super) fn step() -> impl Strategy<Value = Step> {
    let who = 0..SCOPES.len();
    prop_oneof![
        30 => (who.clone(), write()).prop_map(|(who, write)| Step::Write(who, write)),
        3 => Just(Step::Look),
        5 => prop_oneof![0..40_u64, Just(400)].prop_map(Step::Advance),
        3 => who.prop_map(Step::Begin),
        2 => Just(Step::Commit),
        1 => Just(Step::Rollback),
        1 => Just(Step::Reopen),
    ]
}

fn write() -> impl Strategy<Value = Write> {
    prop_oneof![
        8 => set(),
        2 => (group(), key(), ttl()).prop_map(|(group, key, ttl_ms)| Write::Touch { group, key, ttl_ms }),
        3 => delete(),
        1 => delete_group(),
        1 => select(vec!["", "g", "a", "G", "é", "ab"]).prop_map(|prefix| Write::DeletePrefix { prefix: prefix.into() }),
        4 => (group(), key(), delta()).prop_map(|(group, key, delta)| Write::Increment { group, key, delta }),
        3 => (group(), key(), expected(), value())
            .prop_map(|(group, key, expected, value)| Write::Swap { group, key, expected, value }),
        2 => (group(), key(), expected())
            .prop_map(|(group, key, expected)| Write::SwapDelete { group, key, expected }),
        2 => (group(), prop::collection::vec((key(), value()), 0..5))
            .prop_map(|(group, pairs)| Write::SetMany { group, pairs }),
        1 => (group(), prop::collection::vec(key(), 0..4)).prop_map(|(group, keys)| Write::DeleteMany { group, keys }),
        3 => prop::collection::vec(prop_oneof![4 => set(), 2 => delete(), 1 => delete_group()], 0..6)
            .prop_map(Write::Apply),
        1 => Just(Write::Purge),
    ]
}

fn set() -> impl Strategy<Value = Write> {
    (group(), key(), value(), ttl()).prop_map(|(group, key, value, ttl_ms)| Write::Set { group, key, value, ttl_ms })
}

fn delete() -> impl Strategy<Value = Write> {
    (group(), key()).prop_map(|(group, key)| Write::Delete { group, key })
}

fn delete_group() -> impl Strategy<Value = Write> {
    group().prop_map(|group| Write::DeleteGroup { group })
}

fn group() -> impl Strategy<Value = String> {
    select(GROUPS.to_vec()).prop_map(String::from)
}

fn key() -> impl Strategy<Value = String> {
    select(KEYS.to_vec()).prop_map(String::from)
}

fn value() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        prop::collection::vec(any::<u8>(), 0..12),
        any::<i8>().prop_map(|n| n.to_string().into_bytes()),
        any::<i64>().prop_map(|n| n.to_le_bytes().to_vec()),
        select(vec![i64::MAX, i64::MIN]).prop_map(|n| n.to_string().into_bytes()),
        Just(b"eightlet".to_vec()),
    ]
}

fn ttl() -> impl Strategy<Value = Option<u64>> {
    option::weighted(0.4, prop_oneof![Just(0), 1..60_u64, 1..600_u64, Just(u64::MAX)])
}

fn delta() -> impl Strategy<Value = i64> {
    prop_oneof![4 => -9..10_i64, 1 => select(vec![i64::MAX, i64::MIN])]
}

fn expected() -> impl Strategy<Value = Expected> {
    select(vec![Expected::Absent, Expected::Current, Expected::Current, Expected::Other])
}
