//! What is served beside the API: health, readiness, metrics, the document, and its reading page (all offline).

use std::sync::Arc;

use utoipa_swagger_ui::Config;
use warp::{
    Reply,
    http::{HeaderValue, Method, StatusCode, header},
};

use super::{App, problem::Problem, reply::Response, request::Request, router::Endpoint};

pub fn endpoints() -> Vec<Endpoint<App>> {
    vec![
        Endpoint::plain(Method::GET, "/healthz", health),
        Endpoint::plain(Method::GET, "/readyz", ready),
        Endpoint::plain(Method::GET, "/metrics", metrics),
        Endpoint::plain(Method::GET, "/openapi.json", document),
        Endpoint::plain(Method::GET, "/", to_docs),
        Endpoint::plain(Method::GET, "/docs", to_docs),
        Endpoint::plain(Method::GET, "/docs/{file*}", docs),
    ]
}

/// The process is alive; says nothing of the database.
async fn health(_: App, _: Request) -> Result<Response, Problem> {
    Ok(plain("ok\n", "text/plain; charset=utf-8"))
}

/// The database answers.
async fn ready(app: App, _: Request) -> Result<Response, Problem> {
    app.read_model.data_version().await.map_err(|_| Problem::not_ready())?;
    Ok(plain("ready\n", "text/plain; charset=utf-8"))
}

async fn metrics(app: App, _: Request) -> Result<Response, Problem> {
    Ok(plain(&(app.metrics)(), "text/plain; version=0.0.4"))
}

async fn document(app: App, _: Request) -> Result<Response, Problem> {
    let mut response = plain(&app.document, "application/json");
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=600"));
    Ok(response)
}

async fn to_docs(_: App, _: Request) -> Result<Response, Problem> {
    let mut response = warp::reply::reply().into_response();
    *response.status_mut() = StatusCode::FOUND;
    response.headers_mut().insert(header::LOCATION, HeaderValue::from_static("/docs/"));
    Ok(response)
}

/// The page makes no request to any other host, and may not.
const DOCS_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
                           connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

async fn docs(_: App, request: Request) -> Result<Response, Problem> {
    let file = request.params.first().map(|(_, file)| file.as_str()).unwrap_or_default();
    let config = Arc::new(Config::from("/openapi.json"));
    let file = if file.is_empty() { "index.html" } else { file };
    let served = utoipa_swagger_ui::serve(file, config).map_err(|_| Problem::internal())?;
    let Some(served) = served else { return Err(Problem::route_not_found()) };
    let mut response = served.bytes.into_owned().into_response();
    let headers = response.headers_mut();
    if let Ok(kind) = HeaderValue::from_str(&served.content_type) {
        headers.insert(header::CONTENT_TYPE, kind);
    }
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(DOCS_POLICY));
    Ok(response)
}

fn plain(text: &str, kind: &'static str) -> Response {
    let mut response = text.to_owned().into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
