//! The age of something in words: in days while it is new, then in months, then in years and months.

use jiff::{Unit, civil::Date};

use super::{format, messages::say};
use crate::http::Language;

/// Two months, of whatever length: so many days are counted before months are.
const DAYS_MAX: i64 = 61;

/// `day` is the day itself: of one that has not come there is nothing else to say.
pub fn ago(language: Language, days: i64, day: &str) -> String {
    match days {
        ..0 => say(language, "age.of_day", &[("day", format::day(day, language))]),
        0 => say(language, "age.today", &[]),
        1 => say(language, "age.yesterday", &[]),
        days => say(language, "age.ago", &[("long", long(language, days, day))]),
    }
}

fn long(language: Language, days: i64, day: &str) -> String {
    let counted = |key: &str, n: i64| say(language, key, &[("n", n.to_string())]);
    let (years, months) = years_and_months(days, day).filter(|_| days > DAYS_MAX).unwrap_or_default();
    match (years, months) {
        (0, 0) => counted("age.days", days),
        (0, months) => counted("age.months", months),
        (years, 0) => counted("age.years", years),
        (years, months) => {
            let values = [("years", counted("age.years", years)), ("months", counted("age.months", months))];
            say(language, "age.years_months", &values)
        }
    }
}

/// Whole ones, by the calendar.
fn years_and_months(days: i64, day: &str) -> Option<(i64, i64)> {
    let since: Date = day.get(..10)?.parse().ok()?;
    let until = since.checked_add(jiff::Span::new().try_days(days).ok()?).ok()?;
    let span = since.until((Unit::Year, until)).ok()?;
    Some((i64::from(span.get_years()), i64::from(span.get_months())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zero_days_ago_is_today() {
        let (es, en) = (Language::Spanish, Language::English);
        assert_eq!([0, 1, 2].map(|days| ago(es, days, "2026-11-29")), ["de hoy", "de ayer", "de hace 2 días"]);
        assert_eq!([0, 1, 2].map(|days| ago(en, days, "2026-11-29")), ["from today", "from yesterday", "from 2 days ago"]);
        assert_eq!(
            [es, en].map(|language| ago(language, -397, "2027-12-31")),
            ["del 31 de diciembre de 2027", "of 31 December 2027"]
        );
    }

    #[test]
    fn what_is_old_is_counted_in_months_and_years() {
        let es = |days| ago(Language::Spanish, days, "2021-09-03");
        assert_eq!([61, 62, 91].map(es), ["de hace 61 días", "de hace 2 meses", "de hace 3 meses"]);
        // A year, a month more, and the 1,912 days that were once shown as such.
        assert_eq!([365, 396, 1_912].map(es), ["de hace 1 año", "de hace 1 año y 1 mes", "de hace 5 años y 2 meses"]);
        assert_eq!(ago(Language::English, 1_912, "2021-09-03"), "from 5 years and 2 months ago");
        assert_eq!(ago(Language::English, 1_912, "?"), "from 1912 days ago");
    }
}
