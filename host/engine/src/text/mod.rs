//! Values as text: cut into pieces, and put into templates.
//!
//! Templates are those of Go's `text/template`. The crate gotmpl parses and runs them; what is here keeps a template within
//! bounds, because a plugin may have written it, and mends where gotmpl differs from Go:
//!
//! - [`structure`] looks at the source before gotmpl does: blocks that do not match, and nesting that would cost the stack;
//! - [`check`] looks at what was parsed: names that are not defined, and puts in what counts the steps;
//! - [`functions`] takes the place of the built-in functions, so that each pays for what it does;
//! - [`raw`] carries bytes that are not UTF-8 through gotmpl, which knows text only.

mod check;
mod compare;
mod functions;
mod meter;
mod printf;
mod raw;
mod refusal;
mod render;
mod split;
mod structure;

pub(crate) use render::render;
pub(crate) use split::{fields, split};
