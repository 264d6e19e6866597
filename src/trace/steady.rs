//! A file that must stay what it is while it is read.
//!
//! A log that grows, or that is cut or replaced in place, would otherwise be read as a whole day of which a part is
//! missing. What was read is compared with the file where the file ends, so one check serves every reader and every
//! packing. Does not know what the bytes mean.

use std::fs::{File, Metadata};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;
use std::time::{Duration, UNIX_EPOCH};

/// What a file is at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileState {
    /// In bytes.
    size: u64,
    /// Since 1970, or before it; `None` if the system does not say.
    modified: Option<Result<Duration, Duration>>,
}

impl FileState {
    /// What the file at a path is now.
    pub(super) fn of_path(path: &Path) -> io::Result<Self> {
        Ok(Self::of_metadata(&std::fs::metadata(path)?))
    }

    fn of(file: &File) -> io::Result<Self> {
        Ok(Self::of_metadata(&file.metadata()?))
    }

    fn of_metadata(metadata: &Metadata) -> Self {
        let modified = metadata.modified().ok();
        let modified = modified.map(|at| at.duration_since(UNIX_EPOCH).map_err(|before| before.duration()));
        Self { size: metadata.len(), modified }
    }
}

/// A regular file, read from its beginning to its end.
#[derive(Debug)]
pub struct SteadyFile {
    file: File,
    state: FileState,
    /// Bytes that were read so far.
    count: u64,
}

impl SteadyFile {
    /// Remembers what the file is now. Nothing may have been read of it.
    ///
    /// # Errors
    /// When the system does not say what the file is.
    pub fn new(file: File) -> io::Result<Self> {
        let state = FileState::of(&file)?;
        Ok(Self { file, state, count: 0 })
    }

    /// What the file was when it was opened.
    #[must_use]
    pub fn state(&self) -> FileState {
        self.state
    }

    /// The first and the last piece of this many bytes, if the file is made of such pieces; nothing else is read.
    pub(super) fn ends<const N: usize>(mut self) -> io::Result<Option<([u8; N], [u8; N])>> {
        if self.state.size < N as u64 || !self.state.size.is_multiple_of(N as u64) {
            return Ok(None);
        }
        let (mut first, mut last) = ([0; N], [0; N]);
        self.file.read_exact(&mut first)?;
        self.file.seek(SeekFrom::End(-(N as i64)))?;
        self.file.read_exact(&mut last)?;
        Ok(Some((first, last)))
    }
}

impl Read for SteadyFile {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read(buffer)?;
        self.count += count as u64;
        let is_end = count == 0 && !buffer.is_empty();
        let is_same =
            || Ok::<_, io::Error>(self.count == self.state.size && FileState::of(&self.file)? == self.state);
        if self.count > self.state.size || is_end && !is_same()? {
            return Err(changed());
        }
        Ok(count)
    }
}

/// That a file is not what it was.
pub(super) fn changed() -> io::Error {
    io::Error::other("the file changed while it was read; read it when nothing writes to it")
}
