//! NIT: the Colombian taxpayer id, 6 to 10 digits, with a check digit that is computed and not kept.

use std::{fmt, str::FromStr};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Nit(u64);

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParseNitError {
    #[error("a NIT is 6 to 10 digits without a leading zero, such as `899999063-3`, `899.999.063-3` or `899999063`, not `{0}`")]
    Shape(String),
    #[error("the check digit of NIT {nit} is {expected}, not {found}", nit = .nit.digits())]
    CheckDigit { nit: Nit, found: u8, expected: u8 },
}

/// The weights of the tax authority, from the last digit to the first; the longest NIT here uses ten of the fifteen.
const WEIGHTS: [u64; 15] = [3, 7, 13, 17, 19, 23, 29, 37, 41, 43, 47, 53, 59, 67, 71];
const DIGITS: std::ops::RangeInclusive<usize> = 6..=10;

impl Nit {
    /// As publishers write it, without the check digit.
    pub fn digits(self) -> String {
        self.0.to_string()
    }

    pub fn check_digit(self) -> u8 {
        let mut rest = self.0;
        let mut sum = 0;
        for weight in WEIGHTS {
            sum += weight * (rest % 10);
            rest /= 10;
        }
        match (sum % 11) as u8 {
            remainder @ 0..=1 => remainder,
            remainder => 11 - remainder,
        }
    }
}

/// `899999063-3`, `899.999.063-3` or `899999063`, spaces around; a check digit that is stated must be right.
/// Ten digits without a hyphen are all the number: nothing tells a check digit that is glued to it.
impl FromStr for Nit {
    type Err = ParseNitError;

    fn from_str(text: &str) -> Result<Self, ParseNitError> {
        let text = text.trim();
        let shape = || ParseNitError::Shape(text.chars().take(40).collect());
        let (number, check) = text.split_once('-').map_or((text, None), |(number, check)| (number, Some(check)));
        let nit = number_of(number).map(Self).ok_or_else(shape)?;
        let Some(check) = check else { return Ok(nit) };
        let &[digit @ b'0'..=b'9'] = check.as_bytes() else { return Err(shape()) };
        let (found, expected) = (digit - b'0', nit.check_digit());
        if found == expected { Ok(nit) } else { Err(ParseNitError::CheckDigit { nit, found, expected }) }
    }
}

/// Plain digits, or groups of three parted by dots.
fn number_of(text: &str) -> Option<u64> {
    let grouped = |(index, group): (usize, &str)| if index == 0 { (1..=3).contains(&group.len()) } else { group.len() == 3 };
    if text.contains('.') && !text.split('.').enumerate().all(grouped) {
        return None;
    }
    let digits = text.replace('.', "");
    let right = DIGITS.contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit()) && !digits.starts_with('0');
    if right { digits.parse().ok() } else { None }
}

impl fmt::Display for Nit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.0, self.check_digit())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_digits_are_those_of_real_taxpayers() {
        // Universidad Nacional, Banco de Bogotá, DIAN, Bancolombia.
        for text in ["899999063-3", "860002964-4", "800197268-4", "890903938-8"] {
            assert_eq!(text.parse::<Nit>().map(|nit| nit.to_string()), Ok(text.to_owned()));
        }
    }

    #[test]
    fn remainders_of_zero_and_one_stand_for_themselves() {
        let of_remainder = |wanted: u64| {
            let sum = |number: u64| (0..10).map(|at| WEIGHTS[at] * (number / 10_u64.pow(at as u32) % 10)).sum::<u64>();
            (100_000..100_100).find(|number| sum(*number) % 11 == wanted).map(Nit).unwrap()
        };
        let digits: Vec<u8> = (0..11).map(|remainder| of_remainder(remainder).check_digit()).collect();
        assert_eq!(digits, [0, 1, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
    }

    #[test]
    fn the_usual_spellings_are_one_nit() {
        for text in ["899.999.063-3", "899999063", "899.999.063", "  899999063-3\t", "899999063-3"] {
            let nit: Nit = text.parse().unwrap();
            assert_eq!((nit, nit.digits().as_str(), nit.check_digit()), (Nit(899_999_063), "899999063", 3), "{text}");
        }
        assert_eq!("1.020.304.050".parse(), Ok(Nit(1_020_304_050)));
        assert_eq!("123456".parse(), Ok(Nit(123_456)));
    }

    #[test]
    fn a_wrong_check_digit_is_named() {
        for wrong in ["0", "1", "2", "4", "5", "6", "7", "8", "9"] {
            assert!(format!("899999063-{wrong}").parse::<Nit>().is_err());
        }
        let error = "899.999.063-4".parse::<Nit>().unwrap_err();
        assert_eq!(error.to_string(), "the check digit of NIT 899999063 is 3, not 4");
    }

    #[test]
    fn one_digit_wrong_is_always_found() {
        for at in 0..9 {
            for digit in b'0'..=b'9' {
                let mut text = b"899999063-3".to_vec();
                let changed = std::mem::replace(&mut text[at], digit) != digit;
                assert_eq!(String::from_utf8(text).unwrap().parse::<Nit>().is_err(), changed, "{at} {digit}");
            }
        }
    }

    #[test]
    fn laxer_spellings_are_refused() {
        for text in [
            "", "-", "-3", "12345", "12345678901", "0899999063", "899999063-", "899999063-33", "899999063--3", "899999063-x",
            "899 999 063-3", "89.9999.063-3", "899.999063-3", ".899.999.063", "899.999.063.-3", "8999.990.63", "+899999063",
            "８99999063", "899999063 - 3", "NIT 899999063",
        ] {
            assert!(matches!(text.parse::<Nit>(), Err(ParseNitError::Shape(_))), "{text}");
        }
    }
}
