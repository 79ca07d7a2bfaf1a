//! How old something is, as a person says it.

use super::messages::say;
use crate::http::Language;

pub fn ago(language: Language, days: i64) -> String {
    match days {
        0 => say(language, "age.today", &[]),
        1 => say(language, "age.yesterday", &[]),
        days => say(language, "age.days", &[("days", days.to_string())]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_says_zero_days_ago() {
        let (es, en) = (Language::Spanish, Language::English);
        assert_eq!([0, 1, 2].map(|days| ago(es, days)), ["de hoy", "de ayer", "de hace 2 días"]);
        assert_eq!([0, 1, 2].map(|days| ago(en, days)), ["from today", "from yesterday", "from 2 days ago"]);
    }
}
