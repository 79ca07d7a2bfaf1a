//! The frame of all pages: language, caching, and the error page.

use std::future::Future;

use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::{
    Method, StatusCode,
    header::{self, HeaderValue},
};
use jiff::civil::Date;
use serde_json::{Value, json};

use super::{assets, template};
use crate::{
    http::{
        Answer, App, Endpoint, Language, Problem, Request,
        base::kept_pages::KeptPage,
        request::{base_url::origin, conditional::Validator},
        routing::{path_headers, replica_retry},
    },
    read_model::data_version::{DataVersion, SampleKinds},
};

/// A template and its values.
pub struct Page {
    pub template: &'static str,
    pub content: Value,
}

/// The inputs of a page's `ETag`.
#[derive(Clone, Copy)]
enum SameBy {
    /// The version of the data: the page need not be made to be called unchanged.
    Version,
    /// What it shows, which changes without a new version too.
    Content,
}

pub fn page<F, R>(path: &str, show: F) -> Endpoint<App>
where
    F: Fn(App, Request) -> R + Clone + Send + Sync + 'static,
    R: Future<Output = Result<Page, Problem>> + Send + 'static,
{
    endpoint(path, SameBy::Version, show)
}

/// For a page that changes without a new version of the data.
pub fn page_by_content<F, R>(path: &str, show: F) -> Endpoint<App>
where
    F: Fn(App, Request) -> R + Clone + Send + Sync + 'static,
    R: Future<Output = Result<Page, Problem>> + Send + 'static,
{
    endpoint(path, SameBy::Content, show)
}

fn endpoint<F, R>(path: &str, same_by: SameBy, show: F) -> Endpoint<App>
where
    F: Fn(App, Request) -> R + Clone + Send + Sync + 'static,
    R: Future<Output = Result<Page, Problem>> + Send + 'static,
{
    let page = Endpoint::plain(Method::GET, path, move |app: App, request: Request| {
        let show = show.clone();
        async move {
            let (language, again) = (request.language, request.again());
            match answer(app.clone(), request, same_by, show).await {
                // The read is retried on another server if this one fails.
                Err(problem) if problem.status().is_server_error() => Err(problem),
                Err(problem) => wrong(&app, &problem, language, &again).await,
                shown => shown,
            }
        }
    });
    replica_retry::with_replica_reads(page.with_headers(path_headers::PAGE))
}

async fn answer<F, R>(app: App, request: Request, same_by: SameBy, show: F) -> Result<Answer, Problem>
where
    F: Fn(App, Request) -> R,
    R: Future<Output = Result<Page, Problem>>,
{
    if let SameBy::Content = same_by {
        let version = app.read_model.data_version().await?;
        let (copy, surroundings) = (request.again(), surroundings(&request, version.sample));
        let text = text(&show(app, request).await?, surroundings)?;
        let validator = copy.validator(&[&text]);
        let caching = HeaderValue::from_static("public, no-cache");
        return Ok(validator.apply(html(text)).with_header(header::CACHE_CONTROL, caching));
    }
    let (today, max_age_days) = (app.today(), app.read_model.max_age_days);
    let mut place = match &app.kept_pages {
        // A typed price is one person's.
        Some(pages) if request.query_pairs.get("precio").is_none() => pages.place(kept_as(&request)).await,
        _ => None,
    };
    // While nothing newer is known, as the answer cache does.
    let newest = app.read_model.database.latest_version.get();
    let kept = place.as_ref().and_then(|place| (**place).clone());
    let kept = kept.filter(|page| page.version.version >= newest && page.today == today);
    let version = match &kept {
        Some(page) => page.version,
        None => app.read_model.data_version().await?,
    };
    let validator = validator(&request, version, today, max_age_days);
    if let Some(unchanged) = validator.not_modified() {
        return Ok(unchanged);
    }
    if let Some(page) = kept {
        return Ok(validator.apply(html(page.text)));
    }
    let surroundings = surroundings(&request, version.sample);
    let text = Bytes::from(text(&show(app, request).await?, surroundings)?);
    if let Some(place) = &mut place {
        **place = Some(KeptPage { version, today, text: text.clone() });
    }
    Ok(validator.apply(html(text)))
}

/// Everything of a request that its page depends on.
fn kept_as(request: &Request) -> String {
    let (language, origin) = (request.language.code(), origin(request).unwrap_or_default());
    format!("{language} {origin} {}?{}", request.path, request.query_pairs.canonical(&["lang"]))
}

fn validator(request: &Request, version: DataVersion, today: Date, max_age_days: i32) -> Validator {
    let (version, today, max_age_days) = (version.version.to_string(), today.to_string(), max_age_days.to_string());
    let origin = origin(request).unwrap_or_default();
    request.validator(&[&version, &today, &max_age_days, env!("CARGO_PKG_VERSION"), template::digest(), &origin])
}

/// The values of the frame around every page.
fn surroundings(request: &Request, sample: SampleKinds) -> Value {
    let (path, query) = (request.path.as_str(), request.query_pairs.canonical(&["lang"]));
    Surroundings { language: request.language, path, query: &query, origin: origin(request), sample }.to_json()
}

/// The same from what is known before a request is read.
pub struct Surroundings<'a> {
    pub language: Language,
    pub path: &'a str,
    /// Without the language.
    pub query: &'a str,
    pub origin: Option<String>,
    pub sample: SampleKinds,
}

impl Surroundings<'_> {
    pub fn to_json(&self) -> Value {
        let Self { path, query, sample, .. } = self;
        let other = if self.language == Language::Spanish { "en" } else { "es" };
        let with = |code: &str| {
            let separator = if query.is_empty() { "" } else { "&" };
            format!("{path}?{query}{separator}lang={code}")
        };
        json!({
            "lang": self.language.code(), "path": path, "other_lang": other, "other_href": with(other), "same_href": with(self.language.code()),
            "href_es": with("es"), "href_en": with("en"), "address": self.origin.as_ref().map(|origin| format!("{origin}{path}")),
            "style": assets::STYLE.path(), "script": assets::SCRIPT.path(), "icon": assets::ICON.path(),
            "preview": assets::PREVIEW.path(), "origin": self.origin, "sample": sample.iter().collect::<Vec<_>>(),
            "all_sample": sample.is_all(),
        })
    }
}

/// The page's own address, as far as the request tells it: for paper and for those who share it.
pub fn address(request: &Request) -> Option<String> {
    Some(origin(request)? + &request.path)
}

pub fn text(page: &Page, surroundings: Value) -> Result<String, Problem> {
    let mut context = page.content.clone();
    if let (Some(context), Value::Object(surroundings)) = (context.as_object_mut(), surroundings) {
        context.extend(surroundings);
    }
    template::render(page.template, &context).map_err(|error| {
        tracing::error!(template = page.template, error = format!("{error:#}"), "internal error: page could not be rendered");
        Problem::internal()
    })
}

/// A page that was made for one request, and that nothing keeps.
pub async fn once(app: &App, request: &Request, page: &Page) -> Result<Answer, Problem> {
    let sample = app.read_model.data_version().await?.sample;
    let answer = html(text(page, surroundings(request, sample))?);
    Ok(answer.with_header(header::CACHE_CONTROL, HeaderValue::from_static("no-store")))
}

fn html(text: impl Into<Bytes>) -> Answer {
    Answer::bytes("text/html; charset=utf-8", text)
}

/// A page that says what the problem says, with its status.
async fn wrong(app: &App, problem: &Problem, language: Language, request: &Request) -> Result<Answer, Problem> {
    let sample = app.read_model.data_version().await.map(|version| version.sample).unwrap_or_default();
    let body = problem.respond(language, &request.context.request_id).into_body();
    let body = body.collect().await.map_err(|_| Problem::internal())?.to_bytes();
    let described: Value = serde_json::from_slice(&body).map_err(|_| Problem::internal())?;
    let page = Page { template: "problem.html", content: json!({ "problem": described }) };
    let answer = html(text(&page, surroundings(request, sample))?);
    let caching = HeaderValue::from_static("no-store");
    Ok(answer
        .with_status(StatusCode::from_u16(problem.status().as_u16()).unwrap_or_default())
        .with_header(header::CACHE_CONTROL, caching))
}
