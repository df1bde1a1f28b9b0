//! Places that are free: for callers who have a thread that may block, and would rather not wait for a place on it.

use std::sync::Arc;

use super::{Store, transaction, update::Update, view::View};
use crate::{Durability, Result, gate::Permit, telemetry::Op, tenant::OpenTenant};

/// The writer's place of a tenant, for one write; see [`Store::try_turn`].
pub struct Turn<'a> {
    store: &'a Store,
    open: Arc<OpenTenant>,
    permit: Permit,
}

/// A reader's place of a tenant, for one view; see [`Store::try_reading`].
pub struct Reading<'a> {
    store: &'a Store,
    open: Arc<OpenTenant>,
    permit: Permit,
}

impl Store {
    /// The place to write, if it is free and the tenant open: what is written in it waits for the disk at most. `None` too where
    /// there is no such thing: in a transaction, in a store that may not write, with [faults](crate::Config::faults).
    ///
    /// ```
    /// # use larder_engine::{Config, Larder, TenantId};
    /// # fn main() -> larder_engine::Result<()> {
    /// # let store = Larder::in_memory(Config::new()).tenant(&TenantId::parse("acme")?).store();
    /// store.set("users", "1", b"Ada")?;
    /// let turn = store.try_turn().expect("nobody else is there");
    /// assert!(store.try_turn().is_none());
    /// turn.update(|update| update.set("users", "1", b"Grace"))?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn try_turn(&self) -> Option<Turn<'_>> {
        if self.transaction.is_some() || self.config().has_faults() || !self.writable {
            return None;
        }
        let open = self.tenant.opened().ok().flatten()?;
        transaction::refuse_nested(&open).ok()?;
        let permit = open.try_enter_as_writer()?;
        Some(Turn { store: self, open, permit })
    }

    /// A place to read, if one is free and the tenant open. `None` too in a transaction.
    pub fn try_reading(&self) -> Option<Reading<'_>> {
        if self.transaction.is_some() {
            return None;
        }
        let open = self.tenant.opened().ok().flatten()?;
        let permit = open.try_enter_as_reader()?;
        Some(Reading { store: self, open, permit })
    }
}

impl Turn<'_> {
    /// Whether the commit waits for the disk.
    pub fn syncs(&self) -> bool {
        self.store.config().durability == Durability::Full || self.open.is_sync_due()
    }

    /// [`Store::update`] in this place, which is free again when it is done.
    ///
    /// # Errors
    /// Those of [`Store::update`].
    pub fn update<R>(self, writes: impl FnOnce(&mut Update<'_>) -> Result<R>) -> Result<R> {
        let _span = self.store.span(Op::Update).entered();
        let started = self.store.meters().start(Op::Update);
        started.answer(self.store.write(&self.open, self.permit, writes))
    }
}

impl Reading<'_> {
    /// [`Store::view`] in this place, which is free again when it is done.
    ///
    /// # Errors
    /// Those of [`Store::view`].
    pub fn view<R>(self, reads: impl FnOnce(&View<'_>) -> Result<R>) -> Result<R> {
        let _span = self.store.span(Op::View).entered();
        let started = self.store.meters().start(Op::View);
        started.answer(self.store.read(&self.open, self.permit, reads))
    }
}
