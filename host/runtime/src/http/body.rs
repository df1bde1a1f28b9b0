//! Bodies within their bounds.

use std::{
    fmt,
    pin::Pin,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    task::{Context, Poll, ready},
    time::Instant,
};

use bytes::{Buf as _, Bytes};
use http_body::{Body, Frame, SizeHint};
use wasmtime_wasi_http::{Error, WasiBody};

/// What is known of a request while it is answered.
#[derive(Debug, Default)]
pub(super) struct Progress {
    /// When the guest's time is up; set once a guest has the request.
    pub(super) deadline: OnceLock<Instant>,
    received: AtomicU64,
    too_large: AtomicBool,
    whole: AtomicBool,
    broken: AtomicBool,
}

impl Progress {
    /// The instance has failed: what it sent of its answer is not all.
    pub(super) fn break_off(&self) {
        self.broken.store(true, Ordering::Release);
    }

    /// Bytes of the body that were taken.
    pub(super) fn received(&self) -> u64 {
        self.received.load(Ordering::Relaxed)
    }

    /// Whether the body is larger than it may be.
    pub(super) fn is_too_large(&self) -> bool {
        self.too_large.load(Ordering::Relaxed)
    }

    /// Whether all of the body was taken.
    pub(super) fn is_whole(&self) -> bool {
        self.whole.load(Ordering::Relaxed)
    }

    /// Whether the guest's time is up.
    pub(super) fn is_late(&self) -> bool {
        self.deadline.get().is_some_and(|deadline| Instant::now() >= *deadline)
    }
}

/// The body of a request, which ends in an error beyond its bound.
pub(super) struct RequestBody<B> {
    body: B,
    limit: u64,
    progress: Arc<Progress>,
}

impl<B: Body> RequestBody<B> {
    pub(super) fn new(body: B, limit: u64, progress: Arc<Progress>) -> RequestBody<B> {
        progress.whole.store(body.is_end_stream(), Ordering::Relaxed);
        RequestBody { body, limit, progress }
    }
}

impl<B> Body for RequestBody<B>
where
    B: Body<Data = Bytes> + Unpin,
    B::Error: Into<Error>,
{
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        if self.progress.is_too_large() {
            return Poll::Ready(Some(Err(Error::HttpRequestBodySize(Some(self.limit)))));
        }
        let frame = match ready!(Pin::new(&mut self.body).poll_frame(cx)) {
            Some(frame) => frame.map_err(Into::into)?,
            None => {
                self.progress.whole.store(true, Ordering::Relaxed);
                return Poll::Ready(None);
            }
        };
        if let Some(data) = frame.data_ref() {
            let length = data.remaining() as u64;
            let received = self.progress.received.fetch_add(length, Ordering::Relaxed).saturating_add(length);
            if received > self.limit {
                self.progress.too_large.store(true, Ordering::Relaxed);
                return Poll::Ready(Some(Err(Error::HttpRequestBodySize(Some(self.limit)))));
            }
        }
        if self.body.is_end_stream() {
            self.progress.whole.store(true, Ordering::Relaxed);
        }
        Poll::Ready(Some(Ok(frame)))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// The body of an answer. An error of it means that the connection is to be cut: what was promised will not come.
pub struct HttpBody {
    content: Content,
    limit: u64,
    sent: u64,
    /// Bytes that the head promised.
    promised: Option<u64>,
    finished: bool,
    /// Of the request that a guest answers.
    progress: Option<Arc<Progress>>,
    /// What is the request's until its answer has ended.
    held: Option<Box<dyn Send>>,
    on_end: Option<OnEnd>,
}

/// Hears of the bytes that were sent, and whether that was all.
type OnEnd = Box<dyn FnOnce(u64, bool) + Send>;

enum Content {
    Text(&'static str),
    Guest(WasiBody),
}

impl HttpBody {
    pub(super) fn text(text: &'static str) -> HttpBody {
        HttpBody::new(Content::Text(text), u64::MAX)
    }

    /// What a guest sends, up to a bound. `held` is let go of at the end.
    pub(super) fn guest(
        body: WasiBody,
        limit: u64,
        promised: Option<u64>,
        progress: Arc<Progress>,
        held: impl Send + 'static,
    ) -> HttpBody {
        let mut body = HttpBody::new(Content::Guest(body), limit);
        body.promised = promised;
        body.progress = Some(progress);
        body.held = Some(Box::new(held));
        body
    }

    fn new(content: Content, limit: u64) -> HttpBody {
        HttpBody { content, limit, sent: 0, promised: None, finished: false, progress: None, held: None, on_end: None }
    }

    /// Call this at the end.
    pub(super) fn on_end(&mut self, on_end: impl FnOnce(u64, bool) + Send + 'static) {
        self.on_end = Some(Box::new(on_end));
    }
}

impl Body for HttpBody {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        let frame = match &mut self.content {
            Content::Text("") => None,
            Content::Text(text) => Some(Ok(Frame::data(Bytes::from_static(std::mem::take(text).as_bytes())))),
            Content::Guest(body) => ready!(Pin::new(body).poll_frame(cx)),
        };
        let is_broken = || self.progress.as_ref().is_some_and(|progress| progress.broken.load(Ordering::Acquire));
        match &frame {
            // With the instance goes its end of the body, which looks like the end of it.
            None if is_broken() => return Poll::Ready(Some(Err(Error::HttpResponseIncomplete))),
            None => self.finished = true,
            Some(Ok(frame)) => {
                self.sent += frame.data_ref().map_or(0, |data| data.remaining() as u64);
                if self.sent > self.limit {
                    return Poll::Ready(Some(Err(Error::HttpResponseBodySize(Some(self.limit)))));
                }
            }
            Some(Err(_)) => {}
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        match &self.content {
            Content::Text(text) => text.is_empty(),
            Content::Guest(body) => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.content {
            Content::Text(text) => SizeHint::with_exact(text.len() as u64),
            Content::Guest(body) => body.size_hint(),
        }
    }
}

impl Drop for HttpBody {
    fn drop(&mut self) {
        self.held = None;
        if let Some(on_end) = self.on_end.take() {
            // Who sends it does not ask for what follows the last byte.
            let whole = self.finished || self.is_end_stream() || self.promised == Some(self.sent);
            on_end(self.sent, whole);
        }
    }
}

impl fmt::Debug for HttpBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpBody").field("sent", &self.sent).finish_non_exhaustive()
    }
}
