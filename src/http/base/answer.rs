//! A successful answer: status, headers and bytes, made by a handler and sent by the router.

use std::sync::Arc;

use bytes::Bytes;
use hyper::{
    StatusCode,
    header::{self, HeaderName, HeaderValue},
};
use serde::Serialize;
use tokio::sync::mpsc;

use super::problem;
use crate::http::{Language, Problem};

pub type Response = warp::reply::Response;
/// Its body, which warp gives no public name.
pub type ResponseBody = <Response as OfBody>::Body;

pub trait OfBody {
    type Body;
}

impl<B> OfBody for hyper::Response<B> {
    type Body = B;
}

/// An extension of a response that is not to be compressed.
#[derive(Clone)]
pub(crate) struct SentAsStored;

/// An extension of a response: how many lines were judged for it.
#[derive(Clone, Copy)]
pub(crate) struct LinesJudged(pub u64);

/// An extension of a response: refused because the service is at the limit of its capacity.
#[derive(Clone, Copy)]
pub(crate) struct AtCapacity;

/// What an answer keeps until it is sent: an extension of the response.
#[derive(Clone)]
pub(crate) struct HeldUntilSent(#[expect(dead_code, reason = "held for its drop")] Arc<dyn Send + Sync>);

#[derive(Debug)]
pub struct Answer(Response);

impl Answer {
    pub fn bytes(content_type: &'static str, body: impl Into<Bytes>) -> Answer {
        let body: Bytes = body.into();
        let mut response = Response::new(body.into());
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
        Answer(response)
    }

    pub fn json<T: Serialize>(value: &T) -> Result<Answer, Problem> {
        let body = serde_json::to_vec(value).map_err(|error| {
            tracing::error!(%error, "internal error: answer could not be serialised");
            Problem::internal()
        })?;
        Ok(Answer::json_bytes(body))
    }

    /// JSON that was serialised beforehand.
    pub(crate) fn json_bytes(body: impl Into<Bytes>) -> Answer {
        Answer::bytes("application/json", body)
    }

    pub fn csv(body: impl Into<Bytes>) -> Answer {
        Answer::bytes("text/csv; charset=utf-8; header=present", body)
    }

    pub fn text(body: impl Into<Bytes>) -> Answer {
        Answer::bytes("text/plain; charset=utf-8", body)
    }

    /// Bytes that come piece by piece, `length` of them in all; a fault on the way breaks the connection off.
    pub(crate) fn pieces(
        content_type: &'static str,
        length: u64,
        mut pieces: mpsc::Receiver<Result<Bytes, std::io::Error>>,
    ) -> Answer {
        // Compression asks once more after the end: a channel may be asked as often as one likes.
        let stream = futures_util::stream::poll_fn(move |context| pieces.poll_recv(context));
        let mut response = warp::Reply::into_response(warp::reply::stream(stream));
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
        response.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from(length));
        Answer(response)
    }

    /// A status and no body: 204, 304 and redirects.
    pub fn empty(status: StatusCode) -> Answer {
        Answer(Response::new(Bytes::new().into())).with_status(status)
    }

    pub(crate) fn redirect(status: StatusCode, location: &'static str) -> Answer {
        Answer::empty(status).with_header(header::LOCATION, HeaderValue::from_static(location))
    }

    pub(crate) fn with_status(mut self, status: StatusCode) -> Answer {
        *self.0.status_mut() = status;
        self
    }

    pub(crate) fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Answer {
        self.0.headers_mut().insert(name, value);
        self
    }

    /// Leaves the bytes as they are: compressing a country's data for each who takes it would cost more than sending it.
    pub(crate) fn not_compressed(mut self) -> Answer {
        self.0.extensions_mut().insert(SentAsStored);
        self
    }

    /// Counts so many lines against its client.
    pub(crate) fn judging(mut self, lines: u64) -> Answer {
        self.0.extensions_mut().insert(LinesJudged(lines));
        self
    }

    /// Keeps something until the whole answer is sent.
    pub(crate) fn holding<T: Send + Sync + 'static>(mut self, held: T) -> Answer {
        self.0.extensions_mut().insert(HeldUntilSent(Arc::new(held)));
        self
    }

    pub(crate) fn in_language(self, language: Language) -> Answer {
        self.with_header(header::CONTENT_LANGUAGE, HeaderValue::from_static(language.code()))
    }

    /// Its `ETag`.
    pub fn tag(&self) -> Option<&HeaderValue> {
        self.0.headers().get(header::ETAG)
    }

    pub fn into_response(self) -> Response {
        self.0
    }
}

impl Problem {
    /// The problem as an answer to one client: its language, its request id.
    pub(crate) fn respond(&self, language: Language, request_id: &str) -> Response {
        let body = self.to_json(language, request_id);
        let mut response = Answer::bytes(problem::MEDIA_TYPE, body).with_status(self.status()).into_response();
        response.headers_mut().extend(self.headers(language));
        if self.is_overloaded() {
            response.extensions_mut().insert(AtCapacity);
        }
        response
    }
}

impl warp::Reply for Answer {
    fn into_response(self) -> Response {
        self.0
    }
}
