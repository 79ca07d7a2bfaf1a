//! The CUM (Código Único de Medicamento): `expediente-consecutivo`, one commercial presentation.

use std::{fmt, str::FromStr};

/// `19914312-20`. Compared as two integers, so `19914312-020` is the same code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Cum {
    pub expediente: i32,
    pub consecutive: i32,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParseCumError {
    #[error("a CUM is `expediente-consecutivo`, two whole numbers joined by a hyphen")]
    Shape,
    #[error("a CUM's expediente has 1 to 9 digits and is not zero")]
    Expediente,
    #[error("a CUM's consecutivo has 1 to 4 significant digits")]
    Consecutive,
}

impl Cum {
    pub fn new(expediente: i32, consecutive: i32) -> Self {
        Self { expediente, consecutive }
    }
}

impl Cum {
    /// From its two halves; the error's side tells which of them is wrong.
    pub(crate) fn of_halves(expediente: &str, consecutive: &str) -> Result<Self, ParseCumError> {
        let expediente = digits(expediente, 9).ok().flatten().filter(|number| *number > 0).ok_or(ParseCumError::Expediente)?;
        let consecutive = digits(consecutive, 4).ok().flatten().ok_or(ParseCumError::Consecutive)?;
        Ok(Self { expediente, consecutive })
    }
}

impl FromStr for Cum {
    type Err = ParseCumError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (expediente, consecutive) = text.trim().split_once('-').ok_or(ParseCumError::Shape)?;
        let expediente = digits(expediente, 9)?.ok_or(ParseCumError::Expediente)?;
        let consecutive = digits(consecutive, 4)?.ok_or(ParseCumError::Consecutive)?;
        if expediente == 0 {
            return Err(ParseCumError::Expediente);
        }
        Ok(Self { expediente, consecutive })
    }
}

/// ASCII digits only; leading zeros are padding. `Ok(None)` when there are too many significant digits.
fn digits(text: &str, significant_max: usize) -> Result<Option<i32>, ParseCumError> {
    let text = text.trim();
    if text.is_empty() || text.len() > 20 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(ParseCumError::Shape);
    }
    let significant = text.trim_start_matches('0');
    if significant.is_empty() {
        return Ok(Some(0));
    }
    if significant.len() > significant_max {
        return Ok(None);
    }
    Ok(significant.parse().ok())
}

impl fmt::Display for Cum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.expediente, self.consecutive)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_one_code_is_one_key() {
        for text in ["19993896-2", "19993896-02", " 19993896 - 2 ", "019993896-0002"] {
            assert_eq!(text.parse::<Cum>().map(|cum| cum.to_string()), Ok("19993896-2".to_owned()), "{text}");
        }
    }

    #[test]
    fn what_is_not_a_code_is_refused() {
        for text in
            ["", "19993896", "-2", "19993896-", "1-2-3", "+1-2", "1e3-2", "0-1", "1234567890-1", "1-12345", "١-٢", "1.0-2"]
        {
            assert!(text.parse::<Cum>().is_err(), "{text}");
        }
    }
}
