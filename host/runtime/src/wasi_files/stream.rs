//! Streams on open files.

use std::{mem, sync::Arc};

use bytes::Bytes;
use wasmtime_wasi::{
    async_trait,
    p2::{
        DynInputStream, InputStream, OutputStream, Pollable, StreamError, StreamResult,
        bindings::filesystem::types::ErrorCode,
    },
    runtime::{AbortOnDropJoinHandle, spawn_blocking},
};

use super::file::{OpenFile, Position};

/// Bytes that a stream takes in one write, which is what it can make the host hold.
const WRITE_BYTES: usize = 64 * 1024;

/// A stream into a file, whose growth is charged before the file takes it.
///
/// As with every WASI stream a failure ends it: the guest is told once why, and from then on that the stream is closed.
pub(super) struct Writer {
    file: Arc<OpenFile>,
    position: Position,
    state: State,
}

enum State {
    Ready,
    /// A write is on its way; it answers where it ended.
    Busy(AbortOnDropJoinHandle<Result<u64, ErrorCode>>),
    Failed(ErrorCode),
    Closed,
}

impl Writer {
    pub(super) fn new(file: Arc<OpenFile>, position: Position) -> Writer {
        Writer { file, position, state: State::Ready }
    }

    /// Tell of a failure, once.
    fn fail(&mut self, error: ErrorCode) -> StreamError {
        self.state = State::Closed;
        StreamError::LastOperationFailed(error.into())
    }
}

#[async_trait]
impl OutputStream for Writer {
    fn write(&mut self, bytes: Bytes) -> StreamResult<()> {
        match self.state {
            State::Ready if bytes.len() <= WRITE_BYTES => {}
            State::Closed => return Err(StreamError::Closed),
            State::Failed(error) => return Err(self.fail(error)),
            State::Ready | State::Busy(_) => return Err(StreamError::trap("a write of more than check-write allowed")),
        }
        let (file, position) = (Arc::clone(&self.file), self.position);
        self.state = State::Busy(spawn_blocking(move || file.write(&bytes, position)));
        Ok(())
    }

    fn flush(&mut self) -> StreamResult<()> {
        match self.state {
            // Nothing is held back: what was written is with the host's system or on its way there.
            State::Ready | State::Busy(_) => Ok(()),
            State::Failed(error) => Err(self.fail(error)),
            State::Closed => Err(StreamError::Closed),
        }
    }

    fn check_write(&mut self) -> StreamResult<usize> {
        match self.state {
            State::Ready => Ok(WRITE_BYTES),
            State::Busy(_) => Ok(0),
            State::Failed(error) => Err(self.fail(error)),
            State::Closed => Err(StreamError::Closed),
        }
    }

    async fn cancel(&mut self) {
        // A write that has begun goes to its end, with its account; the guest waits for it, so that it cannot pile them up.
        if let State::Busy(write) = mem::replace(&mut self.state, State::Closed) {
            write.cancel().await;
        }
    }
}

#[async_trait]
impl Pollable for Writer {
    async fn ready(&mut self) {
        let State::Busy(write) = &mut self.state else { return };
        self.state = match write.await {
            Ok(end) => {
                if let Position::At(offset) = &mut self.position {
                    *offset = end;
                }
                State::Ready
            }
            Err(error) => State::Failed(error),
        };
    }
}

/// A stream out of a file, which keeps the file open in the account too.
pub(super) struct Reader {
    pub(super) stream: DynInputStream,
    pub(super) _file: Arc<OpenFile>,
}

#[async_trait]
impl InputStream for Reader {
    fn read(&mut self, size: usize) -> StreamResult<Bytes> {
        self.stream.read(size)
    }

    async fn blocking_read(&mut self, size: usize) -> StreamResult<Bytes> {
        self.stream.blocking_read(size).await
    }

    async fn cancel(&mut self) {
        self.stream.cancel().await;
    }
}

#[async_trait]
impl Pollable for Reader {
    async fn ready(&mut self) {
        self.stream.ready().await;
    }
}
