//! Writes a large body to a temporary file as it arrives: counted and hashed, never whole in memory.

use std::path::Path;

use futures_util::StreamExt;
use hyper::header::HeaderMap;
use sha2::{Digest, Sha256};
use tokio::{fs, io::AsyncWriteExt, time::Instant};

use super::body::promised_bytes;
use crate::{
    http::{Problem, Request},
    spool::{self, Shortage, purpose},
    text::hex::hex,
    workflow::Workflow,
};

/// Bytes are written in pieces of about this size.
const PIECE_BYTES: usize = 1 << 20;

/// An upload on disk.
#[derive(Debug)]
pub struct Spooled {
    file: spool::Spooled,
    pub bytes: u64,
    /// The digest of the bytes as they were sent.
    pub sha256: String,
    /// The digest of the request's line and its bytes: the identity of the request.
    pub request_digest: String,
}

impl Spooled {
    pub fn path(&self) -> &Path {
        self.file.path()
    }
}

impl Request {
    /// The body in a file of its own. It may take as long as it keeps the least pace.
    pub async fn spool(&mut self, workflow: &Workflow, bytes_max: u64) -> Result<Spooled, Problem> {
        let _place = workflow.uploads.try_acquire().map_err(|_| Problem::overloaded())?;
        if promised_bytes(&self.headers).is_some_and(|promised| promised > bytes_max) {
            return Err(Problem::body_too_large(usize::try_from(bytes_max).unwrap_or(usize::MAX)));
        }
        let file = spool::Spooled::file(&workflow.spool, purpose::UPLOAD).map_err(disk)?;
        let mut out = fs::File::from_std(file.open().map_err(disk)?);
        let mut spooled = Spooled { file, bytes: 0, sha256: String::new(), request_digest: String::new() };
        let line = self.line();
        let Some(body) = self.body.take() else { return Err(Problem::internal()) };
        receive(body, &line, bytes_max, &mut out, &mut spooled).await?;
        // Only a flush says whether the last write failed, as on a full disk: `sync_all` forgets it.
        out.flush().await.map_err(disk)?;
        out.sync_all().await.map_err(disk)?;
        Ok(spooled)
    }
}

async fn receive(
    mut body: super::body::Body,
    line: &str,
    bytes_max: u64,
    file: &mut fs::File,
    spooled: &mut Spooled,
) -> Result<(), Problem> {
    let (mut content, mut request) = (Sha256::new(), Sha256::new());
    request.update(line.as_bytes());
    let (start, mut waiting) = (Instant::now(), Vec::with_capacity(PIECE_BYTES));
    loop {
        let until = start + body.limits.upload_time_allowed(spooled.bytes);
        let Ok(chunk) = tokio::time::timeout_at(until, body.chunks.next()).await else {
            return Err(Problem::body_too_slow());
        };
        let Some(chunk) = chunk else { break };
        let chunk = chunk.map_err(|()| super::body::unreadable())?;
        spooled.bytes += chunk.len() as u64;
        if spooled.bytes > bytes_max {
            return Err(Problem::body_too_large(usize::try_from(bytes_max).unwrap_or(usize::MAX)));
        }
        content.update(&chunk);
        request.update(&chunk);
        waiting.extend_from_slice(&chunk);
        if waiting.len() >= PIECE_BYTES {
            file.write_all(&waiting).await.map_err(disk)?;
            waiting.clear();
        }
    }
    file.write_all(&waiting).await.map_err(disk)?;
    spooled.sha256 = hex(&content.finalize());
    spooled.request_digest = hex(&request.finalize());
    Ok(())
}

fn disk(error: std::io::Error) -> Problem {
    if let Some(shortage) = Shortage::of(&error) {
        return Problem::shortage(shortage, &error).closing();
    }
    tracing::error!(%error, "upload: file could not be written to disk");
    Problem::internal()
}

/// `Content-Encoding` of an upload: none, or gzip.
pub fn is_gzip(headers: &HeaderMap) -> Result<bool, Problem> {
    let mut sent = headers.get_all(hyper::header::CONTENT_ENCODING).iter().map(|value| value.as_bytes().to_ascii_lowercase());
    match (sent.next().as_deref(), sent.next()) {
        (None | Some(b"identity"), None) => Ok(false),
        (Some(b"gzip"), None) => Ok(true),
        _ => Err(Problem::unsupported_media_type(("se admite gzip o nada", "gzip or nothing")).closing()),
    }
}
