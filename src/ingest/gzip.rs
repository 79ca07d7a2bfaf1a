//! Unpacks an upload to a file, and stops where no honest file would still grow.

use std::{
    fs::File,
    io::{BufReader, Read, Write},
    path::Path,
};

use flate2::read::MultiGzDecoder;

use super::FileError;

const PIECE_BYTES: usize = 64 * 1024;
/// A small file may shrink to almost nothing; the ratio says something only past this.
const RATIO_COUNTS_FROM: u64 = 1 << 20;

/// The bytes written.
pub fn unpack_gzip(from: &Path, to: &Path, bytes_max: u64, ratio_max: u64) -> Result<u64, FileError> {
    let unreadable = |source| FileError::Unreadable { path: from.to_owned(), source };
    let file = File::open(from).map_err(unreadable)?;
    let packed = file.metadata().map_err(unreadable)?.len();
    let mut unpacked = MultiGzDecoder::new(BufReader::new(file));
    let mut out = File::create(to).map_err(unreadable)?;
    let (mut written, mut piece) = (0_u64, vec![0; PIECE_BYTES]);
    loop {
        let read = unpacked.read(&mut piece).map_err(|error| FileError::DamagedGzip(error.to_string()))?;
        if read == 0 {
            return Ok(written);
        }
        written += read as u64;
        let swollen = written > RATIO_COUNTS_FROM && written / packed.max(1) > ratio_max;
        if written > bytes_max || swollen {
            let what = format!("more than {written} bytes from {packed}");
            return Err(FileError::Bomb { entry: "gzip".to_owned(), what });
        }
        out.write_all(&piece[..read]).map_err(unreadable)?;
    }
}
