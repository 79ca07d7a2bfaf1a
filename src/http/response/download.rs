//! A published file as an answer: immutable, resumable, and streamed piece by piece.

use std::{io, ops::Range};

use bytes::Bytes;
use hyper::{
    Method, StatusCode,
    header::{self, HeaderValue},
};
use tokio::sync::mpsc;

use crate::{
    exports::storing::PIECE_BYTES,
    http::{
        Answer, App, Problem, Request,
        base::{byte_range, media_type::media_type},
        request::conditional,
    },
    read_model::{ReadModel, service::exports::StoredFile},
};

const IMMUTABLE: &str = "public, max-age=31536000, immutable";
/// Pieces that wait for a slow reader.
const PIECES_WAITING_MAX: usize = 1;

/// `name` is under which the client may store it.
pub fn answer(app: &App, request: &Request, file: &StoredFile, name: &str) -> Result<Answer, Problem> {
    let tag = format!("\"{}\"", file.sha256);
    let any = || conditional::sent(&request.headers).any(|candidate| candidate == "*");
    if let Some(suffix) = conditional::matched(&request.headers, &file.sha256).or_else(|| any().then_some("")) {
        return mark(Answer::empty(StatusCode::NOT_MODIFIED), &file.sha256, suffix, name);
    }
    let range_request = if request.method == Method::GET {
        byte_range::parse_range(&request.headers, &tag, file.bytes)
    } else {
        byte_range::RangeRequest::Whole
    };
    let (range, status) = match range_request {
        byte_range::RangeRequest::Whole => (0..file.bytes, StatusCode::OK),
        byte_range::RangeRequest::Part(range) => (range, StatusCode::PARTIAL_CONTENT),
        byte_range::RangeRequest::Unsatisfiable => {
            let ranges = HeaderValue::from_static("bytes");
            let problem = Problem::range_not_satisfiable(file.bytes).with_header(header::ACCEPT_RANGES, ranges);
            return Err(problem.with_header(header::ETAG, value(&tag)?));
        }
    };
    let content_range = format!("bytes {}-{}/{}", range.start, range.end.saturating_sub(1), file.bytes);
    let (sender, receiver) = mpsc::channel(PIECES_WAITING_MAX);
    let length = range.end - range.start;
    if request.method == Method::GET {
        tokio::spawn(send(app.read_model.clone(), file.id, range, sender));
    }
    let answer = Answer::pieces(media_type(&file.format), length, receiver).not_compressed().with_status(status);
    let answer = if status == StatusCode::PARTIAL_CONTENT {
        answer.with_header(header::CONTENT_RANGE, value(&content_range)?)
    } else {
        answer
    };
    mark(answer, &file.sha256, "", name)
}

/// `suffix` tells the compressed forms from the file itself, which alone is given in parts.
fn mark(answer: Answer, sha256: &str, suffix: &str, name: &str) -> Result<Answer, Problem> {
    let answer =
        if suffix.is_empty() { answer.with_header(header::ACCEPT_RANGES, HeaderValue::from_static("bytes")) } else { answer };
    Ok(answer
        .with_header(header::CONTENT_DISPOSITION, value(&format!("attachment; filename=\"{name}\""))?)
        .with_header(header::ETAG, value(&format!("\"{sha256}{suffix}\""))?)
        .with_header(header::CACHE_CONTROL, HeaderValue::from_static(IMMUTABLE)))
}

pub fn value(text: &str) -> Result<HeaderValue, Problem> {
    HeaderValue::try_from(text).map_err(|error| {
        tracing::error!(%error, "internal error: export header is not valid");
        Problem::internal()
    })
}

/// Sends until the end, or until the client has gone.
async fn send(read_model: ReadModel, file: i64, range: Range<u64>, sender: mpsc::Sender<io::Result<Bytes>>) {
    let mut at = range.start;
    while at < range.end {
        let piece = piece(&read_model, file, at, range.end).await;
        let length = piece.as_ref().map_or(0, |piece| piece.len() as u64);
        if sender.send(piece).await.is_err() || length == 0 {
            return;
        }
        at += length;
    }
}

/// From `at` to the end of its piece, or to `until`.
async fn piece(read_model: &ReadModel, file: i64, at: u64, until: u64) -> io::Result<Bytes> {
    let ordinal = at / PIECE_BYTES;
    let piece = read_model.export_piece(file, i32::try_from(ordinal).map_err(io::Error::other)?).await.map_err(|error| {
        tracing::warn!(%error, file, ordinal, "export: download aborted");
        io::Error::other(error)
    })?;
    let start = ordinal * PIECE_BYTES;
    let [from, to] =
        [at - start, (until - start).min(piece.len() as u64)].map(|place| usize::try_from(place).unwrap_or(usize::MAX));
    if from < to { Ok(piece.slice(from..to)) } else { Err(io::Error::other("a piece is too short")) }
}
