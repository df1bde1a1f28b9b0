//! The keys of a store as a stream: a page is read when the guest has read the one before, and nothing is held in between, so that
//! the guest can use the store while it reads.

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use larder_engine::{Query, Result as EngineResult, Store};
use tokio::sync::oneshot;
use wasmtime::{
    StoreContextMut,
    component::{Accessor, Destination, FutureReader, Resource, StreamProducer, StreamReader, StreamResult, VecBuffer},
};

use super::super::{
    bindings::spin_3::spin::key_value::key_value::Error,
    bucket::{self, BucketHandle},
};
use crate::{
    LarderData,
    bindings::larder::store::types::Error as WitError,
    fault::{Fault, StoreFault},
    handles::{Origin, StreamPlace},
};

const GET_KEYS: &str = "spin:key-value/key-value.get-keys";

/// The most keys that are read at once.
const PAGE_ITEMS: u32 = 1_000;

/// Why a stream has ended.
type End = Result<(), Error>;

type Page = (Vec<String>, Option<String>);

/// What `get-keys` answers: a stream, and how it ended.
pub(super) fn stream<T: 'static>(
    accessor: &Accessor<T, LarderData>,
    store: &Resource<BucketHandle>,
) -> wasmtime::Result<(StreamReader<String>, FutureReader<End>)> {
    accessor.with(|mut access| {
        let view = access.get();
        let bucket = view.table.get(store)?.clone();
        let call = view.ctx.call(GET_KEYS, Some(bucket.store().tenant()));
        let place = call.fault().and_then(|()| view.ctx.place_for_stream().map_err(StoreFault::from));
        call.end(&place);
        let (end, ended) = oneshot::channel();
        let keys = match place {
            Ok(place) => Keys {
                store: bucket.store().clone(),
                query: Query { group: bucket.group().to_string(), limit: PAGE_ITEMS, ..Query::default() },
                reading: None,
                is_done: false,
                end: Some(end),
                origin: bucket.origin(),
                _place: Some(place),
            },
            Err(fault) => Keys::refused(&bucket, end, fault.told()?),
        };
        let stream = StreamReader::new(&mut access, keys)?;
        // Gone without a word: the guest dropped the stream.
        let ended = async { wasmtime::error::Ok(ended.await.unwrap_or(Ok(()))) };
        Ok((stream, FutureReader::new(&mut access, ended)?))
    })
}

/// The host's end of a stream. Between reads it is a position in the group and nothing else.
struct Keys {
    store: Arc<Store>,
    query: Query,
    /// The page that a read of the guest waits for.
    reading: Option<Pin<Box<dyn Future<Output = EngineResult<Page>> + Send>>>,
    is_done: bool,
    end: Option<oneshot::Sender<End>>,
    origin: Origin,
    _place: Option<StreamPlace>,
}

impl Keys {
    /// A stream that has ended before its first key.
    fn refused(bucket: &BucketHandle, end: oneshot::Sender<End>, error: WitError) -> Keys {
        let _ = end.send(Err(error.into()));
        Keys {
            store: bucket.store().clone(),
            query: Query::default(),
            reading: None,
            is_done: true,
            end: None,
            origin: bucket.origin(),
            _place: None,
        }
    }

    fn poll_page(&mut self, context: &mut Context<'_>) -> Poll<EngineResult<Page>> {
        let reading = self.reading.get_or_insert_with(|| {
            let (store, query) = (self.store.clone(), self.query.clone());
            Box::pin(async move { store.view_async(move |view| bucket::page(view, &query)).await })
        });
        let page = ready!(reading.as_mut().poll(context));
        self.reading = None;
        Poll::Ready(page)
    }

    fn ended(&mut self, how: End) -> StreamResult {
        self.is_done = true;
        // The guest may have dropped the future.
        let _ = self.end.take().map(|end| end.send(how));
        StreamResult::Dropped
    }
}

impl<D> StreamProducer<D> for Keys {
    type Item = String;
    type Buffer = VecBuffer<String>;

    fn poll_produce<'a>(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        store: StoreContextMut<'a, D>,
        mut destination: Destination<'a, String, VecBuffer<String>>,
        finish: bool,
    ) -> Poll<wasmtime::Result<StreamResult>> {
        let keys = self.get_mut();
        if keys.is_done {
            return Poll::Ready(Ok(keys.ended(Ok(()))));
        }
        if destination.remaining(store) == Some(0) {
            // The guest asks whether there is something: there is, if only the end.
            return Poll::Ready(Ok(StreamResult::Completed));
        }
        let page = match keys.poll_page(context) {
            Poll::Ready(page) => page,
            Poll::Pending if finish => {
                keys.reading = None;
                return Poll::Ready(Ok(StreamResult::Cancelled));
            }
            Poll::Pending => return Poll::Pending,
        };
        Poll::Ready(match keys.origin.store_answer(GET_KEYS, page) {
            Ok((page, next)) => {
                keys.is_done = next.is_none();
                keys.query.cursor = next;
                if page.is_empty() && keys.is_done {
                    return Poll::Ready(Ok(keys.ended(Ok(()))));
                }
                destination.set_buffer(page.into());
                Ok(StreamResult::Completed)
            }
            Err(Fault::Guest(error)) => Ok(keys.ended(Err(error.into()))),
            Err(Fault::Trap(error)) => Err(error),
        })
    }
}
