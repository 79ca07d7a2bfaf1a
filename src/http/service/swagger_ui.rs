//! The files of Swagger UI, embedded in the program. Their page is in `http/pages/docs.rs`.

use std::{
    collections::HashMap,
    sync::{Arc, LazyLock, Mutex},
};

use hyper::{
    Method, StatusCode,
    header::{self, HeaderMap, HeaderValue},
};
use utoipa_swagger_ui::Config;

use crate::http::{
    Answer, Endpoint, Problem, Request,
    response::fixed_text::FixedText,
    routing::path_headers::{self, PathHeaders},
};

pub fn endpoints<S: Send + 'static>() -> Vec<Endpoint<S>> {
    // Without `none`, the interface sends the document's address to a validator on another host.
    let config = Arc::new(Config::from("/openapi.json").validator_url("none"));
    vec![
        Endpoint::plain(Method::GET, "/docs", |_, _| async { Ok(Answer::redirect(StatusCode::PERMANENT_REDIRECT, "/docs/")) }),
        Endpoint::plain(Method::GET, "/docs/{file}", move |_, request: Request| {
            let file = request.path::<String>("file").and_then(|name| file(&name, config.clone(), &request.headers));
            async move { file }
        })
        .with_headers(PathHeaders { policy: path_headers::REFERENCE.policy, ..path_headers::FILE }),
    ]
}

/// Those that were asked for, by name: there are about ten.
static FILES: LazyLock<Mutex<HashMap<String, Arc<FixedText>>>> = LazyLock::new(Mutex::default);

fn file(name: &str, config: Arc<Config<'static>>, headers: &HeaderMap) -> Result<Answer, Problem> {
    let caching = HeaderValue::from_static("public, max-age=600");
    let known = |files: &Mutex<HashMap<String, Arc<FixedText>>>| files.lock().ok()?.get(name).cloned();
    if let Some(text) = known(&FILES) {
        return Ok(text.answer(headers).with_header(header::CACHE_CONTROL, caching));
    }
    let file = utoipa_swagger_ui::serve(name, config).map_err(|error| {
        tracing::error!(%error, name, "internal error: documentation file could not be read");
        Problem::internal()
    })?;
    let file = file.ok_or_else(|| Problem::not_found(("el archivo", "file"), name))?;
    let content_type = HeaderValue::from_str(&file.content_type).map_err(|_| Problem::internal())?;
    if file.gzpipped {
        let answer =
            Answer::bytes("application/octet-stream", file.bytes.into_owned()).with_header(header::CONTENT_TYPE, content_type);
        let answer = answer.with_header(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        return Ok(answer.with_header(header::CACHE_CONTROL, caching));
    }
    let text = Arc::new(FixedText::new(content_type, file.bytes.into_owned().into()));
    if let Ok(mut files) = FILES.lock() {
        files.insert(name.to_owned(), text.clone());
    }
    Ok(text.answer(headers).with_header(header::CACHE_CONTROL, caching))
}
