//! A report's three prices with their verdicts, and the rule that gives the verdict of the whole report.

use rust_decimal::Decimal;

use super::{
    comparison::{Observed, Per},
    judge::{Judgement, Verdict, judge},
};
use crate::domain::{
    law::{
        lawbook::ApplicableLaw,
        listed::{InvoiceUnit, SismedReport},
    },
    reason::Reason,
};

/// The prices of a report, without the identity of the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReportPrices {
    pub unit: InvoiceUnit,
    pub minimum: Option<Decimal>,
    pub maximum: Option<Decimal>,
    pub units: Option<Decimal>,
    pub value: Option<Decimal>,
}

impl From<&SismedReport> for ReportPrices {
    fn from(report: &SismedReport) -> Self {
        let SismedReport { unit, minimum, maximum, units, value, .. } = *report;
        Self { unit, minimum, maximum, units, value }
    }
}

impl ReportPrices {
    pub fn per(&self) -> Per {
        match self.unit {
            InvoiceUnit::Pack => Per::Pack,
            InvoiceUnit::PrimaryPack => Per::PrimaryPack,
            InvoiceUnit::DispensingUnit => Per::DispensingUnit,
            InvoiceUnit::RegulatedUnit => Per::RegulatedUnit,
        }
    }

    pub fn single(&self, amount: Option<Decimal>) -> Option<Observed> {
        amount.map(|amount| Observed { amount, divided_by: Decimal::ONE, per: self.per() })
    }

    /// value / units, kept as the fraction.
    pub fn average(&self) -> Option<Observed> {
        Some(Observed { amount: self.value?, divided_by: self.units?, per: self.per() })
    }

    /// Minimum, average, maximum.
    pub fn observed(&self) -> [Option<Observed>; 3] {
        [self.single(self.minimum), self.average(), self.single(self.maximum)]
    }

    pub fn judge(&self, view: &ApplicableLaw) -> ReportVerdicts {
        let [minimum, average, maximum] =
            self.observed().map(|observed| judge(observed, &view.ground, &view.facts, &view.siblings));
        ReportVerdicts { minimum, average, maximum }
    }
}

/// The three prices of a report, each judged in the unit it was invoiced in.
pub struct ReportVerdicts {
    pub minimum: Judgement,
    pub average: Judgement,
    pub maximum: Judgement,
}

impl ReportVerdicts {
    pub fn headline(&self) -> PriceVerdict {
        headline(&self.prices())
    }

    /// Minimum, average, maximum.
    pub fn prices(&self) -> [PriceVerdict; 3] {
        [&self.minimum, &self.average, &self.maximum].map(PriceVerdict::from)
    }
}

/// The stored part of the verdict on one price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PriceVerdict {
    pub verdict: Verdict,
    /// The first reason.
    pub reason: Option<Reason>,
    pub another_unit_fits: bool,
}

impl From<&Judgement> for PriceVerdict {
    fn from(judgement: &Judgement) -> Self {
        let another_unit_fits = judgement.reasons.contains(&Reason::AnotherUnitFits);
        Self { verdict: judgement.verdict, reason: judgement.reasons.first().copied(), another_unit_fits }
    }
}

/// The verdict on the report, from those on minimum, average and maximum: above if any price is above (in doubt if one of these is);
/// otherwise the verdict on the maximum (else the average, else the minimum).
pub fn headline([minimum, average, maximum]: &[PriceVerdict; 3]) -> PriceVerdict {
    let all = [maximum, average, minimum];
    let doubtful = all.iter().find(|price| price.another_unit_fits);
    let above = doubtful.or(all.iter().find(|price| price.verdict == Verdict::Above));
    let reported = all.iter().find(|price| price.reason != Some(Reason::PriceMissing));
    **above.or(reported).unwrap_or(&maximum)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn price(verdict: Verdict, reason: Option<Reason>) -> PriceVerdict {
        PriceVerdict { verdict, reason, another_unit_fits: reason == Some(Reason::AnotherUnitFits) }
    }

    #[test]
    fn the_headline_is_the_worst_price_else_the_maximum() {
        let (within, low) = (price(Verdict::Within, None), price(Verdict::Within, Some(Reason::ImplausiblyLow)));
        let missing = price(Verdict::CannotCompare, Some(Reason::PriceMissing));
        let doubtful = price(Verdict::Above, Some(Reason::AnotherUnitFits));
        let above = price(Verdict::Above, Some(Reason::FinancingNotVerified));
        let high = price(Verdict::Above, Some(Reason::ImplausiblyHigh));
        for (prices, expected) in [
            ([within, doubtful, within], doubtful),
            // A doubt about one price is a doubt about the report.
            ([doubtful, above, above], doubtful),
            ([above, within, high], high),
            ([above, high, within], high),
            ([above, within, missing], above),
            ([low, within, within], within),
            ([within, low, missing], low),
            ([within, missing, missing], within),
            ([missing, missing, missing], missing),
        ] {
            assert_eq!(headline(&prices), expected, "{prices:?}");
        }
    }
}
