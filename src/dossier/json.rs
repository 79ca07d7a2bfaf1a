//! A JSON value with its path, so that each fault can name its place.

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde_json::Value;

use super::report::{DossierFault, FaultKind};
use crate::domain::calendar::period;

/// What exact arithmetic can hold; a longer figure would be rounded when read.
const DIGITS_MAX: usize = 28;

#[derive(Clone, Debug)]
pub struct Node<'a> {
    pub value: &'a Value,
    place: String,
}

impl<'a> Node<'a> {
    pub fn root(value: &'a Value, file: &str) -> Self {
        Self { value, place: format!("{file}#") }
    }

    pub fn fault(&self, wrong: FaultKind) -> DossierFault {
        DossierFault::new(&self.place, wrong)
    }

    pub fn malformed(&self) -> DossierFault {
        self.fault(FaultKind::Malformed)
    }

    pub fn get(&self, key: &str) -> Result<Self, DossierFault> {
        let place = format!("{}/{key}", self.place);
        match self.value.get(key) {
            Some(value) => Ok(Self { value, place }),
            None => Err(DossierFault::new(place, FaultKind::Missing)),
        }
    }

    /// Absent and `null` are the same.
    pub(crate) fn optional(&self, key: &str) -> Option<Self> {
        self.get(key).ok().filter(|node| !node.value.is_null())
    }

    pub fn items(&self) -> Result<Vec<Self>, DossierFault> {
        let list = self.value.as_array().ok_or_else(|| self.malformed())?;
        Ok(list.iter().enumerate().map(|(index, value)| Self { value, place: format!("{}/{index}", self.place) }).collect())
    }

    /// A list of bounded length, because checks over it are quadratic.
    pub(crate) fn items_up_to(&self, most: usize) -> Result<Vec<Self>, DossierFault> {
        match self.value.as_array() {
            Some(list) if list.len() > most => Err(self.fault(FaultKind::TooBig)),
            _ => self.items(),
        }
    }

    pub fn text(&self) -> Result<&'a str, DossierFault> {
        self.value.as_str().ok_or_else(|| self.malformed())
    }

    pub(crate) fn integer(&self) -> Result<u64, DossierFault> {
        self.value.as_u64().ok_or_else(|| self.malformed())
    }

    /// Plain digits and at most one point, never more of them than are kept exactly.
    pub fn decimal(&self) -> Result<Decimal, DossierFault> {
        let text = self.text()?;
        let (whole, decimals) = text.split_once('.').unwrap_or((text, "0"));
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(whole) || !digits(decimals) || whole.len() + decimals.len() > DIGITS_MAX {
            return Err(self.malformed());
        }
        text.parse().map_err(|_| self.malformed())
    }

    pub fn date(&self) -> Result<Date, DossierFault> {
        period::parse_date(self.text()?).map_err(|_| self.malformed())
    }

    pub(crate) fn parsed<T: std::str::FromStr>(&self) -> Result<T, DossierFault> {
        self.text()?.parse().map_err(|_| self.malformed())
    }

    /// The value of one of some codes.
    pub fn one_of<T>(&self, known: impl FnOnce(&str) -> Option<T>) -> Result<T, DossierFault> {
        known(self.text()?).ok_or_else(|| self.malformed())
    }

    pub(crate) fn must_be_text(&self, computed: &str) -> Result<(), DossierFault> {
        let stated = self.text()?;
        if stated == computed { Ok(()) } else { Err(self.differs(computed)) }
    }

    pub(crate) fn differs(&self, computed: impl std::fmt::Display) -> DossierFault {
        DossierFault::differs(&self.place, self.value, computed)
    }

    /// The first place where the two part; the order of an object's keys is no difference.
    pub(crate) fn expect_eq(&self, computed: &Value) -> Result<(), DossierFault> {
        match (self.value, computed) {
            (Value::Object(stated), Value::Object(wanted)) => {
                for (key, wanted) in wanted {
                    self.get(key)?.expect_eq(wanted)?;
                }
                let strange = stated.keys().find(|key| !wanted.contains_key(*key));
                strange.map_or(Ok(()), |key| Err(self.get(key)?.fault(FaultKind::Unexpected)))
            }
            (Value::Array(stated), Value::Array(wanted)) => {
                for (item, wanted) in self.items()?.iter().zip(wanted) {
                    item.expect_eq(wanted)?;
                }
                if stated.len() == wanted.len() {
                    return Ok(());
                }
                Err(DossierFault::differs(format!("{}/length", self.place), stated.len(), wanted.len()))
            }
            (stated, wanted) if stated == wanted => Ok(()),
            _ => Err(self.differs(computed)),
        }
    }
}

/// The one way a bundle writes JSON: two spaces, keys in the order given, UTF-8.
pub fn pretty(value: &Value) -> Vec<u8> {
    format!("{value:#}").into_bytes()
}

/// Read back only if it was written that way: so no key stands twice, and what a person reads is what a program reads.
pub fn strict(file: &str, bytes: &[u8]) -> Result<Value, DossierFault> {
    let value: Value = serde_json::from_slice(bytes).map_err(|_| DossierFault::new(file, FaultKind::Malformed))?;
    if pretty(&value) == bytes { Ok(value) } else { Err(DossierFault::new(file, FaultKind::Malformed)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn figures_are_plain_and_never_rounded() {
        for (text, good) in [
            ("33052.00", true),
            ("0", true),
            ("1e5", false),
            ("-1", false),
            ("+1", false),
            ("1_000", false),
            (".5", false),
            ("1.", false),
            ("12345678901234567890123456789", false),
        ] {
            assert_eq!(Node::root(&json!(text), "f").decimal().is_ok(), good, "{text}");
        }
    }

    #[test]
    fn a_difference_names_its_place() {
        let (stated, computed) = (json!({"a": [1, {"b": "x"}]}), json!({"a": [1, {"b": "y"}]}));
        let fault = Node::root(&stated, "case.json").expect_eq(&computed).unwrap_err();
        assert_eq!(fault.place, "case.json#/a/1/b");
        assert!(Node::root(&json!({"a": 1, "b": 2}), "f").expect_eq(&json!({"b": 2, "a": 1})).is_ok());
        assert!(Node::root(&json!({"a": 1, "b": 2}), "f").expect_eq(&json!({"a": 1})).is_err());
        assert!(Node::root(&json!([1, 2]), "f").expect_eq(&json!([1])).is_err());
    }

    #[test]
    fn a_key_that_stands_twice_is_refused() {
        assert!(strict("f", b"{\n  \"a\": 1\n}").is_ok());
        assert!(strict("f", b"{\n  \"a\": 1,\n  \"a\": 1\n}").is_err());
        assert!(strict("f", b"{\"a\":1}").is_err());
    }
}
