//! Verdicts on medicines that a ceiling binds: what the law says of one sale is worked out and written once; a price is judged and
//! written in where it stands.
//!
//! Only the plain shape (`within`, or `above` that no rounding explains) is written here; every other answer is made in the usual way.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use rust_decimal::Decimal;

use self::filling::{Filling, Price};
use super::texts::{Mark, Shared, Texts};
use crate::{
    domain::{
        amount,
        basis::{Ground, Question},
        comparison::{Observed, Per},
        exact,
        lawbook::LegalView,
        readings::OtherReading,
        reason::Reason,
        rounding_band,
        verdict::{Excess, Finding, Verdict, factor, judge},
    },
    http::Language,
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
    /// One behind the other, in the order of `Part`, packed.
    text: Box<[u8]>,
    ends: [u32; PARTS],
}

/// As JSON, without what stands around it.
#[derive(Clone, Copy)]
enum Part {
    /// From the opening brace to where the verdict's code begins.
    Head,
    Ceiling,
    /// Those that the law gives cause for, with no doubt about the price before them.
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
    texts: Texts,
    shards: [Mutex<HashMap<Key, Arc<Bound>>>; SHARDS],
}

impl BoundVerdicts {
    fn shard(&self, key: &Key) -> &Mutex<HashMap<Key, Arc<Bound>>> {
        let cum = key.question.cum;
        let at = cum.expediente.unsigned_abs() ^ cum.consecutive.unsigned_abs();
        &self.shards[at as usize % SHARDS]
    }

    /// Writes `data`; false when it must be made in the usual way.
    pub fn fill(&self, asked: &PriceQuestion, language: Language, out: &mut Vec<u8>) -> bool {
        let key = Key::of(asked, language);
        let held = self.shard(&key).lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        held.is_some_and(|bound| bound.write(asked.observed, language, &self.texts.shared(), out))
    }

    /// Learns from an answer made in the usual way, and from `data` as it was written.
    pub fn learn(&self, asked: &PriceQuestion, view: LegalView, language: Language, data: &[u8]) {
        let Some(bound) = Bound::cut(asked.observed, view, language, &self.texts, data) else { return };
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
    fn cut(observed: Observed, view: LegalView, language: Language, texts: &Texts, data: &[u8]) -> Option<Self> {
        let verdict = judge(Some(observed), &view.ground, &view.facts, &view.siblings);
        let compared = verdict.comparison.filter(|_| is_plain(&verdict) && doubt(&verdict).is_none())?;
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
            texts.pack(part, MARKS, &mut text);
            *end = u32::try_from(text.len()).ok()?;
        }
        // A verdict needs only what was chosen among the candidates.
        let view = LegalView { candidates: Vec::new(), ..view };
        let bound = Self { view, text: text.into(), ends };
        let mut again = Vec::with_capacity(data.len());
        (bound.write(observed, language, &texts.shared(), &mut again) && again == data).then_some(bound)
    }

    fn part(&self, part: Part) -> &[u8] {
        let end = |part: usize| self.ends[part] as usize;
        let part = part as usize;
        &self.text[if part == 0 { 0 } else { end(part - 1) }..end(part)]
    }

    /// False when the verdict is not of the plain shape; then nothing is written.
    fn write(&self, observed: Observed, language: Language, shared: &Shared<'_>, out: &mut Vec<u8>) -> bool {
        let verdict = judge(Some(observed), &self.view.ground, &self.view.facts, &self.view.siblings);
        let (true, Some(compared)) = (is_plain(&verdict), verdict.comparison) else { return false };
        let start = out.len();
        let price = Price {
            plain: amount::plain(observed.amount),
            left: amount::plain(compared.left),
            excess: verdict.excess.as_ref().map(|excess| (amount::display(excess.amount), amount::percent(excess.percent))),
            code: verdict.finding.code(),
            readings: readings(&verdict),
            doubt: doubt(&verdict),
            siblings: &self.view.siblings,
            compared,
            language,
            observed,
        };
        let written = Filling { bound: self, shared, out }.write(&price).is_some();
        if !written {
            out.truncate(start);
        }
        written
    }
}

const VERDICT: &[u8] = b"\"verdict\":\"";
/// What differs from ceiling to ceiling, and what the verdicts of a day, a place or an act have in common.
const MARKS: &[Mark] = &[
    (b"\",\"date\":\"", true),
    (b"\",\"currency\":", true),
    (b"{\"step\":\"period\"", true),
    (b"\"candidates\":[", true),
    (b"\"amount\":\"", false),
    (b"\"ips_margin\":\"", false),
    (b"\"}],\"margin_rules\":", true),
    (b"\"binding\":\"", false),
    (b"\",\"changed_in_period\":", true),
    (b"\",\"dispensing_units_per_pack\":", false),
    (b" pesos por empaque (", true),
    (b" pesos per pack (", true),
];

/// A price that surely is within the ceiling and raises no question: half of it.
pub fn plain_price(view: &LegalView, per: Per) -> Option<Observed> {
    let Ground::Ceiling { chosen, .. } = &view.ground else { return None };
    let twice = exact::product(factor(per, &view.facts)?, Decimal::TWO)?;
    let amount = exact::quotient_half_up(chosen.binding, twice, 4).filter(|amount| !amount.is_zero())?;
    Some(Observed { amount, divided_by: Decimal::ONE, per })
}

/// What is doubtful about the price; it goes before all other reasons.
fn doubt(verdict: &Verdict) -> Option<Reason> {
    let doubts = [Reason::AnotherUnitFits, Reason::ImplausiblyLow];
    verdict.reasons.first().copied().filter(|first| doubts.contains(first))
}

/// With nothing beside it that depends on the price, but for a doubt about it.
fn is_plain(verdict: &Verdict) -> bool {
    let alone = |excess: &Excess| excess.rounding.explained.is_none();
    verdict.comparison.is_some_and(|compared| compared.divided_by == Decimal::ONE)
        && match verdict.finding {
            Finding::Within => verdict.excess.is_none(),
            Finding::Above => verdict.excess.as_ref().is_some_and(alone) && !verdict.reasons.contains(&Reason::ImplausiblyHigh),
            _ => false,
        }
}

fn readings(verdict: &Verdict) -> &[OtherReading] {
    verdict.excess.as_ref().map_or(&[], |excess| &excess.other_readings)
}

/// Where it stands first. (Inside a JSON string no quote stands bare, so the names are found where they are.)
fn place(data: &[u8], what: &[u8]) -> Option<usize> {
    memchr::memmem::find(data, what)
}

fn between<'a>(data: &'a [u8], before: &[u8], behind: &[u8]) -> Option<&'a [u8]> {
    let rest = data.get(place(data, before)? + before.len()..)?;
    rest.get(..place(rest, behind)?)
}

mod filling;
#[cfg(test)]
mod tests;
