//! Objects on their way in and out.

use bytes::Bytes;
use larder_engine::{FileReader, FileResult};
use wasmtime_wasi::{
    async_trait,
    p2::{InputStream, Pollable, StreamError, StreamResult, pipe::MemoryOutputPipe},
};

use super::ContainerHandle;
use crate::{interfaces::aside, limits::FILE_PIECE};

/// The largest object that is held in memory as a whole, in bytes: that of a value, and of a file that is read in one call.
pub(super) const WHOLE_BYTES: usize = 16 << 20;

/// Objects that one instance may be making at a time: each can take as much of the host's memory.
pub(super) const OUTGOING: u32 = 4;

/// An object that is being made.
pub struct OutgoingHandle {
    pub(super) bytes: MemoryOutputPipe,
    pub(super) is_taken: bool,
    /// The container and the name that it gets.
    pub(super) to: Option<(ContainerHandle, String)>,
}

impl OutgoingHandle {
    pub(super) fn new() -> OutgoingHandle {
        // One more, by which one that is too large is known.
        OutgoingHandle { bytes: MemoryOutputPipe::new(WHOLE_BYTES + 1), is_taken: false, to: None }
    }
}

/// A part of an object that is open.
pub struct IncomingHandle {
    pub(super) reader: FileReader,
    pub(super) left: u64,
}

impl IncomingHandle {
    /// From `start`, where the reader is, to `end`, which is included.
    pub(super) fn new(reader: FileReader, start: u64, end: u64) -> IncomingHandle {
        let left = end.saturating_add(1).min(reader.size()).saturating_sub(start);
        IncomingHandle { reader, left }
    }

    /// The next bytes, at most so many; none at the end.
    fn piece(&mut self, most: usize) -> FileResult<Vec<u8>> {
        let most = self.left.min(most as u64).min(FILE_PIECE.into());
        let piece = if most == 0 { Vec::new() } else { self.reader.read(u32::try_from(most).unwrap_or(FILE_PIECE))? };
        // A file that became shorter ends here.
        self.left = if piece.is_empty() { 0 } else { self.left.saturating_sub(piece.len() as u64) };
        Ok(piece)
    }

    /// All that is left.
    pub(super) fn whole(mut self) -> FileResult<Vec<u8>> {
        let mut whole = Vec::new();
        loop {
            let piece = self.piece(WHOLE_BYTES)?;
            if piece.is_empty() {
                return Ok(whole);
            }
            whole.extend(piece);
        }
    }
}

#[async_trait]
impl InputStream for IncomingHandle {
    fn read(&mut self, size: usize) -> StreamResult<Bytes> {
        if self.left == 0 {
            return Err(StreamError::Closed);
        }
        if size == 0 {
            return Ok(Bytes::new());
        }
        match aside(|| self.piece(size)) {
            Ok(piece) if piece.is_empty() => Err(StreamError::Closed),
            Ok(piece) => Ok(piece.into()),
            Err(error) => {
                self.left = 0;
                tracing::error!("wasi:blobstore: {error}");
                Err(StreamError::Closed)
            }
        }
    }
}

#[async_trait]
impl Pollable for IncomingHandle {
    async fn ready(&mut self) {}
}
