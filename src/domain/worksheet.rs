//! The steps of a verdict, as data: enough for somebody else, in another language, to recompute it.

/// A small tree of values, so that the domain needs no serialisation library. Numbers are plain decimal text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    Null,
    Bool(bool),
    Text(String),
    List(Vec<Value>),
    Map(Vec<(&'static str, Value)>),
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
pub fn number(value: rust_decimal::Decimal) -> Value {
    Value::Text(super::amount::plain(value))
}

pub fn optional<T>(value: Option<T>, show: impl FnOnce(T) -> Value) -> Value {
    value.map_or(Value::Null, show)
}
