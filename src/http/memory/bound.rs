//! Verdicts on medicines that a ceiling binds: what the law says of one sale is worked out and written once; a price is judged and
//! written in where it stands.
//!
//! Only the plain shape (`within`, or `above` that no rounding explains) is written here; every other answer is made in the usual way.

use std::{
    collections::HashMap,
    hash::{BuildHasher, RandomState},
    sync::{Arc, Mutex, PoisonError},
};

use rust_decimal::Decimal;

use crate::{
    domain::{
        amount,
        basis::Question,
        lawbook::LegalView,
        readings::OtherReading,
        reason::Reason,
        rounding_band,
        verdict::{Excess, Finding, Observed, Per, Verdict, judge},
    },
    http::{
        Language,
        wire::{explanation::reason_text, reading::Reading},
    },
    read_model::check::PriceQuestion,
};

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Key {
    question: Question,
    per: Per,
    english: bool,
}

/// What all verdicts on one sale share.
struct Bound {
    view: LegalView,
    /// One behind the other, in the order of `Part`.
    text: Box<[u8]>,
    ends: [u32; PARTS],
}

/// As JSON, without what stands around it.
#[derive(Clone, Copy)]
enum Part {
    /// From the opening brace to where the verdict's code begins.
    Head,
    Ceiling,
    Reasons,
    /// What the sentence says of the ceiling, and the sentences behind it.
    Limit,
    /// The steps before the comparison, with the comma behind them.
    LawSteps,
    Factor,
    CeilingPlain,
    /// The numbers of units that rounding is tried with.
    Units,
}
const PARTS: usize = 8;

const SHARDS: usize = 16;
/// There are some forty thousand ceilings; when more sales are asked for, a part is forgotten.
const HELD_IN_A_SHARD_MAX: usize = 3_072;

#[derive(Default)]
pub struct BoundVerdicts {
    hasher: RandomState,
    shards: [Mutex<HashMap<Key, Arc<Bound>>>; SHARDS],
}

impl BoundVerdicts {
    fn shard(&self, key: &Key) -> &Mutex<HashMap<Key, Arc<Bound>>> {
        let at = self.hasher.hash_one(key.question.cum) % SHARDS as u64;
        &self.shards[usize::try_from(at).unwrap_or_default()]
    }

    /// Writes `data`; false when it must be made in the usual way.
    pub fn fill(&self, asked: &PriceQuestion, language: Language, out: &mut Vec<u8>) -> bool {
        let key = Key::of(asked, language);
        let held = self.shard(&key).lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        held.is_some_and(|bound| bound.write(asked.observed, language, out))
    }

    /// Learns from an answer made in the usual way, and from `data` as it was written.
    pub fn learn(&self, asked: &PriceQuestion, view: LegalView, language: Language, data: &[u8]) {
        let Some(bound) = Bound::cut(asked.observed, view, language, data) else { return };
        let key = Key::of(asked, language);
        let mut held = self.shard(&key).lock().unwrap_or_else(PoisonError::into_inner);
        if held.len() >= HELD_IN_A_SHARD_MAX {
            held.clear();
        }
        held.insert(key, Arc::new(bound));
    }
}

impl Key {
    fn of(asked: &PriceQuestion, language: Language) -> Self {
        Self { question: asked.question, per: asked.observed.per, english: language == Language::English }
    }
}

/// Where the sentence begins to speak of the ceiling.
fn limit_begins(language: Language) -> &'static [u8] {
    if language == Language::English { b"the ceiling of " } else { "el máximo de ".as_bytes() }
}

impl Bound {
    /// `None` when it is not of the plain shape, or would not give the same again.
    fn cut(observed: Observed, view: LegalView, language: Language, data: &[u8]) -> Option<Self> {
        let verdict = judge(Some(observed), &view.ground, &view.facts, &view.siblings);
        let compared = verdict.comparison.filter(|_| is_plain(&verdict) && readings(&verdict).is_empty())?;
        let units = rounding_band::explain(&compared, &view.facts).units;
        let units: Vec<String> = units.into_iter().map(|units| format!("\"{}\"", amount::plain(units))).collect();
        let units = units.join(",");
        let head = data.get(..place(data, VERDICT)? + VERDICT.len())?;
        let sentence = between(data, b"\"explanation\":\"", b"\",\"worksheet\":[")?;
        let limit = sentence.get(place(sentence, limit_begins(language))?..)?;
        let (factor, ceiling) = (amount::plain(compared.factor), amount::plain(compared.ceiling));
        let parts: [&[u8]; PARTS] = [
            head,
            between(data, b"\"ceiling\":", b",\"excess\":")?,
            between(data, b"\"reasons\":[", b"],\"reference_comparison\":")?,
            limit,
            between(data, b"\"worksheet\":[", b"{\"step\":\"compare\"")?,
            factor.as_bytes(),
            ceiling.as_bytes(),
            units.as_bytes(),
        ];
        let (mut text, mut ends) = (Vec::new(), [0; PARTS]);
        for (part, end) in parts.into_iter().zip(&mut ends) {
            text.extend_from_slice(part);
            *end = u32::try_from(text.len()).ok()?;
        }
        // A verdict needs only what was chosen among the candidates.
        let view = LegalView { candidates: Vec::new(), ..view };
        let bound = Self { view, text: text.into(), ends };
        let mut again = Vec::with_capacity(data.len());
        (bound.write(observed, language, &mut again) && again == data).then_some(bound)
    }

    fn part(&self, part: Part) -> &[u8] {
        let end = |part: usize| self.ends[part] as usize;
        let part = part as usize;
        &self.text[if part == 0 { 0 } else { end(part - 1) }..end(part)]
    }

    /// False when the verdict is not of the plain shape; then nothing is written.
    fn write(&self, observed: Observed, language: Language, out: &mut Vec<u8>) -> bool {
        let verdict = judge(Some(observed), &self.view.ground, &self.view.facts, &self.view.siblings);
        let (true, Some(compared)) = (is_plain(&verdict), verdict.comparison) else { return false };
        let (start, readings) = (out.len(), readings(&verdict));
        let (price, left) = (amount::plain(observed.amount), amount::plain(compared.left));
        let excess = verdict.excess.as_ref().map(|excess| (amount::display(excess.amount), amount::percent(excess.percent)));
        let code = verdict.finding.code().as_bytes();
        let shown = amount::display(observed.amount);
        put(out, &[self.part(Part::Head), code, b"\",\"observed\":{\"amount\":\"", shown.as_bytes()]);
        put(
            out,
            &[
                b"\",\"currency\":\"COP\",\"per\":\"",
                observed.per.code().as_bytes(),
                b"\"},\"ceiling\":",
                self.part(Part::Ceiling),
            ],
        );
        match &excess {
            None => put(out, &[NO_EXCESS]),
            Some((amount, percent)) => {
                put(
                    out,
                    &[
                        b",\"excess\":{\"amount\":\"",
                        amount.as_bytes(),
                        b"\",\"currency\":\"COP\",\"per\":\"pack\"},\"excess_percent\":\"",
                    ],
                );
                put(out, &[percent.as_bytes(), b"\",\"explained_by_rounding\":false"]);
            }
        }
        put(out, &[b",\"rounded_to\":null,\"other_readings\":["]);
        if !self.write_readings(readings, language, out) {
            out.truncate(start);
            return false;
        }
        put(out, &[b"],\"reasons\":["]);
        self.write_reasons(readings, out);
        put(out, &[b"],\"reference_comparison\":null,\"explanation\":\""]);
        match (&excess, language) {
            (None, Language::Spanish) => put(out, &[b"El precio no supera "]),
            (None, Language::English) => put(out, &[b"The price does not exceed "]),
            (Some((_, percent)), Language::Spanish) => put(out, &[b"El precio supera en ", percent.as_bytes(), b" % "]),
            (Some((_, percent)), Language::English) => put(out, &[b"The price is ", percent.as_bytes(), b" % above "]),
        }
        put(out, &[self.part(Part::Limit)]);
        if !readings.is_empty() {
            // No letter of it is written otherwise in JSON.
            put(out, &[b" ", reason_text(Reason::AnotherUnitFits, language).as_bytes()]);
        }
        put(out, &[b"\",\"worksheet\":[", self.part(Part::LawSteps)]);
        self.write_price_steps(&price, &left, excess.as_ref(), code, out);
        self.write_reasons(readings, out);
        put(out, &[b"]}}]}"]);
        true
    }

    fn write_readings(&self, readings: &[OtherReading], language: Language, out: &mut Vec<u8>) -> bool {
        readings.iter().enumerate().all(|(index, reading)| {
            if index > 0 {
                out.push(b',');
            }
            serde_json::to_writer(&mut *out, &Reading::new(reading, language)).is_ok()
        })
    }

    /// What the law gives cause for, and last that another reading of the price fits.
    fn write_reasons(&self, readings: &[OtherReading], out: &mut Vec<u8>) {
        let of_law = self.part(Part::Reasons);
        put(out, &[of_law]);
        if !readings.is_empty() {
            put(out, &[if of_law.is_empty() { b"\"" } else { b",\"" }, Reason::AnotherUnitFits.code().as_bytes(), b"\""]);
        }
    }

    /// Steps `compare` to `verdict`, as `explain::price_steps` makes them of a price that is not an average.
    fn write_price_steps(&self, price: &str, left: &str, excess: Option<&(String, String)>, code: &[u8], out: &mut Vec<u8>) {
        let (ceiling, left) = (self.part(Part::CeilingPlain), left.as_bytes());
        put(
            out,
            &[b"{\"step\":\"compare\",\"inputs\":{\"observed\":\"", price.as_bytes(), b"\",\"divided_by\":\"1\",\"factor\":\""],
        );
        put(
            out,
            &[self.part(Part::Factor), b"\",\"ceiling\":\"", ceiling, b"\"},\"result\":{\"left\":\"", left, b"\",\"right\":\""],
        );
        put(out, &[ceiling, b"\",\"verdict\":\"", code, b"\"}},"]);
        if let Some((amount, percent)) = excess {
            put(out, &[b"{\"step\":\"excess\",\"inputs\":{\"left\":\"", left, b"\",\"right\":\"", ceiling]);
            put(out, &[b"\",\"divided_by\":\"1\"},\"result\":{\"excess\":\"", amount.as_bytes(), b"\",\"excess_percent\":\""]);
            put(out, &[percent.as_bytes(), b"\"}},{\"step\":\"rounding\",\"inputs\":{\"ceiling\":\"", ceiling]);
            put(out, &[b"\",\"units\":[", self.part(Part::Units), b"],\"left\":\"", left, b"\",\"right\":\"", ceiling]);
            put(out, &[b"\",\"divided_by\":\"1\"},\"result\":{\"explained\":false,\"to\":null,\"units\":null}},"]);
        }
        put(out, &[b"{\"step\":\"verdict\",\"inputs\":{},\"result\":{\"verdict\":\"", code, b"\",\"reasons\":["]);
    }
}

const VERDICT: &[u8] = b"\"verdict\":\"";
const NO_EXCESS: &[u8] = b",\"excess\":null,\"excess_percent\":null,\"explained_by_rounding\":null";

/// With nothing beside it that depends on the price, but for other readings.
fn is_plain(verdict: &Verdict) -> bool {
    let alone = |excess: &Excess| excess.rounding.explained.is_none();
    verdict.comparison.is_some_and(|compared| compared.divided_by == Decimal::ONE)
        && match verdict.finding {
            Finding::Within => verdict.excess.is_none(),
            Finding::Above => verdict.excess.as_ref().is_some_and(alone),
            _ => false,
        }
}

fn readings(verdict: &Verdict) -> &[OtherReading] {
    verdict.excess.as_ref().map_or(&[], |excess| &excess.other_readings)
}

fn put(out: &mut Vec<u8>, parts: &[&[u8]]) {
    parts.iter().for_each(|part| out.extend_from_slice(part));
}

/// Where it stands first. (Inside a JSON string no quote stands bare, so the names are found where they are.)
fn place(data: &[u8], what: &[u8]) -> Option<usize> {
    memchr::memmem::find(data, what)
}

fn between<'a>(data: &'a [u8], before: &[u8], behind: &[u8]) -> Option<&'a [u8]> {
    let rest = data.get(place(data, before)? + before.len()..)?;
    rest.get(..place(rest, behind)?)
}

#[cfg(test)]
mod tests;
