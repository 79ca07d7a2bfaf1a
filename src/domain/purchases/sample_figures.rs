//! What a labelled sample says: how far two labellers agree, how often the truth lies among the candidates, and how often a verdict would rest on
//! candidates without it.

use std::{cmp::Reverse, collections::BTreeMap, fmt};

use rust_decimal::Decimal;

use super::{
    label_quality::settled,
    label_sample::{SampleLabel, SampleTruth},
};
use crate::domain::{
    item_text::{candidates::TextCandidates, line_verdict::CANDIDATES_JUDGED_MAX},
    number::exact,
};

/// Labels by text, then by labeller.
pub type LabelsByText<'a> = BTreeMap<&'a str, BTreeMap<&'a str, &'a SampleTruth>>;

/// Of what a labeller says twice of a text, the later counts.
pub fn by_text(labels: &[SampleLabel]) -> LabelsByText<'_> {
    let mut texts = LabelsByText::new();
    for label in labels {
        texts.entry(&label.text).or_default().insert(&label.labeller, &label.truth);
    }
    texts
}

/// What two say alike. `None`: one alone, or all differ.
pub fn truth_of<'a>(said: &BTreeMap<&str, &'a SampleTruth>) -> Option<&'a SampleTruth> {
    let truths: Vec<&SampleTruth> = said.values().copied().collect();
    settled(&truths).copied()
}

/// Cohen's kappa as a fraction in its lowest terms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kappa {
    pub numerator: i128,
    /// Above zero.
    pub denominator: i128,
}

impl Kappa {
    /// (alike − by chance) / (all − by chance). `None` without pairs, and where both always say the same one thing: chance alone explains that.
    pub fn of<T: Ord>(pairs: &[(T, T)]) -> Option<Self> {
        let all = i128::try_from(pairs.len()).ok()?;
        let mut said: BTreeMap<&T, (i128, i128)> = BTreeMap::new();
        let mut alike = 0;
        for (first, second) in pairs {
            alike += i128::from(first == second);
            said.entry(first).or_default().0 += 1;
            said.entry(second).or_default().1 += 1;
        }
        let by_chance: i128 = said.values().map(|(first, second)| first * second).sum();
        let (numerator, denominator) = (alike * all - by_chance, all * all - by_chance);
        if denominator <= 0 {
            return None;
        }
        let common = common_divisor(numerator.abs(), denominator);
        Some(Self { numerator: numerator / common, denominator: denominator / common })
    }

    /// Half up to four decimals.
    pub fn rounded(self) -> Option<Decimal> {
        let whole = |number: i128| Decimal::try_from_i128_with_scale(number, 0).ok();
        exact::quotient_half_up(whole(self.numerator)?, whole(self.denominator)?, 4)
    }
}

impl fmt::Display for Kappa {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.numerator, self.denominator)
    }
}

fn common_divisor(a: i128, b: i128) -> i128 {
    if b == 0 { a.max(1) } else { common_divisor(b, a % b) }
}

/// Of the two who labelled most; the others decide where those differ, so that their lines are no sample.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LabellerAgreement {
    pub labellers: [String; 2],
    /// That both labelled.
    pub lines: usize,
    pub alike: usize,
    pub kappa: Option<Kappa>,
}

/// `None` of fewer than two labellers.
pub fn agreement(texts: &LabelsByText<'_>) -> Option<LabellerAgreement> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for labeller in texts.values().flat_map(BTreeMap::keys) {
        *counts.entry(labeller).or_default() += 1;
    }
    let mut labellers: Vec<(&str, usize)> = counts.into_iter().collect();
    labellers.sort_by_key(|(name, count)| (Reverse(*count), *name));
    let [(first, _), (second, _), ..] = labellers[..] else { return None };
    let both = |said: &BTreeMap<&str, &SampleTruth>| Some(((*said.get(first)?).clone(), (*said.get(second)?).clone()));
    let pairs: Vec<(SampleTruth, SampleTruth)> = texts.values().filter_map(both).collect();
    Some(LabellerAgreement {
        labellers: [first.to_owned(), second.to_owned()],
        lines: pairs.len(),
        alike: pairs.iter().filter(|(first, second)| first == second).count(),
        kappa: Kappa::of(&pairs),
    })
}

/// Counts of texts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SampleFigures {
    pub labelled: usize,
    /// Two said the same.
    pub settled: usize,
    /// Two or more labelled it, and no two alike.
    pub differing: usize,
    /// Of the settled ones: named as products, as no medicine, and as what cannot be told.
    pub products: usize,
    pub not_a_medicine: usize,
    pub cannot_tell: usize,
    /// All products that it can mean are among the candidates.
    pub covered: usize,
    /// Settled as products or as no medicine, with candidates that a verdict can rest on.
    pub decidable: usize,
    /// Of those: a product is missing among the candidates, or it is no medicine. More than the verdicts that come out wrong, never fewer.
    pub wrong: usize,
}

impl SampleFigures {
    /// `candidates`: what a text can mean, as lines are read today.
    pub fn of(texts: &LabelsByText<'_>, mut candidates: impl FnMut(&str) -> TextCandidates) -> Self {
        let mut figures = Self { labelled: texts.len(), ..Self::default() };
        for (text, said) in texts {
            match truth_of(said) {
                None => figures.differing += usize::from(said.len() > 1),
                Some(truth) => figures.add(truth, &candidates(text)),
            }
        }
        figures
    }

    fn add(&mut self, truth: &SampleTruth, set: &TextCandidates) {
        self.settled += 1;
        let holds = match truth {
            SampleTruth::CannotTell => {
                self.cannot_tell += 1;
                return;
            }
            SampleTruth::NotAMedicine => {
                self.not_a_medicine += 1;
                false
            }
            SampleTruth::Products(cums) => {
                let holds = cums.iter().all(|cum| set.cums.binary_search(cum).is_ok());
                self.products += 1;
                self.covered += usize::from(holds);
                holds
            }
        };
        if set.fault.is_none() && (1..=CANDIDATES_JUDGED_MAX).contains(&set.cums.len()) {
            self.decidable += 1;
            self.wrong += usize::from(!holds);
        }
    }
}

#[cfg(test)]
mod tests;
