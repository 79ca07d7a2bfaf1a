//! What a table of all codes says of one code, and for which days that proves something.

use std::{str::FromStr, sync::Arc};

use jiff::civil::Date;

use super::{
    cum::{Cum, ParseCumError},
    ium::Ium,
};
use crate::domain::{calendar::period::Period, reason::Reason};

/// A table that claims to list every code issued up to its day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeList {
    pub name: String,
    /// The day that it speaks for, where that is known.
    pub day: Option<Date>,
}

/// Whether the table has a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Listing {
    Listed { enabled: bool },
    NotListed,
}

impl Listing {
    pub const ALL: [Self; 3] = [Self::Listed { enabled: true }, Self::Listed { enabled: false }, Self::NotListed];

    /// In worksheets.
    pub fn code(self) -> &'static str {
        match self {
            Self::Listed { enabled: true } => "listed",
            Self::Listed { enabled: false } => "listed_not_enabled",
            Self::NotListed => "not_listed",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|listing| listing.code() == code)
    }

    /// `None`: the table has no row of the code.
    pub fn of(enabled: Option<bool>) -> Self {
        enabled.map_or(Self::NotListed, |enabled| Self::Listed { enabled })
    }

    pub fn enabled(self) -> Option<bool> {
        if let Self::Listed { enabled } = self { Some(enabled) } else { None }
    }
}

/// The entry of one code in the newest table of codes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeStanding {
    pub list: Arc<CodeList>,
    pub listing: Listing,
}

/// The conclusion for a code that no other list has, on the days in question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeFinding {
    pub standing: CodeStanding,
    /// `unknown_code` or `not_in_our_lists`; `None`: the table proves nothing.
    pub reason: Option<Reason>,
}

impl CodeStanding {
    /// A code that is not listed did not exist until the list's day. Of later days, and without a day, absence proves nothing.
    pub fn reason(&self, period: &Period) -> Option<Reason> {
        let last_day = period.until.yesterday().ok()?;
        match self.listing {
            Listing::Listed { .. } => Some(Reason::NotInOurLists),
            Listing::NotListed => self.list.day.filter(|day| last_day <= *day).map(|_| Reason::UnknownCode),
        }
    }

    pub fn on(self, period: &Period) -> CodeFinding {
        CodeFinding { reason: self.reason(period), standing: self }
    }
}

/// A code of a medicine, as bills have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MedicineCode {
    Cum(Cum),
    Ium(Ium),
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParseMedicineCodeError {
    #[error("no CUM: {0}")]
    Cum(#[from] ParseCumError),
    #[error("neither a CUM nor an IUM")]
    Neither,
}

impl FromStr for MedicineCode {
    type Err = ParseMedicineCodeError;

    /// A hyphen makes it a CUM; an IUM has none.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.contains('-') {
            return Ok(Self::Cum(text.parse()?));
        }
        text.parse().map(Self::Ium).map_err(|_| ParseMedicineCodeError::Neither)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn standing(day: Option<Date>, listing: Listing) -> CodeStanding {
        CodeStanding { list: Arc::new(CodeList { name: "REF_CUMS.csv".to_owned(), day }), listing }
    }

    fn reason(day: Option<Date>, listing: Listing, period: &str) -> Option<Reason> {
        standing(day, listing).reason(&Period::parse(period).unwrap())
    }

    #[test]
    fn absence_proves_something_up_to_the_lists_day_and_nothing_after_it() {
        let july = Some(date(2026, 7, 31));
        for (period, proves) in [
            ("2019-05", true),
            ("2026-07-30", true),
            ("2026-07-31", true),
            ("2026-07", true),
            ("2026-08-01", false),
            ("2026-08", false),
            ("2030-01-01", false),
        ] {
            assert_eq!(reason(july, Listing::NotListed, period), proves.then_some(Reason::UnknownCode), "{period}");
        }
        // The month goes on after the list's day.
        assert_eq!(reason(Some(date(2026, 7, 30)), Listing::NotListed, "2026-07"), None);
        assert_eq!(reason(Some(date(2026, 7, 30)), Listing::NotListed, "2026-07-30"), Some(Reason::UnknownCode));
        assert_eq!(reason(None, Listing::NotListed, "1990-01-01"), None, "a list without a day proves no absence");
    }

    #[test]
    fn a_listed_code_exists_whatever_the_day_and_whether_it_is_enabled() {
        for day in [None, Some(date(2026, 7, 31))] {
            for enabled in [true, false] {
                for period in ["2019-05", "2026-07-31", "2030-01-01"] {
                    assert_eq!(reason(day, Listing::Listed { enabled }, period), Some(Reason::NotInOurLists));
                }
            }
        }
    }

    #[test]
    fn every_listing_has_a_code_of_its_own() {
        for listing in Listing::ALL {
            assert_eq!(Listing::from_code(listing.code()), Some(listing));
            assert_eq!(Listing::of(listing.enabled()), listing);
        }
        assert_eq!(Listing::from_code("unknown"), None);
    }

    #[test]
    fn a_code_is_a_cum_or_an_ium() {
        assert_eq!(" 019914312 - 020 ".parse(), Ok(MedicineCode::Cum(Cum::new(19_914_312, 20))));
        assert_eq!("1a1006781005100".parse(), Ok(MedicineCode::Ium("1A1006781005100".parse().unwrap())));
        assert_eq!("0-1".parse::<MedicineCode>(), Err(ParseMedicineCodeError::Cum(ParseCumError::Expediente)));
        for text in ["19914312", "", "1A10067", "7702605101234"] {
            assert_eq!(text.parse::<MedicineCode>(), Err(ParseMedicineCodeError::Neither), "{text}");
        }
    }
}
