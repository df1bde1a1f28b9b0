//! The SDK as the interpreter of transcripts sees it.

use std::collections::HashMap;

use larder_guest::{Error, Store, Transaction};

use crate::ops::api::{Answer, Api, Entries, Failure, Open};

/// What the plugin has open.
#[derive(Default)]
pub(crate) struct Sdk {
    stores: HashMap<String, Store>,
}

impl Sdk {
    fn store(&mut self, label: &str) -> Answer<&Store> {
        if !self.stores.contains_key(label) {
            self.stores.insert(label.to_owned(), Store::open(label).map_err(failure)?);
        }
        self.stores.get(label).ok_or_else(|| Failure::not_run("the label was not granted"))
    }
}

impl Api for Sdk {
    fn entries(&mut self, label: &str) -> Answer<&dyn Entries> {
        Ok(self.store(label)?)
    }

    fn begin(&mut self, label: &str) -> Answer<Box<dyn Open>> {
        Ok(Box::new(self.store(label)?.begin().map_err(failure)?))
    }
}

impl Open for Transaction {
    fn entries(&self) -> &dyn Entries {
        &**self
    }

    fn commit(self: Box<Self>) -> Answer<()> {
        Transaction::commit(*self).map(drop).map_err(failure)
    }

    fn rollback(self: Box<Self>) -> Answer<()> {
        Transaction::rollback(*self).map_err(failure)
    }
}

/// An error by the kinds that transcripts have.
pub(crate) fn failure(error: Error) -> Failure {
    let kind = match error {
        Error::Closed => "closed",
        Error::QuotaExceeded { .. } => "quota_exceeded",
        Error::InvalidArgument(_) | Error::TooLarge { .. } => "invalid",
        Error::Json(_) => "json",
        _ => "other",
    };
    Failure::new(kind, error)
}
