//! The name of an act, `Circular 10 de 2020` as printed and `circular-10-2020` as its key; and whether it is in force.

use jiff::civil::Date;

use crate::domain::identifier::text::fold;

const SAMPLE_PREFIX: &str = "muestra-";

/// Folded words without `de`, numbers without leading zeros, joined by hyphens: `Circular 019 de 2024` is `circular-19-2024`.
pub(crate) fn act_id(printed: &str) -> String {
    let folded = fold(printed);
    let words = folded.split(' ').filter(|word| !matches!(*word, "de" | "del" | "no" | "cnpmdm"));
    let words: Vec<String> = words.map(key_word).collect();
    words.join("-")
}

/// The key of an act that the sample invents, distinguished from the real one whose name it borrows: `muestra-circular-10-2020`.
pub(crate) fn sample_act_id(printed: &str) -> String {
    format!("{SAMPLE_PREFIX}{}", act_id(printed))
}

fn key_word(word: &str) -> String {
    let ascii: String = word.chars().filter(char::is_ascii_alphanumeric).collect();
    if !ascii.bytes().all(|byte| byte.is_ascii_digit()) {
        return ascii;
    }
    match ascii.trim_start_matches('0') {
        "" => "0".to_owned(),
        // Two digits at least, as the circulars are cited: 04 of 2016.
        short if short.len() == 1 => format!("0{short}"),
        number => number.to_owned(),
    }
}

/// The title of an act that the sample invents.
pub(crate) fn sample_title(printed: &str) -> String {
    format!("Muestra: {printed}")
}

/// The key as it would be printed: `circular-10-2020` is `Circular 10 de 2020`. `None` where it is not a word, a number and a year.
pub fn printed(id: &str) -> Option<String> {
    if let Some(borrowed) = id.strip_prefix(SAMPLE_PREFIX) {
        return printed(borrowed).map(|title| sample_title(&title));
    }
    let [word, number, year] = id.split('-').collect::<Vec<_>>()[..] else { return None };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let mut letters = word.chars();
    let first = letters.next().filter(char::is_ascii_lowercase)?;
    let readable =
        letters.as_str().bytes().all(|byte| byte.is_ascii_lowercase()) && digits(number) && digits(year) && year.len() == 4;
    readable.then(|| format!("{}{} {number} de {year}", first.to_ascii_uppercase(), letters.as_str()))
}

/// Whether an act is in force, as far as is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActStatus {
    InForce,
    NotYetInForce,
    /// Repealed, or it amends an act that is.
    Superseded,
    /// The day from which it is in force is not known.
    UnknownDate,
}

/// The end of an act, with its day if that is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Repeal {
    pub from: Option<Date>,
}

impl ActStatus {
    pub const ALL: &'static [Self] = &[Self::InForce, Self::NotYetInForce, Self::UnknownDate, Self::Superseded];

    pub fn code(self) -> &'static str {
        match self {
            Self::InForce => "in_force",
            Self::NotYetInForce => "not_yet_in_force",
            Self::Superseded => "superseded",
            Self::UnknownDate => "unknown_date",
        }
    }

    /// `repeals`: of the act itself, and of the act that it amends.
    pub fn on(day: Date, in_force_from: Option<Date>, repeals: impl IntoIterator<Item = Repeal>) -> Self {
        // A repeal of unknown day is no reason to call the act in force.
        if repeals.into_iter().any(|repeal| repeal.from.is_none_or(|from| from <= day)) {
            return Self::Superseded;
        }
        match in_force_from {
            None => Self::UnknownDate,
            Some(from) if from > day => Self::NotYetInForce,
            Some(_) => Self::InForce,
        }
    }
}

/// The key of an act, as clients write it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActId(String);

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an act's id is lower-case words joined by hyphens, such as circular-10-2020")]
pub struct ParseActIdError;

const ID_CHARS_MAX: usize = 64;

impl ActId {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::str::FromStr for ActId {
    type Err = ParseActIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let plain = text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
        if text.is_empty() || text.len() > ID_CHARS_MAX || !plain {
            return Err(ParseActIdError);
        }
        Ok(Self(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_printed_where_it_can_be() {
        for (id, expected) in [
            ("circular-10-2020", Some("Circular 10 de 2020")),
            ("circular-04-2016", Some("Circular 04 de 2016")),
            ("muestra-circular-10-2020", Some("Muestra: Circular 10 de 2020")),
            ("muestra-circular", None),
            ("resolucion-718-2015", Some("Resolucion 718 de 2015")),
            ("circular-10", None),
            ("circular-10-20", None),
            ("acto-x-2020", None),
            ("10-20-2020", None),
            ("circular-conjunta-10-2020", None),
            ("", None),
        ] {
            assert_eq!(printed(id).as_deref(), expected, "{id}");
            if let Some(printed) = printed(id).filter(|_| !id.starts_with(SAMPLE_PREFIX)) {
                assert_eq!(act_id(&printed), id);
            }
        }
    }

    #[test]
    fn an_act_is_in_force_between_its_first_day_and_its_end() {
        use jiff::civil::date;
        let day = |text: &str| Some(text.parse::<Date>().unwrap());
        let today = date(2026, 11, 23);
        let repeal = |from| vec![Repeal { from }];
        for (from, repeals, expected) in [
            (day("2020-03-28"), vec![], ActStatus::InForce),
            (day("2026-11-23"), vec![], ActStatus::InForce),
            (day("2026-11-24"), vec![], ActStatus::NotYetInForce),
            (None, vec![], ActStatus::UnknownDate),
            (day("2020-03-28"), repeal(day("2026-11-24")), ActStatus::InForce),
            (day("2020-03-28"), repeal(day("2026-11-23")), ActStatus::Superseded),
            (day("2020-03-28"), repeal(None), ActStatus::Superseded),
            (None, repeal(None), ActStatus::Superseded),
            // Of two ends one is enough: its own, or that of the act it amends.
            (day("2020-04-01"), vec![Repeal { from: day("2030-01-01") }, Repeal { from: None }], ActStatus::Superseded),
        ] {
            assert_eq!(ActStatus::on(today, from, repeals.clone()), expected, "{from:?} {repeals:?}");
        }
    }

    #[test]
    fn every_spelling_is_one_key() {
        for (printed, id) in [
            ("Circular 10 de 2020", "circular-10-2020"),
            ("Circular 04 de 2016", "circular-04-2016"),
            (" CIRCULAR  019 DE 2024 ", "circular-19-2024"),
            ("Circular 4 de 2016", "circular-04-2016"),
            ("Circular No. 22 de 2026", "circular-22-2026"),
        ] {
            assert_eq!(act_id(printed), id);
        }
    }
}
