//! Documents the headers of answers: ETag, pages, rate limits.

use utoipa::{
    Modify,
    openapi::{
        OpenApi, Ref, RefOr, Type,
        header::{Header, HeaderBuilder},
        path::Operation,
        schema::ObjectBuilder,
    },
};

use crate::http::{access::rate_limit, base::document_walk::operations_with_path};

/// Use as `#[openapi(modifiers(…, &AnswerHeaders))]`.
pub struct AnswerHeaders;

/// Name, what it says, an example.
type HeaderDoc = (&'static str, &'static str, &'static str);

const TAG: HeaderDoc = (
    "ETag",
    "Names these very bytes: send it back in If-None-Match, and what did not change costs a 304.",
    "\"9f86d081884c7d659a2feaa0c55ad015\"",
);
const NEXT: HeaderDoc =
    ("Link", "The next page, where there is one.", "</v1/acts?cursor=eyJhZnRlciI6ImVqZW1wbG8ifQ&limit=2>; rel=\"next\"");
const POLICY: HeaderDoc = ("RateLimit-Policy", "How many requests (q) in how many seconds (w).", "\"address\";q=1200;w=60");
const LEFT: HeaderDoc = (
    "RateLimit",
    "What this client may still ask (r), and in how many seconds all is there again (t).",
    "\"address\";r=1199;t=1",
);
const LATER: HeaderDoc = ("Retry-After", "With 429 and 503: in how many seconds to come back.", "5");

impl Modify for AnswerHeaders {
    fn modify(&self, document: &mut OpenApi) {
        let headers = &mut document.components.get_or_insert_default().headers;
        headers.extend([TAG, NEXT, LEFT, POLICY, LATER].map(|one| (one.0.to_owned(), RefOr::T(header(one)))));
        for (template, operation) in operations_with_path(document) {
            tell(&template, operation);
        }
    }
}

fn tell(template: &str, operation: &mut Operation) {
    let has_tag = operation.responses.responses.contains_key("304");
    let named = |name: &str| {
        let mut all = operation.parameters.iter().flatten();
        all.any(|parameter| matches!(parameter, RefOr::T(parameter) if parameter.name == name))
    };
    let has_pages = named("cursor") && named("limit");
    for (status, response) in &mut operation.responses.responses {
        let RefOr::T(response) = response else { continue };
        let good = status.starts_with('2');
        let mut documented: Vec<HeaderDoc> = Vec::new();
        if has_tag && (good || status == "304") {
            documented.push(TAG);
        }
        if has_pages && good {
            documented.push(NEXT);
        }
        if rate_limit::is_counted(template) && (good || status == "4XX") {
            documented.extend([LEFT, POLICY]);
        }
        if matches!(status.as_str(), "4XX" | "5XX") {
            documented.push(LATER);
        }
        response.headers.extend(documented.into_iter().map(|(name, ..)| (name.to_owned(), reference(name))));
    }
}

fn reference(name: &str) -> RefOr<Header> {
    RefOr::Ref(Ref::new(format!("#/components/headers/{name}")))
}

fn header((_, says, example): HeaderDoc) -> Header {
    let text = ObjectBuilder::new().schema_type(Type::String).build();
    HeaderBuilder::new().description(Some(says)).schema(Some(text)).example(Some(example.into())).build()
}
