//! Values as text and, with the feature `json`, as JSON.

use crate::{Error, Result, Store};

impl Store {
    /// The value of an entry as text, or `None`.
    ///
    /// # Errors
    /// [`Error::NotText`] for bytes that are not UTF-8; see [`Store`].
    pub fn get_string(&self, group: &str, key: &str) -> Result<Option<String>> {
        self.get(group, key)?.map(|value| String::from_utf8(value).map_err(|_| Error::NotText)).transpose()
    }
}

#[cfg(feature = "json")]
mod json {
    use core::marker::PhantomData;

    use serde::Serialize;
    use serde::de::DeserializeOwned;

    use crate::scan::Entries;
    use crate::{Entry, Error, Result, Store, Version};

    impl From<serde_json::Error> for Error {
        fn from(error: serde_json::Error) -> Self {
            Self::Json(error.to_string())
        }
    }

    impl Entry {
        /// The value, read as JSON.
        ///
        /// # Errors
        /// [`Error::Json`] for a value that is not JSON or not a `T`.
        pub fn json<T: DeserializeOwned>(&self) -> Result<T> {
            Ok(serde_json::from_slice(&self.value)?)
        }
    }

    impl Store {
        /// The value of an entry, read as JSON, or `None`.
        ///
        /// # Errors
        /// [`Error::Json`] for a value that is not JSON or not a `T`; see
        /// [`Store`].
        pub fn get_json<T: DeserializeOwned>(&self, group: &str, key: &str) -> Result<Option<T>> {
            match self.get(group, key)? {
                Some(value) => Ok(Some(serde_json::from_slice(&value)?)),
                None => Ok(None),
            }
        }

        /// Inserts or replaces an entry with a value as JSON.
        ///
        /// # Errors
        /// [`Error::Json`] for a value that JSON cannot express; as
        /// [`Store::set`].
        pub fn set_json<T: Serialize + ?Sized>(&self, group: &str, key: &str, value: &T) -> Result<Version> {
            self.set(group, key, serde_json::to_vec(value)?)
        }

        /// As [`Store::update`], on a value as JSON. Answers the new value.
        ///
        /// # Errors
        /// [`Error::Json`] for an old value that is not a `T`, or a new one
        /// that JSON cannot express; as [`Store::update`].
        pub fn update_json<T: Serialize + DeserializeOwned>(
            &self,
            group: &str,
            key: &str,
            mut change: impl FnMut(Option<T>) -> T,
        ) -> Result<T> {
            let mut last = None;
            self.try_update(group, key, |old| -> Result<_> {
                let old = old.map(serde_json::from_slice).transpose()?;
                let new = last.insert(change(old));
                Ok(serde_json::to_vec(new)?)
            })?;
            // `try_update` answers `Ok` only after a call of the closure.
            last.ok_or(Error::Conflict)
        }
    }

    impl<'a> Entries<'a> {
        /// Keys with their values, read as JSON. An entry that is not a `T` is
        /// an error, after which the iterator goes on.
        pub fn json<T: DeserializeOwned>(self) -> JsonEntries<'a, T> {
            JsonEntries { entries: self, value: PhantomData }
        }
    }

    /// The entries of a [`Scan`](crate::Scan) with values read as JSON.
    #[derive(Debug)]
    pub struct JsonEntries<'a, T> {
        entries: Entries<'a>,
        value: PhantomData<fn() -> T>,
    }

    impl<T: DeserializeOwned> Iterator for JsonEntries<'_, T> {
        type Item = Result<(String, T)>;

        fn next(&mut self) -> Option<Self::Item> {
            let entry = match self.entries.next()? {
                Ok(entry) => entry,
                Err(error) => return Some(Err(error)),
            };
            Some(entry.json().map(|value| (entry.key, value)))
        }
    }
}

#[cfg(feature = "json")]
pub use json::JsonEntries;
