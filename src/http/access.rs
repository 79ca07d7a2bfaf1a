//! Round every request: its id, framing checks, security headers, a log line and metrics by path template.

use std::{
    future::Future,
    panic::AssertUnwindSafe,
    pin::Pin,
    sync::atomic::{AtomicU64, Ordering},
    task::{Context, Poll},
    time::Instant,
};

use futures_util::FutureExt;
use tower::{Layer, Service};
use warp::{
    Reply,
    http::{HeaderMap, HeaderValue, Request, header},
    reply::Response,
};

use super::{
    language::Language,
    problem::Problem,
    router::{Matched, failed},
};

#[derive(Clone, Copy)]
pub struct Access;

#[derive(Clone)]
pub struct AccessService<S>(S);

impl<S> Layer<S> for Access {
    type Service = AccessService<S>;
    fn layer(&self, inner: S) -> Self::Service {
        AccessService(inner)
    }
}

impl<S, B> Service<Request<B>> for AccessService<S>
where
    S: Service<Request<B>, Response = Response>,
    S::Future: Send + 'static,
{
    type Response = Response;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.0.poll_ready(context)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let started = Instant::now();
        let method = request.method().clone();
        let id = request_id(request.headers());
        if let Some(problem) = refused(&request) {
            let response = finish(failed(problem, Language::Es), &id);
            return Box::pin(async move { Ok(response) });
        }
        let answering = AssertUnwindSafe(self.0.call(request)).catch_unwind();
        Box::pin(async move {
            let answered = match answering.await {
                Ok(answered) => answered?,
                // Without this the connection would close with no answer at all.
                Err(_) => {
                    tracing::error!(request_id = id, "a handler panicked");
                    failed(Problem::internal(), Language::Es)
                }
            };
            let response = finish(answered, &id);
            let matched = response.extensions().get::<Matched>().map(|matched| matched.0.clone());
            let template = matched.as_deref().unwrap_or("-").to_owned();
            let (status, seconds) = (response.status().as_u16(), started.elapsed());
            tracing::info!(target: "access", %method, template, status, ms = seconds.as_millis(), request_id = id, "request");
            let labels = [("method", method.to_string()), ("template", template), ("status", status.to_string())];
            metrics::counter!("http_requests_total", &labels).increment(1);
            metrics::histogram!("http_request_duration_seconds", &labels[..2]).record(seconds);
            Ok(response)
        })
    }
}

/// Framing that a proxy in front could read differently is refused; hyper refuses the worse cases itself.
fn refused<B>(request: &Request<B>) -> Option<Problem> {
    let headers = request.headers();
    if headers.get_all(header::HOST).iter().count() != 1 {
        return Some(Problem::bad_request().detail("one Host header is required"));
    }
    let encoding = headers.get(header::TRANSFER_ENCODING);
    if encoding.is_some_and(|value| !value.as_bytes().eq_ignore_ascii_case(b"chunked")) {
        return Some(Problem::bad_request().detail("the only transfer encoding is chunked"));
    }
    None
}

const ID_CHARS_MAX: usize = 64;
static NEXT_ID: AtomicU64 = AtomicU64::new(1);

/// The caller's own id when it is a safe one, so that one request can be followed through several services.
fn request_id(headers: &HeaderMap) -> String {
    let given = headers.get("x-request-id").and_then(|value| value.to_str().ok());
    let safe = |id: &&str| {
        !id.is_empty() && id.len() <= ID_CHARS_MAX && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
    };
    given.filter(safe).map_or_else(new_id, str::to_owned)
}

/// Unique in this process and, with the process id, on this machine: enough to find a line in a log.
fn new_id() -> String {
    format!("{:x}-{:x}", std::process::id(), NEXT_ID.fetch_add(1, Ordering::Relaxed))
}

fn finish(mut response: Response, id: &str) -> Response {
    if let Some((problem, language)) = response.extensions_mut().remove::<(Problem, Language)>() {
        let matched = response.extensions_mut().remove::<Matched>();
        response = problem.finish(language, id).into_response();
        if let Some(matched) = matched {
            response.extensions_mut().insert(matched);
        }
    }
    let headers = response.headers_mut();
    if let Ok(id) = HeaderValue::from_str(id) {
        headers.insert("x-request-id", id);
    }
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    response
}
