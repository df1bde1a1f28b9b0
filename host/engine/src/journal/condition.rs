//! Conditions on rows of the journal, and whether a row meets one.

use std::cmp::Ordering;

use super::json::{Object, Scalar, Tags};

/// What is asked of a row.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Condition {
    All(Vec<Condition>),
    Any(Vec<Condition>),
    Not(Box<Condition>),
    Compare(Comparison),
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Comparison {
    pub(crate) subject: Subject,
    pub(crate) operator: Operator,
    pub(crate) literal: Literal,
}

/// What of a row is compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Subject {
    Bucket,
    Measurement,
    Tag(String),
    Field(String),
    /// A tag or a field for a string, a field for anything else.
    TagOrField(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operator {
    Equal,
    Unequal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Literal {
    Text(String),
    Integer(i64),
    Real(f64),
    Bool(bool),
}

/// A row as conditions see it.
pub(crate) struct Candidate<'a> {
    pub(crate) bucket: &'a str,
    pub(crate) measurement: &'a str,
    pub(crate) fields: &'a Object,
    pub(crate) tags: &'a Tags,
}

impl Condition {
    /// Meets every row.
    pub(crate) fn always() -> Condition {
        Condition::All(Vec::new())
    }

    pub(crate) fn all(mut all: Vec<Condition>) -> Condition {
        if all.len() == 1 { all.remove(0) } else { Condition::All(all) }
    }

    pub(crate) fn any(mut any: Vec<Condition>) -> Condition {
        if any.len() == 1 { any.remove(0) } else { Condition::Any(any) }
    }

    pub(crate) fn equal(subject: Subject, literal: Literal) -> Condition {
        Condition::Compare(Comparison { subject, operator: Operator::Equal, literal })
    }

    /// Whether a row meets it.
    pub(crate) fn is_met(&self, row: &Candidate<'_>) -> bool {
        self.holds(row) == Some(true)
    }

    /// `None` when there is nothing to compare, which no negation turns into a yes.
    fn holds(&self, row: &Candidate<'_>) -> Option<bool> {
        match self {
            Condition::All(all) => decided(all, row, false),
            Condition::Any(any) => decided(any, row, true),
            Condition::Not(negated) => negated.holds(row).map(|holds| !holds),
            Condition::Compare(comparison) => comparison.holds(row),
        }
    }
}

/// The answer of the first that decides, or else the opposite, if none is open.
fn decided(conditions: &[Condition], row: &Candidate<'_>, deciding: bool) -> Option<bool> {
    let mut answer = Some(!deciding);
    for condition in conditions {
        match condition.holds(row) {
            Some(holds) if holds == deciding => return Some(deciding),
            Some(_) => {}
            None => answer = None,
        }
    }
    answer
}

impl Comparison {
    fn holds(&self, row: &Candidate<'_>) -> Option<bool> {
        let orders = match &self.subject {
            Subject::Bucket => [self.order_of_text(row.bucket), None],
            Subject::Measurement => [self.order_of_text(row.measurement), None],
            Subject::Tag(name) => [self.order_of_tag(row, name), None],
            Subject::Field(name) => [None, self.order_of_field(row, name)],
            Subject::TagOrField(name) => [self.order_of_tag(row, name), self.order_of_field(row, name)],
        };
        let mut orders = orders.into_iter().flatten().peekable();
        orders.peek()?;
        Some(match self.operator {
            Operator::Equal => orders.any(Ordering::is_eq),
            Operator::Unequal => orders.all(Ordering::is_ne),
            Operator::Less => orders.any(Ordering::is_lt),
            Operator::LessOrEqual => orders.any(Ordering::is_le),
            Operator::Greater => orders.any(Ordering::is_gt),
            Operator::GreaterOrEqual => orders.any(Ordering::is_ge),
        })
    }

    fn order_of_text(&self, text: &str) -> Option<Ordering> {
        match &self.literal {
            Literal::Text(literal) => Some(text.cmp(literal)),
            _ => None,
        }
    }

    fn order_of_tag(&self, row: &Candidate<'_>, name: &str) -> Option<Ordering> {
        self.order_of_text(row.tags.get(name)?)
    }

    fn order_of_field(&self, row: &Candidate<'_>, name: &str) -> Option<Ordering> {
        let field = Scalar::of(row.fields.get(name)?)?;
        match &self.literal {
            // Any value has a text that can be equal, but only a string comes before or after another.
            Literal::Text(literal) => match self.operator {
                Operator::Equal | Operator::Unequal => Some(field.into_text().as_str().cmp(literal)),
                _ => field.as_text().map(|text| text.cmp(literal)),
            },
            Literal::Integer(literal) => field.compare_integer(*literal),
            Literal::Real(literal) => field.compare_real(*literal),
            Literal::Bool(literal) => field.compare_integer(i64::from(*literal)),
        }
    }
}

impl Literal {
    /// Of decimal digits with at most one point. A number that no integer holds is the nearest other one.
    pub(crate) fn number(is_negative: bool, digits: &str) -> Literal {
        let text = format!("{}{digits}", if is_negative { "-" } else { "" });
        match (text.parse(), text.parse()) {
            (Ok(integer), _) => Literal::Integer(integer),
            (_, real) => Literal::Real(real.unwrap_or(f64::NAN)),
        }
    }
}
