//! Requests in, responses out.

use std::{
    error::Error,
    fmt,
    sync::{Arc, PoisonError, RwLock},
};

use bytes::Bytes;
use http::{Method, Request, Response, Uri, header, uri::Authority};
use http_body::Body;
use http_body_util::BodyExt as _;
use larder_engine::TenantId;
use tokio::{
    sync::Semaphore,
    time::{Instant, timeout_at},
};
use wasmtime::PoolConcurrencyLimitError;
use wasmtime_wasi_http::handler::{ExpirationError, InstantiationError};

use super::{
    body::{HttpBody, Progress, RequestBody},
    idle::IdleList,
    limits::HttpLimits,
    plugin::HttpPlugin,
    refusal::Outcome,
    version::{SetupFn, Shared, Version},
    worker::{NoRoom, SetupFailed},
};
use crate::{Setup, runtime::TimeIsUp};

/// Answers requests for tenants by a component, whatever it does, and keeps instances for the next request of the same tenant.
///
/// An instance has served one tenant and serves no other, ever. After a trap or a time-out it is not used again. Needs a tokio
/// runtime with its timer enabled.
///
/// Cheap to clone; the clones are the same service.
#[derive(Clone)]
pub struct HttpService(Arc<Inner>);

struct Inner {
    shared: Arc<Shared>,
    places: u32,
    requests: Arc<Semaphore>,
    current: RwLock<Arc<Version>>,
}

impl HttpService {
    /// Serve `plugin`; each instance gets what `setup` answers for its tenant.
    pub fn new(
        plugin: HttpPlugin,
        limits: HttpLimits,
        setup: impl Fn(&TenantId) -> Result<Setup, Box<dyn Error + Send + Sync>> + Send + Sync + 'static,
    ) -> HttpService {
        // The bound of a semaphore, and of what can be asked of one at once.
        let most = Semaphore::MAX_PERMITS.min(u32::MAX as usize);
        let places = limits.requests.saturating_add(limits.warm).clamp(1, most);
        let shared = Arc::new(Shared {
            instances: Arc::new(Semaphore::new(places)),
            idle: Arc::new(IdleList::new(limits.warm)),
            limits,
        });
        let requests = Arc::new(Semaphore::new(shared.limits.requests.clamp(1, most)));
        let setup: SetupFn = Arc::new(setup);
        let current = RwLock::new(Arc::new(Version::new(plugin, setup, shared.clone())));
        HttpService(Arc::new(Inner { shared, places: places as u32, requests, current }))
    }

    /// Answer a request for `tenant`. What a guest does wrong becomes a response too; its extensions hold the [`Outcome`] then.
    ///
    /// Dropping the future gives the answer up, not the guest: it goes on until it has ended, or its time is up.
    pub async fn call<B>(&self, tenant: &TenantId, request: Request<B>) -> Response<HttpBody>
    where
        B: Body<Data = Bytes> + Send + Unpin + 'static,
        B::Error: Into<wasmtime_wasi_http::Error>,
    {
        self.answer(tenant, request, &Arc::default()).await
    }

    pub(super) async fn answer<B>(
        &self,
        tenant: &TenantId,
        request: Request<B>,
        progress: &Arc<Progress>,
    ) -> Response<HttpBody>
    where
        B: Body<Data = Bytes> + Send + Unpin + 'static,
        B::Error: Into<wasmtime_wasi_http::Error>,
    {
        self.ask(tenant, request, progress).await.unwrap_or_else(Outcome::response)
    }

    async fn ask<B>(
        &self,
        tenant: &TenantId,
        mut request: Request<B>,
        progress: &Arc<Progress>,
    ) -> Result<Response<HttpBody>, Outcome>
    where
        B: Body<Data = Bytes> + Send + Unpin + 'static,
        B::Error: Into<wasmtime_wasi_http::Error>,
    {
        let limits = &self.0.shared.limits;
        if request.body().size_hint().lower() > limits.request_bytes {
            return Err(Outcome::TooLarge);
        }
        *request.uri_mut() = absolute(&request).ok_or(Outcome::BadRequest)?;
        let deadline = Instant::now() + limits.wait;
        let version = self.current();
        let (user, handler, room) = version.enter(tenant);
        let of_tenant = timeout_at(deadline, room.acquire_owned()).await.ok().and_then(Result::ok);
        let of_tenant = of_tenant.ok_or(Outcome::Busy)?;
        let of_all = timeout_at(deadline, self.0.requests.clone().acquire_owned()).await.ok().and_then(Result::ok);
        let held = (user, of_tenant, of_all.ok_or(Outcome::Busy)?);
        let request = request.map(|body| RequestBody::new(body, limits.request_bytes, progress.clone()).boxed_unsync());
        let answer = handler.handle(progress.clone(), request).await;
        if progress.is_too_large() {
            return Err(Outcome::TooLarge);
        }
        let response = answer.map_err(|error| why(&error, progress))?;
        if response.status().is_informational() {
            tracing::warn!(%tenant, status = %response.status(), "a guest answered what is no answer");
            return Err(Outcome::GuestFailed);
        }
        let promised = response.headers().get(header::CONTENT_LENGTH);
        let promised = promised.and_then(|length| length.to_str().ok()?.parse().ok());
        Ok(response.map(|body| HttpBody::guest(body, limits.response_bytes, promised, progress.clone(), held)))
    }

    /// Serve another component from now on. Requests that have begun end on the one that they began on.
    pub fn reload(&self, plugin: HttpPlugin) {
        let old = {
            let mut current = self.0.current.write().unwrap_or_else(PoisonError::into_inner);
            let new = Version::new(plugin, current.setup.clone(), self.0.shared.clone());
            std::mem::replace(&mut *current, Arc::new(new))
        };
        old.retire();
    }

    /// Let go of the instances that wait, and wait until all others have ended. Requests that come meanwhile are answered, each by
    /// an instance of its own.
    pub async fn settled(&self) {
        self.current().retire();
        // Nobody closes it.
        let _ = self.0.shared.instances.acquire_many(self.0.places).await;
    }

    /// How many instances wait for a request.
    pub fn idle_instances(&self) -> usize {
        self.0.shared.idle.len()
    }

    /// Whether the tenant has a request or an instance here.
    pub(super) fn knows(&self, tenant: &TenantId) -> bool {
        self.current().knows(tenant)
    }

    fn current(&self) -> Arc<Version> {
        self.0.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Where the request goes, with scheme and authority, as guests see it.
fn absolute<B>(request: &Request<B>) -> Option<Uri> {
    if request.method() == Method::CONNECT {
        return None;
    }
    let authority = match (request.uri().authority(), request.headers().get(header::HOST)) {
        (Some(authority), _) => authority.clone(),
        (None, Some(host)) => Authority::try_from(host.as_bytes()).ok()?,
        (None, None) => Authority::from_static("localhost"),
    };
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
    Uri::builder().scheme("http").authority(authority).path_and_query(path).build().ok()
}

/// Why there is no answer.
fn why(error: &wasmtime::Error, progress: &Progress) -> Outcome {
    let late = || if progress.is_whole() { Outcome::TimeOut } else { Outcome::SlowRequest };
    if error.is::<ExpirationError>() || progress.is_late() {
        return late();
    }
    let Some(not_made) = error.downcast_ref::<InstantiationError<Arc<Progress>>>() else {
        tracing::debug!("a guest did not answer: {error:#}");
        return Outcome::GuestFailed;
    };
    let error = &*not_made.error;
    if error.is::<NoRoom>() || error.is::<PoolConcurrencyLimitError>() {
        Outcome::Busy
    } else if error.is::<SetupFailed>() {
        Outcome::HostFailed
    } else if error.is::<TimeIsUp>() {
        Outcome::TimeOut
    } else {
        Outcome::GuestFailed
    }
}

impl fmt::Debug for HttpService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpService").field("limits", &self.0.shared.limits).finish_non_exhaustive()
    }
}
