//! Files piece by piece, as the traits of `std::io`.

use std::io;

use super::FileError;
use crate::bindings::files as raw;

/// A file being read. It stays readable when the file is replaced or removed.
///
/// Each read is a call to the host of at most 1 MiB: for many small reads put a
/// [`std::io::BufReader`] around it.
#[derive(Debug)]
pub struct FileReader(pub(super) raw::Reader);

impl FileReader {
    /// The next bytes, at most `max` and at most 1 MiB; none at the end.
    ///
    /// # Errors
    /// [`FileError::Unavailable`].
    pub fn chunk(&mut self, max: u32) -> Result<Vec<u8>, FileError> {
        Ok(self.0.read(max)?)
    }

    /// The size of the file when it was opened, in bytes.
    pub fn size(&self) -> u64 {
        self.0.size()
    }
}

impl io::Read for FileReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let max = u32::try_from(buffer.len()).unwrap_or(u32::MAX);
        let bytes = self.chunk(max)?;
        bytes.as_slice().read(buffer)
    }
}

/// A file being written. It appears when [`FileWriter::finish`] is called;
/// dropping it before that leaves no trace.
///
/// Each write is a call to the host: for many small writes put a
/// [`std::io::BufWriter`] around it.
#[derive(Debug)]
#[must_use = "a file that is not finished is discarded"]
pub struct FileWriter(pub(super) raw::Writer);

impl FileWriter {
    /// Bytes written so far.
    pub fn written(&self) -> u64 {
        self.0.written()
    }

    /// Makes the content durable and puts it in its place, in one step.
    ///
    /// # Errors
    /// [`FileError::IsADirectory`], [`FileError::NotADirectory`],
    /// [`FileError::NotAFile`]: what is at the path now is in the way.
    pub fn finish(self) -> Result<(), FileError> {
        Ok(raw::Writer::finish(self.0)?)
    }
}

impl io::Write for FileWriter {
    fn write(&mut self, data: &[u8]) -> io::Result<usize> {
        self.0.write(data).map_err(FileError::from)?;
        Ok(data.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
