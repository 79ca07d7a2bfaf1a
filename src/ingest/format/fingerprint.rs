//! A file's identity: its SHA-256 and its length, read as a stream.

use crate::{ingest::error::FileError, text::hex::hex};
use sha2::{Digest, Sha256};
use std::{fs::File, io::Read, path::Path};

/// The digest in lower-case hexadecimal, and the number of bytes.
pub fn fingerprint(path: &Path) -> Result<(String, u64), FileError> {
    let unreadable = |source| FileError::Unreadable { path: path.to_owned(), source };
    let mut file = File::open(path).map_err(unreadable)?;
    let mut hasher = Sha256::new();
    let mut chunk = vec![0; 64 * 1024];
    let mut bytes = 0;
    loop {
        match file.read(&mut chunk) {
            Ok(0) => break,
            Ok(count) => {
                hasher.update(&chunk[..count]);
                bytes += count as u64;
            }
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(unreadable(error)),
        }
    }
    Ok((hex(&hasher.finalize()), bytes))
}
