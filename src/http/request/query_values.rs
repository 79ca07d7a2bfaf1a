//! Deserialises query pairs into the handler's struct, so that every fault names its parameter.

use std::fmt;

use serde::{
    Deserialize,
    de::{self, Deserializer, IntoDeserializer, Visitor, value::MapDeserializer},
};

use super::query::QueryPairs;
use crate::http::{Problem, base::problem::Fault, values::value::Invalid};

/// `T` is a flat struct of texts, flags and the types of `params`; parameters that are not its fields are left to others.
pub fn from_pairs<'a, T: Deserialize<'a>>(pairs: &'a QueryPairs) -> Result<T, Problem> {
    let (value, faults) = with_faults(pairs)?;
    if faults.is_empty() { Ok(value) } else { Err(Problem::bad_parameters(faults)) }
}

/// The same without the optional parameters that are at fault, for what holds the others against each other.
pub fn with_faults<'a, T: Deserialize<'a>>(pairs: &'a QueryPairs) -> Result<(T, Vec<Fault>), Problem> {
    let mut faults: Vec<(String, Invalid)> = Vec::new();
    let named = |faults: Vec<(String, Invalid)>| {
        faults.into_iter().map(|(name, Invalid { code, detail })| Fault::parameter(name, code, detail)).collect()
    };
    // serde stops at the first fault, so a parameter at fault is left out and the rest is read again.
    loop {
        let left_out: Vec<&str> = faults.iter().map(|(name, _)| name.as_str()).collect();
        match T::deserialize(Pairs { pairs, left_out: &left_out }) {
            Ok(value) => return Ok((value, named(faults))),
            Err(QueryFault::Missing(name)) if left_out.contains(&name) => return Err(Problem::bad_parameters(named(faults))),
            Err(QueryFault::Missing(name)) => return Err(missing(name)),
            Err(QueryFault::Value(name, fault)) => faults.push((name, fault)),
        }
    }
}

pub fn missing(name: &str) -> Problem {
    Problem::bad_parameter(name, "missing_parameter", ("es obligatorio", "is required"))
}

#[derive(Debug)]
enum QueryFault {
    Missing(&'static str),
    /// With the name of the parameter, once it is known.
    Value(String, Invalid),
}

impl QueryFault {
    fn of(self, parameter: &str) -> Self {
        if let Self::Value(_, fault) = self { Self::Value(parameter.to_owned(), fault) } else { self }
    }
}

impl std::error::Error for QueryFault {}
impl fmt::Display for QueryFault {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{self:?}")
    }
}

impl de::Error for QueryFault {
    /// A fault of `params`; or serde's own words, which name types of this program: the value does not fit, whatever they say.
    fn custom<T: fmt::Display>(message: T) -> QueryFault {
        let any = ("el valor no es de la forma que se espera", "the value is not of the form that is expected");
        QueryFault::Value(String::new(), Invalid::from_message(&message.to_string()).unwrap_or_else(|| Invalid::value(any)))
    }

    fn missing_field(field: &'static str) -> QueryFault {
        QueryFault::Missing(field)
    }
}

struct Pairs<'a, 'f> {
    pairs: &'a QueryPairs,
    left_out: &'f [&'f str],
}

impl<'de> Deserializer<'de> for Pairs<'de, '_> {
    type Error = QueryFault;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, QueryFault> {
        self.deserialize_struct("", &[], visitor)
    }

    /// Fields are read in their order, and so are their faults.
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, QueryFault> {
        let fields = fields.iter().filter(|name| !self.left_out.contains(name));
        let sent = fields.filter_map(|&name| Some((name, ParameterValue { name, text: self.pairs.get(name)? })));
        visitor.visit_map(MapDeserializer::new(sent))
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit
        unit_struct newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

/// One value and its parameter: text until the field says what it is.
struct ParameterValue<'a> {
    name: &'static str,
    text: &'a str,
}

impl<'de> IntoDeserializer<'de, QueryFault> for ParameterValue<'de> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> Deserializer<'de> for ParameterValue<'de> {
    type Error = QueryFault;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, QueryFault> {
        visitor.visit_borrowed_str(self.text).map_err(|fault: QueryFault| fault.of(self.name))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, QueryFault> {
        visitor.visit_some(self)
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, QueryFault> {
        let fault = || Invalid::value(("debe ser true o false", "must be true or false"));
        visitor.visit_bool(self.text.parse::<bool>().map_err(|_| QueryFault::Value(self.name.to_owned(), fault()))?)
    }

    serde::forward_to_deserialize_any! {
        i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct newtype_struct
        seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::values::numbers::Whole;

    #[derive(Debug, Deserialize)]
    struct Wanted<'a> {
        limit: Option<Whole<0, 9>>,
        flag: Option<bool>,
        name: &'a str,
    }

    fn refusal(raw: &str) -> String {
        format!("{:?}", from_pairs::<Wanted>(&QueryPairs::parse(raw, None).unwrap()).unwrap_err())
    }

    #[test]
    fn a_struct_takes_its_own_fields_and_leaves_the_rest() {
        let pairs = QueryPairs::parse("limit=3&flag=true&name=x&cursor=abc", None).unwrap();
        let wanted: Wanted = from_pairs(&pairs).unwrap();
        assert_eq!((wanted.limit.map(|Whole(limit)| limit), wanted.flag, wanted.name), (Some(3), Some(true), "x"));
    }

    #[test]
    fn every_fault_names_its_parameter() {
        for (raw, name, code) in [
            ("limit=300&name=x", "limit", "limit_too_large"),
            ("limit=%2B3&name=x", "limit", "invalid_value"),
            ("flag=maybe&name=x", "flag", "true or false"),
            ("limit=3", "name", "missing_parameter"),
            ("limit=x", "name", "missing_parameter"),
        ] {
            let fault = refusal(raw);
            assert!(fault.contains(&format!("Parameter(\"{name}\")")) && fault.contains(code), "{raw}: {fault}");
        }
        let both = refusal("flag=maybe&name=x&limit=x");
        assert!(both.find("Parameter(\"limit\")") < both.find("Parameter(\"flag\")"), "in the order of the fields: {both}");
        assert!(both.contains("Parameter(\"limit\")"), "{both}");
    }
}
