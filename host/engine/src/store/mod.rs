//! A scope of a tenant, and the operations on it.

pub(crate) mod accounts;
mod atomics;
mod batch;
mod combine;
pub(crate) mod context;
mod conveniences;
mod point;
mod range;
mod sql;
mod transaction;
mod turn;
pub(crate) mod update;
mod view;

use std::{
    path::Path,
    sync::{Arc, Weak},
};

pub use combine::Short;
pub(crate) use combine::{Job, Queue};
pub use transaction::Transaction;
pub(crate) use transaction::{Open, refuse_nested};
pub use turn::{Reading, Turn};
pub use update::Update;
pub use view::View;
use view::{Seen, Sight};

use crate::{
    Config, Error, Quota, Result, ScopeName, Tenant, TenantId,
    gate::Permit,
    sandbox::Scratch,
    telemetry::{Meters, Op},
    tenant::OpenTenant,
    watch,
};
use context::Context;
use tracing::{Instrument as _, Span};

/// A scope of a tenant: the whole of it, or one namespace with its own quota.
///
/// Cheap to clone and safe to share. Each call is one transaction; [`Store::view`] and [`Store::update`] make several
/// calls one. A store of a [`Transaction`] does the same inside that transaction.
///
/// ```
/// use larder_engine::{Config, Larder, TenantId};
/// # fn main() -> larder_engine::Result<()> {
/// let larder = Larder::in_memory(Config::new());
/// let store = larder.tenant(&TenantId::parse("acme")?).store();
/// store.set("config", "colour", b"blue")?;
/// assert_eq!(store.get("config", "colour")?.as_deref(), Some(&b"blue"[..]));
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Store {
    tenant: Tenant,
    scope: Option<ScopeName>,
    quota: Quota,
    writable: bool,
    transaction: Option<Weak<Open>>,
}

/// An entry that had expired when it was asked for.
struct Expired {
    group: String,
    key: String,
    now: i64,
}

impl Expired {
    fn remove_from(&self, open: &OpenTenant) {
        open.remove_expired(&self.group, &self.key, self.now);
    }
}

impl Store {
    pub(crate) fn new(tenant: Tenant, scope: Option<ScopeName>, quota: Quota) -> Store {
        Store { tenant, scope, quota, writable: true, transaction: None }
    }

    /// The same, but every write answers [`Error::AccessDenied`].
    pub fn read_only(mut self) -> Store {
        self.writable = false;
        self
    }

    /// Whether writes are allowed.
    pub fn is_writable(&self) -> bool {
        self.writable
    }

    /// Whose it is.
    pub fn tenant(&self) -> &TenantId {
        self.tenant.id()
    }

    /// The namespace; `None` is the whole tenant.
    pub fn scope(&self) -> Option<&ScopeName> {
        self.scope.as_ref()
    }

    /// Whether it belongs to a transaction.
    pub fn is_in_transaction(&self) -> bool {
        self.transaction.is_some()
    }

    /// Read as often as you like from one moment of the store.
    ///
    /// # Errors
    /// What `reads` answers, [`Error::Closed`], [`Error::TransactionExpired`] in a transaction, and the host's faults.
    ///
    /// ```
    /// # use larder_engine::{Config, Larder, TenantId};
    /// # fn main() -> larder_engine::Result<()> {
    /// # let store = Larder::in_memory(Config::new()).tenant(&TenantId::parse("acme")?).store();
    /// let (count, first) = store.view(|view| Ok((view.count("users")?, view.page("users", 0, 1)?)))?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn view<R>(&self, reads: impl FnOnce(&View<'_>) -> Result<R>) -> Result<R> {
        let _span = self.span(Op::View).entered();
        self.meters().start(Op::View).answer(self.view_now(reads))
    }

    fn view_now<R>(&self, reads: impl FnOnce(&View<'_>) -> Result<R>) -> Result<R> {
        if self.transaction.is_some() {
            return self.open_transaction()?.view(&self.context(), reads);
        }
        let open = self.tenant.open()?;
        let permit = open.enter_as_reader()?;
        self.read(&open, permit, reads)
    }

    /// [`Store::view`] for tasks: waits without holding a thread, and reads on a thread that may block.
    ///
    /// # Errors
    /// Those of [`Store::view`].
    pub async fn view_async<R: Send + 'static>(
        &self,
        reads: impl FnOnce(&View<'_>) -> Result<R> + Send + 'static,
    ) -> Result<R> {
        let view = self.view_as_task(reads).instrument(self.span(Op::View));
        self.meters().start(Op::View).answer(view.await)
    }

    /// [`Store::view_async`] for reads of a few entries: on the caller's thread, where they need not wait for the tenant to be
    /// opened or for other readers.
    ///
    /// # Errors
    /// Those of [`Store::view`].
    pub async fn view_short_async<R: Send + 'static>(
        &self,
        reads: impl FnOnce(&View<'_>) -> Result<R> + Send + 'static,
    ) -> Result<R> {
        if self.transaction.is_some() {
            return self.view(reads);
        }
        let Some((open, permit)) =
            self.tenant.opened()?.and_then(|open| Some((open.clone(), open.try_enter_as_reader()?)))
        else {
            return self.view_async(reads).await;
        };
        let (result, expired) = {
            let _span = self.span(Op::View).entered();
            let started = self.meters().start(Op::View);
            let (result, expired) = self.look(&open, permit, reads);
            (started.answer(result), expired)
        };
        if let Some(expired) = expired {
            // That is a commit.
            blocking::unblock(move || expired.remove_from(&open)).await;
        }
        result
    }

    async fn view_as_task<R: Send + 'static>(
        &self,
        reads: impl FnOnce(&View<'_>) -> Result<R> + Send + 'static,
    ) -> Result<R> {
        if self.transaction.is_some() {
            let (open, context) = (self.open_transaction()?, self.context());
            return watch::unblock(move || open.view(&context, reads)).await;
        }
        let open = self.tenant.open_async().await?;
        let permit = open.enter_as_reader_async().await?;
        let store = self.clone();
        watch::unblock(move || store.read(&open, permit, reads)).await
    }

    /// Write as often as you like in one transaction: all of it is kept, or, after an error, nothing.
    ///
    /// # Errors
    /// What `writes` answers, [`Error::AccessDenied`] for a read-only store, [`Error::Busy`] when another writer holds
    /// the tenant for too long, [`Error::TransactionOpen`] inside [`Store::transaction`] of the same tenant,
    /// [`Error::TransactionExpired`] in a transaction, [`Error::Closed`], and the host's faults.
    ///
    /// ```
    /// # use larder_engine::{Config, Larder, TenantId};
    /// # fn main() -> larder_engine::Result<()> {
    /// # let store = Larder::in_memory(Config::new()).tenant(&TenantId::parse("acme")?).store();
    /// store.update(|update| {
    ///     let id = update.increment("ids", "user", 1)?;
    ///     update.set("users", &id.to_string(), b"Ada")
    /// })?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn update<R>(&self, writes: impl FnOnce(&mut Update<'_>) -> Result<R>) -> Result<R> {
        let _span = self.span(Op::Update).entered();
        self.meters().start(Op::Update).answer(self.update_now(writes))
    }

    fn update_now<R>(&self, writes: impl FnOnce(&mut Update<'_>) -> Result<R>) -> Result<R> {
        self.writable()?;
        if self.transaction.is_some() {
            return self.open_transaction()?.update(&self.context(), writes);
        }
        let open = self.tenant.open()?;
        transaction::refuse_nested(&open)?;
        let permit = open.enter_as_writer()?;
        self.write(&open, permit, writes)
    }

    /// [`Store::update`] outside of transactions that is rolled back unless `keep` says yes to what it answers.
    pub(crate) fn update_if<R>(
        &self,
        writes: impl FnOnce(&mut Update<'_>) -> Result<R>,
        keep: impl FnOnce(&R) -> bool,
    ) -> Result<R> {
        let update = || {
            self.writable()?;
            if self.transaction.is_some() {
                return Err(Error::TransactionOpen);
            }
            let open = self.tenant.open()?;
            transaction::refuse_nested(&open)?;
            let permit = open.enter_as_writer()?;
            let context = self.context();
            let mut writing = open.begin()?;
            let result = writes(&mut Update { writing: &mut writing, context: &context })?;
            if keep(&result) {
                open.commit(writing, permit)?;
            }
            Ok(result)
        };
        let _span = self.span(Op::Update).entered();
        self.meters().start(Op::Update).answer(update())
    }

    /// [`Store::update`] for tasks: waits without holding a thread, and writes on a thread that may block.
    ///
    /// # Errors
    /// Those of [`Store::update`].
    pub async fn update_async<R: Send + 'static>(
        &self,
        writes: impl FnOnce(&mut Update<'_>) -> Result<R> + Send + 'static,
    ) -> Result<R> {
        let update = self.update_as_task(writes).instrument(self.span(Op::Update));
        self.meters().start(Op::Update).answer(update.await)
    }

    async fn update_as_task<R: Send + 'static>(
        &self,
        writes: impl FnOnce(&mut Update<'_>) -> Result<R> + Send + 'static,
    ) -> Result<R> {
        self.writable()?;
        if self.transaction.is_some() {
            let (open, context) = (self.open_transaction()?, self.context());
            return watch::unblock(move || open.update(&context, writes)).await;
        }
        let open = self.tenant.open_async().await?;
        transaction::refuse_nested(&open)?;
        let permit = open.enter_as_writer_async().await?;
        let store = self.clone();
        watch::unblock(move || store.write(&open, permit, writes)).await
    }

    fn read<R>(&self, open: &OpenTenant, permit: Permit, reads: impl FnOnce(&View<'_>) -> Result<R>) -> Result<R> {
        let (result, expired) = self.look(open, permit, reads);
        if let Some(expired) = expired {
            expired.remove_from(open);
        }
        result
    }

    /// Read, and answer which entry is to be cleared behind it.
    fn look<R>(
        &self,
        open: &OpenTenant,
        permit: Permit,
        reads: impl FnOnce(&View<'_>) -> Result<R>,
    ) -> (Result<R>, Option<Expired>) {
        let (context, sight) = (self.context(), Sight::default());
        let epoch = open.cache.epoch();
        let result = open.snapshot().and_then(|read| {
            let seen = Some(Seen { open, epoch, expired: &sight });
            reads(&View { read: read.as_read(), context: &context, seen })
        });
        drop(permit);
        let expired = sight.into_inner().map(|(group, key)| Expired { group, key, now: context.now });
        (result, expired)
    }

    fn write<R>(
        &self,
        open: &OpenTenant,
        permit: Permit,
        writes: impl FnOnce(&mut Update<'_>) -> Result<R>,
    ) -> Result<R> {
        let context = self.context();
        let mut writing = open.begin()?;
        writing.may_restart = true;
        let result = writes(&mut Update { writing: &mut writing, context: &context })?;
        open.commit(writing, permit)?;
        Ok(result)
    }

    /// A private copy of a database, beside the tenant's own.
    pub(crate) fn scratch(&self, database: &Path) -> Result<Scratch> {
        // The tenant is this process's own from here on.
        self.tenant.create()?;
        Scratch::copy_of(database, &self.tenant.directory()?)
    }

    pub(crate) fn config(&self) -> &Config {
        self.tenant.config()
    }

    /// The same scope beside the transaction.
    pub(crate) fn outside_transaction(&self) -> Store {
        Store { transaction: None, ..self.clone() }
    }

    fn is_shown_by_cache(&self) -> bool {
        self.transaction.is_none() && !self.config().has_faults()
    }

    pub(crate) fn writable(&self) -> Result<()> {
        if self.writable { Ok(()) } else { Err(Error::AccessDenied) }
    }

    /// The value of the label `tenant` in what is measured: see [`Tenant::metrics_label`].
    pub fn metrics_label(&self) -> Option<&Arc<str>> {
        self.tenant.metrics_label()
    }

    /// Whether anything is measured: see [`Config::metrics`].
    pub fn is_measured(&self) -> bool {
        self.meters().are_on()
    }

    fn meters(&self) -> &Meters {
        self.tenant.meters()
    }

    fn span(&self, op: Op) -> Span {
        tracing::debug_span!("store", otel.name = op.name(), operation = op.name(), tenant = %self.tenant.id())
    }

    fn open_transaction(&self) -> Result<Arc<Open>> {
        self.transaction.as_ref().and_then(Weak::upgrade).ok_or(Error::Closed)
    }

    pub(crate) fn tenant_handle(&self) -> &Tenant {
        &self.tenant
    }

    pub(crate) fn context(&self) -> Context {
        let config = self.tenant.config();
        Context {
            scope: self.scope.clone(),
            quota: self.quota,
            tenant_quota: config.tenant_quota,
            limits: config.limits,
            journal: config.journal.clone(),
            meters: self.tenant.meters().clone(),
            now: config.clock.now_ms(),
        }
    }
}
