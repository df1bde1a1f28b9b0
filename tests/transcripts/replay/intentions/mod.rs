//! Where larder answers differently by intention, and why.
//!
//! Each of [`INTENTIONS`] is a condition as narrow as it can be and a reason; what no condition holds for is a difference
//! that should not be.

mod events;
mod names;
mod prefixes;
mod queries;
mod storage;
mod workspaces;

use serde_json::{Value, json};

use super::Verdict;
use super::compare::Lenience;
pub(crate) use workspaces::Aside;

/// A row of the database before the operation.
pub(crate) struct Row {
    pub(crate) group: String,
    pub(crate) key: String,
    pub(crate) is_live: bool,
}

impl Row {
    /// From `[group, key, expires at]`; names that are no text are nobody's.
    pub(crate) fn read(row: &Value, now: i64) -> Option<Row> {
        let (group, key) = (row[0].as_str()?.to_owned(), row[1].as_str()?.to_owned());
        Some(Row { group, key, is_live: row[2].as_f64().is_none_or(|expires| expires > now as f64) })
    }
}

/// An operation with what the reference answered and what larder did.
#[derive(Clone, Copy)]
pub(crate) struct Case<'a> {
    pub(crate) op: &'a Value,
    pub(crate) recorded: &'a Value,
    pub(crate) found: &'a Value,
    /// The rows of the whole database before the operation; `None` where they cannot be read, as inside a transaction.
    pub(crate) rows: Option<&'a [Row]>,
    /// What the scope's groups start with; empty for the whole store.
    pub(crate) namespace: &'a str,
    pub(crate) aside: &'a Aside,
}

/// A kind of difference that is meant.
struct Intention {
    reason: &'static str,
    holds: fn(Case<'_>) -> bool,
}

/// Why the reference takes groups that larder does not.
pub(crate) const PREFIXES: &str =
    "a prefix is bytes, case and NUL included, and a scope sees nothing of one that differs in case";

/// Why rows that a transaction found expired are still there.
const ON_SIGHT: &str = "in a transaction, what has expired is not deleted on sight";

/// Why something had to be done although the answers are the same.
pub(crate) fn reconciled(op: &Value) -> &'static str {
    if op["op"] == "transaction" { ON_SIGHT } else { PREFIXES }
}

const INTENTIONS: &[Intention] = &[
    Intention { reason: PREFIXES, holds: prefixes::differ },
    Intention { reason: "a prefix is a range of names, of any length, not a pattern", holds: prefixes::no_pattern },
    Intention { reason: "a time of expiry of an odd type is read, not an error", holds: storage::odd_expiry },
    Intention { reason: "names of groups and keys are text", holds: names::not_text },
    Intention { reason: "larder has tables and columns of its own beside the reference's", holds: storage::own_tables },
    Intention { reason: "a page with a gigantic limit is bounded instead of a panic", holds: storage::gigantic_limit },
    Intention {
        reason: "a database is a tenant, whose directory larder makes; no path is opened",
        holds: storage::no_path,
    },
    Intention {
        reason: "unreadable workspaces are moved aside, and which helper files SQLite has is its own business",
        holds: storage::helper_files,
    },
    Intention {
        reason: "a query reads its own rows: writes, PRAGMA, several statements and other tables are refused",
        holds: queries::more_than_a_query,
    },
    Intention { reason: "Flux that is not understood is refused, not ignored", holds: queries::flux_not_understood },
    Intention { reason: "a query does not panic", holds: queries::no_panic },
    Intention {
        reason: "days that overflow are refused or a time far away, not one on the other side",
        holds: queries::overflowing_days,
    },
    Intention { reason: "integers are exact", holds: queries::exact_integers },
    Intention { reason: "a purge sends events of expiry", holds: events::expiry },
    Intention { reason: "no event is dropped", holds: events::none_dropped },
    Intention { reason: "each event is told once", holds: events::told_once },
    Intention { reason: PREFIXES, holds: events::order_within_prefix },
    Intention { reason: "a closed store cannot be watched, and says so", holds: events::closed_at_once },
    Intention {
        reason: "a closed store finds no workspaces, and a closed workspace says so",
        holds: workspaces::closed,
    },
    Intention {
        reason: "names of workspaces are names of files on any system: empty and long ones, `?`, control characters and devices are refused",
        holds: workspaces::refused_name,
    },
    Intention {
        reason: "a workspace that is in use, or whose file was removed, is not left over",
        holds: workspaces::in_use,
    },
    Intention {
        reason: "a row of the journal that cannot be read stays where it is, and the others are archived",
        holds: storage::unreadable_row,
    },
    Intention {
        reason: "a plugin gets tags as pairs: what another program wrote in their place is none",
        holds: storage::unreadable_tags,
    },
    Intention {
        reason: "a plugin hears of a fault of the host that it is one, and no more",
        holds: storage::hosts_fault,
    },
    Intention { reason: ON_SIGHT, holds: storage::purged_in_transaction },
    Intention { reason: "how a query is run is SQLite's own business", holds: queries::plan },
    Intention { reason: "what Flux says is obeyed, all of it", holds: queries::flux_obeyed },
];

impl<'a> Case<'a> {
    pub(crate) fn verdict(self) -> Verdict {
        if self.same() {
            return if self.found.get("also").is_some() { Verdict::ByIntention(PREFIXES) } else { Verdict::Equal };
        }
        if self.is("transaction") {
            return self.verdict_of_parts();
        }
        let intention = INTENTIONS.iter().find(|intention| (intention.holds)(self));
        intention.map_or(Verdict::Different, |intention| Verdict::ByIntention(intention.reason))
    }

    /// That of its operations, if the transaction as a whole came to the same.
    fn verdict_of_parts(self) -> Verdict {
        let parts = |outcome: &'a Value| outcome.get("result").or(outcome.get("partial")).and_then(Value::as_array);
        let (Some(ops), Some(recorded), Some(found)) =
            (self.op["ops"].as_array(), parts(self.recorded), parts(self.found))
        else {
            return Verdict::Different;
        };
        if self.kind(self.recorded) != self.kind(self.found) || recorded.len() != found.len() {
            return Verdict::Different;
        }
        let verdicts = ops.iter().zip(recorded).zip(found).map(|((op, recorded), found)| {
            Case { op, recorded, found, rows: None, namespace: self.namespace, aside: self.aside }.verdict()
        });
        verdicts
            .fold(Verdict::Equal, |all, one| if all == Verdict::Equal || one == Verdict::Different { one } else { all })
    }

    /// Whether it is a query that would write.
    pub(crate) fn writes(self) -> bool {
        queries::writes(self)
    }

    fn is(self, name: &str) -> bool {
        self.op["op"] == name
    }

    fn same(self) -> bool {
        let mut found = self.found.clone();
        if let Some(members) = found.as_object_mut() {
            members.remove("also");
        }
        Lenience::default().same(self.recorded, &found)
    }

    fn kind(self, outcome: &'a Value) -> Option<&'a str> {
        outcome.get("error_kind").and_then(Value::as_str)
    }

    /// Lists of both answers.
    fn lists(self) -> Option<(&'a [Value], &'a [Value])> {
        let list = |outcome: &'a Value| outcome.get("result").and_then(Value::as_array).map(Vec::as_slice);
        list(self.recorded).zip(list(self.found))
    }

    /// Whether the answers are the same when the recorded list leaves out what `dropped` says.
    fn same_without(self, dropped: impl Fn(&Value) -> bool) -> bool {
        let Some((recorded, found)) = self.lists() else { return false };
        let rest: Vec<&Value> = recorded.iter().filter(|item| !dropped(item)).collect();
        Lenience::default().same(&json!(rest), &json!(found))
    }
}
