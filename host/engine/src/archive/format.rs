//! How archives are compressed.

use std::{
    fs::File,
    io::{self, BufReader, BufWriter, Read, Write},
};

use flate2::{Compression, read::MultiGzDecoder, write::GzEncoder};

use crate::{Error, Result, error::shown, limits::ARCHIVE_WINDOW_LOG};

/// How an archive is compressed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ArchiveFormat {
    /// gzip, which everything reads.
    #[default]
    Gzip,
    /// Zstandard, which is smaller and faster.
    Zstd,
}

impl ArchiveFormat {
    /// A format by its name, `gzip` or `zstd`, in any case and with blanks around it; nothing is gzip.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] for any other name.
    ///
    /// ```
    /// use larder_engine::ArchiveFormat;
    /// assert_eq!(ArchiveFormat::parse(" ZSTD ")?, ArchiveFormat::Zstd);
    /// assert!(ArchiveFormat::parse("lz4").is_err());
    /// # Ok::<(), larder_engine::Error>(())
    /// ```
    pub fn parse(name: &str) -> Result<ArchiveFormat> {
        match name.trim().to_ascii_lowercase().as_str() {
            "" | "gzip" => Ok(ArchiveFormat::Gzip),
            "zstd" => Ok(ArchiveFormat::Zstd),
            _ => Err(Error::InvalidArgument {
                argument: "format",
                rule: format!("it is gzip or zstd, not {}", shown(name)),
            }),
        }
    }

    pub(crate) fn extension(self) -> &'static str {
        match self {
            ArchiveFormat::Gzip => "gz",
            ArchiveFormat::Zstd => "zst",
        }
    }

    pub(crate) fn of_extension(extension: &str) -> Option<ArchiveFormat> {
        [ArchiveFormat::Gzip, ArchiveFormat::Zstd].into_iter().find(|format| format.extension() == extension)
    }

    pub(super) fn reader(self, file: File) -> io::Result<Box<dyn Read + Send>> {
        Ok(match self {
            ArchiveFormat::Gzip => Box::new(MultiGzDecoder::new(BufReader::new(file))),
            ArchiveFormat::Zstd => {
                let mut decoder = zstd::Decoder::new(file)?;
                decoder.window_log_max(ARCHIVE_WINDOW_LOG)?;
                Box::new(decoder)
            }
        })
    }

    pub(super) fn writer(self, file: File) -> io::Result<Compressor> {
        let file = BufWriter::new(file);
        Ok(match self {
            ArchiveFormat::Gzip => Compressor::Gzip(GzEncoder::new(file, Compression::default())),
            ArchiveFormat::Zstd => {
                let mut encoder = zstd::Encoder::new(file, zstd::DEFAULT_COMPRESSION_LEVEL)?;
                encoder.include_checksum(true)?;
                Compressor::Zstd(encoder)
            }
        })
    }
}

pub(super) enum Compressor {
    Gzip(GzEncoder<BufWriter<File>>),
    Zstd(zstd::Encoder<'static, BufWriter<File>>),
}

impl Compressor {
    pub(super) fn write(&mut self, data: &[u8]) -> io::Result<()> {
        match self {
            Compressor::Gzip(encoder) => encoder.write_all(data),
            Compressor::Zstd(encoder) => encoder.write_all(data),
        }
    }

    /// Write the end, and make it all durable.
    pub(super) fn finish(self) -> io::Result<()> {
        let file = match self {
            Compressor::Gzip(encoder) => encoder.finish()?,
            Compressor::Zstd(encoder) => encoder.finish()?,
        };
        file.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()
    }
}
