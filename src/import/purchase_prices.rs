//! The ceilings of everything that a line can mean, in order, and the verdicts that prices between two of them were given.

use std::{collections::HashMap, sync::Arc};

use rust_decimal::Decimal;

use super::purchase_line::{LineOutcome, RegulatedRatio, other_units};
use crate::domain::{
    law::{basis::LegalBasis, lawbook::ApplicableLaw},
    purchases::limits::{PriceLimit, PriceLimits},
    verdict::{comparison::Per, judge::factor},
};

/// What the law says of every product, place and unit, gathered.
#[derive(Debug, Default)]
pub struct Cells {
    limits: Vec<PriceLimit>,
    /// As of another unit.
    others: Vec<PriceLimit>,
    ratio: Ratio,
}

#[derive(Debug, Default)]
enum Ratio {
    #[default]
    NoneYet,
    Same(RegulatedRatio),
    Different,
}

impl Cells {
    /// `is_first_place`: what a pack holds is the same at all of them.
    pub fn add(&mut self, view: &ApplicableLaw, per: &[Per], is_first_place: bool) {
        if let LegalBasis::Ceiling { chosen, .. } = &view.ground {
            let limit = |per: &Per| {
                let factor = factor(*per, &view.facts)?.normalize();
                Some(PriceLimit { ceiling: chosen.binding.normalize(), factor, act: chosen.act.clone() })
            };
            self.limits.extend(per.iter().filter_map(limit));
            self.others.extend(other_units(per).iter().filter_map(limit));
        }
        if is_first_place {
            for one in per {
                self.restate(view, *one);
            }
        }
    }

    fn restate(&mut self, view: &ApplicableLaw, per: Per) {
        let facts = &view.facts;
        let regulated = facts.regulated_units.filter(|units| *units > Decimal::ZERO);
        let found = factor(per, facts).zip(regulated).zip(facts.regulated_unit.clone());
        let found = found.map(|((in_pack, regulated), unit)| RegulatedRatio { unit, in_pack, regulated });
        self.ratio = match (std::mem::take(&mut self.ratio), found) {
            (Ratio::NoneYet, Some(found)) => Ratio::Same(found),
            (Ratio::Same(known), Some(found)) if known.is_same(&found) => Ratio::Same(known),
            _ => Ratio::Different,
        };
    }
}

/// Verdicts of one text, unit and interval of law, by where a price stands among the limits.
#[derive(Debug, Default)]
pub struct PricedLine {
    limits: PriceLimits,
    others: PriceLimits,
    /// Without an exact order, every price is judged anew.
    is_ordered: bool,
    between: Vec<Option<Arc<LineOutcome>>>,
    /// Prices above all limits, each with its own excess.
    above: HashMap<Decimal, Arc<LineOutcome>>,
    pub regulated: Option<RegulatedRatio>,
}

/// Prices above that are remembered of one line: framework agreements repeat theirs.
const ABOVE_MAX: usize = 64;

impl PricedLine {
    pub fn new(cells: Cells) -> Self {
        let Cells { limits, others, ratio } = cells;
        let ordered = PriceLimits::new(limits).zip(PriceLimits::new(others));
        let is_ordered = ordered.is_some();
        let (limits, others) = ordered.unwrap_or_default();
        let between = vec![None; limits.len() + 1];
        let regulated = if let Ratio::Same(ratio) = ratio { Some(ratio) } else { None };
        Self { limits, others, is_ordered, between, above: HashMap::new(), regulated }
    }

    pub fn limits(&self) -> &PriceLimits {
        &self.limits
    }

    /// What was found of a price that stands where this one does.
    pub fn known(&self, price: Decimal) -> Option<Arc<LineOutcome>> {
        let passed = self.limits.passed(price).filter(|_| self.is_ordered)?;
        if passed > 0 && passed == self.limits.len() {
            return self.above.get(&price).cloned();
        }
        self.between.get(passed)?.clone()
    }

    pub fn remember(&mut self, price: Decimal, outcome: LineOutcome) -> Arc<LineOutcome> {
        let outcome = Arc::new(outcome);
        let Some(passed) = self.limits.passed(price).filter(|_| self.is_ordered) else { return outcome };
        if passed > 0 && passed == self.limits.len() {
            if self.above.len() >= ABOVE_MAX {
                self.above.clear();
            }
            self.above.insert(price, outcome.clone());
        } else if let Some(place) = self.between.get_mut(passed) {
            *place = Some(outcome.clone());
        }
        outcome
    }

    /// Of a price that is within: whether it may be of another unit, in which it would not be; or is so low that something is missing.
    pub fn is_doubtful(&self, price: Decimal) -> bool {
        self.limits.is_unit_doubtful(&self.others, price)
    }
}
