//! Errors of templates, with bounded texts.

use crate::{Error, limits::TEMPLATE_ERROR_CHARS};

pub(super) fn parse(rule: impl Into<String>) -> Error {
    Error::TemplateParse(cut(rule.into()))
}

pub(super) fn execution(rule: impl Into<String>) -> Error {
    Error::TemplateExecution(cut(rule.into()))
}

fn cut(mut text: String) -> String {
    if let Some((end, _)) = text.char_indices().nth(TEMPLATE_ERROR_CHARS) {
        text.truncate(end);
        text.push('…');
    }
    text
}
