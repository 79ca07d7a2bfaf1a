//! A stored file, read from any place on, or as a gzip file as it lies there.

use std::io;

use bytes::Bytes;

use super::parts::{GZIP_HEAD, GZIP_TRAILER_BYTES, PIECE_BYTES, gzip_trailer, inflate, piece_lengths};
use crate::read_model::{
    ReadModel,
    service::exports::{ExportPart, FileParts, StoredFile},
};

/// From `at` to the end of the piece there; empty at the end of the file.
pub async fn bytes_from(read_model: &ReadModel, file: &StoredFile, at: u64) -> io::Result<Bytes> {
    if at >= file.bytes {
        return Ok(Bytes::new());
    }
    let (piece, skipped) = match &file.parts {
        None => {
            let piece = read_model.export_piece(file.id, number(at / PIECE_BYTES)?).await.map_err(io::Error::other)?;
            (piece, at % PIECE_BYTES)
        }
        Some(FileParts { parts, .. }) => {
            let (part, within) = place(parts, at).ok_or_else(|| io::Error::other("a part is missing"))?;
            let start = within - within % PIECE_BYTES;
            let piece = deflated(read_model, part, number(start / PIECE_BYTES)?).await?;
            (inflate(&piece, PIECE_BYTES.min(part.bytes - start))?.into(), within - start)
        }
    };
    let skipped = usize::try_from(skipped).map_err(io::Error::other)?;
    if skipped < piece.len() { Ok(piece.slice(skipped..)) } else { Err(io::Error::other("a piece is too short")) }
}

/// The part that has this place of the file, and where in it.
fn place(parts: &[ExportPart], at: u64) -> Option<(&ExportPart, u64)> {
    let mut within = at;
    for part in parts {
        if within < part.bytes {
            return Some((part, within));
        }
        within -= part.bytes;
    }
    None
}

/// The length of the gzip file, of a file that is worth it: Parquet and workbooks are compressed within.
pub fn gzip_bytes(file: &StoredFile) -> Option<u64> {
    let parts = file.parts.as_ref().filter(|_| !matches!(file.format.as_str(), "parquet" | "xlsx"))?;
    Some(GZIP_HEAD.len() as u64 + parts.deflated_bytes + GZIP_TRAILER_BYTES)
}

/// The pieces of the gzip file, each as it is wanted.
pub struct GzipPieces<'a> {
    file: &'a StoredFile,
    stored: Box<dyn Iterator<Item = (&'a ExportPart, i32)> + Send + 'a>,
    head: bool,
    ended: bool,
}

impl<'a> GzipPieces<'a> {
    pub fn of(file: &'a StoredFile) -> Self {
        let parts = file.parts.iter().flat_map(|parts| &parts.parts);
        let stored = parts.flat_map(|part| piece_lengths(part.bytes).map(move |(ordinal, _)| (part, ordinal)));
        Self { file, stored: Box::new(stored), head: true, ended: false }
    }

    pub async fn next(&mut self, read_model: &ReadModel) -> io::Result<Option<Bytes>> {
        if std::mem::take(&mut self.head) {
            return Ok(Some(Bytes::from_static(&GZIP_HEAD)));
        }
        if let Some((part, ordinal)) = self.stored.next() {
            return deflated(read_model, part, ordinal).await.map(Some);
        }
        let crc32 = self.file.parts.as_ref().filter(|_| !std::mem::replace(&mut self.ended, true)).map(|parts| parts.crc32);
        Ok(crc32.map(|crc32| gzip_trailer(crc32, self.file.bytes).into()))
    }
}

async fn deflated(read_model: &ReadModel, part: &ExportPart, ordinal: i32) -> io::Result<Bytes> {
    read_model.export_part_piece(part.id, ordinal).await.map_err(io::Error::other)
}

fn number(ordinal: u64) -> io::Result<i32> {
    i32::try_from(ordinal).map_err(io::Error::other)
}
