//! One instance: made for a tenant, given its requests, and gone when it has done enough, waited for long enough or failed.

use std::{
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak, atomic::AtomicUsize},
    task::{Context, Poll},
    time::{Duration, Instant},
};

use larder_engine::TenantId;
use tokio::{
    sync::OwnedSemaphorePermit,
    time::{Sleep, sleep_until},
};
use wasmtime::{Result, Store, StoreContextMut, component::GuestTaskId};
use wasmtime_wasi_http::{
    WasiHttpView as _,
    handler::{HandlerState, Instance, ShouldAccept, WorkerExpiration, WorkerState, WorkerStatus},
};

use super::{
    body::Progress,
    idle::Seat,
    version::{User, Version},
};
use crate::{RunError, State, runtime::instance::bounded};

/// There is no room for one more instance.
#[derive(Debug, thiserror::Error)]
#[error("there is no room for one more instance")]
pub(super) struct NoRoom;

/// What an instance is to be given could not be made.
#[derive(Debug, thiserror::Error)]
#[error("the instance could not be set up: {0}")]
pub(super) struct SetupFailed(String);

/// Makes the instances of one tenant.
pub(super) struct Instances {
    version: Arc<Version>,
    tenant: TenantId,
    users: Arc<AtomicUsize>,
}

impl Instances {
    pub(super) fn new(version: Arc<Version>, tenant: TenantId, users: Arc<AtomicUsize>) -> Instances {
        Instances { version, tenant, users }
    }

    /// A place for one more instance, for which one that waits goes if need be.
    async fn room(&self) -> Result<OwnedSemaphorePermit> {
        let shared = &self.version.shared;
        if let Ok(room) = shared.instances.clone().try_acquire_owned() {
            return Ok(room);
        }
        shared.idle.send_oldest_away();
        match tokio::time::timeout(shared.limits.wait, shared.instances.clone().acquire_owned()).await {
            Ok(Ok(room)) => Ok(room),
            _ => Err(NoRoom.into()),
        }
    }
}

impl HandlerState for Instances {
    type StoreData = State;
    type WorkerExpiration = Expiration;
    type WorkerState = Worker;

    async fn instantiate(&self) -> Result<Instance<State, Expiration, Worker>> {
        let user = self.version.user(&self.tenant, &self.users);
        let room = self.room().await?;
        let (version, plugin) = (&self.version, &self.version.plugin);
        let setup = (version.setup)(&self.tenant).map_err(|error| {
            tracing::error!(tenant = %self.tenant, %error, "an instance could not be set up");
            SetupFailed(error.to_string())
        })?;
        let mut store = setup.into_store(&plugin.program().machine().engine);
        store.data_mut().allow_outgoing(plugin.outgoing());
        let limit = store.data_mut().start();
        let proxy = match bounded(limit, plugin.pre().instantiate_async(&mut store)).await {
            Ok(proxy) => proxy,
            Err(error) => {
                tracing::warn!(tenant = %self.tenant, "no instance could be made: {error:#}");
                return Err(error);
            }
        };
        let clock = Arc::new(Clock(Mutex::new(Instant::now())));
        let limits = &version.shared.limits;
        let worker = Worker {
            version: version.clone(),
            tenant: self.tenant.clone(),
            clock: clock.clone(),
            under_way: Mutex::default(),
            reuse: limits.reuse.unwrap_or_else(|| plugin.usual_reuse()).max(1),
            _held: (user, room),
        };
        let expiration = Expiration { version: version.clone(), clock, seat: None, sleep: None };
        Ok(Instance { store, proxy, view: State::http, expiration, state: worker })
    }
}

/// When the requests that an instance has are over at the latest.
struct Clock(Mutex<Instant>);

impl Clock {
    fn set(&self, deadline: Instant) {
        *locked(&self.0) = deadline;
    }

    fn deadline(&self) -> Instant {
        *locked(&self.0)
    }
}

/// What an instance is judged by.
pub(super) struct Worker {
    version: Arc<Version>,
    tenant: TenantId,
    clock: Arc<Clock>,
    /// Requests whose answers may not have ended yet.
    under_way: Mutex<Vec<Weak<Progress>>>,
    reuse: usize,
    _held: (User, OwnedSemaphorePermit),
}

impl WorkerState for Worker {
    type StoreData = State;
    type RequestData = Arc<Progress>;

    fn should_accept_request(&self, at_once: usize, total: usize) -> ShouldAccept {
        if total >= self.reuse || (self.version.is_retired() && total > 0) {
            ShouldAccept::Never
        } else if at_once >= self.version.shared.limits.at_once.max(1) {
            ShouldAccept::No
        } else {
            ShouldAccept::Yes
        }
    }

    fn on_request_start(
        &self,
        mut store: StoreContextMut<'_, State>,
        progress: Arc<Progress>,
        _task: GuestTaskId,
    ) -> Pin<Box<dyn Future<Output = ()> + 'static + Send + Sync>> {
        store.data_mut().start();
        let deadline = store.data().deadline().unwrap_or_else(far);
        // It is set once only: a request is begun by one instance.
        let _ = progress.deadline.set(deadline);
        self.clock.set(deadline);
        let mut under_way = locked(&self.under_way);
        under_way.retain(|progress| progress.strong_count() > 0);
        under_way.push(Arc::downgrade(&progress));
        Box::pin(sleep_until(deadline.into()))
    }

    fn drop(&self, store: Store<State>, result: Result<()>) {
        if let Err(error) = RunError::check(result, &store) {
            // Before the store goes, and with it the guest's end of bodies.
            locked(&self.under_way).iter().filter_map(Weak::upgrade).for_each(|progress| progress.break_off());
            let backtrace = match &error {
                RunError::Trap { backtrace, .. } => backtrace.as_deref().unwrap_or_default(),
                _ => "",
            };
            tracing::warn!(tenant = %self.tenant, "an instance ended: {error}\n{backtrace}");
        }
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A moment that does not come.
fn far() -> Instant {
    Instant::now() + Duration::from_secs(86_400 * 365)
}

/// When an instance goes.
pub(super) struct Expiration {
    version: Arc<Version>,
    clock: Arc<Clock>,
    /// Its place among those that wait.
    seat: Option<Seat>,
    sleep: Option<Pin<Box<Sleep>>>,
}

impl WorkerExpiration for Expiration {
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>, status: WorkerStatus, start: Instant) -> Poll<()> {
        let until = match status {
            WorkerStatus::Idle => {
                let shared = self.version.shared.clone();
                let seat = self.seat.get_or_insert_with(|| shared.idle.sit());
                // Looked at after the waker is there, so that nothing is missed.
                if seat.is_gone(cx.waker()) || self.version.is_retired() {
                    return Poll::Ready(());
                }
                start.checked_add(shared.limits.warm_time).unwrap_or_else(far)
            }
            WorkerStatus::Requests | WorkerStatus::PostReturn => {
                self.seat = None;
                self.clock.deadline()
            }
        };
        let until = until.into();
        let sleep = self.sleep.get_or_insert_with(|| Box::pin(sleep_until(until)));
        if sleep.deadline() != until {
            sleep.as_mut().reset(until);
        }
        sleep.as_mut().poll(cx)
    }
}
