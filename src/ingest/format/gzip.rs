//! Unpacks a gzip upload to a file, with limits against decompression bombs.

use std::{
    fs::File,
    io::{self, BufReader, Read, Write},
    path::Path,
};

use flate2::read::MultiGzDecoder;

use crate::ingest::{
    error::{FileError, Stop},
    words::Words,
};

const PIECE_BYTES: usize = 64 * 1024;
/// A small file may shrink to almost nothing; the ratio says something only past this.
const RATIO_COUNTS_FROM: u64 = 1 << 20;

/// The bytes written, of all members. Beyond `bytes_max`, or beyond `ratio_max` times the packed size, nothing more is unpacked.
/// A copy that cannot be written is this machine's fault and not the file's: it stops the reading.
pub fn unpack_gzip(from: &Path, to: &Path, bytes_max: u64, ratio_max: u64) -> Result<u64, FileError> {
    let unreadable = |source| FileError::Unreadable { path: from.to_owned(), source };
    let unwritable = |error| FileError::Stopped(Stop::new(error));
    let file = File::open(from).map_err(unreadable)?;
    let packed = file.metadata().map_err(unreadable)?.len();
    let swollen = |bytes: u64| bytes > RATIO_COUNTS_FROM && bytes > packed.saturating_mul(ratio_max);
    let mut unpacked = MultiGzDecoder::new(BufReader::new(file));
    let mut out = File::create(to).map_err(unwritable)?;
    let (mut written, mut piece) = (0_u64, vec![0; PIECE_BYTES]);
    loop {
        let read = match unpacked.read(&mut piece) {
            Ok(0) => return Ok(written),
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(FileError::DamagedGzip(error.to_string())),
        };
        let grown = written + read as u64;
        if grown > bytes_max || swollen(grown) {
            return Err(FileError::Bomb { entry: "gzip".to_owned(), what: swollen_to(grown, packed) });
        }
        out.write_all(&piece[..read]).map_err(unwritable)?;
        written = grown;
    }
}

/// How much an archive has grown to when it is given up.
pub(crate) fn swollen_to(bytes: u64, packed: u64) -> Words {
    Words::new(format!("{bytes} bytes y más, a partir de {packed}"), format!("{bytes} bytes and more, from {packed}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::{Compression, write::GzEncoder};
    use std::path::PathBuf;

    const MIB: u64 = 1 << 20;

    fn packed(plain: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(plain).unwrap();
        encoder.finish().unwrap()
    }

    /// What came out, and the code where it ended.
    fn unpacked(name: &str, bytes: &[u8], bytes_max: u64, ratio_max: u64) -> (Result<u64, &'static str>, Vec<u8>) {
        let folder: PathBuf = std::env::temp_dir().join(format!("termometro-gzip-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let (from, to) = (folder.join("in.gz"), folder.join("out"));
        std::fs::write(&from, bytes).unwrap();
        let result = unpack_gzip(&from, &to, bytes_max, ratio_max).map_err(|error| error.code());
        let out = std::fs::read(&to).unwrap();
        std::fs::remove_dir_all(&folder).unwrap();
        (result, out)
    }

    #[test]
    fn all_members_are_unpacked() {
        let bytes = [packed(b"first\n"), packed(b""), packed(b"second\n")].concat();
        assert_eq!(unpacked("members", &bytes, MIB, 10), (Ok(13), b"first\nsecond\n".to_vec()));
        assert_eq!(unpacked("exactly", &bytes, 13, 10).0, Ok(13));
    }

    #[test]
    fn a_bomb_is_refused_and_its_output_bounded() {
        let zeros = packed(&vec![0; 64 << 20]);
        let (result, out) = unpacked("large", &zeros, 3 * MIB, u64::MAX);
        assert_eq!(result, Err("decompression_bomb"));
        assert!(out.len() as u64 <= 3 * MIB, "{}", out.len());
        let (result, out) = unpacked("dense", &zeros, u64::MAX, 20);
        assert_eq!(result, Err("decompression_bomb"));
        assert!(out.len() as u64 <= (zeros.len() as u64 * 20).max(MIB), "{}", out.len());
        // A small file of blanks is dense and harmless.
        assert_eq!(unpacked("small", &packed(&vec![b' '; 1 << 20]), u64::MAX, 20).0, Ok(MIB));
    }

    #[test]
    fn what_is_cut_short_or_changed_is_damaged() {
        let plain: Vec<u8> = (0..20_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
        let whole = packed(&plain);
        let mut changed = whole.clone();
        let last = changed.len() - 8;
        changed[last] ^= 1;
        let cases: [&[u8]; 7] = [
            b"",
            b"\x1f\x8b",
            b"cum,period",
            &whole[..whole.len() / 2],
            &whole[..whole.len() - 1],
            &changed,
            &[&whole, &b"x"[..]].concat(),
        ];
        for (index, bytes) in cases.into_iter().enumerate() {
            assert_eq!(unpacked(&format!("damaged-{index}"), bytes, MIB, 10).0, Err("damaged_gzip"), "case {index}");
        }
    }

    #[test]
    fn a_copy_that_cannot_be_written_is_not_the_files_fault() {
        let from = std::env::temp_dir().join(format!("termometro-gzip-{}-unwritable.gz", std::process::id()));
        std::fs::write(&from, packed(b"x")).unwrap();
        assert_eq!(unpack_gzip(&from, Path::new("/nowhere/at/all"), MIB, 10).unwrap_err().code(), "stopped");
        assert_eq!(unpack_gzip(Path::new("/nowhere/at/all.gz"), &from, MIB, 10).unwrap_err().code(), "unreadable");
        std::fs::remove_file(&from).unwrap();
    }
}
