//! Calls an operation of the API as the visitor of a page: with the scopes that the table of permissions asks for, and as a client would.

use std::{
    convert::Infallible,
    fmt::Write,
    io,
    path::Path,
    sync::{Arc, LazyLock},
};

use bytes::{Bytes, BytesMut};
use futures_util::{Stream, stream};
use http_body_util::BodyExt;
use hyper::header::{CONTENT_TYPE, HOST, HeaderMap, HeaderValue};
use serde_json::Value;
use tokio::{fs::File, io::AsyncReadExt};

use crate::{
    domain::access::principal::Actor,
    http::{
        App, Endpoint, Limits, Problem, Request,
        access::permissions::{self, Access},
        api,
        request::{
            body::Body,
            negotiate::Format,
            query::{QueryPairs, encode},
        },
        response::idempotent_write::IDEMPOTENCY_KEY,
        routing::authenticate::require_scope,
    },
};

/// A file goes to its operation in pieces of about this size.
const PIECE_BYTES: usize = 256 * 1024;

/// Of a list that is read whole.
const ROWS_AT_ONCE: &str = "200";

static OPERATIONS: LazyLock<Vec<Endpoint<App>>> = LazyLock::new(api::endpoints);

/// Which operation, with the values of its path.
#[derive(Clone, Copy)]
pub struct Call<'a> {
    pub name: &'static str,
    pub path: &'a [(&'a str, &'a str)],
}

/// Whether an actor may call it.
pub fn permits(actor: &Actor, name: &str) -> bool {
    match permissions::rule(name).0 {
        Access::Public => true,
        Access::AnyOf(scopes) => require_scope(actor, scopes).is_ok(),
    }
}

/// `data` and `meta` of what it answers; empty parameters are left out.
pub async fn read(app: &App, request: &Request, operation: Call<'_>, query: &[(&str, &str)]) -> Result<Value, Problem> {
    call(app, prepared(request, operation, query)?, operation.name).await
}

/// A whole list, however many pages it has.
pub async fn read_all(app: &App, request: &Request, operation: Call<'_>) -> Result<Vec<Value>, Problem> {
    Ok(read_pages(app, request, operation, &[], usize::MAX).await?.0)
}

/// The first pages of a list, and whether there are more.
pub async fn read_pages(
    app: &App,
    request: &Request,
    operation: Call<'_>,
    filters: &[(&str, &str)],
    pages_max: usize,
) -> Result<(Vec<Value>, bool), Problem> {
    let (mut rows, mut cursor) = (Vec::new(), String::new());
    for _ in 0..pages_max {
        let mut query = vec![("limit", ROWS_AT_ONCE), ("cursor", cursor.as_str())];
        query.extend_from_slice(filters);
        let mut answer = read(app, request, operation, &query).await?;
        if let Value::Array(found) = answer["data"].take() {
            rows.extend(found);
        }
        match answer["meta"]["next_cursor"].as_str() {
            Some(next) => next.clone_into(&mut cursor),
            None => return Ok((rows, false)),
        }
    }
    Ok((rows, true))
}

/// `data` and `meta` of what it did. The same `once` again does nothing new.
pub async fn write(app: &App, request: &Request, operation: Call<'_>, body: &Value, once: &str) -> Result<Value, Problem> {
    let mut inner = prepared(request, operation, &[])?;
    inner.headers.insert(IDEMPOTENCY_KEY, idempotency_key(once));
    inner.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    inner.body = Some(whole(Bytes::from(body.to_string())));
    call(app, inner, operation.name).await
}

/// `data` and `meta` of what became of a file; without one, of an empty body. The same `once` with the same file does nothing new.
pub async fn send(
    app: &App,
    request: &Request,
    operation: Call<'_>,
    query: &[(&str, &str)],
    (file, once): (Option<&Path>, &str),
) -> Result<Value, Problem> {
    let mut inner = prepared(request, operation, query)?;
    inner.headers.insert(IDEMPOTENCY_KEY, idempotency_key(once));
    // Its content says what it is.
    inner.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    inner.body = Some(match file {
        Some(path) => {
            let file = File::open(path).await.map_err(|error| {
                tracing::error!(%error, "upload: file of a form could not be opened");
                Problem::internal()
            })?;
            Body::new(pieces(file), Arc::new(Limits::default()))
        }
        None => whole(Bytes::new()),
    });
    call(app, inner, operation.name).await
}

fn idempotency_key(once: &str) -> HeaderValue {
    HeaderValue::from_str(once).unwrap_or_else(|_| HeaderValue::from_static(""))
}

fn whole(bytes: Bytes) -> Body {
    Body::new(stream::iter([Ok::<_, Infallible>(bytes)]), Arc::new(Limits::default()))
}

/// A file as it is read.
fn pieces(file: File) -> impl Stream<Item = io::Result<Bytes>> + Send + Sync + 'static {
    stream::try_unfold(file, |mut file| async move {
        let mut piece = BytesMut::with_capacity(PIECE_BYTES);
        let read = file.read_buf(&mut piece).await?;
        Ok::<_, io::Error>((read > 0).then(|| (piece.freeze(), file)))
    })
}

async fn call(app: &App, request: Request, name: &str) -> Result<Value, Problem> {
    permit(&request, name)?;
    let answer = (endpoint(name).handler)(app.clone(), request).await?.into_response();
    let body = answer.into_body().collect().await.map_err(|_| Problem::internal())?;
    serde_json::from_slice(&body.to_bytes()).map_err(|error| {
        tracing::error!(%error, name, "internal error: page got an answer that is not JSON");
        Problem::internal()
    })
}

/// # Errors
/// When the visitor may not call it.
pub fn permit(request: &Request, name: &str) -> Result<(), Problem> {
    match permissions::rule(name).0 {
        Access::Public => Ok(()),
        Access::AnyOf(scopes) => require_scope(request.actor()?, scopes),
    }
}

/// What a client would send: of the visitor's own request only who and where, never its cookie.
fn prepared(request: &Request, operation: Call<'_>, query: &[(&str, &str)]) -> Result<Request, Problem> {
    let endpoint = endpoint(operation.name);
    let mut raw = String::new();
    for (name, value) in query.iter().filter(|(_, value)| !value.is_empty()) {
        let _ = write!(raw, "&{}={}", encode(name), encode(value));
    }
    let mut path = endpoint.template.clone();
    for (name, value) in operation.path {
        path = path.replace(&format!("{{{name}}}"), &encode(value).to_string());
    }
    let mut inner = request.again();
    inner.method = endpoint.method.clone();
    inner.path = path;
    inner.template = endpoint.template.as_str().into();
    inner.path_values = operation.path.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    inner.query_pairs = QueryPairs::parse(&raw, endpoint.parameters.as_deref())?;
    inner.format = Format::Json;
    inner.headers = request.headers.get(HOST).map(|host| (HOST, host.clone())).into_iter().collect::<HeaderMap>();
    Ok(inner)
}

/// # Panics
/// When no operation has this name: a fault in the source, seen by any test of the page.
fn endpoint(name: &str) -> &'static Endpoint<App> {
    let found = OPERATIONS.iter().find(|endpoint| endpoint.operation.as_deref() == Some(name));
    found.unwrap_or_else(|| panic!("no operation is named {name}"))
}
