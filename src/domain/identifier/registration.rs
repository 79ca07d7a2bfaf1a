//! A sanitary registration (registro sanitario) as people write it: `INVIMA 2012M-9914262`, `2021M-002103-R3`, `M-012345`.

/// What was written of one: a part that was left out agrees with any.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Registration {
    pub number: u32,
    pub year: Option<u16>,
    /// `M`, `MBT`.
    pub letters: String,
    pub renewal: Option<u8>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a registration is a year, letters and 5 to 8 digits, as in 2012M-9914262")]
pub struct ParseRegistrationError;

const LETTERS_MAX: usize = 5;
const DIGITS: std::ops::RangeInclusive<usize> = 5..=8;

impl Registration {
    /// Whether the other one has every part that this one has.
    pub fn agrees_with(&self, other: &Self) -> bool {
        let renewal = self.renewal.is_none() || self.renewal == other.renewal;
        let year = self.year.is_none() || self.year == other.year;
        self.number == other.number && self.letters == other.letters && year && renewal
    }
}

impl std::str::FromStr for Registration {
    type Err = ParseRegistrationError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim().to_ascii_uppercase();
        let bare = text.strip_prefix("INVIMA").unwrap_or(&text);
        read(&runs(bare).ok_or(ParseRegistrationError)?).ok_or(ParseRegistrationError)
    }
}

/// Digits and letters in turn, whatever parts them; `None` where there is anything else.
fn runs(text: &str) -> Option<Vec<&str>> {
    let mut runs = Vec::new();
    for part in text.split([' ', '-', '.', '/', '_', ':']).filter(|part| !part.is_empty()) {
        let mut rest = part;
        while let Some(first) = rest.chars().next() {
            let is_digit = first.is_ascii_digit();
            let alike = |c: char| if is_digit { c.is_ascii_digit() } else { c.is_ascii_uppercase() };
            let end = rest.find(|c| !alike(c)).unwrap_or(rest.len());
            let (run, after) = rest.split_at_checked(end).filter(|(run, _)| !run.is_empty())?;
            runs.push(run);
            rest = after;
        }
    }
    Some(runs)
}

fn read(runs: &[&str]) -> Option<Registration> {
    let (year, rest) = match runs {
        [year, rest @ ..] if year.len() == 4 && year.bytes().all(|byte| byte.is_ascii_digit()) => {
            (Some(year.parse().ok()?), rest)
        }
        rest => (None, rest),
    };
    let (letters, number, renewal) = match rest {
        [letters, number] => (letters, number, None),
        [letters, number, "R", renewal] => (letters, number, Some(renewal.parse().ok()?)),
        _ => return None,
    };
    let lettered = letters.len() <= LETTERS_MAX && letters.bytes().all(|byte| byte.is_ascii_uppercase());
    // Without a year only the letter of medicines tells it from a word and a number.
    let known = year.is_some() || *letters == "M";
    let fits = lettered && known && DIGITS.contains(&number.len());
    let number = number.parse().ok().filter(|_| fits)?;
    Some(Registration { number, year, letters: (*letters).to_owned(), renewal })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Registration {
        text.parse().unwrap()
    }

    #[test]
    fn any_spelling_is_one_registration() {
        let whole = Registration { number: 9_914_262, year: Some(2012), letters: "M".to_owned(), renewal: None };
        for text in ["INVIMA 2012M-9914262", "2012M-9914262", " invima 2012 m 9914262 ", "2012M9914262", "INVIMA2012M-9914262"] {
            assert_eq!(parse(text), whole, "{text}");
        }
        let renewed = parse("INVIMA 2021M-002103-R3");
        assert_eq!((renewed.number, renewed.renewal), (2_103, Some(3)));
        assert_eq!(parse("INVIMA M-012345").year, None);
        assert_eq!(parse("2015MBT-0000123").letters, "MBT");
    }

    #[test]
    fn what_was_left_out_agrees_with_any() {
        let renewed = parse("INVIMA 2021M-002103-R3");
        assert!(parse("2021M-0002103").agrees_with(&renewed));
        assert!(parse("M-002103").agrees_with(&renewed));
        assert!(!parse("2021M-002103-R2").agrees_with(&renewed));
        assert!(!parse("2020M-002103").agrees_with(&renewed));
    }

    #[test]
    fn what_is_something_else_is_none() {
        for text in [
            "", "INVIMA", "dolex 500", "losartan 50000", "2012-9914262", "19914312-20", "2012M-123", "2012M-9914262-X1",
            "1A1006781005100", "A10AE04",
        ] {
            assert!(text.parse::<Registration>().is_err(), "{text}");
        }
    }
}
