//! The bodies of hot answers, put together from the snapshot.

use hyper::header::HeaderValue;
use jiff::civil::Date;
use serde::Serialize;

use super::{
    Held,
    bound::{BoundVerdicts, plain_price},
    question::{Asked, HotQuestion},
    snapshot::{Snapshot, index},
    templates::{self, Templates},
};
use crate::{
    http::{
        Language,
        conditional::Validator,
        page::{Page, PageParameters},
        query::QueryPairs,
        query_values,
        wire::{meta::Meta, verdict::VerdictBody},
    },
    read_model::check::{self, PriceQuestion},
};

/// `meta` of answers about today, of each operation in each language.
pub struct Metas {
    medicine: [Vec<u8>; 2],
    thermometer: [Vec<u8>; 2],
    check: [Vec<u8>; 2],
}

const MEDICINE_SOURCES: [&str; 3] = ["catalogue", "ceilings", "sismed"];
const THERMOMETER_SOURCES: [&str; 1] = ["thermometer"];
const CHECK_SOURCES: [&str; 2] = ["ceilings", "catalogue"];
const SEARCH_SOURCES: [&str; 4] = ["catalogue", "ceilings", "sismed", "thermometer"];

/// What there is to say beside the body.
pub struct Found {
    /// The client has it already: a 304, whatever was written.
    pub unchanged: bool,
    pub link: Option<HeaderValue>,
}

impl Metas {
    /// `None` when serde fails, which it cannot.
    fn new(snapshot: &Snapshot) -> Option<Self> {
        let of = |sources: &[&'static str]| {
            let meta = |language| serde_json::to_vec(&snapshot.meta(language, sources, Some(snapshot.today), None)).ok();
            Some([meta(Language::Spanish)?, meta(Language::English)?])
        };
        Some(Self { medicine: of(&MEDICINE_SOURCES)?, thermometer: of(&THERMOMETER_SOURCES)?, check: of(&CHECK_SOURCES)? })
    }
}

impl Held {
    pub fn new(snapshot: Snapshot) -> Option<Self> {
        let made_from = [
            snapshot.version.version.to_string(),
            snapshot.today.to_string(),
            snapshot.max_age_days.to_string(),
            env!("CARGO_PKG_VERSION").to_owned(),
        ];
        let metas = Metas::new(&snapshot)?;
        Some(Self { snapshot, made_from, metas, templates: Templates::default(), bound: BoundVerdicts::default() })
    }

    /// Writes the body, unless the client has it already. `None` when the router must say what is wrong.
    pub fn body(&self, question: &HotQuestion<'_>, validator: &Validator, out: &mut Vec<u8>) -> Option<Found> {
        let (language, unchanged) = (question.language, validator.is_unchanged());
        match &question.asked {
            Asked::Medicine(cum) => {
                let found = self.snapshot.medicines.find(*cum)?;
                if !unchanged {
                    let write = |out: &mut Vec<u8>| self.snapshot.medicines.write_detail(found, index(language), out);
                    one(&self.metas.medicine[index(language)], write, out);
                }
            }
            Asked::Thermometer(cum, channel) => {
                let mut known = false;
                let prices = &self.snapshot.thermometers;
                let write = |out: &mut Vec<u8>| known = prices.write(cum.expediente, *channel, out);
                one(&self.metas.thermometer[index(language)], write, out);
                known.then_some(())?;
            }
            Asked::Check(asked) => {
                if !unchanged {
                    self.verdict(**asked, language, out)?;
                }
            }
            // Also where it is unchanged: a 304 has the `Link` of its 200.
            Asked::Search(pairs) => return Some(Found { unchanged, link: self.search(question.path, pairs, language, out)? }),
        }
        Some(Found { unchanged, link: None })
    }

    fn verdict(&self, asked: PriceQuestion, language: Language, out: &mut Vec<u8>) -> Option<()> {
        let day = asked.question.period.from;
        // The table of codes is not held here.
        if self.snapshot.law.rests_on_codes(asked.question.cum) {
            return None;
        }
        out.extend_from_slice(DATA);
        if !self.bound.fill(&asked, language, out) {
            if self.snapshot.law.names(asked.question.cum) {
                self.on_a_list(&asked, language, out)?;
            } else {
                self.on_no_list(&asked, language, out)?;
            }
        }
        self.end(out, day, language)
    }

    fn on_a_list(&self, asked: &PriceQuestion, language: Language, out: &mut Vec<u8>) -> Option<()> {
        let answer = check::answer(&self.snapshot.law, *asked);
        // Whatever was asked, it is learned from a price that raises no question.
        if let Some(observed) = plain_price(&answer.view, asked.observed.per) {
            let plain = PriceQuestion { observed, ..*asked };
            let data = serde_json::to_vec(&VerdictBody::new(check::answer(&self.snapshot.law, plain), language)).ok()?;
            self.bound.learn(&plain, answer.view.clone(), language, &data);
        }
        if !self.bound.fill(asked, language, out) {
            serde_json::to_writer(&mut *out, &VerdictBody::new(answer, language)).ok()?;
        }
        Some(())
    }

    fn on_no_list(&self, asked: &PriceQuestion, language: Language, out: &mut Vec<u8>) -> Option<()> {
        let alike = templates::Asked::of(&self.snapshot.law, asked, language);
        if !alike.as_ref().is_some_and(|alike| self.templates.fill(alike, out)) {
            let answer = check::answer(&self.snapshot.law, *asked);
            serde_json::to_writer(&mut *out, &VerdictBody::new(answer, language)).ok()?;
            if let Some(alike) = alike {
                self.templates.learn(&alike, out.get(DATA.len()..)?);
            }
        }
        Some(())
    }

    fn end(&self, out: &mut Vec<u8>, day: Date, language: Language) -> Option<()> {
        out.extend_from_slice(META);
        if day == self.snapshot.today {
            out.extend_from_slice(&self.metas.check[index(language)]);
        } else {
            serde_json::to_writer(&mut *out, &self.snapshot.meta(language, &CHECK_SOURCES, Some(day), None)).ok()?;
        }
        out.push(b'}');
        Some(())
    }

    fn search(&self, path: &str, pairs: &QueryPairs, language: Language, out: &mut Vec<u8>) -> Option<Option<HeaderValue>> {
        #[derive(Serialize)]
        #[serde(rename_all = "snake_case")]
        enum Position {
            Rank(usize),
        }
        let page = Page::read(&query_values::from_pairs::<PageParameters>(pairs).ok()?, path, pairs).ok()?;
        let snapshot = &self.snapshot;
        // As the router: whether a page follows is told by one more than is shown; it ranks two thousand at most.
        let found = snapshot.search.search(pairs.get("q")?.trim(), page.limit.saturating_add(1));
        let shown: Vec<_> = found.iter().take(page.limit).filter_map(|cum| snapshot.medicines.find(*cum)).collect();
        let more = page.limit > 0 && found.len() > page.limit;
        let cursor = if more { Some(page.cursor_after(&Position::Rank(page.limit)).ok()?) } else { None };
        let link = cursor.as_deref().and_then(|cursor| page.link_value(cursor));
        out.extend_from_slice(b"{\"data\":[");
        for (rank, found) in shown.into_iter().enumerate() {
            if rank > 0 {
                out.push(b',');
            }
            snapshot.medicines.write(found, out);
        }
        out.extend_from_slice(b"],\"meta\":");
        let meta: Meta = snapshot.meta(language, &SEARCH_SOURCES, None, cursor);
        serde_json::to_writer(&mut *out, &meta).ok()?;
        out.push(b'}');
        Some(link)
    }
}

const DATA: &[u8] = b"{\"data\":";
const META: &[u8] = b",\"meta\":";

/// `One`, with `data` as `write` writes it.
fn one(meta: &[u8], write: impl FnOnce(&mut Vec<u8>), out: &mut Vec<u8>) {
    out.extend_from_slice(DATA);
    write(out);
    out.extend_from_slice(META);
    out.extend_from_slice(meta);
    out.push(b'}');
}
