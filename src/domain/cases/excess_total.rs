//! The excess of one report in pesos, for the total of a case: exact, then cut to centavos in the seller's favour.
//!
//! Only here: the store keeps what it says, a dossier is checked with it. PostgreSQL's own arithmetic is its oracle in a test
//! (`tests/service/case_excess.sql`), because it shares no code with this and has no limit of digits.

use rust_decimal::Decimal;

use crate::domain::{
    law::{basis::LegalBasis, lawbook::ApplicableLaw},
    number::exact,
    verdict::{
        comparison::Comparison,
        judge::{Judgement, Verdict, compare},
        report_verdict::ReportPrices,
    },
};

/// The basis of the excess amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ExcessKind {
    /// The average is above: everything invoiced beyond ceiling × units.
    NetOfAverage,
    /// Only a single price is above: at least one unit was sold at it, and no more than one is counted.
    OneUnitAtLeast,
}

impl ExcessKind {
    pub fn code(self) -> &'static str {
        match self {
            Self::NetOfAverage => "net_of_average",
            Self::OneUnitAtLeast => "one_unit_at_least",
        }
    }
}

/// The three prices of a report, in the order of its verdicts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum WhichPrice {
    Minimum,
    Average,
    Maximum,
}

impl WhichPrice {
    pub const ALL: [Self; 3] = [Self::Minimum, Self::Average, Self::Maximum];

    pub fn code(self) -> &'static str {
        match self {
            Self::Minimum => "minimum",
            Self::Average => "average",
            Self::Maximum => "maximum",
        }
    }
}

/// `amount` = (`left` − `right`) / `factor`, cut to 2 decimals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RowExcess {
    pub kind: ExcessKind,
    pub price: WhichPrice,
    pub left: Decimal,
    pub right: Decimal,
    pub factor: Decimal,
    pub amount: Decimal,
}

/// The money has two decimals; the law's currency has no smaller coin.
const CENTAVOS: u32 = 2;

/// Which price of a report the excess is of. The average goes first, because it counts every unit sold; then the maximum, which is
/// further over than the minimum. Which of the three verdicts stands for the report is another question, and has another order (the
/// maximum first). `None` when no price is above.
fn counted([minimum, average, maximum]: [Verdict; 3]) -> Option<(ExcessKind, WhichPrice)> {
    let ranked = [
        (ExcessKind::NetOfAverage, WhichPrice::Average, average),
        (ExcessKind::OneUnitAtLeast, WhichPrice::Maximum, maximum),
        (ExcessKind::OneUnitAtLeast, WhichPrice::Minimum, minimum),
    ];
    ranked.into_iter().find(|(.., verdict)| *verdict == Verdict::Above).map(|(kind, price, _)| (kind, price))
}

/// `None` when no price is above, or the figures do not fit exact arithmetic.
pub fn row_excess(minimum: &Judgement, average: &Judgement, maximum: &Judgement) -> Option<RowExcess> {
    let judgements = [minimum, average, maximum];
    let (kind, price) = counted(judgements.map(|judgement| judgement.verdict))?;
    RowExcess::of(kind, price, judgements[price as usize].comparison?)
}

/// The same of a report whose verdicts (on minimum, average and maximum, under this law) are known.
pub fn row_excess_of(verdicts: [Verdict; 3], prices: &ReportPrices, view: &ApplicableLaw) -> Option<RowExcess> {
    let (kind, price) = counted(verdicts)?;
    let LegalBasis::Ceiling { chosen, .. } = &view.ground else { return None };
    let observed = prices.observed()[price as usize]?;
    RowExcess::of(kind, price, compare(observed, chosen.binding, &view.facts).ok()?)
}

impl RowExcess {
    fn of(kind: ExcessKind, price: WhichPrice, comparison: Comparison) -> Option<Self> {
        let Comparison { left, right, factor, .. } = comparison;
        let amount = exact::quotient_cut(exact::difference(left, right)?, factor, CENTAVOS)?;
        Some(Self { kind, price, left, right, factor, amount })
    }
}

/// The exact sum of what the rows of a case were over; `None` when it does not fit.
pub fn total(amounts: impl IntoIterator<Item = Decimal>) -> Option<Decimal> {
    amounts.into_iter().try_fold(Decimal::ZERO, exact::sum)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::{
        generated::law_and_prices,
        law::{
            basis::{Chosen, Remarks},
            rules::{CeilingOrigin, Facts},
        },
        number::amount::display,
        verdict::{
            comparison::{Observed, Per},
            judge::judge,
            report_verdict::ReportVerdicts,
        },
    };

    fn d(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    /// A pack of `units` with that ceiling; prices per `per`.
    fn row(ceiling: &str, units: &str, per: Per, prices: [&str; 4]) -> Option<RowExcess> {
        let (amount, basis, valid_from) = (d(ceiling), CeilingOrigin::PublishedForCum, jiff::civil::date(2020, 3, 28));
        let chosen = Chosen {
            index: 0,
            amount,
            margin: Decimal::ZERO,
            binding: amount,
            basis,
            act: "act".to_owned(),
            valid_from,
            financing: None,
        };
        let ground = LegalBasis::Ceiling { chosen, remarks: Remarks::default() };
        let facts = Facts { dispensing_units: Some(d(units)), ..Facts::default() };
        let [minimum, maximum, sold, value] = prices;
        let one = |amount: &str, divided_by: &str| {
            let observed = (!amount.is_empty()).then(|| Observed { amount: d(amount), divided_by: d(divided_by), per });
            judge(observed, &ground, &facts, &[])
        };
        row_excess(&one(minimum, "1"), &one(value, sold), &one(maximum, "1"))
    }

    #[test]
    fn the_lantus_row_of_2020_was_138712_pesos_over() {
        let found = row("33052", "1", Per::Pack, ["171764", "171764", "1", "171764"]).unwrap();
        assert_eq!((found.kind, found.price), (ExcessKind::NetOfAverage, WhichPrice::Average));
        assert_eq!((found.left, found.right, found.factor), (d("171764"), d("33052"), Decimal::ONE));
        assert_eq!(display(found.amount), "138712.00");
    }

    #[test]
    fn an_average_above_counts_all_that_was_invoiced() {
        // 40 packs for 1,267,235: 31,680.875 each against 30,000.
        let found = row("30000", "1", Per::Pack, ["29000", "40000", "40", "1267235"]).unwrap();
        assert_eq!((found.kind, display(found.amount).as_str()), (ExcessKind::NetOfAverage, "67235.00"));
    }

    #[test]
    fn a_single_price_above_counts_one_unit() {
        let found = row("30000", "1", Per::Pack, ["29000", "30000.555", "40", "1160000"]).unwrap();
        assert_eq!((found.kind, found.price), (ExcessKind::OneUnitAtLeast, WhichPrice::Maximum));
        // 0.555 is cut, not rounded.
        assert_eq!(display(found.amount), "0.55");
        let found = row("30000", "1", Per::Pack, ["30001", "", "40", "1160000"]).unwrap();
        assert_eq!((found.price, display(found.amount).as_str()), (WhichPrice::Minimum, "1.00"));
    }

    #[test]
    fn prices_per_unit_of_a_pack_are_over_by_pesos_of_that_unit() {
        // A pack of 3 at 100: 33.333… a unit. 10 units at 34: 340 − 333.333… = 6.666…
        let found = row("100", "3", Per::DispensingUnit, ["34", "34", "10", "340"]).unwrap();
        assert_eq!((found.left, found.right, found.factor), (d("1020"), d("1000"), d("3")));
        assert_eq!(display(found.amount), "6.66");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(5_000))]
        #[test]
        fn of_known_verdicts_it_is_the_same((view, prices) in law_and_prices()) {
            let ReportVerdicts { minimum, average, maximum } = prices.judge(&view);
            let verdicts = [&minimum, &average, &maximum].map(|judgement| judgement.verdict);
            prop_assert_eq!(row_excess_of(verdicts, &prices, &view), row_excess(&minimum, &average, &maximum));
            prop_assert_eq!(row_excess(&minimum, &average, &maximum).is_some(), verdicts.contains(&Verdict::Above));
        }
    }

    #[test]
    fn within_is_no_excess_and_what_does_not_fit_is_none() {
        assert_eq!(row("30000", "1", Per::Pack, ["29000", "30000", "40", "1160000"]), None);
        assert_eq!(row("30000", "1", Per::Pack, ["", "", "40", ""]), None);
        assert_eq!(total([Decimal::MAX, Decimal::ONE]), None);
        assert_eq!(total([d("138712.00"), d("13871.20")]), Some(d("152583.20")));
    }
}
