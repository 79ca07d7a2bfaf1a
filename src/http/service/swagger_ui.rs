//! The files of Swagger UI, embedded in the program. Their page is in `http/pages/docs.rs`.

use std::sync::Arc;

use hyper::{
    Method, StatusCode,
    header::{self, HeaderName, HeaderValue},
};
use utoipa_swagger_ui::Config;

use crate::http::{
    Answer, Endpoint, Problem, Request,
    routing::path_headers::{self, PathHeaders},
};

pub fn endpoints<S: Send + 'static>() -> Vec<Endpoint<S>> {
    // Without `none`, the interface sends the document's address to a validator on another host.
    let config = Arc::new(Config::from("/openapi.json").validator_url("none"));
    vec![
        Endpoint::plain(Method::GET, "/docs", |_, _| async { Ok(Answer::redirect(StatusCode::PERMANENT_REDIRECT, "/docs/")) }),
        Endpoint::plain(Method::GET, "/docs/{file}", move |_, request: Request| {
            let file = request.path::<String>("file").and_then(|name| file(&name, config.clone()));
            async move { file }
        })
        .with_headers(PathHeaders { policy: path_headers::REFERENCE.policy, ..path_headers::FILE }),
    ]
}

fn file(name: &str, config: Arc<Config<'static>>) -> Result<Answer, Problem> {
    let file = utoipa_swagger_ui::serve(name, config).map_err(|error| {
        tracing::error!(%error, name, "internal error: documentation file could not be read");
        Problem::internal()
    })?;
    let file = file.ok_or_else(|| Problem::not_found(("el archivo", "file"), name))?;
    let headers: [(HeaderName, &str); 2] =
        [(header::CONTENT_TYPE, &file.content_type), (header::CACHE_CONTROL, "public, max-age=600")];
    let mut answer = Answer::bytes("application/octet-stream", file.bytes.into_owned());
    for (name, value) in headers {
        let value = HeaderValue::from_str(value).map_err(|_| Problem::internal())?;
        answer = answer.with_header(name, value);
    }
    if file.gzpipped {
        answer = answer.with_header(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    Ok(answer)
}
