//! The verdicts on a report as one number of 17 bits: headline, first reason, the three prices, and whether another unit fits.
//!
//! Only a few hundred different numbers occur among millions of reports.

use super::{
    judge::Verdict,
    report_verdict::{PriceVerdict, headline},
};
use crate::domain::reason::Reason;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct VerdictCode(pub i32);

/// In the order of the bits. Numbers are stored: never change them, only add.
const VERDICTS: [Verdict; 5] =
    [Verdict::Within, Verdict::Above, Verdict::NoCeilingForThisStage, Verdict::NotRegulated, Verdict::CannotCompare];
/// The same, beginning with 1; 0 is no reason.
const REASONS: [Reason; 20] = [
    Reason::UnknownMedicine,
    Reason::MarketUnknown,
    Reason::UnitNotConvertible,
    Reason::CeilingListOutOfDate,
    Reason::PeriodBeforeFirstList,
    Reason::PriceMissing,
    Reason::AmountOutOfRange,
    Reason::MarginRuleMissing,
    Reason::CeilingChangedInPeriod,
    Reason::FinancingNotVerified,
    Reason::AnotherUnitFits,
    Reason::ListStatesTwoPrices,
    Reason::ImplausiblyLow,
    Reason::MedicalSample,
    Reason::FinancedByUpc,
    Reason::NotFinancedByUpc,
    Reason::NotInNewestList,
    Reason::UnknownCode,
    Reason::NotInOurLists,
    Reason::ImplausiblyHigh,
];
const MINIMUM: u32 = 3;
const AVERAGE: u32 = 6;
const MAXIMUM: u32 = 9;
const ANOTHER_UNIT_FITS: u32 = 12;
const REASON: u32 = 13;

impl VerdictCode {
    /// Of the verdicts on minimum, average and maximum.
    pub fn new(prices: [PriceVerdict; 3]) -> Self {
        let headline = headline(&prices);
        let [minimum, average, maximum] = prices;
        let verdict = |price: PriceVerdict| VERDICTS.iter().position(|known| *known == price.verdict).unwrap_or_default();
        let reason = headline.reason.and_then(|reason| REASONS.iter().position(|known| *known == reason)).map_or(0, |at| at + 1);
        let code = verdict(headline)
            | verdict(minimum) << MINIMUM
            | verdict(average) << AVERAGE
            | verdict(maximum) << MAXIMUM
            | usize::from(headline.another_unit_fits) << ANOTHER_UNIT_FITS
            | reason << REASON;
        Self(i32::try_from(code).unwrap_or(i32::MAX))
    }

    /// The headline.
    pub fn verdict(self) -> Verdict {
        self.finding_at(0)
    }

    /// Of minimum, average and maximum.
    pub fn verdicts(self) -> [Verdict; 3] {
        [MINIMUM, AVERAGE, MAXIMUM].map(|shift| self.finding_at(shift))
    }

    pub fn another_unit_fits(self) -> bool {
        self.0 >> ANOTHER_UNIT_FITS & 1 == 1
    }

    pub fn reason(self) -> Option<Reason> {
        let at = usize::try_from(self.0 >> REASON).ok()?.checked_sub(1)?;
        REASONS.get(at).copied()
    }

    /// Why it cannot be compared; `None` when it can.
    pub(crate) fn cannot_compare_reason(self) -> Option<&'static str> {
        if self.verdict() == Verdict::CannotCompare { self.reason().map(Reason::code) } else { None }
    }

    fn finding_at(self, shift: u32) -> Verdict {
        let at = usize::try_from(self.0 >> shift & 7).unwrap_or_default();
        VERDICTS.get(at).copied().unwrap_or(Verdict::CannotCompare)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn price(verdict: Verdict, reason: Option<Reason>) -> PriceVerdict {
        PriceVerdict { verdict, reason, another_unit_fits: reason == Some(Reason::AnotherUnitFits) }
    }

    #[test]
    fn every_finding_and_reason_has_its_own_number() {
        for (number, verdict) in (0..).zip(Verdict::ALL) {
            let code = VerdictCode::new([price(verdict, None); 3]);
            assert_eq!((code.verdict(), code.verdicts()), (verdict, [verdict; 3]));
            assert_eq!(code.0, number | number << 3 | number << 6 | number << 9);
        }
        for reason in Reason::ALL {
            let one = price(Verdict::CannotCompare, Some(*reason));
            assert_eq!(VerdictCode::new([one; 3]).reason(), Some(*reason));
        }
    }

    #[test]
    fn the_numbers_are_those_that_are_stored() {
        let (within, above) = (price(Verdict::Within, None), price(Verdict::Above, Some(Reason::AnotherUnitFits)));
        let missing = price(Verdict::CannotCompare, Some(Reason::PriceMissing));
        for (prices, number) in [
            ([within; 3], 0),
            ([within, within, above], 11 << 13 | 1 << 12 | 1 << 9 | 1),
            ([missing, within, price(Verdict::Above, Some(Reason::ImplausiblyHigh))], 20 << 13 | 1 << 9 | 4 << 3 | 1),
            ([missing; 3], 6 << 13 | 4 << 9 | 4 << 6 | 4 << 3 | 4),
            ([price(Verdict::NotRegulated, Some(Reason::UnknownMedicine)); 3], 1 << 13 | 3 << 9 | 3 << 6 | 3 << 3 | 3),
        ] {
            assert_eq!(VerdictCode::new(prices), VerdictCode(number), "{prices:?}");
        }
    }
}
