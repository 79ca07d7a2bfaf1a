//! Builds the one warp filter from the same `#[utoipa::path]` annotations that make the OpenAPI document.
//!
//! Invariant: nothing is ever rejected. The whole path goes through one table, so its length costs nothing, an unknown method is
//! our 405 with `Allow`, and everything after a match is a `Result<_, Problem>`.

use std::{future::Future, pin::Pin, sync::Arc, time::Duration};

use utoipa::openapi::HttpMethod;
use warp::{Filter, Reply, filters::BoxedFilter, http::HeaderMap, http::Method, path::FullPath, reply::Response};

use super::{
    language::Language,
    limits::Limits,
    problem::Problem,
    request::{Body, Request},
};

type Pending = Pin<Box<dyn Future<Output = Response> + Send>>;
type Handler<S> = Arc<dyn Fn(S, Request) -> Pending + Send + Sync>;

/// One operation: where it is served, and what serves it.
pub struct Endpoint<S> {
    pub template: String,
    pub method: Method,
    handler: Handler<S>,
}

impl<S> Endpoint<S> {
    /// `P` is the type that `#[utoipa::path]` generates beside `handler`: the path is written once.
    pub fn documented<P, F, Fut, R>(handler: F) -> Self
    where
        P: utoipa::Path,
        F: Fn(S, Request) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<R, Problem>> + Send + 'static,
        R: Reply,
    {
        let methods = P::methods();
        let method = methods.first().map_or(Method::GET, http_method);
        Self::plain(method, &P::path(), handler)
    }

    /// For the operations beside the API (`/healthz` and kin).
    pub fn plain<F, Fut, R>(method: Method, template: &str, handler: F) -> Self
    where
        F: Fn(S, Request) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<R, Problem>> + Send + 'static,
        R: Reply,
    {
        let handler: Handler<S> = Arc::new(move |state, request| {
            let language = request.language;
            let reply = handler(state, request);
            Box::pin(async move {
                match reply.await {
                    Ok(reply) => reply.into_response(),
                    Err(problem) => failed(problem, language),
                }
            })
        });
        Self { template: template.to_owned(), method, handler }
    }
}

/// A problem rides along as an extension, so that the edge can add the request id before it is written.
pub fn failed(problem: Problem, language: Language) -> Response {
    let mut response = problem.clone().finish(language, "").into_response();
    response.extensions_mut().insert((problem, language));
    response
}

/// The path template that answered, for logs and metrics: never the raw path.
#[derive(Clone, Debug)]
pub struct Matched(pub Arc<str>);

struct Route<S> {
    template: Arc<str>,
    segments: Vec<Segment>,
    methods: Vec<(Method, Handler<S>)>,
}

enum Segment {
    Literal(String),
    Parameter(String),
    /// `{name*}`: the rest of the path, for the docs' files.
    Rest(String),
}

/// Every endpoint behind one filter.
pub fn router<S>(state: S, endpoints: Vec<Endpoint<S>>, limits: Limits) -> BoxedFilter<(Response,)>
where
    S: Clone + Send + Sync + 'static,
{
    let table: Arc<[Route<S>]> = table(endpoints).into();
    warp::path::full()
        .and(warp::method())
        .and(warp::query::raw().or(warp::any().map(String::new)).unify())
        .and(warp::header::headers_cloned())
        .and(warp::body::stream())
        .then(move |path: FullPath, method, raw_query: String, headers: HeaderMap, stream| {
            let (state, table) = (state.clone(), table.clone());
            async move {
                let body = Body::new(stream, &headers, limits);
                let language = language(&raw_query, &headers);
                let path = path.as_str().to_owned();
                let request = Request { path, params: Vec::new(), raw_query, headers, body, language };
                dispatch(state, &table, method, request, limits).await
            }
        })
        .boxed()
}

fn table<S>(endpoints: Vec<Endpoint<S>>) -> Vec<Route<S>> {
    let mut table: Vec<Route<S>> = Vec::new();
    for Endpoint { template, method, handler } in endpoints {
        match table.iter_mut().find(|route| *route.template == *template) {
            Some(route) => route.methods.push((method, handler)),
            None => {
                let segments = template.split('/').skip(1).map(segment).collect();
                table.push(Route { template: template.into(), segments, methods: vec![(method, handler)] });
            }
        }
    }
    table
}

fn segment(text: &str) -> Segment {
    match text.strip_prefix('{').and_then(|text| text.strip_suffix('}')) {
        None => Segment::Literal(text.to_owned()),
        Some(name) => match name.strip_suffix('*') {
            Some(name) => Segment::Rest(name.to_owned()),
            None => Segment::Parameter(name.to_owned()),
        },
    }
}

async fn dispatch<S: Clone>(state: S, table: &[Route<S>], method: Method, mut request: Request, limits: Limits) -> Response {
    let language = request.language;
    let Some((route, params)) = table.iter().find_map(|route| Some((route, matches(&route.segments, &request.path)?))) else {
        return failed(Problem::route_not_found().detail("see /docs for what there is"), language);
    };
    request.params = params;
    let head = method == Method::HEAD;
    let wanted = if head { Method::GET } else { method };
    let Some((_, handler)) = route.methods.iter().find(|(method, _)| *method == wanted) else {
        let mut response = failed(Problem::allowing(allow(&route.methods)), language);
        response.extensions_mut().insert(Matched(route.template.clone()));
        return response;
    };
    let deadline = Duration::from_millis(limits.request_timeout_ms);
    let answered = tokio::time::timeout(deadline, handler(state, request)).await;
    let mut response = answered.unwrap_or_else(|_| failed(Problem::timed_out(), language));
    response.extensions_mut().insert(Matched(route.template.clone()));
    response
}

fn matches(segments: &[Segment], path: &str) -> Option<Vec<(String, String)>> {
    let mut params = Vec::new();
    let mut rest = path.strip_prefix('/')?;
    for (index, segment) in segments.iter().enumerate() {
        if let Segment::Rest(name) = segment {
            params.push((name.clone(), rest.to_owned()));
            return Some(params);
        }
        let (part, after) = rest.split_once('/').map_or((rest, None), |(part, after)| (part, Some(after)));
        match segment {
            Segment::Literal(literal) if literal != part => return None,
            // An empty segment names nothing: `/v1/medicines/` is not a medicine.
            Segment::Parameter(_) if part.is_empty() => return None,
            Segment::Parameter(name) => params.push((name.clone(), part.to_owned())),
            Segment::Literal(_) | Segment::Rest(_) => {}
        }
        match (after, index + 1 == segments.len()) {
            (None, true) => return Some(params),
            (Some(after), false) => rest = after,
            (None, false) | (Some(_), true) => return None,
        }
    }
    None
}

fn language(raw_query: &str, headers: &HeaderMap) -> Language {
    match raw_query.split('&').find_map(|pair| pair.strip_prefix("lang=")) {
        Some("en") => Language::En,
        Some("es") => Language::Es,
        _ => {
            let header = headers.get(warp::http::header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
            header.map_or(Language::Es, Language::accepted)
        }
    }
}

fn allow<S>(methods: &[(Method, Handler<S>)]) -> String {
    let mut names: Vec<&str> = methods.iter().map(|(method, _)| method.as_str()).collect();
    if names.contains(&"GET") {
        names.push("HEAD");
    }
    names.push("OPTIONS");
    names.join(", ")
}

fn http_method(method: &HttpMethod) -> Method {
    match method {
        HttpMethod::Post => Method::POST,
        HttpMethod::Put => Method::PUT,
        HttpMethod::Patch => Method::PATCH,
        HttpMethod::Delete => Method::DELETE,
        _ => Method::GET,
    }
}
