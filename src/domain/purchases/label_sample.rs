//! A sample of lines that people labelled: what one of them says that a text is, as it stands in the file of labels.

use std::{fmt, str::FromStr};

use jiff::civil::Date;

use crate::domain::identifier::cum::{Cum, ParseCumError};

/// The columns of the file, in order.
pub const LABEL_COLUMNS: [&str; 4] = ["text", "labeller", "truth", "day"];
const LABELLER_CHARS_MAX: usize = 40;

/// A row of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SampleLabel {
    /// As the line of the purchase has it.
    pub text: String,
    pub labeller: String,
    pub truth: SampleTruth,
    /// On which it was said.
    pub day: Date,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SampleTruth {
    /// Every product that the text can mean: in order, each once, one at least.
    Products(Vec<Cum>),
    NotAMedicine,
    CannotTell,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LabelFault {
    #[error("a label has a text")]
    Text,
    #[error("a labeller is named by 1 to 40 small letters, digits, `_` and `-`")]
    Labeller,
    #[error("a truth is one or more CUM, parted by blanks, or `not_a_medicine`, or `cannot_tell`")]
    Truth,
    #[error("a day is YYYY-MM-DD")]
    Day,
}

impl SampleTruth {
    /// `None` of no product.
    pub fn of_products(cums: impl IntoIterator<Item = Cum>) -> Option<Self> {
        let mut cums: Vec<Cum> = cums.into_iter().collect();
        cums.sort_unstable();
        cums.dedup();
        (!cums.is_empty()).then_some(Self::Products(cums))
    }
}

impl FromStr for SampleTruth {
    type Err = LabelFault;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.trim() {
            "not_a_medicine" => Ok(Self::NotAMedicine),
            "cannot_tell" => Ok(Self::CannotTell),
            cums => {
                let cums: Result<Vec<Cum>, ParseCumError> = cums.split_whitespace().map(str::parse).collect();
                cums.ok().and_then(Self::of_products).ok_or(LabelFault::Truth)
            }
        }
    }
}

impl fmt::Display for SampleTruth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Products(cums) => {
                let cums: Vec<String> = cums.iter().map(Cum::to_string).collect();
                f.write_str(&cums.join(" "))
            }
            Self::NotAMedicine => f.write_str("not_a_medicine"),
            Self::CannotTell => f.write_str("cannot_tell"),
        }
    }
}

pub fn is_labeller(name: &str) -> bool {
    let is_plain = |letter: u8| matches!(letter, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-');
    (1..=LABELLER_CHARS_MAX).contains(&name.len()) && name.bytes().all(is_plain)
}

impl SampleLabel {
    /// Of the cells of a row, in the order of the columns.
    pub fn read([text, labeller, truth, day]: [&str; 4]) -> Result<Self, LabelFault> {
        if text.trim().is_empty() {
            return Err(LabelFault::Text);
        }
        if !is_labeller(labeller) {
            return Err(LabelFault::Labeller);
        }
        let day = day.trim().parse().map_err(|_| LabelFault::Day)?;
        Ok(Self { text: text.to_owned(), labeller: labeller.to_owned(), truth: truth.parse()?, day })
    }

    pub fn cells(&self) -> [String; 4] {
        [self.text.clone(), self.labeller.clone(), self.truth.to_string(), self.day.to_string()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_read_as_it_is_written() {
        let row = ["LOSARTAN 50 MG, TABLETA", "ana", "20145979-10 19914312-020 20145979-10", "2026-12-01"];
        let label = SampleLabel::read(row).unwrap();
        assert_eq!(label.truth.to_string(), "19914312-20 20145979-10");
        let cells = label.cells();
        let again = SampleLabel::read([&cells[0], &cells[1], &cells[2], &cells[3]]).unwrap();
        assert_eq!(again, label);
        for truth in ["not_a_medicine", "cannot_tell"] {
            assert_eq!(truth.parse::<SampleTruth>().unwrap().to_string(), truth);
        }
    }

    #[test]
    fn what_is_no_label_is_refused() {
        let read = |row: [&str; 4]| SampleLabel::read(row).map(|_| ());
        assert_eq!(read([" ", "ana", "cannot_tell", "2026-12-01"]), Err(LabelFault::Text));
        assert_eq!(read(["X", "Ana B", "cannot_tell", "2026-12-01"]), Err(LabelFault::Labeller));
        for truth in ["", "perhaps", "19914312", "19914312-20 x"] {
            assert_eq!(read(["X", "ana", truth, "2026-12-01"]), Err(LabelFault::Truth), "{truth}");
        }
        assert_eq!(read(["X", "ana", "cannot_tell", "01/12/2026"]), Err(LabelFault::Day));
    }
}
