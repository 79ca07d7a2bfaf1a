//! Reads a request that may be answered from memory. Whatever is unusual about it is left to the router: `None`, never a refusal.

use hyper::{
    HeaderMap, Method, Request, Version,
    body::Body,
    header::{self, HeaderName},
};
use jiff::civil::Date;

use super::pairs::Pairs;
use crate::{
    domain::{channel::Channel, cum::Cum},
    http::{Language, params::price_question::PriceQuestionParams, query::QueryPairs},
    read_model::check::PriceQuestion,
};

/// What is asked, as far as it needs no answer to be known.
pub struct HotQuestion<'a> {
    pub path: &'a str,
    /// As `QueryPairs::canonical` writes it.
    pub canonical: String,
    pub language: Language,
    pub asked: Asked,
}

pub enum Asked {
    Medicine(Cum),
    Thermometer(Cum, Option<Channel>),
    Check(Box<PriceQuestion>),
    Search(Box<QueryPairs>),
}

impl Asked {
    pub const TEMPLATES: [&str; 4] = ["/v1/medicines/{cum}", "/v1/medicines/{cum}/thermometer", "/v1/check", "/v1/medicines"];

    /// The same by name, as the table of deprecations has them.
    pub const OPERATIONS: [&str; 4] = ["show_medicine", "show_thermometer", "check_price", "list_medicines"];

    /// Position among the templates.
    pub fn index(&self) -> usize {
        match self {
            Self::Medicine(_) => 0,
            Self::Thermometer(..) => 1,
            Self::Check(_) => 2,
            Self::Search(_) => 3,
        }
    }
}

/// Headers that change the answer in a way that the router knows better.
const UNUSUAL: [HeaderName; 5] =
    [header::AUTHORIZATION, header::TRANSFER_ENCODING, header::CONTENT_LENGTH, header::EXPECT, header::IF_MATCH];
const TARGET_BYTES_MAX: usize = 1024;

/// The part of a GET that may matter to what is answered.
pub struct Target<'a> {
    pub path: &'a str,
    pub query: &'a str,
    /// At least those that change an answer.
    pub headers: &'a HeaderMap,
}

impl<'a> Target<'a> {
    pub fn of<B: Body>(request: &'a Request<B>) -> Option<Self> {
        let readable =
            (request.method() == Method::GET || request.method() == Method::HEAD) && request.version() == Version::HTTP_11;
        let (target, headers) = (request.uri().path_and_query()?, request.headers());
        let one_host = headers.get_all(header::HOST).iter().count() == 1;
        if !readable || request.uri().authority().is_some() || !one_host || UNUSUAL.iter().any(|name| headers.contains_key(name))
        {
            return None;
        }
        Some(Self { path: target.path(), query: target.query().unwrap_or_default(), headers })
    }

    pub fn read(self, today: Date) -> Option<HotQuestion<'a>> {
        let rest = self.path.strip_prefix("/v1/")?;
        if self.path.len() + self.query.len() > TARGET_BYTES_MAX || !takes_json(self.headers) {
            return None;
        }
        let (asked, canonical, code) = if rest == "check" {
            check(self.query, today)?
        } else if let Some(rest) = rest.strip_prefix("medicines/") {
            medicine(rest, self.query)?
        } else if rest == "medicines" {
            search(self.query)?
        } else {
            return None;
        };
        let language = match code {
            Some(code) => Language::parse(code)?,
            None => Language::from_headers(self.headers),
        };
        Some(HotQuestion { path: self.path, canonical, language, asked })
    }
}

fn takes_json(headers: &HeaderMap) -> bool {
    headers.get_all(header::ACCEPT).iter().all(|value| value == "*/*" || value == "application/json")
}

type Read<'a> = (Asked, String, Option<&'a str>);

fn medicine<'a>(rest: &str, query: &'a str) -> Option<Read<'a>> {
    let (cum, thermometer) = match rest.strip_suffix("/thermometer") {
        Some(cum) => (cum, true),
        None => (rest, false),
    };
    if !cum.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-') {
        return None;
    }
    let cum: Cum = cum.parse().ok()?;
    let pairs = Pairs::read(query, if thermometer { &["channel", "lang"] } else { &["lang"] })?;
    let channel = pairs.get("channel").map(str::parse::<Channel>).transpose().ok()?;
    let asked = if thermometer { Asked::Thermometer(cum, channel) } else { Asked::Medicine(cum) };
    Some((asked, pairs.canonical("lang"), pairs.get("lang")))
}

fn check(query: &str, today: Date) -> Option<Read<'_>> {
    const KNOWN: &[&str] = &["cum", "amount", "per", "currency", "date", "transaction", "channel", "stage", "seller", "lang"];
    let pairs = Pairs::read(query, KNOWN)?;
    let asked = PriceQuestionParams {
        cum: Some(pairs.get("cum")?),
        amount: Some(pairs.get("amount")?),
        per: pairs.get("per"),
        currency: pairs.get("currency"),
        date: pairs.get("date"),
        transaction: pairs.get("transaction"),
        channel: pairs.get("channel"),
        stage: pairs.get("stage"),
        seller: pairs.get("seller"),
    };
    let question = asked.question(today).ok()?;
    Some((Asked::Check(Box::new(question)), pairs.canonical("lang"), pairs.get("lang")))
}

/// Only the first page of a search without filters: people type words, programs turn pages.
fn search(query: &str) -> Option<Read<'_>> {
    let known = ["lang", "limit", "q"].map(str::to_owned);
    let pairs = QueryPairs::parse(query, Some(&known)).ok()?;
    let words = pairs.get("q")?;
    if words.trim().is_empty() {
        return None;
    }
    let code = match pairs.get("lang") {
        None => None,
        Some(code) => Language::CODES.into_iter().find(|known| *known == code).map(Some)?,
    };
    let canonical = pairs.canonical(&["lang", "format"]);
    Some((Asked::Search(Box::new(pairs)), canonical, code))
}

#[cfg(test)]
mod tests {
    use utoipa::OpenApi;

    use super::Asked;
    use crate::http::api::ApiDoc;

    #[test]
    fn operations_and_templates_are_the_same_in_the_same_order() {
        let document = ApiDoc::openapi();
        for (operation, template) in Asked::OPERATIONS.into_iter().zip(Asked::TEMPLATES) {
            let get = document.paths.paths[template].get.as_ref().unwrap();
            assert_eq!(get.operation_id.as_deref(), Some(operation));
        }
    }
}
