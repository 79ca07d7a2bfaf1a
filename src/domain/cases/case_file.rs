//! The name of a case, and the terms of the law that run in it.

use std::fmt;

use jiff::{ToSpan, civil::Date};

use crate::domain::calendar::working_days::add_working_days;

/// `c000123`: a letter and at least six digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseId(String);

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a case's id is `c` and 6 to 18 digits, such as c000123")]
pub struct ParseCaseIdError;

impl CaseId {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::str::FromStr for CaseId {
    type Err = ParseCaseIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits = text.strip_prefix('c').ok_or(ParseCaseIdError)?;
        let right = (6..=18).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
        if right { Ok(Self(text.to_owned())) } else { Err(ParseCaseIdError) }
    }
}

impl fmt::Display for CaseId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TermUnit {
    WorkingDays,
    Years,
}

impl TermUnit {
    pub fn code(self) -> &'static str {
        match self {
            Self::WorkingDays => "working_days",
            Self::Years => "years",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        [Self::WorkingDays, Self::Years].into_iter().find(|unit| unit.code() == code)
    }
}

/// The seller's term to answer a notification.
pub const REPLY: &str = "reply";
/// The limitation period: after it nothing can be sanctioned.
pub const LIMITATION: &str = "limitation";

/// A dated row of law: the length of a legal term.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LegalTerm {
    pub code: String,
    pub from: Date,
    /// The first day on which it no longer holds.
    pub until: Option<Date>,
    pub amount: u32,
    pub unit: TermUnit,
    pub citation: String,
    pub confirmed: bool,
}

impl LegalTerm {
    /// The last day of the term that begins with what happened on `day`.
    pub fn last_day(&self, day: Date) -> Date {
        match self.unit {
            TermUnit::WorkingDays => add_working_days(day, self.amount),
            TermUnit::Years => {
                i32::try_from(self.amount).ok().and_then(|years| day.checked_add(years.years()).ok()).unwrap_or(Date::MAX)
            }
        }
    }
}

/// The term of this name in force on a day.
pub fn term<'a>(terms: &'a [LegalTerm], code: &str, day: Date) -> Option<&'a LegalTerm> {
    let in_force = |term: &&LegalTerm| term.code == code && term.from <= day && term.until.is_none_or(|until| day < until);
    terms.iter().filter(in_force).max_by_key(|term| term.from)
}

/// The last day of that term, counted from a day; `None` where the law of that day is not known.
pub fn last_day(terms: &[LegalTerm], code: &str, day: Date) -> Option<Date> {
    Some(term(terms, code, day)?.last_day(day))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn rule(code: &str, from: Date, until: Option<Date>, amount: u32, unit: TermUnit) -> LegalTerm {
        LegalTerm { code: code.to_owned(), from, until, amount, unit, citation: String::new(), confirmed: true }
    }

    #[test]
    fn a_term_is_that_of_its_day() {
        let change = date(2024, 1, 1);
        let terms = [
            rule(REPLY, date(2012, 7, 2), Some(change), 15, TermUnit::WorkingDays),
            rule(REPLY, change, None, 10, TermUnit::WorkingDays),
            rule(LIMITATION, date(2012, 7, 2), None, 3, TermUnit::Years),
        ];
        assert_eq!(last_day(&terms, REPLY, date(2012, 7, 1)), None);
        // 15 working days from Tuesday 2020-09-01, without a holiday between.
        assert_eq!(last_day(&terms, REPLY, date(2020, 9, 1)), Some(date(2020, 9, 22)));
        assert_eq!(last_day(&terms, REPLY, date(2024, 9, 2)), Some(date(2024, 9, 16)));
        assert_eq!(last_day(&terms, LIMITATION, date(2020, 6, 1)), Some(date(2023, 6, 1)));
        assert_eq!(last_day(&terms, LIMITATION, date(2020, 2, 29)), Some(date(2023, 2, 28)));
    }

    #[test]
    fn a_case_has_one_spelling() {
        for good in ["c000001", "c1000000"] {
            assert_eq!(good.parse::<CaseId>().map(|id| id.to_string()), Ok(good.to_owned()));
        }
        for bad in ["", "c", "c00001", "C000001", "000001", "c00000x", "c000001 ", "c0000000000000000001"] {
            assert_eq!(bad.parse::<CaseId>(), Err(ParseCaseIdError), "{bad}");
        }
    }
}
