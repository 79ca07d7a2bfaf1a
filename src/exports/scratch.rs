//! A file on disk without a name: the system frees it even if the program is killed.

use std::{
    fs::File,
    io::{self, Read, Seek},
    path::Path,
};

use sha2::{Digest, Sha256};

use crate::{
    spool::{Spooled, purpose},
    text::hex::hex,
};

const READ_BYTES: usize = 1 << 16;

/// Open for reading and writing, and already removed from its folder.
pub fn file(folder: &Path) -> io::Result<File> {
    Spooled::file(folder, purpose::EXPORT)?.open()
}

/// Length and SHA-256 of all of it; then it stands at its beginning.
pub fn measure(file: &mut File) -> io::Result<(u64, String)> {
    file.rewind()?;
    let (mut hash, mut buffer, mut bytes) = (Sha256::new(), vec![0; READ_BYTES], 0);
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            file.rewind()?;
            return Ok((bytes, hex(&hash.finalize())));
        }
        hash.update(buffer.get(..read).unwrap_or_default());
        bytes += read as u64;
    }
}
