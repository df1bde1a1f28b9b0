//! A share of the quota for what is not in the tree yet.

use std::sync::Arc;

use super::{FileLedger, FileResult, ledger::Amount};

/// A share of the quota. Dropping it gives the share back.
#[derive(Debug)]
pub(super) struct Reservation {
    ledger: Arc<FileLedger>,
    held: Amount,
}

impl Reservation {
    pub(super) fn new(ledger: &Arc<FileLedger>) -> Reservation {
        Reservation { ledger: ledger.clone(), held: Amount::default() }
    }

    pub(super) fn add_bytes(&mut self, bytes: u64) -> FileResult<()> {
        self.add(Amount { bytes, files: 0 })
    }

    pub(super) fn release_bytes(&mut self, bytes: u64) {
        let released = Amount { bytes: bytes.min(self.held.bytes), files: 0 };
        self.held = self.held.minus(released);
        self.ledger.settle(released, Amount::default(), Amount::default());
    }

    /// Hold at least this much.
    pub(super) fn hold(&mut self, wanted: Amount) -> FileResult<()> {
        self.add(wanted.minus(self.held))
    }

    fn add(&mut self, more: Amount) -> FileResult<()> {
        self.ledger.reserve(more)?;
        self.held = self.held.plus(more);
        Ok(())
    }

    /// Turn the share into what the tree has `added` and `removed`.
    pub(super) fn settle(mut self, added: Amount, removed: Amount) {
        let held = std::mem::take(&mut self.held);
        self.ledger.settle(held, added, removed);
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        self.ledger.settle(self.held, Amount::default(), Amount::default());
    }
}
