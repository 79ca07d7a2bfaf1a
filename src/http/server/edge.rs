//! What the service does to every request before routing and to every answer before sending.

use std::{
    convert::Infallible,
    net::{IpAddr, SocketAddr},
    panic::AssertUnwindSafe,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use futures_util::FutureExt;

use hyper::{
    Method, Request, StatusCode, Uri, Version,
    body::Body,
    header::{self, HeaderMap, HeaderName, HeaderValue},
};
use tower::{Service, ServiceExt};

use super::{connection_slots::ConnectionSlots, held_body::HeldBody, site::QueueCheck};

use crate::http::{
    Answer, Language, Limits, Problem,
    access::{
        client::{Clients, FORWARDED_FOR, usual_network},
        early_returns::{EarlyReturns, RETRY_AFTER},
        fair_share::{FairShare, NoPlace, Share},
        rate_limit::{ClientLimiter, RemainingQuota, TooMany},
    },
    base::{
        access_log,
        answer::{AtCapacity, HeldUntilSent, LinesJudged, Response, ResponseBody},
        metrics::EndpointMetrics,
        problem_kind,
        quality_values::weighted,
        request_context::{Context, X_REQUEST_ID},
    },
    request::{base_url, conditional::ENCODING_SUFFIXES},
    routing::router::panicked,
    routing::{path_headers::PathHeaders, path_headers_table::PathHeadersTable},
    view::problem_page,
};

const ALL_METHODS: &str = "GET, HEAD, POST, OPTIONS";
/// Answered outside everybody's places: who watches over the service must not take a full one for a dead one.
const HEALTH: [&str; 2] = ["/healthz", "/readyz"];
const METRICS: &str = "/metrics";
/// After so many refusals in a row a connection is closed.
const TOO_MANY_IN_A_ROW: u32 = 10;
/// After so many answers 503 in a row the next request of a connection waits, as long as `Retry-After` asks for at least.
const UNAVAILABLE_IN_A_ROW: u32 = 2;
/// Smaller answers fit into the buffers of a connection.
const LARGE_ANSWER_BYTES: u64 = 256 * 1024;
const BYTES_PER_PLACE: u64 = 64 * 1024;

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
    in_flight: Arc<FairShare>,
    /// Memory of large answers that are being sent.
    sending: Arc<FairShare>,
    refused: EndpointMetrics,
    limiter: Option<Arc<ClientLimiter>>,
    clients: Arc<Clients>,
    public_origin: Option<Arc<str>>,
    /// `/metrics` has a listener of its own.
    metrics_elsewhere: bool,
    early_returns: EarlyReturns,
    is_queueing: Option<QueueCheck>,
}

/// One connection, as far as its requests need to know.
#[derive(Debug)]
pub struct Connection {
    peer: SocketAddr,
    refused: Mutex<RefusedInARow>,
    /// What all connections share.
    slots: Arc<ConnectionSlots>,
}

/// Answers of one kind that came without another one between them.
#[derive(Debug, Default)]
struct RefusedInARow {
    too_many: u32,
    unavailable: u32,
    /// Requests that come earlier wait.
    next_request_from: Option<Instant>,
}

impl Connection {
    pub fn of(peer: SocketAddr, slots: Arc<ConnectionSlots>) -> Arc<Self> {
        Arc::new(Self { peer, refused: Mutex::default(), slots })
    }

    fn refused(&self) -> MutexGuard<'_, RefusedInARow> {
        self.refused.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whoever was told twice to come back later and does not wait is made to, so that refusing costs less than answering.
    /// Not on the connection of a proxy, which belongs to many.
    async fn wait_after_refusals(&self, client: IpAddr) {
        let next = self.refused().next_request_from.filter(|_| client == self.peer.ip());
        if let Some(next) = next {
            tokio::time::sleep_until(next.into()).await;
        }
    }

    /// Whoever goes on after many refusals must connect anew, and while few slots are left, who has an answer makes room for the next.
    fn finish(&self, response: &mut Response) {
        let mut refused = self.refused();
        let status = response.status();
        refused.too_many = if status == StatusCode::TOO_MANY_REQUESTS { refused.too_many + 1 } else { 0 };
        refused.unavailable = if status == StatusCode::SERVICE_UNAVAILABLE { refused.unavailable + 1 } else { 0 };
        refused.next_request_from = (refused.unavailable >= UNAVAILABLE_IN_A_ROW).then(|| Instant::now() + RETRY_AFTER);
        // Who is refused and waits costs less than who connects again.
        let make_room = self.slots.are_none_left() || (refused.unavailable == 0 && self.slots.are_few_left());
        if refused.too_many >= TOO_MANY_IN_A_ROW || make_room {
            response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
    }
}

impl<Routes> Edge<Routes> {
    pub fn new(
        routes: Routes,
        headers: Arc<PathHeadersTable>,
        limits: Arc<Limits>,
        limiter: Option<Arc<ClientLimiter>>,
        (public_origin, metrics_elsewhere): (Option<Arc<str>>, bool),
        is_queueing: Option<QueueCheck>,
    ) -> Edge<Routes> {
        let in_flight = FairShare::new(limits.requests_in_flight_max);
        let sending = FairShare::new(limits.answer_bytes_max / usize::try_from(BYTES_PER_PLACE).unwrap_or(usize::MAX));
        let clients = limiter.as_ref().map(|limiter| limiter.clients.clone()).unwrap_or_default();
        let refused = EndpointMetrics::new("other", "refused");
        let early_returns = EarlyReturns::default();
        Edge {
            routes,
            headers,
            limits,
            in_flight,
            sending,
            refused,
            limiter,
            clients,
            public_origin,
            metrics_elsewhere,
            early_returns,
            is_queueing,
        }
    }

    /// Answers one request; whatever goes wrong, the client gets an answer it can read.
    pub async fn answer<B>(
        self: Arc<Self>,
        connection: Arc<Connection>,
        mut request: Request<B>,
    ) -> Result<hyper::Response<HeldBody<ResponseBody>>, Infallible>
    where
        Routes: Routed<B>,
    {
        let address = self.clients.address(connection.peer.ip(), request.headers());
        connection.wait_after_refusals(address).await;
        let start = Instant::now();
        let context = Context {
            network: usual_network(address),
            origin: self.public_origin.clone().or_else(|| base_url::origin_of_target(request.uri())),
            ..Context::new(request.headers(), Some(connection.peer))
        };
        let traits = RequestTraits::of(&request, self.headers.of(request.uri().path()));
        let reader = if traits.headers.for_people { problem_page::Reader::of(&request, &context) } else { None };
        let (uri, is_health) = (request.uri().clone(), HEALTH.contains(&request.uri().path()));
        let place = match is_health {
            true => Ok(None),
            false if self.is_too_early(&context, start) => Err(NoPlace::AllTaken),
            false => self.in_flight.acquire(Some(context.network), 1).map(Some),
        };
        let response = match (self.refusal(&request, &connection), &place) {
            (Some(Refused::Answer(answer)), _) => answer.into_response(),
            (Some(Refused::Problem(problem)), _) => self.refuse(&problem, &request, &context, start.elapsed()),
            (None, Err(reason)) => self.refuse(&no_place(*reason), &request, &context, start.elapsed()),
            (None, Ok(_)) => match self.count(&request, self.clients.counted(address)).await {
                Ok(left) => {
                    request.extensions_mut().insert(context.clone());
                    with_left(self.routed(request, &context).await, left)
                }
                Err(too_many) => {
                    let problem = too_many.problem();
                    with_left(self.refuse(&problem, &request, &context, start.elapsed()), Some(too_many.left))
                }
            },
        };
        if response.extensions().get::<AtCapacity>().is_some() {
            self.early_returns.refused(context.network, Instant::now());
        }
        let response = match reader {
            Some(reader) => reader.page_of(response).await,
            None => response,
        };
        drop(place);
        if let (Some(limiter), Some(LinesJudged(lines))) = (&self.limiter, response.extensions().get()) {
            limiter.count_lines(self.clients.counted(address), &uri, *lines);
        }
        let (mut response, share) = self.with_share(response, &uri, (address, &context));
        connection.finish(&mut response);
        let held = (share, response.extensions_mut().remove::<HeldUntilSent>());
        Ok(traits.finish(response, &context).map(|body| HeldBody::new(body, held)))
    }

    /// Whether this client comes back before its `Retry-After` has passed, while requests wait for the database.
    fn is_too_early(&self, context: &Context, now: Instant) -> bool {
        self.early_returns.is_early(context.network, now) && self.is_queueing.as_ref().is_some_and(|is_queueing| is_queueing())
    }

    /// A panic outside the handlers would end the connection without a word.
    async fn routed<B>(&self, request: Request<B>, context: &Context) -> Response
    where
        Routes: Routed<B>,
    {
        let language = Language::guess(request.uri().query().unwrap_or_default(), request.headers());
        let answered = AssertUnwindSafe(self.routes.clone().oneshot(request)).catch_unwind().await;
        match answered {
            Ok(Ok(response)) => response,
            Err(panic) => panicked(panic.as_ref(), "unrouted", context).respond(language, &context.request_id),
        }
    }

    /// Of a large answer, the place for it in memory until it is sent; where there is none, a problem instead. Its bytes count.
    fn with_share(&self, response: Response, uri: &Uri, (address, context): (IpAddr, &Context)) -> (Response, Option<Share>) {
        let Some(bytes) = response.body().size_hint().exact().filter(|bytes| *bytes > LARGE_ANSWER_BYTES) else {
            return (response, None);
        };
        if let Some(limiter) = &self.limiter {
            limiter.count_answer(self.clients.counted(address), uri, bytes);
        }
        let places = usize::try_from(bytes / BYTES_PER_PLACE).unwrap_or(usize::MAX);
        match self.sending.acquire(Some(context.network), places) {
            Ok(share) => (response, Some(share)),
            Err(reason) => {
                // The one that the answer was written in.
                let code = response.headers().get(header::CONTENT_LANGUAGE).and_then(|code| code.to_str().ok());
                let language = code.and_then(Language::parse).unwrap_or_default();
                (no_place(reason).respond(language, &context.request_id), None)
            }
        }
    }

    /// Counts the request against its client. Asking what may be asked is free.
    async fn count<B>(&self, request: &Request<B>, network: u128) -> Result<Option<RemainingQuota>, TooMany> {
        match &self.limiter {
            Some(limiter) if *request.method() != Method::OPTIONS => {
                limiter.count(network, request.method(), request.uri(), request.headers()).await
            }
            _ => Ok(None),
        }
    }

    /// Faults of the message itself, before any path is looked at. hyper has refused those it can see.
    fn refusal<B>(&self, request: &Request<B>, connection: &Connection) -> Option<Refused> {
        let headers = request.headers();
        let fault = transfer_fault(headers).or_else(|| target_fault(request)).or_else(|| host_fault(request));
        if let Some(problem) = fault.or_else(|| coding_fault(headers)) {
            return Some(Refused::Problem(problem));
        }
        if request.uri().path() == METRICS && self.metrics_elsewhere {
            return Some(Refused::Problem(Problem::route_not_found()));
        }
        if request.uri().path() == METRICS && !self.clients.is_operator(connection.peer.ip(), headers) {
            let detail = ("las métricas son para quien opera el servicio", "metrics are for whoever operates the service");
            return Some(Refused::Problem(Problem::new(&problem_kind::FORBIDDEN).with_detail(detail)));
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

/// One client's share is its own affair; that all is taken is the service's.
fn no_place(reason: NoPlace) -> Problem {
    let detail = ("demasiadas a la vez de una misma dirección", "too many at once from one address");
    match reason {
        NoPlace::OwnShare => Problem::new(&problem_kind::TOO_MANY_REQUESTS).with_detail(detail).with_retry_after_s(1),
        NoPlace::AllTaken => Problem::overloaded(),
    }
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

/// RFC 9112, 3.2: a path, a whole URI, `*` of the whole server; what names an authority alone is for CONNECT.
fn target_fault<B>(request: &Request<B>) -> Option<Problem> {
    let uri = request.uri();
    let is_path = uri.scheme().is_some() || uri.path().starts_with('/');
    let fits = is_path || *request.method() == Method::CONNECT || (*request.method() == Method::OPTIONS && uri.path() == "*");
    let fault = ("lo pedido no es una ruta", "the request target is not a path");
    (!fits).then(|| Problem::bad_request(fault).closing())
}

fn host_fault<B>(request: &Request<B>) -> Option<Problem> {
    let mut hosts = request.headers().get_all(header::HOST).iter();
    let one = hosts.next();
    let fault = ("se espera exactamente un encabezado Host", "exactly one Host header is expected");
    if hosts.next().is_some() || (one.is_none() && request.version() >= Version::HTTP_11) {
        return Some(Problem::bad_request(fault));
    }
    let fault = ("el encabezado Host no es un nombre ni una dirección", "the Host header is neither a name nor an address");
    let is_host = |host: &HeaderValue| host.to_str().is_ok_and(|host| host.is_empty() || base_url::is_host(host));
    one.is_some_and(|host| !is_host(host)).then(|| Problem::bad_request(fault).closing())
}

/// Whoever takes no plain answer, and no coding of ours either, gets this plain one.
fn coding_fault(headers: &HeaderMap) -> Option<Problem> {
    let mut values = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok()).peekable();
    values.peek()?;
    let accepted: Vec<(&str, u16)> = values.flat_map(weighted).collect();
    let weight = |coding: &str| accepted.iter().find(|(name, _)| name.eq_ignore_ascii_case(coding)).map(|(_, weight)| *weight);
    let plain = weight("identity").or_else(|| weight("*")) != Some(0);
    let ours = CODINGS.into_iter().any(|coding| weight(coding).or_else(|| weight("*")).unwrap_or(0) > 0);
    (!plain && !ours).then(|| Problem::not_acceptable("identity, gzip, br"))
}

const CODINGS: [&str; 2] = ["gzip", "br"];

/// The parts of a request that are needed to finish its answer.
struct RequestTraits {
    headers: PathHeaders,
    preflight: bool,
    /// So that a cache may stand between, which gives one client's answer to another.
    through_a_proxy: bool,
}

impl RequestTraits {
    fn of<B>(request: &Request<B>, of_path: PathHeaders) -> RequestTraits {
        let headers = request.headers();
        let preflight = request.method() == Method::OPTIONS
            && headers.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
            && headers.contains_key(header::ORIGIN);
        let through_a_proxy = headers.contains_key(header::VIA) || headers.contains_key(FORWARDED_FOR);
        RequestTraits { headers: of_path, preflight, through_a_proxy }
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
        if self.through_a_proxy && is_reused(headers) {
            PER_CLIENT.iter().for_each(|name| drop(headers.remove(name)));
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

/// Whether a shared cache may give the answer to others without asking again.
fn is_reused(headers: &HeaderMap) -> bool {
    let caching = headers.get(header::CACHE_CONTROL).and_then(|value| value.to_str().ok()).unwrap_or_default();
    caching.contains("public") && !caching.contains("no-cache")
}

/// What speaks of one client or of one request.
const PER_CLIENT: [HeaderName; 3] =
    [X_REQUEST_ID, HeaderName::from_static("ratelimit"), HeaderName::from_static("ratelimit-policy")];

const ALWAYS: [(HeaderName, &str); 5] = [
    (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
    (header::ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED),
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
