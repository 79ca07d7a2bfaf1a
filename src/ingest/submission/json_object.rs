//! Reads one line's JSON object under a closed list of keys; values stay text, so that no number becomes a float.

use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::fmt;

use crate::{
    domain::{identifier::characters::is_noncharacter, reports::source_row::RowFault},
    ingest::table::row::fault,
};

/// An unknown key is shown, shortened if it is long.
const KEY_CHARS_MAX: usize = 60;

pub struct JsonObject<'a> {
    line: u64,
    keys: &'static [&'static str],
    /// Where each key of the list stands, as the text has it.
    values: Vec<Option<&'a RawValue>>,
}

/// What a key was given.
enum Given<'a> {
    Nothing,
    Text(String),
    Number(&'a str),
    Other,
}

impl<'a> JsonObject<'a> {
    pub fn read(line: u64, text: &'a str, keys: &'static [&'static str]) -> Result<Self, RowFault> {
        let whole = |reason| fault(None, line, None, text, reason);
        if text.contains('\u{FFFD}') {
            return Err(whole("broken_text"));
        }
        let mut deserializer = serde_json::Deserializer::from_str(text);
        let read = Members { keys }.read(&mut deserializer).and_then(|members| deserializer.end().map(|()| members));
        let (values, odd) = read.map_err(|_| whole("not_json"))?;
        match odd {
            Some(Odd { key, value, reason }) => Err(fault(None, line, Some(key), value, reason)),
            None => Ok(Self { line, keys, values }),
        }
    }

    fn raw(&self, key: &str) -> Option<&'a str> {
        let place = self.keys.iter().position(|known| *known == key)?;
        self.values.get(place).copied().flatten().map(RawValue::get)
    }

    /// The value at fault as it stands in the text; a string without its quotes.
    pub fn fault(&self, key: &str, reason: &'static str) -> RowFault {
        let raw = self.raw(key).unwrap_or_default();
        let text = serde_json::from_str::<String>(raw).unwrap_or_else(|_| raw.to_owned());
        fault(None, self.line, Some(key.to_owned()), &text, reason)
    }

    fn given(&self, key: &str) -> Result<Given<'a>, RowFault> {
        let Some(raw) = self.raw(key) else { return Ok(Given::Nothing) };
        match raw.as_bytes().first() {
            Some(b'"') => {
                // A half of a surrogate pair passes for JSON until it is read.
                let text: String = serde_json::from_str(raw).map_err(|_| self.fault(key, "broken_text"))?;
                if text.chars().any(char::is_control) {
                    return Err(self.fault(key, "control_character"));
                }
                if text.chars().any(is_noncharacter) {
                    return Err(self.fault(key, "broken_text"));
                }
                let text = text.trim();
                Ok(if text.is_empty() { Given::Nothing } else { Given::Text(text.to_owned()) })
            }
            Some(b'-' | b'0'..=b'9') => Ok(Given::Number(raw)),
            _ if raw == "null" => Ok(Given::Nothing),
            _ => Ok(Given::Other),
        }
    }

    /// A string that is there and not blank.
    pub fn text(&self, key: &str) -> Result<Option<String>, RowFault> {
        match self.given(key)? {
            Given::Nothing => Ok(None),
            Given::Text(text) => Ok(Some(text)),
            Given::Number(_) => Err(self.fault(key, "number_not_string")),
            Given::Other => Err(self.fault(key, "not_a_string")),
        }
    }

    pub fn required(&self, key: &str) -> Result<String, RowFault> {
        self.text(key)?.ok_or_else(|| self.fault(key, "missing_value"))
    }

    /// One of a closed list. A code of digits may also stand without quotes: `1` is exact however it is read.
    pub fn code<T: Copy>(&self, key: &str, known: &[(&str, T)]) -> Result<T, RowFault> {
        let code = match self.given(key)? {
            Given::Number(raw) => raw.to_owned(),
            _ => self.required(key)?,
        };
        let found = known.iter().find(|(name, _)| *name == code);
        found.map(|(_, value)| *value).ok_or_else(|| self.fault(key, "unknown_code"))
    }
}

/// The first member that should not be there.
struct Odd<'a> {
    key: String,
    value: &'a str,
    reason: &'static str,
}

type MemberValues<'a> = (Vec<Option<&'a RawValue>>, Option<Odd<'a>>);

/// Holds no more than one value a key: a line of ten thousand keys costs one pass.
struct Members {
    keys: &'static [&'static str],
}

impl Members {
    fn read<'a, D: Deserializer<'a>>(self, deserializer: D) -> Result<MemberValues<'a>, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Members {
    type Value = MemberValues<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<MemberValues<'de>, A::Error> {
        let (mut values, mut odd) = (vec![None; self.keys.len()], None);
        while let Some(key) = map.next_key::<String>()? {
            let value: &RawValue = map.next_value()?;
            let reason = match self.keys.iter().position(|known| *known == key) {
                Some(place) if values[place].is_none() => {
                    values[place] = Some(value);
                    continue;
                }
                Some(_) => "duplicate_key_in_object",
                None => "unknown_key",
            };
            let shown = || key.chars().filter(|letter| !letter.is_control()).take(KEY_CHARS_MAX).collect();
            odd.get_or_insert_with(|| Odd { key: shown(), value: value.get(), reason });
        }
        Ok((values, odd))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEYS: &[&str] = &["cum", "minimum", "role"];

    fn read(text: &str) -> Result<JsonObject<'_>, RowFault> {
        JsonObject::read(7, text, KEYS)
    }

    fn parts(fault: RowFault) -> (u64, Option<String>, String, &'static str) {
        (fault.line, fault.column, fault.value, fault.reason)
    }

    #[test]
    fn the_fault_names_the_key_and_shows_the_value_as_it_was_written() {
        let object = read(r#"{"cum": "1-1", "minimum": 12345678901234567890.1230, "role": 1}"#).ok().unwrap();
        let expected = (7, Some("minimum".to_owned()), "12345678901234567890.1230".to_owned(), "number_not_string");
        assert_eq!(parts(object.text("minimum").unwrap_err()), expected);
        assert_eq!(object.code("role", &[("1", 'a')]).unwrap(), 'a');
        assert_eq!(object.code("role", &[("2", 'a')]).unwrap_err().reason, "unknown_code");
        let object = read(r#"{"role": "1", "cum": " ", "minimum": null}"#).ok().unwrap();
        assert_eq!(object.code("role", &[("1", 'a')]).unwrap(), 'a');
        assert_eq!((object.text("cum").unwrap(), object.text("minimum").unwrap()), (None, None));
        assert_eq!(object.required("cum").unwrap_err().reason, "missing_value");
    }

    #[test]
    fn what_is_no_such_object_is_said_so() {
        for text in
            ["", "x", "[]", "1", "\"a\"", "{", "{} {}", "{\"cum\":1,}", "{\"cum\":NaN}", "{\"cum\":\"a\tb\"}", "{'cum':1}"]
        {
            assert_eq!(read(text).err().map(|fault| fault.reason), Some("not_json"), "{text}");
        }
        // However deep a value goes, it is passed over without recursion.
        let deep = format!("{{\"cum\":{}1{}}}", "[".repeat(20_000), "]".repeat(20_000));
        assert_eq!(read(&deep).ok().unwrap().text("cum").unwrap_err().reason, "not_a_string");
        assert_eq!(read("{\"cum\":\"\u{FFFD}\"}").err().unwrap().reason, "broken_text");
        for (text, reason) in [
            ("true", "not_a_string"),
            ("[1]", "not_a_string"),
            (r#""\ud800""#, "broken_text"),
            (r#""a\u0000""#, "control_character"),
        ] {
            let line = format!("{{\"cum\":{text}}}");
            assert_eq!(read(&line).ok().unwrap().text("cum").unwrap_err().reason, reason, "{text}");
        }
    }

    #[test]
    fn the_first_odd_member_is_named() {
        let cases = [
            (r#"{"cum":"a","cum":"b","x":1}"#, "cum", "\"b\"", "duplicate_key_in_object"),
            (r#"{"x":1.50,"cum":"a","cum":"b"}"#, "x", "1.50", "unknown_key"),
            (r#"{"CUM":"a"}"#, "CUM", "\"a\"", "unknown_key"),
            ("{\"\\u0000k\":null}", "k", "null", "unknown_key"),
        ];
        for (text, key, value, reason) in cases {
            let expected = (7, Some(key.to_owned()), value.to_owned(), reason);
            assert_eq!(parts(read(text).err().unwrap()), expected, "{text}");
        }
        let long = format!("{{\"{}\":1}}", "k".repeat(10_000));
        assert_eq!(read(&long).err().unwrap().column.unwrap().len(), KEY_CHARS_MAX);
    }
}
