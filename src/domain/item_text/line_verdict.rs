//! The verdict of a line: every candidate, unit, place and price is judged by the one judge, and what all have alike is the verdict.

use rust_decimal::Decimal;

pub use super::line_reason::LineReason;
use super::{candidates::TextCandidates, unit::UnitReadings};
use crate::domain::{
    identifier::cum::Cum,
    law::{
        channel::{Channel, Place, Stage},
        rules::Seller,
    },
    reason::Reason,
    verdict::{
        comparison::{Observed, Per},
        judge::{Judgement, Verdict},
    },
};

/// A sale's place, with who sells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SalePlace {
    pub place: Place,
    pub seller: Seller,
}

impl SalePlace {
    /// Every one that is possible by what is known of it. Where an IPS may sell and nobody says who does, either may.
    pub fn possible(channel: Option<Channel>, stage: Option<Stage>, seller: Option<Seller>) -> Vec<Self> {
        let places = Place::ALL
            .into_iter()
            .filter(|place| channel.is_none_or(|known| known == place.channel) && stage.is_none_or(|known| known == place.stage));
        let of_place = |place: Place| {
            let sellers = match seller {
                Some(known) => vec![known],
                None if Seller::usual(place) == Seller::Ips => vec![Seller::Ips, Seller::Other],
                None => vec![Seller::Other],
            };
            sellers.into_iter().map(move |seller| Self { place, seller })
        };
        places.flat_map(of_place).collect()
    }
}

/// What a price is before or after.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PriceBasis {
    Stated,
    /// Before the discounts of the line.
    Gross,
    Net,
}

impl PriceBasis {
    pub fn code(self) -> &'static str {
        match self {
            Self::Stated => "stated",
            Self::Gross => "gross",
            Self::Net => "net",
        }
    }
}

/// One price that the line may mean: `amount / divided_by` pesos.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LinePrice {
    pub basis: PriceBasis,
    pub amount: Decimal,
    pub divided_by: Decimal,
}

/// What the judge decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineQuestion {
    pub cum: Cum,
    pub sale: SalePlace,
    pub observed: Observed,
}

/// One candidate read in one way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineReading {
    pub per: Per,
    pub sale: SalePlace,
    pub basis: PriceBasis,
    pub judgement: Judgement,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineCandidate {
    pub cum: Cum,
    pub readings: Vec<LineReading>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineVerdict {
    pub verdict: Verdict,
    /// In order, each once. Empty where it is decided, or the judge's own reasons say why not.
    pub reasons: Vec<LineReason>,
    /// What the judge says of any reading, in order, each once.
    pub judge_reasons: Vec<Reason>,
    /// The smallest excess of all readings, in percent; only when above.
    pub excess_at_least: Option<Decimal>,
    /// The first ones.
    pub candidates: Vec<LineCandidate>,
    pub candidate_count: usize,
}

pub const CANDIDATES_SHOWN: usize = 20;
/// A text with more candidates than this names no product: only those that are shown are judged.
pub const CANDIDATES_JUDGED_MAX: usize = 2_000;

/// `judge` is the one judge, with the law that it needs.
pub fn judge_line(
    candidates: &TextCandidates,
    units: &UnitReadings,
    sales: &[SalePlace],
    prices: &[LinePrice],
    mut judge: impl FnMut(&LineQuestion) -> Judgement,
) -> LineVerdict {
    let count = candidates.cums.len();
    let is_priced = prices.iter().any(|price| price.amount > Decimal::ZERO);
    let no_price = (!is_priced).then_some(LineReason::NoPrice);
    let too_many = (count > CANDIDATES_JUDGED_MAX).then_some(LineReason::MatchNotUnique);
    let mut reasons: Vec<LineReason> = [candidates.fault, units.fault, no_price, too_many].into_iter().flatten().collect();
    let judged = if reasons.is_empty() { count } else { count.min(CANDIDATES_SHOWN) };
    let mut table = VerdictTable::default();
    let mut shown = Vec::new();
    let mut judge_reasons = Vec::new();
    let mut excess_at_least: Option<Decimal> = None;
    for (index, cum) in candidates.cums.iter().take(judged).enumerate() {
        let mut readings = Vec::new();
        for (sale, per, price) in cells(sales, &units.per, prices) {
            let observed = Observed { amount: price.amount, divided_by: price.divided_by, per };
            let judgement = judge(&LineQuestion { cum: *cum, sale, observed });
            judge_reasons.extend(judgement.reasons.iter().copied());
            let excess = judgement.excess.as_ref().map(|excess| excess.percent);
            excess_at_least = match (excess_at_least, excess) {
                (Some(least), Some(excess)) => Some(least.min(excess)),
                (least, excess) => least.or(excess),
            };
            table.verdicts.push(judgement.verdict);
            if index < CANDIDATES_SHOWN {
                readings.push(LineReading { per, sale, basis: price.basis, judgement });
            }
        }
        if index < CANDIDATES_SHOWN {
            shown.push(LineCandidate { cum: *cum, readings });
        }
    }
    if reasons.is_empty() {
        reasons = table.why_not_unanimous(sales.len(), units.per.len(), prices.len());
    }
    reasons.sort_unstable();
    reasons.dedup();
    judge_reasons.sort_unstable();
    judge_reasons.dedup();
    let verdict = match table.verdicts.first() {
        Some(verdict) if reasons.is_empty() => *verdict,
        _ => Verdict::CannotCompare,
    };
    LineVerdict {
        verdict,
        reasons,
        judge_reasons,
        excess_at_least: excess_at_least.filter(|_| verdict == Verdict::Above),
        candidates: shown,
        candidate_count: count,
    }
}

fn cells<'a>(
    sales: &'a [SalePlace],
    units: &'a [Per],
    prices: &'a [LinePrice],
) -> impl Iterator<Item = (SalePlace, Per, &'a LinePrice)> {
    sales.iter().flat_map(move |sale| units.iter().flat_map(move |per| prices.iter().map(move |price| (*sale, *per, price))))
}

/// Verdicts by candidate, then sale, then unit, then price.
#[derive(Default)]
struct VerdictTable {
    verdicts: Vec<Verdict>,
}

impl VerdictTable {
    /// What alone makes a difference somewhere; nothing where all are alike.
    fn why_not_unanimous(&self, sales: usize, units: usize, prices: usize) -> Vec<LineReason> {
        let per_candidate = sales * units * prices;
        if per_candidate == 0 || self.verdicts.is_empty() {
            return vec![LineReason::NoPrice];
        }
        let matters = |step: usize, length: usize| {
            self.verdicts.iter().enumerate().any(|(at, verdict)| {
                // The same cell with the first value of that dimension.
                let first = at - (at / step % length) * step;
                self.verdicts.get(first) != Some(verdict)
            })
        };
        let candidates = self.verdicts.len() / per_candidate;
        let dimensions = [
            (1, prices, LineReason::DiscountBasisUnconfirmed),
            (prices * units, sales, LineReason::StageNotKnown),
            (prices, units, LineReason::UnitNotStated),
            (per_candidate, candidates, LineReason::MatchNotUnique),
        ];
        dimensions.into_iter().filter(|(step, length, _)| matters(*step, *length)).map(|(.., reason)| reason).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{item_text::unit::UnitOrigin, verdict::judge::Excess, verdict::rounding_band::RoundingBand};

    fn set(cums: &[i32]) -> TextCandidates {
        TextCandidates { cums: cums.iter().map(|cum| Cum::new(*cum, 1)).collect(), fault: None }
    }

    fn open(per: &[Per]) -> UnitReadings {
        UnitReadings { per: per.to_vec(), origin: UnitOrigin::Open, fault: None }
    }

    fn price(amount: i64, basis: PriceBasis) -> LinePrice {
        LinePrice { basis, amount: Decimal::from(amount), divided_by: Decimal::ONE }
    }

    /// A ceiling of a hundred per unit, of ten units in the pack; the second product's is twice that.
    fn judge(question: &LineQuestion) -> Judgement {
        let ceiling = if question.cum.expediente == 2 { 200 } else { 100 };
        let ceiling = if question.observed.per == Per::Pack { ceiling * 10 } else { ceiling };
        let free = question.sale.place == Place::ALL[5];
        let over = question.observed.amount - Decimal::from(ceiling);
        let verdict = match (free, over > Decimal::ZERO) {
            (true, _) => Verdict::NoCeilingForThisStage,
            (_, true) => Verdict::Above,
            (_, false) => Verdict::Within,
        };
        let excess = (verdict == Verdict::Above).then(|| Excess {
            amount: over,
            percent: over,
            rounding: RoundingBand::default(),
            other_readings: Vec::new(),
        });
        Judgement { verdict, reasons: vec![], comparison: None, excess, reference: None }
    }

    fn verdict(
        cums: &[i32],
        per: &[Per],
        sales: &[SalePlace],
        prices: &[LinePrice],
    ) -> (Verdict, Vec<LineReason>, Option<Decimal>) {
        let line = judge_line(&set(cums), &open(per), sales, prices, judge);
        (line.verdict, line.reasons, line.excess_at_least)
    }

    #[test]
    fn only_what_all_agree_on_is_a_verdict() {
        let hospital = [SalePlace { place: Place::ALL[0], seller: Seller::Other }];
        let unit = [Per::DispensingUnit];
        let stated = |amount| [price(amount, PriceBasis::Stated)];
        assert_eq!(verdict(&[1, 2], &unit, &hospital, &stated(90)), (Verdict::Within, vec![], None));
        assert_eq!(verdict(&[1, 2], &unit, &hospital, &stated(210)), (Verdict::Above, vec![], Some(Decimal::TEN)));
        assert_eq!(
            verdict(&[1, 2], &unit, &hospital, &stated(150)),
            (Verdict::CannotCompare, vec![LineReason::MatchNotUnique], None)
        );
        let open = [Per::DispensingUnit, Per::Pack];
        assert_eq!(verdict(&[1], &open, &hospital, &stated(150)).1, [LineReason::UnitNotStated]);
        assert_eq!(verdict(&[1], &unit, &SalePlace::possible(None, None, None), &stated(90)).1, [LineReason::StageNotKnown]);
        let both = [price(110, PriceBasis::Gross), price(90, PriceBasis::Net)];
        assert_eq!(verdict(&[1], &unit, &hospital, &both).1, [LineReason::DiscountBasisUnconfirmed]);
        assert_eq!(verdict(&[1], &unit, &hospital, &stated(0)).1, [LineReason::NoPrice]);
        assert_eq!(verdict(&[1, 2], &open, &hospital, &stated(150)).1, [LineReason::UnitNotStated, LineReason::MatchNotUnique]);
    }

    #[test]
    fn a_fault_of_the_set_is_the_reason_and_what_there_is_is_shown() {
        let candidates = TextCandidates { fault: Some(LineReason::CodeContradictsText), ..set(&[1]) };
        let sales = [SalePlace { place: Place::ALL[0], seller: Seller::Other }];
        let line = judge_line(&candidates, &open(&[Per::Pack]), &sales, &[price(5, PriceBasis::Stated)], judge);
        assert_eq!((line.verdict, line.reasons.as_slice()), (Verdict::CannotCompare, &[LineReason::CodeContradictsText][..]));
        assert_eq!((line.candidates.len(), line.candidates[0].readings.len()), (1, 1));
        let many = set(&(1..3_000).collect::<Vec<_>>());
        let mut judged = 0;
        let line = judge_line(&many, &open(&[Per::Pack]), &sales, &[price(5, PriceBasis::Stated)], |question| {
            judged += 1;
            judge(question)
        });
        assert_eq!(
            (line.reasons.as_slice(), line.candidate_count, judged),
            (&[LineReason::MatchNotUnique][..], 2_999, CANDIDATES_SHOWN)
        );
    }

    #[test]
    fn every_place_that_is_possible_is_there() {
        assert_eq!(SalePlace::possible(None, None, None).len(), 7);
        assert_eq!(SalePlace::possible(Some(Channel::Institutional), Some(Stage::Final), None).len(), 2);
        assert_eq!(SalePlace::possible(Some(Channel::Institutional), Some(Stage::Final), Some(Seller::Ips)).len(), 1);
        assert!(
            SalePlace::possible(Some(Channel::Institutional), None, None)
                .iter()
                .all(|sale| sale.place.channel == Channel::Institutional)
        );
    }
}
