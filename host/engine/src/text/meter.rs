//! What one template has spent.

use std::sync::{
    Mutex, PoisonError,
    atomic::{AtomicU64, Ordering::Relaxed},
};

use gotmpl::TemplateError;

use crate::{Error, SizeLimit, limits, watch};

/// Counts the steps of one template and the bytes that its functions make. Functions have to be `Sync`, hence the atomics.
pub(super) struct Meter {
    steps: AtomicU64,
    made: AtomicU64,
    limit: u64,
    /// The first reason to end, which gotmpl has no room for.
    end: Mutex<Option<Error>>,
}

impl Meter {
    /// `limit`: most bytes that are written, and most bytes that functions make on the way.
    pub(super) fn new(limit: usize) -> Meter {
        Meter { steps: AtomicU64::new(0), made: AtomicU64::new(0), limit: limit as u64, end: Mutex::default() }
    }

    /// One step that handles `bytes`.
    pub(super) fn step(&self, bytes: u64) -> Result<(), TemplateError> {
        watch::check().map_err(|error| self.end(error))?;
        let cost = 1 + bytes / limits::RENDER_STEP_BYTES;
        if self.steps.fetch_add(cost, Relaxed).saturating_add(cost) > limits::RENDER_STEPS {
            let rule = format!("it takes more than {} steps", limits::RENDER_STEPS);
            return Err(self.end(Error::TemplateExecution(rule)));
        }
        Ok(())
    }

    /// A function is about to make `bytes`, or has.
    pub(super) fn make(&self, bytes: u64) -> Result<(), TemplateError> {
        let made = self.made.fetch_add(bytes, Relaxed).saturating_add(bytes);
        self.bytes(made)
    }

    /// Whether a function may make `bytes` more.
    pub(super) fn may_make(&self, bytes: u64) -> Result<(), TemplateError> {
        self.bytes(self.made.load(Relaxed).saturating_add(bytes))
    }

    /// Whether `size` bytes in all are no more than allowed.
    pub(super) fn bytes(&self, size: u64) -> Result<(), TemplateError> {
        if size > self.limit {
            return Err(self.end(Error::TooLarge { what: SizeLimit::Response, size, limit: self.limit }));
        }
        Ok(())
    }

    fn end(&self, error: Error) -> TemplateError {
        self.end.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
        TemplateError::Exec("ended".into())
    }

    /// Why it ended, if it did.
    pub(super) fn ended(&self) -> Option<Error> {
        self.end.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}
