//! Parts of files: bytes that are stored once, compressed, for all files that hold them.
//!
//! A file is its parts in a row. A piece of a part is raw DEFLATE that ends on a whole byte, so that the pieces of a file in a row are one
//! DEFLATE stream: between a head and a trailer they are a gzip file (RFC 1952), which is never compressed again.

use std::{
    fs::File,
    io::{self, Read, Write},
    ops::Range,
    os::unix::fs::FileExt,
    sync::Arc,
};

use flate2::{Compression, read::DeflateDecoder, write::DeflateEncoder};
use sha2::{
    Digest, Sha256,
    digest::{
        array::Array,
        common::hazmat::{SerializableState, SerializedState},
    },
};

use crate::text::hex::hex;

/// All pieces but the last of a part, or of a file that is not in parts, are as long as this before they are compressed; readers count on it.
pub const PIECE_BYTES: u64 = 1 << 18;
/// Of gzip: no name, no time, of no system.
pub const GZIP_HEAD: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
/// Of DEFLATE: empty, and the last.
const LAST_BLOCK: [u8; 2] = [0x03, 0x00];
/// The last block, the CRC-32 and the length.
pub const GZIP_TRAILER_BYTES: u64 = 10;
const LEVEL: Compression = Compression::new(4);

/// A part of a file on disk, not yet stored.
#[derive(Clone, Debug)]
pub struct DiskPart {
    file: Arc<File>,
    start: u64,
    pub bytes: u64,
    pub sha256: String,
    /// Line ends in it.
    pub lines: u64,
    /// Its format is compressed within: it is stored as it is.
    compressed_within: bool,
}

/// A part as it is stored.
#[derive(Clone, Debug)]
pub struct Deflated {
    pub pieces: Vec<Vec<u8>>,
    pub bytes: u64,
    pub crc32: u32,
}

impl DiskPart {
    /// `None` where there is nothing.
    pub fn of(file: &Arc<File>, range: Range<u64>, compressed_within: bool) -> io::Result<Option<Self>> {
        if range.is_empty() {
            return Ok(None);
        }
        let (start, bytes) = (range.start, range.end - range.start);
        let mut part = Self { file: file.clone(), start, bytes, sha256: String::new(), lines: 0, compressed_within };
        let (mut hash, mut lines) = (Sha256::new(), 0);
        part.read(&mut |piece| {
            hash.update(piece);
            lines += memchr::memchr_iter(b'\n', piece).count() as u64;
            Ok(())
        })?;
        (part.sha256, part.lines) = (hex(&hash.finalize()), lines);
        Ok(Some(part))
    }

    /// Piece by piece.
    pub fn read(&self, take: &mut dyn FnMut(&[u8]) -> io::Result<()>) -> io::Result<()> {
        let mut at = 0;
        while at < self.bytes {
            let length = PIECE_BYTES.min(self.bytes - at);
            let mut piece = vec![0; usize::try_from(length).map_err(io::Error::other)?];
            self.file.read_exact_at(&mut piece, self.start + at)?;
            take(&piece)?;
            at += length;
        }
        Ok(())
    }

    pub fn deflated(&self) -> io::Result<Deflated> {
        let level = if self.compressed_within { Compression::none() } else { LEVEL };
        let (mut pieces, mut bytes, mut crc) = (Vec::new(), 0, crc32fast::Hasher::new());
        self.read(&mut |piece| {
            crc.update(piece);
            let piece = deflate(piece, level)?;
            bytes += piece.len() as u64;
            pieces.push(piece);
            Ok(())
        })?;
        Ok(Deflated { pieces, bytes, crc32: crc.finalize() })
    }
}

/// The number of each piece of so many bytes, and its length.
pub fn piece_lengths(bytes: u64) -> impl Iterator<Item = (i32, u64)> + Clone {
    let mut left = bytes;
    (0_i32..).map_while(move |ordinal| {
        let length = left.min(PIECE_BYTES);
        left -= length;
        (length > 0).then_some((ordinal, length))
    })
}

fn deflate(piece: &[u8], level: Compression) -> io::Result<Vec<u8>> {
    let mut encoder = DeflateEncoder::new(Vec::new(), level);
    encoder.write_all(piece)?;
    // To a whole byte, and not to an end.
    encoder.flush()?;
    Ok(std::mem::take(encoder.get_mut()))
}

/// The bytes of a stored piece that had so many.
pub fn inflate(piece: &[u8], bytes: u64) -> io::Result<Vec<u8>> {
    let mut plain = Vec::with_capacity(usize::try_from(bytes).unwrap_or_default());
    // A piece has no end of its own: one that had would end the file that it stands in.
    let mut decoder = DeflateDecoder::new(piece.chain(&LAST_BLOCK[..]));
    decoder.by_ref().take(bytes + 1).read_to_end(&mut plain)?;
    let read = usize::try_from(decoder.total_in()).map_err(io::Error::other)?;
    let whole = read == piece.len() + LAST_BLOCK.len() && plain.len() as u64 == bytes;
    if whole { Ok(plain) } else { Err(io::Error::other("a piece is not as it was stored")) }
}

/// What follows the pieces in a gzip file.
pub fn gzip_trailer(crc32: u32, bytes: u64) -> Vec<u8> {
    let length = u32::try_from(bytes % (1 << 32)).unwrap_or_default();
    [&LAST_BLOCK[..], &crc32.to_le_bytes(), &length.to_le_bytes()].concat()
}

/// The CRC-32 of bytes in a row: of each stretch its own and its length.
pub fn joined_crc32(stretches: impl IntoIterator<Item = (u32, u64)>) -> u32 {
    let mut all = crc32fast::Hasher::new();
    for (crc32, bytes) in stretches {
        all.combine(&crc32fast::Hasher::new_with_initial_len(crc32, bytes));
    }
    all.finalize()
}

/// Where a SHA-256 has come to, so that another program goes on from there.
pub fn state(hash: &Sha256) -> Vec<u8> {
    hash.serialize().to_vec()
}

pub fn resumed(state: &[u8]) -> Option<Sha256> {
    let state: SerializedState<Sha256> = Array::try_from(state).ok()?;
    Sha256::deserialize(&state).ok()
}

#[cfg(test)]
mod tests {
    use flate2::read::GzDecoder;

    use super::*;

    fn part(bytes: &[u8], compressed_within: bool) -> DiskPart {
        let folder = std::env::temp_dir();
        let mut file = crate::exports::scratch::file(&folder).unwrap();
        file.write_all(b"before").unwrap();
        file.write_all(bytes).unwrap();
        DiskPart::of(&Arc::new(file), 6..6 + bytes.len() as u64, compressed_within).unwrap().unwrap()
    }

    #[test]
    fn pieces_in_a_row_are_one_gzip_file() {
        let long: Vec<u8> = (0..600_000_u32).flat_map(|number| [(number % 1000 * 7919 % 251) as u8, b'\n']).collect();
        let parts = [part(b"a,b\n", false), part(&long, false), part(&long[..70_000], true)];
        let deflated: Vec<Deflated> = parts.iter().map(|part| part.deflated().unwrap()).collect();
        assert_eq!((deflated[1].pieces.len(), parts[1].lines), (5, long.iter().filter(|byte| **byte == b'\n').count() as u64));
        assert!(deflated[1].bytes < parts[1].bytes / 10 && deflated[2].bytes > parts[2].bytes, "as it is");
        let plain = [b"a,b\n", &long[..], &long[..70_000]].concat();
        let crc32 = joined_crc32(deflated.iter().zip(&parts).map(|(deflated, part)| (deflated.crc32, part.bytes)));
        let pieces: Vec<u8> = deflated.iter().flat_map(|part| part.pieces.concat()).collect();
        let trailer = gzip_trailer(crc32, plain.len() as u64);
        assert_eq!(trailer.len() as u64, GZIP_TRAILER_BYTES);
        let mut read = Vec::new();
        GzDecoder::new(&[&GZIP_HEAD[..], &pieces, &trailer].concat()[..]).read_to_end(&mut read).unwrap();
        assert!(read == plain);
        assert!(inflate(&deflated[1].pieces[0], PIECE_BYTES).unwrap() == long[..1 << 18]);
        for wrong in [PIECE_BYTES - 1, PIECE_BYTES + 1] {
            assert!(inflate(&deflated[1].pieces[0], wrong).is_err());
        }
        // The mark of a last block: the file would end there.
        let mut ended = deflated[0].pieces[0].clone();
        ended[0] ^= 1;
        assert!(inflate(&deflated[0].pieces[0], 4).is_ok() && inflate(&ended, 4).is_err());
    }

    #[test]
    fn a_digest_goes_on_from_its_state() {
        let mut hash = Sha256::new();
        for length in [0, 1, 63, 64, 65, 1000] {
            hash.update(vec![b'x'; length]);
            assert_eq!(resumed(&state(&hash)).unwrap().finalize(), hash.clone().finalize());
        }
        assert!(resumed(b"no state").is_none());
    }
}
