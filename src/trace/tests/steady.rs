//! A file that changes while it is read is refused, by every reader and in every packing.

use std::fs::{self, File};
use std::path::PathBuf;

use super::super::convert::{Failed, rewrite};
use super::super::steady::SteadyFile;
use super::*;
use crate::workload::RecordedDay;

/// A file to which something is done as soon as its first bytes were read.
struct Meddled {
    file: SteadyFile,
    path: PathBuf,
    deed: Option<Deed>,
}

type Deed = fn(&Path);

impl Read for Meddled {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read(buffer)?;
        if let Some(deed) = self.deed.take() {
            deed(&self.path);
        }
        Ok(count)
    }
}

fn keep(path: &Path, bytes: impl Fn(&[u8]) -> Vec<u8>) {
    let changed = bytes(&fs::read(path).unwrap());
    // In place, since a new file of the name would leave the old one as it is.
    File::options()
        .write(true)
        .truncate(true)
        .open(path)
        .and_then(|mut file| io::Write::write_all(&mut file, &changed))
        .unwrap();
}

/// What is done, by name.
const DEEDS: [(&str, Deed); 5] = [
    ("cut at the end of a row", |path| keep(path, |bytes| bytes[..bytes.len() - 16].to_vec())),
    ("cut amid a row", |path| keep(path, |bytes| bytes[..bytes.len() - 3].to_vec())),
    ("emptied", |path| keep(path, |_| Vec::new())),
    ("grown", |path| keep(path, |bytes| [bytes, b"9999,u1\n"].concat())),
    ("rewritten", |path| {
        keep(path, <[u8]>::to_vec);
        let file = File::options().write(true).open(path).unwrap();
        file.set_modified(std::time::UNIX_EPOCH).unwrap();
    }),
];

/// Rows of eight bytes.
fn rows() -> String {
    (1000..5000).fold("time,user\n".to_owned(), |text, at| text + &format!("{at},u{}\n", at % 10))
}

fn packings() -> [(&'static str, Vec<u8>); 3] {
    let plain = rows().into_bytes();
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    io::Write::write_all(&mut gzip, &plain).unwrap();
    [("zstd", zstd::encode_all(&*plain, 1).unwrap()), ("gzip", gzip.finish().unwrap()), ("plain", plain)]
}

#[test]
fn a_file_that_changes_while_it_is_read_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("day");
    for (packing, bytes) in packings() {
        let open = |deed| {
            fs::write(&path, &bytes).unwrap();
            let file = File::open(&path).and_then(SteadyFile::new).unwrap();
            Meddled { file, path: path.clone(), deed }
        };
        for (name, deed) in DEEDS {
            let mut said = Vec::new();
            for threads in [1, 2, 3] {
                let rows = || Rows::open_on(threads, open(Some(deed)), &csv());
                said.push(replayed_by(rows, &csv(), &Roles::default()).unwrap_err());
            }
            said.push(look(open(Some(deed)), &csv()).unwrap_err().in_file(Path::new("day")));
            let target = Target { format: TraceFormat::Csv, sorted: false, numbered: false };
            let rows = Rows::open(open(Some(deed)), &csv(), true).map_err(Failed::from);
            match rows.and_then(|mut rows| rewrite(&mut rows, target, &mut Vec::new())) {
                Err(Failed::Read(fault)) => said.push(fault.in_file(Path::new("day"))),
                _ => panic!("{name}, {packing}: written"),
            }
            for error in said {
                assert!(
                    error.to_string().contains("the file changed while it was read"),
                    "{name}, {packing}: {error}"
                );
                assert_eq!(error.kind(), RecordedErrorKind::Unreadable);
            }
        }
        let untouched = replayed_by(|| Rows::open_on(2, open(None), &csv()), &csv(), &Roles::default());
        assert_eq!(untouched.unwrap().2.rows, 4000, "{packing}");
    }
}

#[test]
fn a_file_that_changed_between_two_openings_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("day");
    let open = |files: &TraceFiles| Replay::open(1, files, &csv(), &Roles::default());
    for (name, deed) in DEEDS {
        fs::write(&path, rows()).unwrap();
        let before = open(&TraceFiles::one(&path)).unwrap();
        assert!(before.reopen().is_ok() && open(before.files()).is_ok(), "{name}");
        deed(&path);
        let error = open(before.files()).err().unwrap();
        assert!(error.to_string().contains("the file changed"), "{name}: {error}");
        assert!(before.reopen().is_err(), "{name}");
    }
}
