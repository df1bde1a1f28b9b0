use std::{
    net::SocketAddr,
    sync::Arc,
    time::{Duration, SystemTime},
};

use http::Method;
use larder_engine::TenantId;

use super::refusal::Outcome;

/// What is told of one request, once its answer has ended. Nothing of it is the guest's word but the status.
#[non_exhaustive]
#[derive(Clone, Debug)]
pub struct Access {
    /// When the head of the request was there.
    pub time: SystemTime,
    /// Who asked: the other end of the connection.
    pub client: SocketAddr,
    /// The tenant that it was for, if that could be told.
    pub tenant: Option<TenantId>,
    /// The method.
    pub method: Method,
    /// The path as the client sent it, without what follows a question mark, which may hold secrets.
    pub path: String,
    /// The status of the answer.
    pub status: u16,
    /// How it ended.
    pub outcome: Outcome,
    /// Bytes of the request's body that a guest had taken when the head of the answer was there.
    pub received: u64,
    /// Bytes of the answer's body.
    pub sent: u64,
    /// From the head of the request to the end of the answer.
    pub duration: Duration,
}

/// Is told of each request. It is called on threads of the executor: it must not block.
pub type AccessLog = Arc<dyn Fn(&Access) + Send + Sync>;
