//! Turns query pairs into the struct a handler asked for, so that every fault names its parameter.

use std::fmt;

use serde::de::{
    self, DeserializeSeed, Deserializer, IntoDeserializer, MapAccess, Visitor,
    value::{MapDeserializer, StrDeserializer},
};

use super::{Problem, Text, problem::Fault, query::QueryPairs};

/// `T` is a flat struct of scalars, options and unit enums; parameters that are not its fields are left to others.
pub fn from_pairs<T: de::DeserializeOwned>(pairs: &QueryPairs) -> Result<T, Problem> {
    T::deserialize(Pairs(pairs)).map_err(|fault| {
        let name = fault.parameter.unwrap_or_default();
        Problem::bad_parameters(vec![Fault::parameter(name, fault.code, fault.detail)])
    })
}

#[derive(Debug)]
struct QueryFault {
    parameter: Option<String>,
    code: &'static str,
    detail: Text,
}

impl QueryFault {
    fn value(detail: impl Into<Text>) -> QueryFault {
        QueryFault { parameter: None, code: "invalid_value", detail: detail.into() }
    }
}

impl std::error::Error for QueryFault {}
impl fmt::Display for QueryFault {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(self.detail.within(super::Language::English))
    }
}

impl de::Error for QueryFault {
    /// serde's own words, which name types of this program: the value does not fit, whatever they say.
    fn custom<T: fmt::Display>(_: T) -> QueryFault {
        QueryFault::value(("el valor no es de la forma que se espera", "the value is not of the form that is expected"))
    }

    fn missing_field(field: &'static str) -> QueryFault {
        let detail = ("es obligatorio", "is required").into();
        QueryFault { parameter: Some(field.to_owned()), code: "missing_parameter", detail }
    }

    fn unknown_variant(_: &str, expected: &'static [&'static str]) -> QueryFault {
        let list = expected.join(", ");
        QueryFault::value((format!("se acepta uno de: {list}"), format!("accepted: one of {list}")))
    }
}

struct Pairs<'a>(&'a QueryPairs);

impl<'de, 'a: 'de> Deserializer<'de> for Pairs<'a> {
    type Error = QueryFault;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, QueryFault> {
        let pairs = self.0.pairs().iter().map(|(name, value)| (name.as_str(), value.as_str()));
        visitor.visit_map(MapDeserializer::new(pairs))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, QueryFault> {
        visitor.visit_map(Fields { pairs: self.0.pairs(), fields, current: None })
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit
        unit_struct newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

/// The pairs that are fields of the struct being read.
struct Fields<'a> {
    pairs: &'a [(String, String)],
    fields: &'static [&'static str],
    current: Option<&'a (String, String)>,
}

impl<'de, 'a: 'de> MapAccess<'de> for Fields<'a> {
    type Error = QueryFault;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, QueryFault> {
        while let Some((pair, rest)) = self.pairs.split_first() {
            self.pairs = rest;
            if self.fields.contains(&pair.0.as_str()) {
                self.current = Some(pair);
                let name: StrDeserializer<QueryFault> = pair.0.as_str().into_deserializer();
                return seed.deserialize(name).map(Some);
            }
        }
        Ok(None)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, QueryFault> {
        let (name, value) = self.current.take().expect("serde asks for a value only after its key");
        seed.deserialize(Value(value)).map_err(|mut fault| {
            fault.parameter.get_or_insert_with(|| name.clone());
            fault
        })
    }
}

/// One value, as text until the field says what it is.
struct Value<'a>(&'a str);

macro_rules! whole_numbers {
    ($($method:ident $visit:ident $number:ty;)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, QueryFault> {
            let digits = self.0.strip_prefix('-').unwrap_or(self.0).bytes().all(|byte| byte.is_ascii_digit());
            match self.0.parse::<$number>() {
                Ok(number) if digits => visitor.$visit(number),
                _ => {
                    let (least, most) = (<$number>::MIN, <$number>::MAX);
                    Err(QueryFault::value((
                        format!("debe ser un número entero entre {least} y {most}"),
                        format!("must be a whole number between {least} and {most}"),
                    )))
                }
            }
        })*
    };
}

impl<'de, 'a: 'de> Deserializer<'de> for Value<'a> {
    type Error = QueryFault;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, QueryFault> {
        visitor.visit_borrowed_str(self.0)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, QueryFault> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, QueryFault> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, QueryFault> {
        let variant: StrDeserializer<QueryFault> = self.0.into_deserializer();
        visitor.visit_enum(variant)
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, QueryFault> {
        match self.0 {
            "true" => visitor.visit_bool(true),
            "false" => visitor.visit_bool(false),
            _ => Err(QueryFault::value(("debe ser true o false", "must be true or false"))),
        }
    }

    whole_numbers! {
        deserialize_u8 visit_u8 u8;
        deserialize_u16 visit_u16 u16;
        deserialize_u32 visit_u32 u32;
        deserialize_u64 visit_u64 u64;
        deserialize_i32 visit_i32 i32;
        deserialize_i64 visit_i64 i64;
    }

    serde::forward_to_deserialize_any! {
        i8 i16 i128 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map
        struct identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize, PartialEq)]
    #[serde(rename_all = "snake_case")]
    enum Level {
        Low,
        High,
    }

    #[derive(Debug, Deserialize, PartialEq)]
    struct Wanted {
        limit: Option<u8>,
        level: Option<Level>,
        name: String,
    }

    fn read(raw: &str) -> Result<Wanted, String> {
        from_pairs(&QueryPairs::parse(raw, None).unwrap()).map_err(|problem| format!("{problem:?}"))
    }

    #[test]
    fn a_struct_takes_its_own_fields_and_leaves_the_rest() {
        let wanted = Wanted { limit: Some(3), level: Some(Level::High), name: "x".into() };
        assert_eq!(read("limit=3&level=high&name=x&cursor=abc").unwrap(), wanted);
    }

    #[test]
    fn a_fault_names_its_parameter() {
        for (raw, name, code) in [
            ("limit=300&name=x", "limit", "invalid_value"),
            ("limit=%2B3&name=x", "limit", "invalid_value"),
            ("level=odd&name=x", "level", "one of low, high"),
            ("limit=3", "name", "missing_parameter"),
        ] {
            let fault = read(raw).unwrap_err();
            assert!(fault.contains(&format!("Parameter(\"{name}\")")) && fault.contains(code), "{raw}: {fault}");
        }
    }
}
