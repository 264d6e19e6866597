//! What is compressed: all of it is read, damage is found, and nothing takes all memory.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::super::source::TraceSource;
use super::*;

const TEXT: &str = "time,user\n1,a\n2,b\n3,a\n";

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::new(6));
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 3).unwrap()
}

#[test]
fn all_members_and_frames_are_read_whatever_the_name_says() {
    let expected = scanned(TEXT, &csv()).unwrap();
    let (head, tail) = TEXT.as_bytes().split_at(15);
    let skippable = [&b"\x50\x2a\x4d\x18\x04\0\0\0skip"[..], &zstd(TEXT.as_bytes())].concat();
    for bytes in [
        gzip(TEXT.as_bytes()),
        zstd(TEXT.as_bytes()),
        [gzip(head), gzip(b""), gzip(tail)].concat(),
        [zstd(head), zstd(b""), zstd(tail)].concat(),
        skippable,
    ] {
        assert_eq!(scanned(bytes, &csv()).as_ref(), Ok(&expected));
    }
    let plain = TraceSpec { files: vec!["day.csv.gz".to_owned()], ..csv() };
    assert_eq!(scanned(TEXT, &plain).as_ref(), Ok(&expected));
}

#[test]
fn records_that_begin_like_gzip_are_records() {
    let oracle = TraceSpec::new("day", TraceFormat::OracleGeneral);
    for time in [0x0000_8b1f_u32, 0x0008_8b1f] {
        let bytes = [&time.to_le_bytes()[..], &0x0000_5500_0000_0000_u64.to_le_bytes(), &[0; 12]].concat();
        let (rows, ..) = replayed(bytes, &oracle).unwrap();
        assert_eq!(rows.len(), 1, "{time:x}");
    }
}

#[test]
fn a_cut_file_is_never_read_as_a_shorter_day() {
    for (whole, name) in [(gzip(TEXT.as_bytes()), "gzip"), (zstd(TEXT.as_bytes()), "zstd")] {
        for end in 4..whole.len() {
            let error = scanned(&whole[..end], &csv()).unwrap_err();
            assert_eq!(error.kind(), RecordedErrorKind::Content, "{name} cut at {end}: {error}");
            let said = error.to_string();
            assert!(said.contains(&format!("its {name} data ends early")), "cut at {end}: {said}");
        }
    }
}

#[test]
fn damage_is_called_damage() {
    let mut checksum = gzip(TEXT.as_bytes());
    let at = checksum.len() - 8;
    checksum[at] ^= 1;
    let mut encoder = zstd::Encoder::new(Vec::new(), 3).unwrap();
    encoder.include_checksum(true).unwrap();
    encoder.write_all(TEXT.as_bytes()).unwrap();
    let mut middle = encoder.finish().unwrap();
    let at = middle.len() - 1;
    middle[at] ^= 1;
    let trailing = [gzip(TEXT.as_bytes()), b"and more than a header".to_vec()].concat();
    for bytes in [checksum, middle, trailing] {
        let error = scanned(bytes, &csv()).unwrap_err();
        assert!(error.to_string().contains("the compressed file is damaged"), "{error}");
        assert_eq!(error.kind(), RecordedErrorKind::Content);
    }
}

#[test]
fn a_disk_that_fails_under_a_compressed_file_is_no_damage() {
    struct Broken;
    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("the disk is gone"))
        }
    }
    for bytes in [gzip(TEXT.as_bytes()), zstd(TEXT.as_bytes())] {
        let error = rows_of(bytes[..bytes.len() - 6].chain(Broken), &csv()).unwrap_err();
        assert_eq!(error.kind(), RecordedErrorKind::Unreadable, "{error}");
    }
}

/// Rows that pack as well as any honest log: one user, who asks once a second.
fn honest() -> String {
    let line = |n: u32| {
        let (hour, minute, second) = (n / 3600 % 24, n / 60 % 60, n % 60);
        format!("10.0.0.1 - - [01/Aug/1995:{hour:02}:{minute:02}:{second:02} +0000] \"GET /\" 200 2\n")
    };
    (0..600_000).map(line).collect()
}

#[test]
fn a_bomb_is_a_limit_and_costs_little() {
    let megabyte = vec![b'x'; 1 << 20];
    let text = megabyte.repeat(80);
    for bomb in [gzip(&text), zstd(&text)] {
        assert!(bomb.len() < 100 << 10);
        let mut source = TraceSource::new(&bomb[..]).unwrap();
        let mut out = Vec::new();
        let error = source.read_to_end(&mut out).unwrap_err();
        assert!(out.len() < 24 << 20, "{} bytes", out.len());
        let fault = TraceFault::of_io(&error);
        assert_eq!(fault.kind(), RecordedErrorKind::Limit);
        assert!(fault.to_string().contains("holds more than 250 bytes for each of its own"), "{fault}");
    }
    // A plain file has no such limit, and an honest one does not meet it.
    let plain = io::repeat(b'x').take(80 << 20);
    assert_eq!(io::copy(&mut TraceSource::new(plain).unwrap(), &mut io::sink()).unwrap(), 80 << 20);
    let honest = honest();
    for packed in [gzip(honest.as_bytes()), zstd(honest.as_bytes())] {
        assert!(honest.len() > 32 << 20 && packed.len() < honest.len() / 20);
        let mut source = TraceSource::new(&packed[..]).unwrap();
        assert_eq!(io::copy(&mut source, &mut io::sink()).unwrap(), honest.len() as u64);
    }
}

#[test]
fn a_window_that_wants_a_gibibyte_is_a_limit() {
    // A frame header that asks for a window of 2^30 bytes, and a raw last block of one byte.
    let frame = b"\x28\xb5\x2f\xfd\x00\xa0\x09\x00\x00x";
    let error = scanned(frame, &csv()).unwrap_err();
    assert_eq!(error.kind(), RecordedErrorKind::Limit, "{error}");
    assert!(error.to_string().contains("wants a window of more than 128 MiB"), "{error}");
}

#[test]
fn a_row_without_end_inside_a_small_file_is_stopped_at_once() {
    let zeros = gzip(&vec![b'x'; 64 << 20]);
    assert!(zeros.len() < 100 << 10);
    for format in [TraceFormat::Csv, TraceFormat::Jsonl, TraceFormat::Combined, TraceFormat::Twitter] {
        let error = scanned(&zeros, &TraceSpec::new("day", format)).unwrap_err();
        assert!(error.to_string().contains("the row is longer than 1 MiB"), "{error}");
    }
}
