//! Answers of a snapshot, written with the same types as the handlers' answers.

use std::borrow::Cow;

use bytes::Bytes;
use hyper::header::HeaderMap;
use jiff::civil::Date;
use serde::Serialize;

use super::{
    operation::{Asks, CacheableRequest},
    snapshot::Snapshot,
};
use crate::{
    domain::{identifier::cum::Cum, law::channel::Channel},
    http::{
        Answer, Language,
        api::{
            medicines::{list_medicines, show_medicine, show_thermometer},
            verdicts::check_price,
        },
        request::{conditional::Validator, negotiate::Format, pagination::Page},
        wire::{
            medicines::{
                medicine::{ListedMedicine, MedicineDetail, places},
                thermometer::MedicineThermometer,
            },
            service::meta::{Many, Meta, One},
            verdicts::verdict::VerdictBody,
        },
    },
    read_model::{
        search::hit::SearchHit,
        verdicts::check::{self, PriceQuestion},
    },
};

impl Snapshot {
    /// `None` when the router must say what is wrong, or knows more.
    pub fn answer(&self, question: &CacheableRequest<'_>, headers: &HeaderMap) -> Option<Answer> {
        let CacheableRequest { path, canonical_query, language, asks } = question;
        let made_from = self.made_from.each_ref().map(String::as_str);
        let validator = Validator::of([path, canonical_query, Format::Json.name(), language.code()], headers, &made_from);
        if let Asks::Search(words, page) = asks {
            // Also where it is unchanged: a 304 has the `Link` of its 200.
            return self.search(words, page, *language, &validator);
        }
        if let Some(unchanged) = validator.not_modified() {
            return Some(unchanged);
        }
        let answer = match asks {
            Asks::Medicine(cum) => self.medicine(*cum, *language)?,
            Asks::Thermometer(cum, channel) => self.thermometer(*cum, *channel, *language)?,
            Asks::Check(price) => self.check(*price, *language)?,
            Asks::Search(..) => return None,
        };
        Some(validator.apply(answer))
    }

    fn medicine(&self, cum: Cum, language: Language) -> Option<Answer> {
        // The snapshot does not hold the table of codes.
        if self.law.rests_on_codes(cum) {
            return None;
        }
        let (medicine, law) = self.medicines.find(cum)?;
        let (ceilings, not_bound) = places(law, language);
        let data = MedicineDetail { medicine, ceilings: &ceilings, not_bound: &not_bound };
        json(&One { data, meta: self.meta(language, &show_medicine::SOURCES, self.today) })
    }

    fn thermometer(&self, cum: Cum, channel: Option<Channel>, language: Language) -> Option<Answer> {
        let (reading, other_channels) = self.thermometers.of(cum.expediente, channel).split_first()?;
        let data = MedicineThermometer { reading, other_channels };
        json(&One { data, meta: self.meta(language, &show_thermometer::SOURCES, self.today) })
    }

    fn check(&self, price: PriceQuestion, language: Language) -> Option<Answer> {
        if self.law.rests_on_codes(price.question.cum) {
            return None;
        }
        let meta = self.meta(language, &check_price::SOURCES, price.question.period.from);
        json(&One { data: VerdictBody::new(check::answer(&self.law, price), language), meta })
    }

    fn search(&self, words: &str, page: &Page, language: Language, validator: &Validator) -> Option<Answer> {
        // As in the router: one row more than shown says whether a page follows.
        let mut found = self.search.search(words.trim(), page.limit.saturating_add(1));
        found.total = found.total.min(list_medicines::RANKED_MAX);
        let shown = found.hits.iter().take(page.limit);
        let listed = |hit: &SearchHit| Some(ListedMedicine::found(Cow::Borrowed(self.medicines.find(hit.cum)?.0), *hit));
        let data: Vec<ListedMedicine<'_>> = shown.filter_map(listed).collect();
        let more = page.limit > 0 && found.hits.len() > page.limit;
        let next = more.then(|| page.cursor_after(&list_medicines::Position::Rank(page.limit))).transpose().ok()?;
        let meta = Meta { next_cursor: next.clone(), ..Meta::new(&self.version.of_lists(), language, &list_medicines::SOURCES) };
        let meta = meta.of_search(&found);
        Some(page.link(validator.apply(json(&Many { data, meta })?), next.as_deref()))
    }

    fn meta(&self, language: Language, sources: &[&'static str], as_of: Date) -> Meta {
        Meta { as_of: Some(as_of), ..Meta::new(&self.version.of_lists(), language, sources) }
    }
}

/// Room for most bodies, so that few have to move while they grow.
const BODY_BYTES: usize = 4096;

fn json<T: Serialize>(body: &T) -> Option<Answer> {
    let mut bytes = Vec::with_capacity(BODY_BYTES);
    serde_json::to_writer(&mut bytes, body).ok()?;
    Some(Answer::json_bytes(Bytes::from(bytes)))
}
