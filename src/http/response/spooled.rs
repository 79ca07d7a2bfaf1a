//! An answer that waits on disk: from memory where it is short, else piece by piece, and gone when all is sent.

use std::{fs::File, io};

use bytes::Bytes;
use tokio::{io::AsyncReadExt, sync::mpsc};

use crate::{http::Answer, spool::Spooled};

/// A longer answer is sent from disk.
const IN_MEMORY_BYTES_MAX: u64 = 256 * 1024;
const PIECE_BYTES: usize = 256 * 1024;
const PIECES_WAITING_MAX: usize = 1;

pub fn answer(content_type: &'static str, file: Spooled) -> io::Result<Answer> {
    let bytes = std::fs::metadata(file.path())?.len();
    if bytes <= IN_MEMORY_BYTES_MAX {
        return Ok(Answer::bytes(content_type, std::fs::read(file.path())?));
    }
    let source = tokio::fs::File::from_std(File::open(file.path())?);
    let (sender, receiver) = mpsc::channel(PIECES_WAITING_MAX);
    tokio::spawn(async move {
        send(source, sender).await;
        drop(file);
    });
    Ok(Answer::pieces(content_type, bytes, receiver))
}

/// Sends until the end, or until the client has gone.
async fn send(mut source: tokio::fs::File, sender: mpsc::Sender<io::Result<Bytes>>) {
    let mut piece = vec![0; PIECE_BYTES];
    loop {
        let read = source.read(&mut piece).await;
        let ends = !matches!(read, Ok(1..));
        let piece = read.map(|read| Bytes::copy_from_slice(piece.get(..read).unwrap_or_default()));
        let is_empty = piece.as_ref().is_ok_and(Bytes::is_empty);
        if is_empty || sender.send(piece).await.is_err() || ends {
            return;
        }
    }
}
