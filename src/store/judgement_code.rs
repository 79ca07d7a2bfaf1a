//! What a judgement says, in one number: headline, its first reason, the three prices, and whether another unit fits.
//!
//! Only a few hundred of these occur among millions of reports; `judgement_code` has them in words.

use std::collections::BTreeSet;

use deadpool_postgres::Transaction;

use super::{error::StoreError, judgement::ReportVerdicts, statements};
use crate::domain::{
    reason::Reason,
    verdict::{Finding, Verdict},
};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct JudgementCode(pub i32);

/// In the order of the bits; never to be changed, only added to.
const FINDINGS: [Finding; 5] =
    [Finding::Within, Finding::Above, Finding::NoCeilingForThisStage, Finding::NotRegulated, Finding::CannotCompare];
/// Likewise; 0 is none.
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

/// One price's verdict, as far as the code goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Said {
    pub finding: Finding,
    /// The first reason.
    pub reason: Option<Reason>,
    pub another_unit_fits: bool,
}

impl From<&Verdict> for Said {
    fn from(verdict: &Verdict) -> Self {
        let another_unit_fits = verdict.reasons.contains(&Reason::AnotherUnitFits);
        Self { finding: verdict.finding, reason: verdict.reasons.first().copied(), another_unit_fits }
    }
}

impl JudgementCode {
    pub fn of(verdicts: &ReportVerdicts) -> Self {
        Self::of_prices(Said::from(&verdicts.minimum), Said::from(&verdicts.average), Said::from(&verdicts.maximum))
    }

    /// Above if any price is above (in doubt if one of these is); otherwise what the maximum says (else the average, else the minimum).
    pub fn of_prices(minimum: Said, average: Said, maximum: Said) -> Self {
        let all = [maximum, average, minimum];
        let doubtful = all.iter().find(|said| said.another_unit_fits);
        let above = doubtful.or(all.iter().find(|said| said.finding == Finding::Above));
        let told = all.iter().find(|said| said.reason != Some(Reason::PriceMissing));
        let headline = above.or(told).unwrap_or(&maximum);
        let finding = |said: Said| FINDINGS.iter().position(|known| *known == said.finding).unwrap_or_default();
        let reason = headline.reason.and_then(|reason| REASONS.iter().position(|known| *known == reason)).map_or(0, |at| at + 1);
        let code = finding(*headline)
            | finding(minimum) << MINIMUM
            | finding(average) << AVERAGE
            | finding(maximum) << MAXIMUM
            | usize::from(headline.another_unit_fits) << ANOTHER_UNIT_FITS
            | reason << REASON;
        Self(i32::try_from(code).unwrap_or(i32::MAX))
    }

    pub fn finding(self) -> Finding {
        self.finding_at(0)
    }

    /// The headline's place in `Finding::ALL`.
    pub fn finding_number(self) -> usize {
        self.finding() as usize
    }

    pub fn another_unit_fits(self) -> bool {
        self.0 >> ANOTHER_UNIT_FITS & 1 == 1
    }

    pub fn reason(self) -> Option<Reason> {
        let at = usize::try_from(self.0 >> REASON).ok()?.checked_sub(1)?;
        REASONS.get(at).copied()
    }

    /// Why it cannot be compared; `None` when it can.
    pub fn cannot_compare_reason(self) -> Option<&'static str> {
        if self.finding() == Finding::CannotCompare { self.reason().map(Reason::code) } else { None }
    }

    fn finding_at(self, shift: u32) -> Finding {
        let at = usize::try_from(self.0 >> shift & 7).unwrap_or_default();
        FINDINGS.get(at).copied().unwrap_or(Finding::CannotCompare)
    }
}

/// Writes the words of codes that were not seen before.
pub async fn write_words(tx: &Transaction<'_>, codes: &BTreeSet<JudgementCode>) -> Result<(), StoreError> {
    for code in codes {
        let [headline, minimum, average, maximum] = [0, MINIMUM, AVERAGE, MAXIMUM].map(|shift| code.finding_at(shift).code());
        let (reason, another) = (code.reason().map(Reason::code), code.another_unit_fits());
        let params: &[&(dyn tokio_postgres::types::ToSql + Sync)] =
            &[&code.0, &headline, &reason, &minimum, &average, &maximum, &another];
        tx.execute(statements::insert_judgement_code, params).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(finding: Finding, reason: Option<Reason>) -> Said {
        Said { finding, reason, another_unit_fits: reason == Some(Reason::AnotherUnitFits) }
    }

    #[test]
    fn every_finding_and_reason_has_its_own_number() {
        for finding in Finding::ALL {
            assert!(FINDINGS.contains(&finding));
            assert_eq!(
                JudgementCode::of_prices(said(finding, None), said(finding, None), said(finding, None)).finding(),
                finding
            );
        }
        for reason in Reason::ALL {
            let one = said(Finding::CannotCompare, Some(*reason));
            assert_eq!(JudgementCode::of_prices(one, one, one).reason(), Some(*reason));
        }
    }

    #[test]
    fn the_headline_is_the_worst_price_else_the_maximum() {
        let (within, missing) = (said(Finding::Within, None), said(Finding::CannotCompare, Some(Reason::PriceMissing)));
        let above = said(Finding::Above, Some(Reason::AnotherUnitFits));
        let code = JudgementCode::of_prices(within, above, within);
        assert_eq!(
            (code.finding(), code.another_unit_fits(), code.reason()),
            (Finding::Above, true, Some(Reason::AnotherUnitFits))
        );
        let sure = said(Finding::Above, Some(Reason::FinancingNotVerified));
        let code = JudgementCode::of_prices(above, sure, sure);
        assert!(code.another_unit_fits(), "a doubt about one price is a doubt about the report");
        assert_eq!((code.finding(), code.reason()), (Finding::Above, Some(Reason::AnotherUnitFits)));
        assert_eq!(JudgementCode::of_prices(within, missing, missing).finding(), Finding::Within);
        assert_eq!(JudgementCode::of_prices(missing, missing, missing).reason(), Some(Reason::PriceMissing));
    }
}
