//! From a file to plain bytes: gzip and zstd are known by how a file begins, not by its name.
//!
//! All members and frames are read. Checks how much comes out of how little, and tells damage of what is compressed
//! from a disk that fails. Does not know what the bytes mean.

use std::fmt;
use std::io::{self, BufReader, Cursor, Read};

use flate2::bufread::MultiGzDecoder;

/// Bytes that tell what a file is.
const HEAD: usize = 12;
/// Bytes that are read at once, compressed and not.
const BUFFER: usize = 128 << 10;
/// The largest window of a zstd frame, as a power of two: it takes this much memory.
const WINDOW_LOG_MOST: u32 = 27;
/// Maximum number of bytes that come out for each compressed one. Logs of servers pack 20 to 40 times, with few users up to some
/// hundred times.
const RATIO_MOST: u64 = 250;
/// Bytes that may come out of anything beyond that, since they are read in a moment.
const INNOCENT: u64 = 16 << 20;

/// Why compressed bytes cannot be read on. Travels inside an [`io::Error`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Damage {
    /// They end early.
    Cut(Packing),
    /// They are not what a compressor writes.
    Broken(Packing, String),
    /// A frame wants more memory than a limit.
    Window,
    /// Too much comes out of too little.
    Bomb,
}

impl Damage {
    /// The damage inside an error, if it is one.
    pub(super) fn of(error: &io::Error) -> Option<&Self> {
        error.get_ref()?.downcast_ref()
    }

    /// Whether a stated limit was met, rather than anything being wrong.
    pub(super) fn is_limit(&self) -> bool {
        matches!(self, Self::Window | Self::Bomb)
    }
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cut(packing) => write!(f, "the compressed file is cut off: its {packing} data ends early"),
            Self::Broken(packing, why) => {
                write!(f, "the compressed file is damaged: its {packing} data says `{why}`")
            }
            Self::Window => write!(
                f,
                "the compressed file wants a window of more than {} MiB; decompress it first",
                1 << (WINDOW_LOG_MOST - 20)
            ),
            Self::Bomb => write!(
                f,
                "the compressed file holds more than {RATIO_MOST} bytes for each of its own, and {} MiB beyond; if that \
                 is meant, decompress it first",
                INNOCENT >> 20
            ),
        }
    }
}

impl std::error::Error for Damage {}

/// How a file is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Packing {
    /// Not at all.
    Plain,
    /// By gzip.
    Gzip,
    /// By zstd.
    Zstd,
}

impl Packing {
    /// How the file is compressed that begins so.
    pub(super) fn of(head: &[u8]) -> Self {
        match head {
            // Method, flags, extra flags and system are looked at too: a number may begin like gzip's first bytes.
            [0x1f, 0x8b, 8, flags, _, _, _, _, 0 | 2 | 4, system, ..]
                if flags & 0xe0 == 0 && (*system <= 13 || *system == 255) =>
            {
                Self::Gzip
            }
            [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Self::Zstd,
            // Too short to be sure, and nothing else begins so.
            [0x1f, 0x8b] | [0x1f, 0x8b, 8, ..] if head.len() < 10 => Self::Gzip,
            _ => Self::Plain,
        }
    }

    /// How a file of this name is to be compressed.
    #[must_use]
    pub fn of_name(name: &str) -> Self {
        match name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase()).as_deref() {
            Some("gz") => Self::Gzip,
            Some("zst") => Self::Zstd,
            _ => Self::Plain,
        }
    }
}

impl fmt::Display for Packing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Plain => "plain",
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
        })
    }
}

/// A reader that counts, and remembers whether it was the one that failed.
struct Watched<R> {
    input: R,
    count: u64,
    failed: bool,
}

impl<R: Read> Read for Watched<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = retry(|| self.input.read(buffer));
        match &read {
            Ok(count) => self.count += *count as u64,
            Err(_) => self.failed = true,
        }
        read
    }
}

/// Reads once more where a signal came in between.
fn retry(mut read: impl FnMut() -> io::Result<usize>) -> io::Result<usize> {
    loop {
        match read() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            other => return other,
        }
    }
}

type Compressed<R> = BufReader<Watched<io::Chain<Cursor<Vec<u8>>, R>>>;

enum Bytes<R: Read> {
    Plain(Watched<io::Chain<Cursor<Vec<u8>>, R>>),
    Gzip(MultiGzDecoder<Compressed<R>>),
    Zstd(zstd::Decoder<'static, Compressed<R>>),
}

/// A file's plain bytes.
pub(super) struct TraceSource<R: Read> {
    bytes: Bytes<R>,
    packing: Packing,
    given: u64,
    /// What was unpacked and not handed on. It is unpacked in steps of one size, since where a step meets damage, all of it
    /// is lost: what is read before the damage must not depend on who reads.
    step: Vec<u8>,
    next: usize,
}

impl<R: Read> TraceSource<R> {
    /// Looks at the first bytes.
    pub(super) fn new(mut input: R) -> io::Result<Self> {
        let mut head = Vec::with_capacity(HEAD);
        input.by_ref().take(HEAD as u64).read_to_end(&mut head)?;
        let packing = Packing::of(&head);
        let watched = Watched { input: Cursor::new(head).chain(input), count: 0, failed: false };
        let bytes = match packing {
            Packing::Plain => Bytes::Plain(watched),
            Packing::Gzip => Bytes::Gzip(MultiGzDecoder::new(BufReader::with_capacity(BUFFER, watched))),
            Packing::Zstd => {
                let mut decoder = zstd::Decoder::with_buffer(BufReader::with_capacity(BUFFER, watched))?;
                decoder.window_log_max(WINDOW_LOG_MOST)?;
                Bytes::Zstd(decoder)
            }
        };
        Ok(Self { bytes, packing, given: 0, step: Vec::new(), next: 0 })
    }

    /// How the file is compressed.
    pub(super) fn packing(&self) -> Packing {
        self.packing
    }

    /// What is compressed; `None` if the file is not.
    fn compressed(&self) -> Option<&Compressed<R>> {
        match &self.bytes {
            Bytes::Plain(_) => None,
            Bytes::Gzip(decoder) => Some(decoder.get_ref()),
            Bytes::Zstd(decoder) => Some(decoder.get_ref()),
        }
    }

    /// The most that may have come out by now.
    fn most(&self) -> u64 {
        let used = |input: &Compressed<R>| input.get_ref().count - input.buffer().len() as u64;
        let of_used = |input| used(input).saturating_mul(RATIO_MOST).saturating_add(INNOCENT);
        self.compressed().map_or(u64::MAX, of_used)
    }

    /// What an error means: the file's own trouble, or damage of what is compressed.
    fn judged(&self, error: io::Error) -> io::Error {
        if self.compressed().is_none_or(|input| input.get_ref().failed) {
            return error;
        }
        let text = error.to_string();
        io::Error::new(
            io::ErrorKind::InvalidData,
            if error.kind() == io::ErrorKind::UnexpectedEof {
                Damage::Cut(self.packing)
            } else if text.contains("too much memory") {
                Damage::Window
            } else {
                Damage::Broken(self.packing, text)
            },
        )
    }
}

impl<R: Read> TraceSource<R> {
    /// Unpacks some more.
    fn unpack(&mut self) -> io::Result<()> {
        self.next = 0;
        self.step.resize(BUFFER, 0);
        let count = match &mut self.bytes {
            Bytes::Plain(watched) => watched.read(&mut self.step),
            Bytes::Gzip(decoder) => retry(|| decoder.read(&mut self.step)),
            Bytes::Zstd(decoder) => retry(|| decoder.read(&mut self.step)),
        };
        self.step.truncate(*count.as_ref().unwrap_or(&0));
        self.given += count.map_err(|error| self.judged(error))? as u64;
        if self.given > INNOCENT && self.given > self.most() {
            self.step.clear();
            return Err(io::Error::new(io::ErrorKind::InvalidData, Damage::Bomb));
        }
        Ok(())
    }
}

impl<R: Read> Read for TraceSource<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if let Bytes::Plain(watched) = &mut self.bytes {
            return watched.read(buffer);
        }
        if self.next == self.step.len() {
            self.unpack()?;
        }
        let count = (&self.step[self.next..]).read(buffer)?;
        self.next += count;
        Ok(count)
    }
}
