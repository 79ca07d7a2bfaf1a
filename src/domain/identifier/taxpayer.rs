//! Who a number of a public data set stands for, by its form alone: an organisation, or a natural person, whose number is that of an identity card and
//! goes nowhere.
//!
//! Organisations have nine digits that begin with 8 or 9. Identity cards have up to eight digits, or ten that begin with 1; other forms (cards of
//! foreigners, passports, numbers of the tax office for persons) are no proof of an organisation. Whatever is not surely an organisation is
//! treated as a person: a company left unnamed is a smaller fault than a person who is named.

use super::nit::Nit;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Taxpayer {
    Organisation(Nit),
    NaturalPerson,
    /// Nothing stands there, or no number.
    NotStated,
}

const ORGANISATIONS: std::ops::RangeInclusive<u64> = 800_000_000..=999_999_999;

impl Taxpayer {
    pub const CODES: [&'static str; 3] = ["organisation", "natural_person", "not_stated"];

    pub fn of(text: &str) -> Self {
        let digits: String = text.chars().filter(|letter| !matches!(letter, '.' | ' ' | ',')).collect();
        let (number, check) = digits.split_once('-').map_or((digits.as_str(), None), |(number, check)| (number, Some(check)));
        if number.is_empty() || !number.bytes().all(|byte| byte.is_ascii_digit()) {
            return Self::NotStated;
        }
        let glued = number.len() == 10 && check.is_none();
        let (number, check) = if glued { (&number[..9], Some(&number[9..])) } else { (number, check) };
        let organisation = number.parse::<u64>().ok().filter(|number| ORGANISATIONS.contains(number));
        let nit: Option<Nit> = organisation.and_then(|number| number.to_string().parse().ok());
        let Some(nit) = nit else { return Self::NaturalPerson };
        // A check digit that is wrong behind a hyphen is the sender's; glued to the number it only is one if it is right.
        let is_right = check.is_some_and(|check| check == nit.check_digit().to_string());
        if glued && !is_right { Self::NaturalPerson } else { Self::Organisation(nit) }
    }

    pub fn nit(self) -> Option<Nit> {
        if let Self::Organisation(nit) = self { Some(nit) } else { None }
    }

    pub fn code(self) -> &'static str {
        match self {
            Self::Organisation(_) => Self::CODES[0],
            Self::NaturalPerson => Self::CODES[1],
            Self::NotStated => Self::CODES[2],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_surely_is_an_organisation_has_a_number() {
        for text in ["899999063", "899.999.063-3", "8999990633", " 860002964 ", "899999063-9"] {
            assert!(matches!(Taxpayer::of(text), Taxpayer::Organisation(_)), "{text}");
        }
        assert_eq!(Taxpayer::of("8999990633").nit(), "899999063".parse().ok());
        // Identity cards of both forms, those of foreigners, and what only looks like a glued check digit.
        for text in ["79456123", "1020304050", "51789", "345678", "8999990634", "700123456", "12345678901"] {
            assert_eq!(Taxpayer::of(text), Taxpayer::NaturalPerson, "{text}");
        }
        for text in ["", "  ", "No Definido", "AX123456"] {
            assert_eq!(Taxpayer::of(text), Taxpayer::NotStated, "{text}");
        }
    }
}
