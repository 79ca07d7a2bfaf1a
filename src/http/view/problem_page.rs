//! What went wrong, or what a kind of problem means, as a page: written without the database, which may be what is away.

use http_body_util::BodyExt;
use hyper::header::{self, HeaderMap, HeaderValue};
use serde_json::{Value, json};

use super::{
    frame::{self, Page, Surroundings},
    messages::say,
};
use crate::{
    http::{
        Answer, Language, Problem, Request,
        base::{
            answer::Response, problem::MEDIA_TYPE, problem_kind::ProblemKind, quality_values::weighted, request_context::Context,
        },
        request::{
            base_url::{origin, origin_of},
            query::QueryPairs,
        },
    },
    read_model::data_version::SampleKinds,
};

/// Whether pages are named among what the client takes, as browsers do; `*/*` is what programs say.
pub fn is_wanted(headers: &HeaderMap) -> bool {
    let mut values = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
    let named =
        |accepted| weighted(accepted).into_iter().any(|(kind, weight)| weight > 0 && kind.eq_ignore_ascii_case("text/html"));
    values.any(named)
}

/// Who sent the request: remembered before it is answered.
pub struct Reader {
    path: String,
    query: String,
    origin: Option<String>,
}

impl Reader {
    /// `None` for whoever does not ask for pages.
    pub fn of<B>(request: &hyper::Request<B>, context: &Context) -> Option<Self> {
        let uri = request.uri();
        is_wanted(request.headers()).then(|| Self {
            path: uri.path().to_owned(),
            query: uri.query().unwrap_or_default().to_owned(),
            origin: origin_of(context, request.headers()),
        })
    }

    /// The same answer with a page in place of a problem's JSON; any other answer as it is.
    pub async fn page_of(&self, response: Response) -> Response {
        if response.headers().get(header::CONTENT_TYPE).is_none_or(|kind| kind != MEDIA_TYPE) {
            return response;
        }
        let (mut parts, body) = response.into_parts();
        let Ok(body) = body.collect().await else { return Response::from_parts(parts, bytes::Bytes::new().into()) };
        let body = body.to_bytes();
        let language = parts.headers.get(header::CONTENT_LANGUAGE).and_then(|code| code.to_str().ok());
        let language = language.and_then(Language::parse).unwrap_or_default();
        match self.written(&body, language) {
            Some(page) => {
                parts.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
                parts.headers.remove(header::CONTENT_LENGTH);
                Response::from_parts(parts, bytes::Bytes::from(page).into())
            }
            None => Response::from_parts(parts, body.into()),
        }
    }

    fn written(&self, body: &[u8], language: Language) -> Option<String> {
        let described: Value = serde_json::from_slice(body).ok()?;
        let query = QueryPairs::parse(&self.query, None).map(|query| query.canonical(&["lang"])).unwrap_or_default();
        let (path, origin, sample) = (self.path.as_str(), self.origin.clone(), SampleKinds::default());
        let surroundings = Surroundings { language, path, query: &query, origin, sample };
        let page = Page { template: "problem.html", content: json!({ "problem": described }) };
        frame::text(&page, surroundings.to_json()).ok()
    }
}

/// What the `type` of a problem leads to: a page for people, data for programs.
pub fn explain(kind: &ProblemKind, request: &Request) -> Result<Answer, Problem> {
    let (language, code) = (request.language, kind.code);
    let explanation = say(language, &format!("{}{code}", "problem_kind."), &[]);
    let described = json!({
        "type": kind.uri(), "code": code, "status": kind.status.as_u16(), "title": kind.title(language), "explanation": explanation,
    });
    if !is_wanted(&request.headers) {
        return Answer::json(&described);
    }
    let (path, query, origin) = (request.path.as_str(), "", origin(request));
    let surroundings = Surroundings { language, path, query, origin, sample: SampleKinds::default() };
    let page = Page { template: "problem_kind.html", content: json!({ "kind": described }) };
    Ok(Answer::bytes("text/html; charset=utf-8", frame::text(&page, surroundings.to_json())?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::base::problem_kind::ALL;

    #[test]
    fn only_who_names_pages_gets_one() {
        let wanted =
            |accepted: &'static str| is_wanted(&HeaderMap::from_iter([(header::ACCEPT, HeaderValue::from_static(accepted))]));
        assert!(wanted("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"));
        assert!(!wanted("*/*") && !wanted("application/json") && !wanted("text/html;q=0") && !is_wanted(&HeaderMap::new()));
    }

    #[test]
    fn every_kind_of_problem_is_explained() {
        for kind in ALL {
            for language in [Language::Spanish, Language::English] {
                let key = format!("problem_kind.{}", kind.code);
                assert_ne!(say(language, &key, &[]), key, "{} is not explained", kind.code);
            }
        }
    }
}
