//! What the service does to every request before routing and to every answer before sending.

use std::{
    convert::Infallible,
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use hyper::{
    Method, Request, StatusCode, Version,
    header::{self, HeaderMap, HeaderName, HeaderValue},
};
use tokio::sync::Semaphore;
use tower::{Service, ServiceExt};

use crate::http::{
    Answer, Language, Limits, Problem,
    access::rate_limit::{ClientLimiter, RemainingQuota, TooMany},
    base::{
        access_log,
        answer::Response,
        metrics::EndpointMetrics,
        problem_kind,
        request_context::{Context, X_REQUEST_ID},
    },
    request::conditional::ENCODING_SUFFIXES,
    routing::{path_headers::PathHeaders, path_headers_table::PathHeadersTable},
    view::problem_page,
};

const ALL_METHODS: &str = "GET, HEAD, POST, OPTIONS";

/// The routed service behind the edge; it cannot fail, only answer.
pub trait Routed<B>:
    Service<Request<B>, Response = Response, Error = Infallible, Future: Send> + Clone + Send + Sync + 'static
{
}

impl<B, T> Routed<B> for T where
    T: Service<Request<B>, Response = Response, Error = Infallible, Future: Send> + Clone + Send + Sync + 'static
{
}

pub struct Edge<Routes> {
    routes: Routes,
    headers: Arc<PathHeadersTable>,
    limits: Arc<Limits>,
    in_flight: Semaphore,
    refused: EndpointMetrics,
    limiter: Option<Arc<ClientLimiter>>,
}

impl<Routes> Edge<Routes> {
    pub fn new(
        routes: Routes,
        headers: Arc<PathHeadersTable>,
        limits: Arc<Limits>,
        limiter: Option<Arc<ClientLimiter>>,
    ) -> Edge<Routes> {
        let in_flight = Semaphore::new(limits.requests_in_flight_max);
        Edge { routes, headers, limits, in_flight, refused: EndpointMetrics::new("other", "refused"), limiter }
    }

    /// Answers one request; whatever goes wrong, the client gets an answer it can read.
    pub async fn answer<B>(self: Arc<Self>, peer: SocketAddr, mut request: Request<B>) -> Result<Response, Infallible>
    where
        Routes: Routed<B>,
    {
        let start = Instant::now();
        let mut context = Context::new(request.headers(), Some(peer));
        if let (&Method::POST, Some(limiter)) = (request.method(), &self.limiter) {
            context.network = limiter.client_network(peer.ip(), request.headers());
        }
        let traits = RequestTraits::of(&request, self.headers.of(request.uri().path()));
        let reader = if traits.headers.for_people { problem_page::Reader::of(&request) } else { None };
        let response = match (self.refusal(&request), self.in_flight.try_acquire()) {
            (Some(Refused::Answer(answer)), _) => answer.into_response(),
            (Some(Refused::Problem(problem)), _) => self.refuse(&problem, &request, &context, start.elapsed()),
            (None, Err(_)) => self.refuse(&Problem::overloaded(), &request, &context, start.elapsed()),
            (None, Ok(_permit)) => match self.count(&request, peer).await {
                Ok(left) => {
                    request.extensions_mut().insert(context.clone());
                    with_left(self.routes.clone().oneshot(request).await?, left)
                }
                Err(too_many) => {
                    let problem = too_many.problem();
                    with_left(self.refuse(&problem, &request, &context, start.elapsed()), Some(too_many.left))
                }
            },
        };
        let response = match reader {
            Some(reader) => reader.page_of(response).await,
            None => response,
        };
        Ok(traits.finish(response, &context))
    }

    /// Counts the request against its client. Asking what may be asked is free.
    async fn count<B>(&self, request: &Request<B>, peer: SocketAddr) -> Result<Option<RemainingQuota>, TooMany> {
        match &self.limiter {
            Some(limiter) if *request.method() != Method::OPTIONS => {
                limiter.count(peer.ip(), request.method(), request.uri().path(), request.headers()).await
            }
            _ => Ok(None),
        }
    }

    /// Faults of the message itself, before any path is looked at. hyper has refused those it can see.
    fn refusal<B>(&self, request: &Request<B>) -> Option<Refused> {
        let headers = request.headers();
        if let Some(problem) = transfer_fault(headers).or_else(|| host_fault(request)) {
            return Some(Refused::Problem(problem));
        }
        let uri_bytes = request.uri().path_and_query().map_or(0, |uri| uri.as_str().len());
        if uri_bytes > self.limits.uri_bytes_max {
            return Some(Refused::Problem(Problem::new(&problem_kind::URI_TOO_LONG)));
        }
        let whole_server = request.uri().path() == "*";
        match *request.method() {
            Method::OPTIONS if whole_server => {
                let allow = HeaderValue::from_static(ALL_METHODS);
                Some(Refused::Answer(Answer::empty(StatusCode::NO_CONTENT).with_header(header::ALLOW, allow)))
            }
            Method::CONNECT => Some(Refused::Problem(Problem::method_not_allowed(ALL_METHODS).closing())),
            _ => None,
        }
    }

    fn refuse<B>(&self, problem: &Problem, request: &Request<B>, context: &Context, elapsed: Duration) -> Response {
        let language = Language::guess(request.uri().query().unwrap_or_default(), request.headers());
        self.refused.record(problem.status(), elapsed);
        access_log::log(request.method(), "refused", problem.status(), elapsed, context);
        problem.respond(language, &context.request_id)
    }
}

fn with_left(mut response: Response, left: Option<RemainingQuota>) -> Response {
    if let Some(left) = left {
        left.put(response.headers_mut());
    }
    response
}

enum Refused {
    Problem(Problem),
    Answer(Answer),
}

/// A coding other than `chunked` would leave two readings of where the body ends.
fn transfer_fault(headers: &HeaderMap) -> Option<Problem> {
    let mut codings = headers.get_all(header::TRANSFER_ENCODING).iter();
    let only_chunked = match (codings.next(), codings.next()) {
        (None, _) => true,
        (Some(coding), None) => coding.as_bytes().eq_ignore_ascii_case(b"chunked"),
        _ => false,
    };
    (!only_chunked).then(|| Problem::new(&problem_kind::UNSUPPORTED_TRANSFER_CODING).closing())
}

fn host_fault<B>(request: &Request<B>) -> Option<Problem> {
    let hosts = request.headers().get_all(header::HOST).iter().count();
    let least = usize::from(request.version() >= Version::HTTP_11);
    let fault = ("se espera exactamente un encabezado Host", "exactly one Host header is expected");
    (hosts < least || hosts > 1).then(|| Problem::bad_request(fault))
}

/// The parts of a request that are needed to finish its answer.
struct RequestTraits {
    headers: PathHeaders,
    from_another_origin: bool,
    preflight: bool,
}

impl RequestTraits {
    fn of<B>(request: &Request<B>, of_path: PathHeaders) -> RequestTraits {
        let headers = request.headers();
        let from_another_origin = headers.contains_key(header::ORIGIN);
        let preflight = request.method() == Method::OPTIONS && headers.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
        RequestTraits { headers: of_path, from_another_origin, preflight: preflight && from_another_origin }
    }

    fn finish(&self, mut response: Response, context: &Context) -> Response {
        let headers = response.headers_mut();
        if let Ok(id) = HeaderValue::from_str(&context.request_id) {
            headers.insert(X_REQUEST_ID, id);
        }
        self.headers.put(headers);
        if !headers.contains_key(header::CACHE_CONTROL) {
            headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        }
        for (name, value) in ALWAYS {
            headers.insert(name, HeaderValue::from_static(value));
        }
        if self.from_another_origin {
            headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(EXPOSED));
        }
        if self.preflight {
            let methods = headers.get(header::ALLOW).cloned();
            let methods = methods.unwrap_or_else(|| HeaderValue::from_static(ALL_METHODS));
            headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, methods);
            headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static(ACCEPTED));
            headers.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("86400"));
        }
        response
    }
}

const ALWAYS: [(HeaderName, &str); 4] = [
    (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "no-referrer"),
];
const EXPOSED: &str = "accept-ranges, content-disposition, content-range, deprecation, etag, link, location, \
    preference-applied, ratelimit, ratelimit-policy, retry-after, sunset, www-authenticate, x-request-id";
const ACCEPTED: &str = "accept, accept-language, authorization, content-encoding, content-type, idempotency-key, if-match, \
    if-none-match, if-range, prefer, range, x-request-id";

/// Compressed bytes are another representation, so a strong tag must say so.
pub fn mark_compressed<B>(mut response: hyper::Response<B>) -> hyper::Response<B> {
    let suffix = match response.headers().get(header::CONTENT_ENCODING).map(HeaderValue::as_bytes) {
        Some(b"gzip") => ENCODING_SUFFIXES[0],
        Some(b"br") => ENCODING_SUFFIXES[1],
        _ => return response,
    };
    let tag = response.headers().get(header::ETAG).and_then(|tag| tag.to_str().ok());
    let marked = tag.and_then(|tag| tag.strip_suffix('"')).map(|tag| format!("{tag}{suffix}\""));
    if let Some(Ok(marked)) = marked.map(HeaderValue::try_from) {
        response.headers_mut().insert(header::ETAG, marked);
    }
    response
}
