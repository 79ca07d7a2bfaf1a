//! What people report of prices: its unit, where a report stands, why one is of no use, and which price is counted without having been read.

use jiff::{ToSpan, civil::Date};
use rust_decimal::Decimal;

use crate::domain::{number::exact, verdict::comparison::Per};

/// The term of the law in which a question is answered.
pub const CITIZEN_TERM: &str = "citizen_answer";
/// An older purchase says nothing of prices of today.
const MONTHS_MAX: i32 = 12;
/// A price so many times below or above all of its group is read by a person first.
const FAR_TIMES: Decimal = Decimal::TEN;

codes! {
    /// What the amount was paid for.
    PriceReportUnit: Pack "pack", DispensingUnit "dispensing_unit"
}

codes! {
    /// Where a report stands.
    PriceReportState: Received "received", Usable "usable", NotUsable "not_usable", Withdrawn "withdrawn"
}

codes! {
    /// Why a report counts in no statistic.
    NotUsableReason: NotAMedicine "not_a_medicine", NoPrice "no_price", Implausible "implausible", Duplicate "duplicate", Joke "joke",
    PersonalData "personal_data"
}

codes! {
    /// What the authority answers.
    PriceReportDisposition: Informed "informed", Forwarded "forwarded", NoCompetence "no_competence"
}

impl PriceReportUnit {
    pub fn per(self) -> Per {
        match self {
            Self::Pack => Per::Pack,
            Self::DispensingUnit => Per::DispensingUnit,
        }
    }
}

/// Why a day of purchase is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PurchaseDayFault {
    Future,
    TooOld,
}

pub fn purchase_day_fault(bought_on: Date, today: Date) -> Option<PurchaseDayFault> {
    if bought_on > today {
        return Some(PurchaseDayFault::Future);
    }
    (bought_on < today.saturating_sub(MONTHS_MAX.months())).then_some(PurchaseDayFault::TooOld)
}

/// The Monday of a day's week.
pub fn week_of(day: Date) -> Date {
    day.saturating_sub(i32::from(day.weekday().to_monday_zero_offset()).days())
}

/// Whether a price of so many dispensing units is near those of its group, from the least to the most; where nothing can be compared, it is not.
pub fn is_plausible(amount: Decimal, units: Option<Decimal>, (least, most): (Decimal, Decimal)) -> bool {
    let compared = units.and_then(|units| {
        let least = exact::product(least, units)?;
        let most = exact::product(exact::product(most, units)?, FAR_TIMES)?;
        Some(exact::product(amount, FAR_TIMES)? >= least && amount <= most)
    });
    compared.unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_purchase_is_of_the_last_twelve_months() {
        let today = date(2026, 12, 1);
        for (day, fault) in [
            (today, None),
            (date(2026, 12, 2), Some(PurchaseDayFault::Future)),
            (date(2025, 12, 1), None),
            (date(2025, 11, 30), Some(PurchaseDayFault::TooOld)),
        ] {
            assert_eq!(purchase_day_fault(day, today), fault, "{day}");
        }
    }

    #[test]
    fn a_week_begins_on_its_monday() {
        for (day, monday) in [(date(2026, 11, 30), 30), (date(2026, 12, 1), 30), (date(2026, 12, 6), 30)] {
            assert_eq!(week_of(day), date(2026, 11, monday), "{day}");
        }
        assert_eq!(week_of(date(2026, 12, 7)), date(2026, 12, 7));
    }

    #[test]
    fn far_from_its_group_a_price_waits() {
        let spread = (Decimal::from(100), Decimal::from(500));
        let units = Some(Decimal::from(30));
        for (amount, plausible) in [(299, false), (300, true), (9_000, true), (150_000, true), (150_001, false)] {
            assert_eq!(is_plausible(Decimal::from(amount), units, spread), plausible, "{amount}");
        }
        assert!(!is_plausible(Decimal::from(9_000), None, spread), "nothing says so");
        assert!(!is_plausible(Decimal::MAX, units, spread));
    }

    #[test]
    fn codes_are_read_as_they_are_written() {
        assert!(PriceReportState::ALL.iter().all(|state| PriceReportState::from_code(state.code()) == Some(*state)));
        assert!(PriceReportUnit::ALL.iter().all(|unit| unit.per().code() == unit.code()));
        assert_eq!((NotUsableReason::ALL.len(), NotUsableReason::from_code("ugly")), (6, None));
        assert_eq!(PriceReportDisposition::from_code("informed"), Some(PriceReportDisposition::Informed));
    }
}
