//! The operations that the cache answers. It reads their requests with the router's own readers, and only the common forms.

use hyper::{Uri, header::HeaderMap};
use jiff::civil::Date;

use crate::{
    domain::{identifier::cum::Cum, law::channel::Channel},
    http::{
        Answer, App, Endpoint, Language,
        api::medicines::{list_medicines, show_thermometer},
        base::{answer::Response, metrics::EndpointMetrics},
        params::{
            as_of::{AsOf, KnownAt},
            price_question::PriceQuestionParams,
        },
        request::{
            negotiate::{FORM_PARAMETERS, Format},
            pagination::{Page, PageParameters},
            query::QueryPairs,
            query_values::from_pairs,
        },
        routing::routes::RawValues,
        values::choices,
    },
    read_model::verdicts::check::PriceQuestion,
};

pub struct Operation {
    kind: CachedOperation,
    endpoint: Endpoint<App>,
    pub metrics: EndpointMetrics,
}

#[derive(Clone, Copy)]
enum CachedOperation {
    Medicine,
    Thermometer,
    Check,
    Search,
}

/// A request that the cache can answer.
pub struct CacheableRequest<'a> {
    pub path: &'a str,
    /// Without the parameters that choose the form of the answer.
    pub canonical_query: String,
    pub language: Language,
    pub asks: Asks,
}

pub enum Asks {
    Medicine(Cum),
    /// In one channel or in all.
    Thermometer(Cum, Option<Channel>),
    Check(PriceQuestion),
    /// The first page of a search without filters.
    Search(String, Page),
}

impl Operation {
    /// `None` for operations that the cache leaves to the router.
    pub fn new(endpoint: Endpoint<App>) -> Option<Self> {
        let kind = match endpoint.operation.as_deref()? {
            "show_medicine" => CachedOperation::Medicine,
            "show_thermometer" => CachedOperation::Thermometer,
            "check_price" => CachedOperation::Check,
            "list_medicines" => CachedOperation::Search,
            _ => return None,
        };
        let metrics = EndpointMetrics::new(endpoint.method.as_str(), &endpoint.template);
        Some(Self { kind, endpoint, metrics })
    }

    pub fn template(&self) -> &str {
        &self.endpoint.template
    }

    /// `None` where something is wrong or uncommon: the router knows what to answer.
    pub fn read<'a>(
        &self,
        uri: &'a Uri,
        path_values: &RawValues<'_, '_, Operation>,
        headers: &HeaderMap,
        today: Date,
    ) -> Option<CacheableRequest<'a>> {
        let path = uri.path();
        let (query, language, format) = self.endpoint.read(uri.query().unwrap_or_default(), headers).ok()?;
        if format != Format::Json {
            return None;
        }
        let cum = || path_values.decode().ok()?.first()?.1.parse::<Cum>().ok();
        let asks = match self.kind {
            CachedOperation::Medicine => from_pairs::<AsOf>(&query).ok()?.is_now().then_some(Asks::Medicine(cum()?))?,
            CachedOperation::Thermometer => {
                let show_thermometer::ShowThermometerQuery { channel, as_of, amount, per } = from_pairs(&query).ok()?;
                let channel = channel.map(|choices::Channel(channel)| channel);
                (as_of.is_none() && amount.is_none() && per.is_none()).then_some(Asks::Thermometer(cum()?, channel))?
            }
            CachedOperation::Check => {
                // What an IUM stands for is not held here.
                if query.get("ium").is_some() {
                    return None;
                }
                let price = PriceQuestionParams::from_query(&query, None).ok()?;
                from_pairs::<KnownAt>(&query).ok()?.is_now().then_some(Asks::Check(price.question(today).ok()?))?
            }
            CachedOperation::Search => search(path, &query)?,
        };
        Some(CacheableRequest { path, canonical_query: query.canonical(&FORM_PARAMETERS), language, asks })
    }

    /// As the router finishes what a handler answers.
    pub fn respond(&self, answer: Answer, language: Language) -> Response {
        let answer = if self.endpoint.headers.speaks { answer.in_language(language) } else { answer };
        let mut response = answer.into_response();
        if let Some(notice) = &self.endpoint.notice {
            notice.apply(response.headers_mut());
        }
        response
    }
}

fn search(path: &str, query: &QueryPairs) -> Option<Asks> {
    let list_medicines::ListMedicinesQuery { q, atc, inn, holder, regulated, form, strength } = from_pairs(query).ok()?;
    let words = q.filter(|words| !words.trim().is_empty())?;
    if [atc, inn, holder, form, strength].iter().any(Option::is_some) || regulated.is_some() || query.get("cursor").is_some() {
        return None;
    }
    let page = Page::read(&from_pairs::<PageParameters>(query).ok()?, path, query).ok()?;
    Some(Asks::Search(words, page))
}
