//! Which rows of the journal are meant.

use super::condition::Condition;

/// Rows of a span of time that meet a condition.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Selection {
    /// The first moment, in milliseconds since the epoch.
    pub(crate) from: Option<i64>,
    /// The moment behind the last.
    pub(crate) to: Option<i64>,
    pub(crate) condition: Condition,
}

impl Default for Selection {
    fn default() -> Selection {
        Selection { from: None, to: None, condition: Condition::always() }
    }
}

impl Selection {
    /// Keep what meets `condition` too.
    pub(crate) fn and(&mut self, condition: Condition) {
        match &mut self.condition {
            Condition::All(all) => all.push(condition),
            other => {
                let first = std::mem::replace(other, Condition::always());
                *other = Condition::All(vec![first, condition]);
            }
        }
    }

    /// Keep what lies in a span too.
    pub(crate) fn within(&mut self, from: Option<i64>, to: Option<i64>) {
        self.from = self.from.max(from);
        self.to = match (self.to, to) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
    }
}
