//! A published file as an answer: immutable, resumable, and streamed piece by piece; as gzip to whoever takes it so, as it is stored.

use std::{io, ops::Range};

use bytes::Bytes;
use hyper::{
    Method, StatusCode,
    header::{self, HeaderMap, HeaderValue},
};
use tokio::sync::mpsc;

use crate::{
    exports::stored_file::{GzipPieces, bytes_from, gzip_bytes},
    http::{
        Answer, App, Problem, Request,
        base::{byte_range, media_type::media_type, quality_values::weighted},
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
        let form = if suffix.is_empty() { Form::Plain } else { Form::Known(suffix) };
        return mark(Answer::empty(StatusCode::NOT_MODIFIED), &file.sha256, form, name);
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
    if let Some(length) = gzip_bytes(file).filter(|_| status == StatusCode::OK && takes_gzip(&request.headers)) {
        return mark(gzip(app, request, file, length), &file.sha256, Form::Gzip, name);
    }
    let content_range = format!("bytes {}-{}/{}", range.start, range.end.saturating_sub(1), file.bytes);
    let (sender, receiver) = mpsc::channel(PIECES_WAITING_MAX);
    let length = range.end - range.start;
    if request.method == Method::GET {
        tokio::spawn(send(app.read_model.clone(), file.clone(), range, sender));
    }
    let answer = Answer::pieces(media_type(&file.format), length, receiver).not_compressed().with_status(status);
    let answer = if status == StatusCode::PARTIAL_CONTENT {
        answer.with_header(header::CONTENT_RANGE, value(&content_range)?)
    } else {
        answer
    };
    mark(answer, &file.sha256, Form::Plain, name)
}

/// The form of a file in an answer: the compressed ones are others than the file itself, which alone is given in parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Plain,
    /// Its tag is marked where compression is marked for all answers.
    Gzip,
    /// That the client has, by the suffix of its tag.
    Known(&'static str),
}

fn takes_gzip(headers: &HeaderMap) -> bool {
    let values = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    let taken = values.flat_map(weighted).find(|(coding, _)| coding.eq_ignore_ascii_case("gzip"));
    taken.is_some_and(|(_, weight)| weight > 0)
}

fn gzip(app: &App, request: &Request, file: &StoredFile, length: u64) -> Answer {
    let (sender, receiver) = mpsc::channel(PIECES_WAITING_MAX);
    if request.method == Method::GET {
        tokio::spawn(send_gzip(app.read_model.clone(), file.clone(), sender));
    }
    let answer = Answer::pieces(media_type(&file.format), length, receiver).not_compressed();
    answer.with_header(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"))
}

fn mark(answer: Answer, sha256: &str, form: Form, name: &str) -> Result<Answer, Problem> {
    let ranges = HeaderValue::from_static("bytes");
    let answer = if form == Form::Plain { answer.with_header(header::ACCEPT_RANGES, ranges) } else { answer };
    let suffix = if let Form::Known(suffix) = form { suffix } else { "" };
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
async fn send(read_model: ReadModel, file: StoredFile, range: Range<u64>, sender: mpsc::Sender<io::Result<Bytes>>) {
    let mut at = range.start;
    while at < range.end {
        let piece = bytes_from(&read_model, &file, at).await.map(|mut piece| {
            piece.truncate(usize::try_from(range.end - at).unwrap_or(usize::MAX));
            piece
        });
        let length = piece.as_ref().map_or(0, |piece| piece.len() as u64);
        if sender.send(piece.inspect_err(|error| aborted(error, &file))).await.is_err() || length == 0 {
            return;
        }
        at += length;
    }
}

async fn send_gzip(read_model: ReadModel, file: StoredFile, sender: mpsc::Sender<io::Result<Bytes>>) {
    let mut pieces = GzipPieces::of(&file);
    while let Some(piece) = pieces.next(&read_model).await.transpose() {
        let failed = piece.is_err();
        if sender.send(piece.inspect_err(|error| aborted(error, &file))).await.is_err() || failed {
            return;
        }
    }
}

fn aborted(error: &io::Error, file: &StoredFile) {
    tracing::warn!(%error, file = file.id, "export: download aborted");
}
