//! The change feed as a stream: the host reads the feed when the guest reads the stream.

use std::{
    pin::Pin,
    task::{Context, Poll, ready},
};

use larder_engine::{FeedItem, Result as EngineResult, Watcher};
use tokio::sync::oneshot;
use wasmtime::{
    StoreContextMut,
    component::{Accessor, Destination, FutureReader, Resource, StreamProducer, StreamReader, StreamResult, VecBuffer},
};

use crate::{
    LarderCtxView, LarderData,
    bindings::larder::store::{
        event_stream::{Host, HostWithStore},
        types::{Error, Filter, Item, Version},
    },
    convert,
    fault::StoreFault,
    handles::{Origin, StoreHandle, StreamPlace},
};

/// The fewest items that are read at once, however few the guest asks for: it gets the others by its next reads.
const PAGE_ITEMS: usize = 100;

/// Why a stream has ended.
type End = Result<(), Error>;

impl Host for LarderCtxView<'_> {}

impl<T: 'static> HostWithStore<T> for LarderData {
    async fn watch(
        accessor: &Accessor<T, Self>,
        store: Resource<StoreHandle>,
        what: Filter,
        after: Option<Version>,
    ) -> Result<(StreamReader<Item>, FutureReader<End>), StoreFault> {
        let (handle, call) = accessor.with(|mut access| {
            let view = access.get();
            let handle = view.table.get(&store)?.clone();
            let call = view.ctx.call("event-stream.watch", Some(handle.store.tenant()));
            Ok::<_, StoreFault>((handle, call))
        })?;
        call.run(open(accessor, handle, what, after)).await
    }
}

async fn open<T: 'static>(
    accessor: &Accessor<T, LarderData>,
    handle: StoreHandle,
    what: Filter,
    after: Option<Version>,
) -> Result<(StreamReader<Item>, FutureReader<End>), StoreFault> {
    // Taken before the wait, so that calls made at the same time do not pass the limit together.
    let place = accessor.with(|mut access| access.get().ctx.place_for_stream())?;
    let watcher = handle.answer("event-stream.watch", handle.store.watch_async(convert::watch(what), after).await)?;
    let origin = Origin { tenant: handle.store.tenant().clone(), label: handle.label };
    let (end, ended) = oneshot::channel();
    let changes = Changes { watcher, reading: None, becoming_ready: None, end: Some(end), origin, _place: place };
    accessor
        .with(|mut access| {
            let stream = StreamReader::new(&mut access, changes)?;
            // Gone without a word: the guest dropped the stream.
            let ended = async { wasmtime::error::Ok(ended.await.unwrap_or(Ok(()))) };
            Ok((stream, FutureReader::new(&mut access, ended)?))
        })
        .map_err(StoreFault::Trap)
}

/// A watcher behind what it read, and that.
type Read = (Watcher, EngineResult<Vec<FeedItem>>);

/// The host's end of a stream. Between reads it is a position in the feed and nothing else.
struct Changes {
    /// Where the guest is: behind all that it was given.
    watcher: Watcher,
    /// The read of the feed that a read of the guest waits for, and the position behind it.
    reading: Option<Pin<Box<dyn Future<Output = Read> + Send>>>,
    /// The same, when the guest asked for nothing but to be told when there is something.
    becoming_ready: Option<Pin<Box<dyn Future<Output = ()> + Send>>>,
    end: Option<oneshot::Sender<End>>,
    origin: Origin,
    _place: StreamPlace,
}

impl Changes {
    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let ready = self.becoming_ready.get_or_insert_with(|| Box::pin(self.watcher.ready()));
        ready!(ready.as_mut().poll(context));
        self.becoming_ready = None;
        Poll::Ready(())
    }

    fn poll_read(&mut self, context: &mut Context<'_>, most: usize) -> Poll<EngineResult<Vec<FeedItem>>> {
        let reading = self.reading.get_or_insert_with(|| {
            // A copy reads on: when the guest cancels its read, the position is still the one before it.
            let mut watcher = self.watcher.clone();
            Box::pin(async move {
                let items = watcher.next_async(most).await;
                (watcher, items)
            })
        });
        let (watcher, items) = ready!(reading.as_mut().poll(context));
        self.reading = None;
        self.watcher = watcher;
        Poll::Ready(items)
    }

    /// The guest no longer waits.
    fn cancel(&mut self) -> StreamResult {
        (self.reading, self.becoming_ready) = (None, None);
        StreamResult::Cancelled
    }

    /// The stream cannot go on. Answers the guest's fault only; the host's is in its log.
    fn fail(&mut self, fault: StoreFault) -> wasmtime::Result<StreamResult> {
        match fault {
            StoreFault::Guest(error) => {
                // The guest may have dropped the future.
                let _ = self.end.take().map(|end| end.send(Err(error)));
                Ok(StreamResult::Dropped)
            }
            StoreFault::Trap(error) => Err(error),
        }
    }
}

impl<D> StreamProducer<D> for Changes {
    type Item = Item;
    type Buffer = VecBuffer<Item>;

    fn poll_produce<'a>(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        store: StoreContextMut<'a, D>,
        mut destination: Destination<'a, Item, VecBuffer<Item>>,
        finish: bool,
    ) -> Poll<wasmtime::Result<StreamResult>> {
        let changes = self.get_mut();
        let room = destination.remaining(store);
        if room == Some(0) {
            return match changes.poll_ready(context) {
                Poll::Ready(()) => Poll::Ready(Ok(StreamResult::Completed)),
                Poll::Pending if finish => Poll::Ready(Ok(changes.cancel())),
                Poll::Pending => Poll::Pending,
            };
        }
        match changes.poll_read(context, room.unwrap_or(PAGE_ITEMS).max(PAGE_ITEMS)) {
            Poll::Ready(items) => match changes.origin.store_answer("event-stream.read", items) {
                Ok(items) => {
                    destination.set_buffer(convert::items(items).into());
                    Poll::Ready(Ok(StreamResult::Completed))
                }
                Err(fault) => Poll::Ready(changes.fail(fault)),
            },
            Poll::Pending if finish => Poll::Ready(Ok(changes.cancel())),
            Poll::Pending => Poll::Pending,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    };

    use larder_engine::{Config, Larder, Store, TenantId, Watch};
    use tokio::sync::Notify;
    use wasmtime::{
        Engine,
        component::{Source, StreamConsumer},
    };

    use super::*;
    use crate::handles::OpenStreams;

    /// What a stream reads, with the pages counted.
    struct Counted(Changes, Arc<AtomicUsize>);

    impl<D> StreamProducer<D> for Counted {
        type Item = Item;
        type Buffer = VecBuffer<Item>;

        fn poll_produce<'a>(
            mut self: Pin<&mut Self>,
            context: &mut Context<'_>,
            store: StoreContextMut<'a, D>,
            destination: Destination<'a, Item, VecBuffer<Item>>,
            finish: bool,
        ) -> Poll<wasmtime::Result<StreamResult>> {
            let produced = Pin::new(&mut self.0).poll_produce(context, store, destination, finish);
            if produced.is_ready() {
                self.1.fetch_add(1, Ordering::SeqCst);
            }
            produced
        }
    }

    /// A reader that takes some items, one at a time, and then stalls or drops the stream.
    struct Reader {
        left: usize,
        drops: bool,
        has_taken: Arc<Notify>,
    }

    impl<D> StreamConsumer<D> for Reader {
        type Item = Item;

        fn poll_consume(
            mut self: Pin<&mut Self>,
            _: &mut Context<'_>,
            store: StoreContextMut<'_, D>,
            mut source: Source<'_, Item>,
            _: bool,
        ) -> Poll<wasmtime::Result<StreamResult>> {
            if self.left == 0 {
                self.has_taken.notify_one();
                return if self.drops { Poll::Ready(Ok(StreamResult::Dropped)) } else { Poll::Pending };
            }
            self.left -= 1;
            let mut item = None;
            source.read(store, &mut item)?;
            assert!(item.is_some());
            Poll::Ready(Ok(StreamResult::Completed))
        }
    }

    fn store(events: usize) -> Store {
        let store = Larder::in_memory(Config::new()).tenant(&TenantId::parse("acme").unwrap()).store();
        for number in 0..events {
            store.set("g", &number.to_string(), b"value").unwrap();
        }
        store
    }

    fn changes(store: &Store, open: &OpenStreams) -> (Changes, oneshot::Receiver<End>) {
        let (end, ended) = oneshot::channel();
        let origin = Origin { tenant: store.tenant().clone(), label: "default".into() };
        let watcher = store.watch(&Watch::All, Some(0)).unwrap();
        let (reading, becoming_ready) = (None, None);
        (Changes { watcher, reading, becoming_ready, end: Some(end), origin, _place: open.add() }, ended)
    }

    /// Reads `taken` items of many; answers how many pages that took, how many streams are open then, and how it ended.
    async fn read(taken: usize, drops: bool) -> (usize, u32, Option<End>) {
        let (larder, open, pages, has_taken) = (store(1_000), OpenStreams::default(), Arc::default(), Arc::default());
        let (changes, mut ended) = changes(&larder, &open);
        let mut wasm = wasmtime::Store::new(&Engine::default(), ());
        let stream = StreamReader::new(&mut wasm, Counted(changes, Arc::clone(&pages))).unwrap();
        stream.pipe(&mut wasm, Reader { left: taken, drops, has_taken: Arc::clone(&has_taken) }).unwrap();
        wasm.run_concurrent(async |_| has_taken.notified().await).await.unwrap();
        // Once more around: what was to be dropped is.
        wasm.run_concurrent(async |_| tokio::task::yield_now().await).await.unwrap();
        let answer = (pages.load(Ordering::SeqCst), open.number(), ended.try_recv().ok());
        drop(wasm);
        assert_eq!(open.number(), 0, "the end of the instance ends its streams");
        answer
    }

    #[tokio::test]
    async fn a_reader_that_stalls_costs_a_page() {
        let (pages, open, ended) = read(5, false).await;
        assert_eq!((pages, open), (1, 1));
        assert!(ended.is_none());
        let (pages, ..) = read(3 * PAGE_ITEMS + 1, false).await;
        assert_eq!(pages, 4);
    }

    #[tokio::test]
    async fn a_stream_that_is_dropped_ends_at_once() {
        let (_, open, _) = read(5, true).await;
        assert_eq!(open, 0);
    }
}
