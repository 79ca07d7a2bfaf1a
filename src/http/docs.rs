//! The files of Swagger UI, from inside this program: nothing is asked of other hosts. The page that holds it is `pages/docs.rs`.

use std::sync::Arc;

use hyper::{
    Method, StatusCode,
    header::{self, HeaderName, HeaderValue},
};
use utoipa_swagger_ui::Config;

use super::{Answer, Endpoint, Problem, Request};

/// Scripts, styles and questions only to ourselves; the interface writes inline styles and draws `data:` images.
pub const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
    img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

pub fn endpoints<S: Send + 'static>() -> Vec<Endpoint<S>> {
    // Without `none`, the interface sends the document's address to a validator on another host.
    let config = Arc::new(Config::from("/openapi.json").validator_url("none"));
    vec![
        Endpoint::plain(Method::GET, "/docs", |_, _| async { Ok(Answer::redirect(StatusCode::PERMANENT_REDIRECT, "/docs/")) }),
        Endpoint::plain(Method::GET, "/docs/{file}", move |_, request: Request| {
            let file = request.path::<String>("file").and_then(|name| file(&name, config.clone()));
            async move { file }
        }),
    ]
}

fn file(name: &str, config: Arc<Config<'static>>) -> Result<Answer, Problem> {
    let file = utoipa_swagger_ui::serve(name, config).map_err(|error| {
        tracing::error!(%error, name, "a file of the documentation could not be read");
        Problem::internal()
    })?;
    let file = file.ok_or_else(|| Problem::not_found(("el archivo", "file"), name))?;
    let headers: [(HeaderName, &str); 3] = [
        (header::CONTENT_TYPE, &file.content_type),
        (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
        (header::CACHE_CONTROL, "public, max-age=600"),
    ];
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
