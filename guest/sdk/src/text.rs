//! Values as text: templates, and pieces.

use crate::bindings::text as raw;
use crate::{Error, Group, Result, Store};

impl Store {
    /// What a template makes of the entries of a group.
    ///
    /// The template is one of Go's `text/template`, and `.` the group:
    /// `{{.name}}` prints a value, or `<no value>` when it is not there.
    ///
    /// # Errors
    /// [`Error::TemplateParse`], [`Error::TemplateExecution`];
    /// [`Error::TooLarge`] for the template, the group or what is printed; see
    /// [`Store`].
    pub fn render(&self, group: &str, template: &str) -> Result<Vec<u8>> {
        raw::render(self.raw(), group, template).map_err(|error| match error {
            raw::RenderError::Parse(rule) => Error::TemplateParse(rule),
            raw::RenderError::Execution(rule) => Error::TemplateExecution(rule),
            raw::RenderError::Store(error) => self.failed(error),
        })
    }

    /// As [`Store::render`], as text.
    ///
    /// # Errors
    /// As [`Store::render`], and [`Error::NotText`] when a value that was
    /// printed is not UTF-8.
    pub fn render_string(&self, group: &str, template: &str) -> Result<String> {
        String::from_utf8(self.render(group, template)?).map_err(|_| Error::NotText)
    }

    /// The value of an entry cut at each `separator`, or at each character if
    /// that is empty; `None`: it is absent.
    ///
    /// # Errors
    /// [`Error::TooLarge`] for more than 100,000 pieces; see [`Store`].
    pub fn get_split(&self, group: &str, key: &str, separator: impl AsRef<[u8]>) -> Result<Option<Vec<Vec<u8>>>> {
        self.check(raw::get_split(self.raw(), group, key, separator.as_ref()))
    }

    /// The value of an entry cut at white space, without empty pieces; `None`:
    /// it is absent.
    ///
    /// # Errors
    /// [`Error::TooLarge`] for more than 100,000 pieces; see [`Store`].
    pub fn get_fields(&self, group: &str, key: &str) -> Result<Option<Vec<Vec<u8>>>> {
        self.check(raw::get_fields(self.raw(), group, key))
    }
}

impl Group<'_> {
    /// What a template makes of the entries; see [`Store::render`].
    ///
    /// # Errors
    /// As [`Store::render`].
    pub fn render(&self, template: &str) -> Result<Vec<u8>> {
        self.store().render(self.name(), template)
    }

    /// As [`Group::render`], as text; see [`Store::render_string`].
    ///
    /// # Errors
    /// As [`Store::render_string`].
    pub fn render_string(&self, template: &str) -> Result<String> {
        self.store().render_string(self.name(), template)
    }

    /// The value of an entry cut at a separator; see [`Store::get_split`].
    ///
    /// # Errors
    /// As [`Store::get_split`].
    pub fn get_split(&self, key: &str, separator: impl AsRef<[u8]>) -> Result<Option<Vec<Vec<u8>>>> {
        self.store().get_split(self.name(), key, separator)
    }

    /// The value of an entry cut at white space; see [`Store::get_fields`].
    ///
    /// # Errors
    /// As [`Store::get_fields`].
    pub fn get_fields(&self, key: &str) -> Result<Option<Vec<Vec<u8>>>> {
        self.store().get_fields(self.name(), key)
    }
}
