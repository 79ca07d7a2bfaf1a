//! The age of something in words.

use super::{format, messages::say};
use crate::http::Language;

/// `day` is the day itself: of one that has not come there is nothing else to say.
pub fn ago(language: Language, days: i64, day: &str) -> String {
    match days {
        ..0 => say(language, "age.of_day", &[("day", format::day(day, language))]),
        0 => say(language, "age.today", &[]),
        1 => say(language, "age.yesterday", &[]),
        days => say(language, "age.days", &[("days", days.to_string())]),
    }
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
}
