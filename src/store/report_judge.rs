//! Judges reports by the million: the law side is worked out once for each product, transaction and stretch of unchanged law.

use std::collections::HashMap;

use deadpool_postgres::GenericClient;
use rust_decimal::Decimal;

use super::{
    error::{StoreError, corrupt},
    judgement::ReportPrices,
    judgement_code::{JudgementCode, Said},
    law_library::LawLibrary,
};
use crate::domain::{
    basis::{Ground, Question},
    channel::Place,
    comparison::Observed,
    cum::Cum,
    law::{Facts, Seller},
    lawbook::{LegalView, changes::Changes},
    listed::InvoiceUnit,
    period::Period,
    quick_compare::surely_within,
    reason::Reason,
    verdict::{Finding, Verdict, factor, judge, law_reasons},
};

/// What a report is about, without its prices.
pub type ReportKey = (Cum, Period, u8);

pub struct ReportJudge {
    pub law: LawLibrary,
    changes: HashMap<i32, Changes>,
    views: HashMap<(Cum, u8, Stretch), LegalView>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Stretch {
    Between(usize),
    /// A change lies inside: this period is like no other.
    Straddling(Period),
}

/// Files are in order of product, so what was held for earlier ones is rarely needed again.
const VIEWS_MAX: usize = 4_000;
const REGISTRATIONS_MAX: usize = 4_000;

impl ReportJudge {
    /// With no registrations yet: see `prepare`.
    pub fn new(law: LawLibrary) -> Self {
        Self { law, changes: HashMap::new(), views: HashMap::new() }
    }

    /// Loads the law of registrations that are not held; call it before judging a batch that names them.
    pub async fn prepare(&mut self, client: &impl GenericClient, batch: impl Iterator<Item = i32>) -> Result<(), StoreError> {
        let mut wanted: Vec<i32> = Vec::new();
        for expediente in batch {
            if wanted.last() != Some(&expediente) {
                wanted.push(expediente);
            }
        }
        wanted.sort_unstable();
        wanted.dedup();
        if self.changes.len() + wanted.len() > REGISTRATIONS_MAX {
            self.law.clear();
            self.changes.clear();
            self.views.clear();
        }
        wanted.retain(|expediente| !self.changes.contains_key(expediente));
        if wanted.is_empty() {
            return Ok(());
        }
        self.law.add(client, Some(&wanted)).await?;
        for expediente in wanted {
            let changes = self.law.book(Cum::new(expediente, 0)).changes(&self.law.rules);
            self.changes.insert(expediente, changes);
        }
        Ok(())
    }

    pub fn judge(&mut self, key: ReportKey, prices: &ReportPrices) -> Result<JudgementCode, StoreError> {
        Ok(code(self.view(key)?, prices))
    }

    /// The law side of a report; its candidates are left out, since a verdict needs only what was chosen among them.
    fn view(&mut self, (cum, period, transaction): ReportKey) -> Result<&LegalView, StoreError> {
        let stretch = self.changes.get(&cum.expediente).and_then(|changes| changes.stretch(&period));
        let stretch = stretch.map_or(Stretch::Straddling(period), Stretch::Between);
        if self.views.len() >= VIEWS_MAX {
            self.views.clear();
        }
        match self.views.entry((cum, transaction, stretch)) {
            std::collections::hash_map::Entry::Occupied(held) => Ok(held.into_mut()),
            std::collections::hash_map::Entry::Vacant(free) => {
                let view = view(&self.law, &question((cum, period, transaction))?);
                Ok(free.insert(LegalView { candidates: Vec::new(), ..view }))
            }
        }
    }
}

/// The question that a report of this key puts to the law.
pub fn question((cum, period, transaction): ReportKey) -> Result<Question, StoreError> {
    let place = Place::from_transaction(transaction).ok_or_else(|| corrupt("sismed_row", "transaction outside 1 to 5"))?;
    Ok(Question { cum, period, place, seller: Seller::usual(place) })
}

pub fn view(law: &LawLibrary, question: &Question) -> LegalView {
    law.view(question)
}

/// The same as `JudgementCode::of(&prices.judge(view))`, without explaining what needs no explanation yet.
pub fn code(view: &LegalView, prices: &ReportPrices) -> JudgementCode {
    let one = |observed: Option<Observed>| observed.map_or(MISSING, |observed| said(view, observed));
    JudgementCode::of_prices(one(prices.single(prices.minimum)), one(prices.average()), one(prices.single(prices.maximum)))
}

pub const MISSING: Said = simple(Finding::CannotCompare, Some(Reason::PriceMissing));
/// Doubts about the price go before all other reasons.
pub const IMPLAUSIBLY_LOW: Said = simple(Finding::Within, Some(Reason::ImplausiblyLow));

const fn simple(finding: Finding, reason: Option<Reason>) -> Said {
    Said { finding, reason, another_unit_fits: false }
}

fn said(view: &LegalView, observed: Observed) -> Said {
    let reason = || first_law_reason(&view.ground, &view.facts);
    match &view.ground {
        Ground::Ceiling { chosen, .. } => {
            let sure = factor(observed.per, &view.facts).and_then(|factor| surely_within(observed, factor, chosen.binding));
            if let Some(within) = sure {
                return if within.implausibly_low { IMPLAUSIBLY_LOW } else { simple(Finding::Within, reason()) };
            }
            let verdict: Verdict = judge(Some(observed), &view.ground, &view.facts, &view.siblings);
            Said::from(&verdict)
        }
        Ground::NotRegulated => simple(Finding::NotRegulated, reason()),
        Ground::NoCeilingForThisStage { .. } => simple(Finding::NoCeilingForThisStage, reason()),
        Ground::Unknown { .. } => simple(Finding::CannotCompare, reason()),
    }
}

/// The reason that every price judged on this ground has, unless something is doubtful about the price itself.
pub fn first_law_reason(ground: &Ground, facts: &Facts) -> Option<Reason> {
    law_reasons(ground, facts).next()
}

/// Which prices a report names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Present {
    pub minimum: bool,
    pub average: bool,
    pub maximum: bool,
}

impl Present {
    /// In the order of their numbers.
    pub const ALL: [Self; 8] = {
        let mut all = [Self { minimum: false, average: false, maximum: false }; 8];
        let mut number = 0;
        while number < all.len() {
            all[number] = Self { minimum: number & 1 > 0, average: number & 2 > 0, maximum: number & 4 > 0 };
            number += 1;
        }
        all
    };

    pub fn of(prices: &ReportPrices) -> Self {
        Self { minimum: prices.minimum.is_some(), average: prices.average().is_some(), maximum: prices.maximum.is_some() }
    }

    pub fn number(self) -> usize {
        usize::from(self.minimum) | usize::from(self.average) << 1 | usize::from(self.maximum) << 2
    }

    /// A report that names these and no others.
    pub fn example(self, unit: InvoiceUnit) -> ReportPrices {
        let one = |present: bool| present.then_some(Decimal::ONE);
        let Self { minimum, average, maximum } = self;
        ReportPrices { unit, minimum: one(minimum), maximum: one(maximum), units: one(average), value: one(average) }
    }
}

/// What `code` says of prices that are all within a ceiling, none of them implausibly low; of no use on other grounds.
pub fn within(view: &LegalView, present: Present) -> JudgementCode {
    let said = simple(Finding::Within, first_law_reason(&view.ground, &view.facts));
    let one = |present: bool| if present { said } else { MISSING };
    JudgementCode::of_prices(one(present.minimum), one(present.average), one(present.maximum))
}

#[cfg(test)]
pub mod tests {
    use super::*;
    use crate::domain::{
        comparison::Per,
        generated::{self, Prices},
    };
    use proptest::prelude::*;

    /// Any law and any prices.
    pub fn law_and_prices() -> impl Strategy<Value = (LegalView, ReportPrices)> {
        generated::law_and_prices().prop_map(|(view, Prices { per, minimum, maximum, units, value })| {
            let unit = match per {
                Per::Pack => InvoiceUnit::Pack,
                Per::PrimaryPack => InvoiceUnit::PrimaryPack,
                Per::DispensingUnit => InvoiceUnit::DispensingUnit,
                Per::RegulatedUnit => InvoiceUnit::RegulatedUnit,
            };
            (view, ReportPrices { unit, minimum, maximum, units, value })
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4_000))]
        #[test]
        fn the_quick_way_says_what_the_whole_judgement_says((view, prices) in law_and_prices()) {
            prop_assert_eq!(code(&view, &prices), JudgementCode::of(&prices.judge(&view)));
        }
    }
}
