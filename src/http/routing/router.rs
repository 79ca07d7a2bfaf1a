//! Builds the one warp filter for all endpoints, from the annotations that also make the document.
//!
//! Invariant: no route rejects. A path is looked up in a table, and everything after that is a `Result<_, Problem>`.

use std::{
    any::Any,
    collections::BTreeMap,
    convert::Infallible,
    panic::AssertUnwindSafe,
    sync::Arc,
    time::{Duration, Instant},
};

use futures_util::FutureExt;
use hyper::{
    Method, StatusCode,
    header::{ALLOW, HeaderMap, HeaderValue, IF_MATCH},
};
use tracing::Instrument;
use warp::{Filter, Rejection, filters::BoxedFilter};

use super::routes::{RawValues, Routes};
use crate::http::{
    Answer, Endpoint, Language, Limits, Problem, Request,
    access::large_work::{LargeWork, Work},
    base::{
        access_log,
        answer::Response,
        metrics::{EndpointMetrics, Unanswered},
        request_context::Context,
    },
    request::{body::Body, conditional},
};

/// Every endpoint behind one filter. One lookup costs the same for the first and the last of them.
///
/// # Panics
/// When two templates could be mistaken for each other, or one has a method twice: faults in the source.
pub fn router<S: Clone + Send + Sync + 'static>(
    state: S,
    endpoints: Vec<Endpoint<S>>,
    limits: Arc<Limits>,
) -> BoxedFilter<(Response,)> {
    let router = Arc::new(Router::new(state, endpoints, &limits));
    warp::method()
        .and(warp::path::full())
        .and(raw_query())
        .and(warp::header::headers_cloned())
        .and(warp::ext::optional::<Context>())
        .and(warp::body::stream())
        .then(move |method, path: warp::path::FullPath, raw_query, headers: HeaderMap, context: Option<Context>, body| {
            let context = context.unwrap_or_else(|| Context::new(&headers, None));
            let body = Body::new(body, limits.clone());
            let incoming = Incoming { method, path: path.as_str().to_owned(), raw_query, headers, context, body };
            router.clone().answer(incoming)
        })
        .recover(|_: Rejection| async { Ok::<_, Infallible>(Problem::internal().respond(Language::default(), "")) })
        .unify()
        .boxed()
}

/// `warp::query::raw` rejects when there is no query string; here, none is the empty one.
fn raw_query() -> BoxedFilter<(String,)> {
    warp::query::raw().or(warp::any().map(String::new)).unify().boxed()
}

struct Router<S> {
    state: S,
    routes: Routes<Resource<S>>,
    unrouted: EndpointMetrics,
    request_timeout: Duration,
    large: LargeWork,
    downloads: LargeWork,
}

/// One path and all its methods.
struct Resource<S> {
    template: Arc<str>,
    endpoints: Vec<(Endpoint<S>, EndpointMetrics)>,
    other_methods: EndpointMetrics,
    allow: String,
}

struct Incoming {
    method: Method,
    path: String,
    raw_query: String,
    headers: HeaderMap,
    context: Context,
    body: Body,
}

impl<S: Clone> Router<S> {
    fn new(state: S, endpoints: Vec<Endpoint<S>>, limits: &Limits) -> Router<S> {
        let mut by_template: BTreeMap<String, Vec<Endpoint<S>>> = BTreeMap::new();
        for endpoint in endpoints {
            by_template.entry(endpoint.template.clone()).or_default().push(endpoint);
        }
        let mut routes = Routes::default();
        for (template, endpoints) in by_template {
            routes.insert(&template, Resource::new(&template, endpoints));
        }
        let unrouted = EndpointMetrics::new("other", "unrouted");
        let wait = limits.large_request_wait();
        Router {
            state,
            routes,
            unrouted,
            request_timeout: limits.request_timeout(),
            large: LargeWork::new(limits.large_requests_max, limits.large_requests_per_client_max, wait),
            downloads: LargeWork::new(limits.downloads_max, limits.downloads_per_client_max, wait),
        }
    }

    async fn answer(self: Arc<Self>, incoming: Incoming) -> Response {
        let (start, unanswered) = (Instant::now(), Unanswered::default());
        let (method, path, context) = (incoming.method.clone(), incoming.path.clone(), incoming.context.clone());
        let language = Language::guess(&incoming.raw_query, &incoming.headers);
        let found = self.routes.find(&path);
        let (template, metrics) = match &found {
            Some((resource, _)) => (&*resource.template, resource.metrics(&method)),
            None => ("unrouted", &self.unrouted),
        };
        let outcome = AssertUnwindSafe(self.dispatch(found.as_ref(), incoming)).catch_unwind().await;
        let outcome = outcome.unwrap_or_else(|panic| Err(panicked(panic.as_ref(), template, &context)));
        let mut response = match outcome {
            Ok(answer) => answer.into_response(),
            Err(problem) => problem.respond(language, &context.request_id),
        };
        if let Some(notice) = found.as_ref().and_then(|(resource, _)| resource.endpoint(&method)?.0.notice.as_ref()) {
            notice.apply(response.headers_mut());
        }
        unanswered.answered();
        let elapsed = start.elapsed();
        metrics.record(response.status(), elapsed);
        access_log::log(&method, template, response.status(), elapsed, &context);
        response
    }

    async fn dispatch(
        &self,
        found: Option<&(&Resource<S>, RawValues<'_, '_, Resource<S>>)>,
        incoming: Incoming,
    ) -> Result<Answer, Problem> {
        let (resource, values) = found.ok_or_else(Problem::route_not_found)?;
        if incoming.method == Method::OPTIONS {
            return Ok(resource.options());
        }
        let Some((endpoint, _)) = resource.endpoint(&incoming.method) else {
            return Err(Problem::method_not_allowed(resource.allow.clone()));
        };
        let path_values = values.decode()?;
        let (query_pairs, language, format) = endpoint.read(&incoming.raw_query, &incoming.headers)?;
        // What is logged while the request is worked on has the fields of its access line.
        let span = tracing::error_span!(
            "request",
            method = incoming.method.as_str(),
            template = &*resource.template,
            request_id = &*incoming.context.request_id
        );
        let request = Request {
            method: incoming.method,
            path: incoming.path,
            template: resource.template.clone(),
            path_values,
            query_pairs,
            headers: incoming.headers,
            language,
            format,
            context: incoming.context,
            body: Some(incoming.body),
            actor: None,
        };
        let preconditions = precondition(&request);
        let client = Some(request.context.network);
        let work = Work::of(endpoint.operation.as_deref(), &request.query_pairs, &request.headers);
        let permits = match work {
            Work::Small => None,
            Work::Large => Some(self.large.begin(client).await?),
            Work::Download => Some(self.downloads.begin(client).await?),
        };
        let handling = (endpoint.handler)(self.state.clone(), request).instrument(span);
        let answer = if endpoint.without_deadline {
            handling.await
        } else {
            tokio::time::timeout(self.request_timeout, handling).await.unwrap_or_else(|_elapsed| Err(Problem::timed_out()))
        }?;
        if !preconditions.is_none_or(|headers| conditional::if_match_allows(&headers, answer.tag())) {
            return Err(Problem::precondition_failed());
        }
        // What is worked on is done; what is downloaded goes on until it is sent.
        let answer = if work == Work::Download { answer.holding(permits) } else { answer };
        Ok(if endpoint.headers.speaks { answer.in_language(language) } else { answer })
    }
}

impl<S> Resource<S> {
    fn new(template: &str, endpoints: Vec<Endpoint<S>>) -> Resource<S> {
        let mut allowed: Vec<&str> = Vec::new();
        for endpoint in &endpoints {
            assert!(!allowed.contains(&endpoint.method.as_str()), "{template} has {} twice", endpoint.method);
            allowed.push(endpoint.method.as_str());
            if endpoint.method == Method::GET {
                allowed.push("HEAD");
            }
        }
        allowed.push("OPTIONS");
        let allow = allowed.join(", ");
        let with_metrics = |endpoint: Endpoint<S>| {
            let metrics = EndpointMetrics::new(endpoint.method.as_str(), template);
            (endpoint, metrics)
        };
        let endpoints = endpoints.into_iter().map(with_metrics).collect();
        Resource { template: template.into(), endpoints, other_methods: EndpointMetrics::new("other", template), allow }
    }

    /// HEAD is GET; the connection leaves out the body.
    fn endpoint(&self, method: &Method) -> Option<&(Endpoint<S>, EndpointMetrics)> {
        let wanted = if *method == Method::HEAD { &Method::GET } else { method };
        self.endpoints.iter().find(|(endpoint, _)| endpoint.method == *wanted)
    }

    fn metrics(&self, method: &Method) -> &EndpointMetrics {
        self.endpoint(method).map_or(&self.other_methods, |(_, metrics)| metrics)
    }

    fn options(&self) -> Answer {
        let allow = HeaderValue::from_str(&self.allow).expect("method names are ASCII");
        Answer::empty(StatusCode::NO_CONTENT).with_header(ALLOW, allow)
    }
}

/// `If-Match` of a read, which is held against the tag of what would be answered.
fn precondition(request: &Request) -> Option<HeaderMap> {
    let reads = request.method == Method::GET || request.method == Method::HEAD;
    let sent = request.headers.get_all(IF_MATCH).iter().map(|value| (IF_MATCH, value.clone()));
    (reads && request.headers.contains_key(IF_MATCH)).then(|| sent.collect())
}

/// The cause is written to the log; the client gets the request id to name it by.
pub(crate) fn panicked(panic: &(dyn Any + Send), template: &str, context: &Context) -> Problem {
    let message = panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    let request_id = &*context.request_id;
    tracing::error!(template, request_id, message = message.unwrap_or("no message"), "internal error: handler panicked");
    metrics::counter!("http_panics_total").increment(1);
    Problem::internal()
}
