//! The journal: finished units of work, appended once and read by time.

pub(crate) mod condition;
mod flux;
pub(crate) mod json;
mod selection;

pub(crate) use selection::Selection;
