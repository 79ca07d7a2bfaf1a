//! What a reporter owes and when: spans of months, reporting periods under dated rules, and whether a report was in time.

use jiff::{ToSpan, civil::Date};
use std::{fmt, ops::RangeInclusive};

/// A dated row of law: the length of a reporting period, and when its report is due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportingRule {
    pub from: Date,
    /// The first day on which the rule no longer holds.
    pub until: Option<Date>,
    /// 3 for calendar quarters, 1 for months.
    pub months: u8,
    /// Due by the last day of the n-th month after the period.
    pub due_months_after: u8,
    pub citation: String,
    pub confirmed: bool,
}

/// Whole months, half-open: `[from, until)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    pub from: Date,
    pub until: Date,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a span is like 2020, 2020-Q2, 2020-06 or 2019-10/2021-09 (both months included), between 1990 and 2100, {}not \"{text}\"", .two_ways.as_ref().map(|two| format!("and \"{text}\" could be {} or {}: ", two.0, two.1)).unwrap_or_default())]
pub struct ParseSpanError {
    text: String,
    /// The two readings of a text that has two.
    two_ways: Option<(String, String)>,
}

impl ParseSpanError {
    fn of(text: &str) -> Self {
        let text: String = text.chars().take(40).collect();
        // `2020-2`: February, or the second quarter.
        let parts = text.split_once('-').filter(|(start, _)| year(start).is_some());
        let two_ways = parts.and_then(|(start, end)| match end.as_bytes() {
            [digit @ b'1'..=b'4'] => {
                Some((format!("{start}-0{}", char::from(*digit)), format!("{start}-Q{}", char::from(*digit))))
            }
            _ => None,
        });
        Self { text, two_ways }
    }

    /// The same in Spanish.
    pub fn es(&self) -> String {
        let Self { text, two_ways } = self;
        let two = two_ways.as_ref().map(|(first, second)| format!("y «{text}» podría ser {first} o {second}: "));
        format!(
            "un período es como 2020, 2020-T2, 2020-06 o 2019-10/2021-09 (con ambos meses), entre 1990 y 2100, {}no «{text}»",
            two.unwrap_or_default()
        )
    }
}

const YEARS: RangeInclusive<i16> = 1990..=2100;

impl Span {
    /// The stored form: both days are first days of a month, and at least a month lies between.
    pub fn new(from: Date, until: Date) -> Option<Self> {
        (from.day() == 1 && until.day() == 1 && from < until).then_some(Self { from, until })
    }

    /// The whole months that hold the days `[from, until)`.
    pub fn covering(from: Date, until: Date) -> Option<Self> {
        Self::new(from.first_of_month(), after(until.yesterday().ok()?.first_of_month(), 1)?)
    }

    /// One of the four forms, `T` for `Q` as Spanish has it and `202006` as SISMED writes a month, and nothing laxer.
    pub fn parse(text: &str) -> Result<Self, ParseSpanError> {
        Self::read(text).ok_or_else(|| ParseSpanError::of(text))
    }

    fn read(text: &str) -> Option<Self> {
        if let Some((first, last)) = text.split_once('/') {
            return Self::new(Self::month(first)?.from, Self::month(last)?.until);
        }
        match text.as_bytes() {
            [_, _, _, _] => Self::of(year(text)?, 1, 12),
            [_, _, _, _, b'-', b'Q' | b'T', quarter @ b'1'..=b'4'] => {
                Self::of(year(text.get(..4)?)?, (quarter - b'1') as i8 * 3 + 1, 3)
            }
            _ => Self::month(text),
        }
    }

    fn month(text: &str) -> Option<Self> {
        let (year_text, month) = if text.len() == 6 { text.split_at_checked(4)? } else { text.split_once('-')? };
        Self::of(year(year_text)?, i8::try_from(digits(month, 2)?).ok()?, 1)
    }

    fn of(year: i16, month: i8, months: i8) -> Option<Self> {
        let from = Date::new(year, month, 1).ok()?;
        Some(Self { from, until: from.checked_add(i32::from(months).months()).ok()? })
    }

    /// Whether every day of `[from, until)` lies inside.
    pub fn contains(&self, from: Date, until: Date) -> bool {
        self.from <= from && from < until && until <= self.until
    }

    fn months(&self) -> i32 {
        (i32::from(self.until.year()) - i32::from(self.from.year())) * 12 + i32::from(self.until.month() - self.from.month())
    }
}

fn digits(text: &str, count: usize) -> Option<i16> {
    (text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok())?
}

fn year(text: &str) -> Option<i16> {
    digits(text, 4).filter(|year| YEARS.contains(year))
}

/// A year, a quarter or a month by its own name; else the first and the last month.
impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month) = (self.from.year(), self.from.month());
        match self.months() {
            12 if month == 1 => write!(f, "{year:04}"),
            3 if month % 3 == 1 => write!(f, "{year:04}-Q{}", month / 3 + 1),
            1 => write!(f, "{year:04}-{month:02}"),
            _ => {
                let last = self.until.yesterday().unwrap_or(self.until);
                write!(f, "{year:04}-{month:02}/{:04}-{:02}", last.year(), last.month())
            }
        }
    }
}

/// A report that is owed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    pub period: Span,
    pub due_on: Date,
    /// Which of the rules given: its place among them.
    pub rule: usize,
}

/// The reporting periods that lie wholly in the span, in order, each under the rule in force when it begins.
///
/// No day is owed twice: a quarter that begins under a rule is owed under it even if the rule ends meanwhile, and the next
/// rule's first period begins after that quarter. The periods do not depend on where the span begins.
pub fn due_within(span: Span, rules: &[ReportingRule]) -> Vec<Due> {
    let mut owed = Vec::new();
    let mut month = rules.iter().map(|rule| rule.from).min().and_then(month_from);
    while let Some(from) = month.filter(|from| *from < span.until) {
        let due = due_from(from, rules);
        month = due.map_or_else(|| after(from, 1), |due| Some(due.period.until));
        owed.extend(due.filter(|due| span.contains(due.period.from, due.period.until)));
    }
    owed
}

/// The reporting period that begins on this first day of a month, if one does. Of two rules in force the later one holds.
fn due_from(from: Date, rules: &[ReportingRule]) -> Option<Due> {
    let in_force = |rule: &ReportingRule| rule.from <= from && rule.until.is_none_or(|until| from < until);
    let (index, rule) = rules.iter().enumerate().filter(|(_, rule)| in_force(rule)).max_by_key(|(_, rule)| rule.from)?;
    let length = i8::try_from(rule.months).ok().filter(|length| *length > 0)?;
    if (from.month() - 1) % length != 0 {
        return None;
    }
    let until = after(from, rule.months)?;
    Some(Due { period: Span { from, until }, due_on: after(until, rule.due_months_after)?.yesterday().ok()?, rule: index })
}

fn after(day: Date, months: u8) -> Option<Date> {
    day.checked_add(i32::from(months).months()).ok()
}

/// The first month that begins on the day or later.
fn month_from(day: Date) -> Option<Date> {
    let first = day.first_of_month();
    if first == day { Some(first) } else { after(first, 1) }
}

/// The status of a report that is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Timeliness {
    /// Not yet accepted, and still in time.
    Due,
    OnTime,
    Late,
    /// Nothing accepted, and the term has passed.
    Silent,
}

impl Timeliness {
    pub const ALL: [Self; 4] = [Self::Due, Self::OnTime, Self::Late, Self::Silent];

    pub fn code(self) -> &'static str {
        match self {
            Self::Due => "due",
            Self::OnTime => "on_time",
            Self::Late => "late",
            Self::Silent => "silent",
        }
    }
}

/// The last day of the term is still in time.
pub fn standing(due_on: Date, today: Date, first_accepted_on: Option<Date>) -> Timeliness {
    match first_accepted_on {
        Some(day) if day <= due_on => Timeliness::OnTime,
        Some(_) => Timeliness::Late,
        None if today <= due_on => Timeliness::Due,
        None => Timeliness::Silent,
    }
}

#[cfg(test)]
mod tests;
