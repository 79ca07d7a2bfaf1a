//! The steps of a verdict as data: enough to recompute it in another language.

use jiff::civil::Date;
use rust_decimal::Decimal;

/// A small tree of values, so that the domain needs no serialisation library. Whatever is not a list or a map is text where it is
/// shown, and is written out only there: most worksheets are made to be read once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    Null,
    Bool(bool),
    /// A stable code.
    Word(&'static str),
    Text(String),
    /// In its shortest plain form.
    Number(Decimal),
    Whole(i64),
    Day(Date),
    List(Vec<Value>),
    Map(Vec<(&'static str, Value)>),
}

impl Value {
    /// The text of a value that is shown as text.
    pub fn as_text(&self) -> Option<String> {
        match self {
            Self::Word(word) => Some((*word).to_owned()),
            Self::Text(text) => Some(text.clone()),
            Self::Number(number) => Some(number.to_string()),
            Self::Whole(number) => Some(number.to_string()),
            Self::Day(day) => Some(day.to_string()),
            Self::Null | Self::Bool(_) | Self::List(_) | Self::Map(_) => None,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    pub step: &'static str,
    pub inputs: Value,
    pub result: Value,
}

impl Step {
    pub fn new(step: &'static str, inputs: Vec<(&'static str, Value)>, result: Vec<(&'static str, Value)>) -> Self {
        Self { step, inputs: Value::Map(inputs), result: Value::Map(result) }
    }
}

/// Any printable value as text.
pub fn text(value: impl std::fmt::Display) -> Value {
    Value::Text(value.to_string())
}

/// A decimal in its shortest plain form.
pub fn number(value: Decimal) -> Value {
    Value::Number(value.normalize())
}

pub fn optional<T>(value: Option<T>, show: impl FnOnce(T) -> Value) -> Value {
    value.map_or(Value::Null, show)
}
