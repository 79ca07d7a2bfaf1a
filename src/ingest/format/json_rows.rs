//! The objects of a JSON file, one at a time: an array of them, or one a line. Each value stays the text that it is in the file: no
//! number becomes a float on its way. What is broken costs its own object, never the good ones after it.

use super::bounded_lines::{BoundedLines, Line};
use crate::ingest::error::FileError;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::{
    fmt,
    io::{self, BufRead},
};

/// An object is read whole; a longer one is a fault of the file, not a reason to take the memory.
const OBJECT_BYTES_MAX: usize = 1 << 20;
const START_CHARS: usize = 200;

/// The next element of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    /// Its text, and its line, or its place in the array from 1.
    Object(u64, String),
    /// Something that is no object, with the reason and how it begins.
    Broken(u64, &'static str, String),
}

pub enum JsonRows<R> {
    Lines(JsonLines<R>),
    Array(JsonArray<R>),
}

impl<R: BufRead> JsonRows<R> {
    pub fn lines(source: R) -> Self {
        Self::Lines(JsonLines { lines: BoundedLines::new(source, OBJECT_BYTES_MAX), line: 0 })
    }

    pub fn array(source: R) -> Self {
        Self::Array(JsonArray::new(source))
    }

    pub fn next_item(&mut self) -> Result<Option<Item>, JsonError> {
        match self {
            Self::Lines(lines) => Ok(lines.next_item()?),
            Self::Array(array) => array.next_item(),
        }
    }
}

pub enum JsonError {
    Io(io::Error),
    /// The array is never closed.
    Cut,
}

impl From<io::Error> for JsonError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl JsonError {
    pub fn at(self, path: &std::path::Path) -> FileError {
        match self {
            Self::Io(source) => FileError::Unreadable { path: path.to_owned(), source },
            Self::Cut => FileError::CutJson,
        }
    }
}

pub struct JsonLines<R> {
    lines: BoundedLines<R>,
    line: u64,
}

impl<R: BufRead> JsonLines<R> {
    fn next_item(&mut self) -> io::Result<Option<Item>> {
        while let Some(line) = self.lines.next_line()? {
            self.line += 1;
            match line {
                Line::TooLong(start) => return Ok(Some(Item::Broken(self.line, "record_too_long", shortened(&start)))),
                Line::Whole(text) if text.trim().is_empty() => {}
                Line::Whole(text) => return Ok(Some(Item::Object(self.line, text))),
            }
        }
        Ok(None)
    }
}

pub struct JsonArray<R> {
    source: R,
    /// Of the object being read.
    text: Vec<u8>,
    /// Bytes to be read again: what followed a broken object.
    again: Vec<u8>,
    ordinal: u64,
    open: bool,
    /// The last object was broken: what stands up to the next one belongs to it.
    astray: bool,
    at_line_start: bool,
}

/// How an object ended.
enum End {
    Closed,
    TooLong,
    /// The file, or the next object, came first.
    Early,
}

impl<R: BufRead> JsonArray<R> {
    fn new(source: R) -> Self {
        Self { source, text: Vec::new(), again: Vec::new(), ordinal: 0, open: false, astray: false, at_line_start: true }
    }

    fn next_byte(&mut self) -> io::Result<Option<u8>> {
        if let Some(byte) = self.again.pop() {
            return Ok(Some(byte));
        }
        let byte = self.source.fill_buf()?.first().copied();
        if byte.is_some() {
            self.source.consume(1);
        }
        Ok(byte)
    }

    fn next_item(&mut self) -> Result<Option<Item>, JsonError> {
        loop {
            let Some(byte) = self.next_byte()? else {
                return if self.open { Err(JsonError::Cut) } else { Ok(None) };
            };
            let begins_line = self.at_line_start;
            self.at_line_start = byte == b'\n' || (begins_line && (byte.is_ascii_whitespace() || byte == b','));
            match byte {
                byte if byte.is_ascii_whitespace() || byte == b',' => {}
                b'[' if !self.open => self.open = true,
                // Arrays one behind the other, as pages of a download put together are.
                b']' if !self.astray || begins_line => (self.open, self.astray) = (false, false),
                b'{' if !self.astray || begins_line => return Ok(Some(self.object()?)),
                _ if self.astray => {}
                other => return Ok(Some(self.no_object(other)?)),
            }
        }
    }

    fn object(&mut self) -> Result<Item, JsonError> {
        self.ordinal += 1;
        self.astray = false;
        self.text.clear();
        self.text.push(b'{');
        let end = self.rest_of_object()?;
        if matches!(end, End::Closed) {
            let text = std::mem::take(&mut self.text);
            let text = String::from_utf8(text).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
            return Ok(Item::Object(self.ordinal, text));
        }
        let broken = self.give_back();
        let start = String::from_utf8_lossy(&broken[..broken.len().min(4 * START_CHARS)]).into_owned();
        let reason = if matches!(end, End::TooLong) { "record_too_long" } else { "not_json" };
        Ok(Item::Broken(self.ordinal, reason, shortened(&start)))
    }

    fn rest_of_object(&mut self) -> io::Result<End> {
        let (mut depth, mut quoted, mut escaped, mut line_start) = (1_u32, false, false, false);
        while self.text.len() < OBJECT_BYTES_MAX {
            let Some(byte) = self.next_byte()? else { return Ok(End::Early) };
            self.text.push(byte);
            if quoted {
                match byte {
                    _ if escaped => escaped = false,
                    b'\\' => escaped = true,
                    b'"' => quoted = false,
                    // No string of JSON runs over a line.
                    b'\n' => return Ok(End::Early),
                    _ => {}
                }
                continue;
            }
            match byte {
                b'"' => quoted = true,
                b'{' if line_start && self.begins_with_comma() => return Ok(End::Early),
                b'{' | b'[' => depth += 1,
                // It closes the array that the object stands in.
                b']' if depth == 1 => return Ok(End::Early),
                b'}' if depth == 1 => return Ok(End::Closed),
                b'}' | b']' => depth -= 1,
                _ => {}
            }
            line_start = byte == b'\n' || (line_start && (byte.is_ascii_whitespace() || byte == b','));
        }
        Ok(End::TooLong)
    }

    /// `,{` at the beginning of a line, as the portal begins each object after the first: the one before was not closed.
    fn begins_with_comma(&self) -> bool {
        let line = self.text.rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
        line.iter().filter(|byte| !byte.is_ascii_whitespace()).eq(b",{")
    }

    /// The broken object ends where the next line begins with an object or closes the array; from there on the bytes are read again.
    fn give_back(&mut self) -> Vec<u8> {
        let mut broken = std::mem::take(&mut self.text);
        let begins = |at: usize| {
            let rest = broken[at + 1..].iter().find(|byte| !byte.is_ascii_whitespace() && **byte != b',');
            matches!(rest, Some(b'{' | b']'))
        };
        let whole = broken.len() - usize::from(broken.ends_with(b"\n"));
        let cut = memchr::memchr_iter(b'\n', &broken).find(|&at| begins(at)).unwrap_or(whole);
        self.again.extend(broken[cut..].iter().rev());
        broken.truncate(cut);
        self.astray = true;
        broken
    }

    /// A number, a text or an array among the objects.
    fn no_object(&mut self, first: u8) -> Result<Item, JsonError> {
        self.ordinal += 1;
        let mut text = vec![first];
        while let Some(byte) = self.next_byte()? {
            if matches!(byte, b',' | b']' | b'\n') {
                self.again.push(byte);
                break;
            }
            if text.len() < 4 * START_CHARS {
                text.push(byte);
            }
        }
        Ok(Item::Broken(self.ordinal, "not_json", shortened(&String::from_utf8_lossy(&text))))
    }
}

fn shortened(text: &str) -> String {
    text.chars().take(START_CHARS).collect()
}

/// A value as it stands in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JsonValue<'a> {
    Nothing,
    Text(String),
    /// Digit for digit.
    Number(&'a str),
    /// An array or an object.
    Nested(&'a str),
}

/// The members of an object in their order, or why there are none.
pub fn members(text: &str) -> Result<Vec<(String, JsonValue<'_>)>, &'static str> {
    if text.contains('\u{FFFD}') {
        return Err("broken_text");
    }
    let mut deserializer = serde_json::Deserializer::from_str(text.trim_start_matches('\u{FEFF}'));
    let read = deserializer.deserialize_map(Members).and_then(|members| deserializer.end().map(|()| members));
    let members = read.map_err(|_| "not_json")?;
    members.into_iter().map(|(key, raw)| Ok((key, value(raw.get())?))).collect()
}

fn value(raw: &str) -> Result<JsonValue<'_>, &'static str> {
    Ok(match raw.as_bytes().first() {
        // A half of a surrogate pair passes for JSON until it is read.
        Some(b'"') => JsonValue::Text(serde_json::from_str(raw).map_err(|_| "broken_text")?),
        Some(b'-' | b'0'..=b'9') => JsonValue::Number(raw),
        Some(b'{' | b'[') => JsonValue::Nested(raw),
        _ if raw == "null" => JsonValue::Nothing,
        _ => JsonValue::Text(raw.to_owned()),
    })
}

struct Members;

impl<'de> Visitor<'de> for Members {
    type Value = Vec<(String, &'de RawValue)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        while let Some(key) = map.next_key::<String>()? {
            members.push((key, map.next_value()?));
        }
        Ok(members)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::BufReader;

    /// Texts of the objects, and reasons of what is broken; ends with `cut` where the array does not.
    fn read_all(text: &str, buffer: usize) -> Vec<String> {
        let mut rows = JsonRows::array(BufReader::with_capacity(buffer, text.as_bytes()));
        let mut found = Vec::new();
        loop {
            match rows.next_item() {
                Ok(Some(Item::Object(at, text))) => found.push(format!("{at} {text}")),
                Ok(Some(Item::Broken(at, reason, _))) => found.push(format!("{at} {reason}")),
                Ok(None) => return found,
                Err(JsonError::Cut) => {
                    found.push("cut".to_owned());
                    return found;
                }
                Err(JsonError::Io(error)) => panic!("{error}"),
            }
        }
    }

    #[test]
    fn objects_are_found_however_the_array_is_laid_out() {
        for text in [
            "[{\"a\":\"1\"}\n,{\"a\":\"2\"}]", "[{\"a\":\"1\"},{\"a\":\"2\"}]\n", " [\n {\"a\":\"1\"} ,\r\n\t{\"a\":\"2\"}\n]",
            "[{\"a\":\"1\"}]\n[{\"a\":\"2\"}]",
        ] {
            for buffer in [1, 7, 4096] {
                assert_eq!(read_all(text, buffer), ["1 {\"a\":\"1\"}", "2 {\"a\":\"2\"}"], "{text}");
            }
        }
        let tricky = r#"[{"a":"} ] \" {"},{"b":[{"c":1}]}]"#;
        assert_eq!(read_all(tricky, 3), [r#"1 {"a":"} ] \" {"}"#, r#"2 {"b":[{"c":1}]}"#]);
        assert_eq!(read_all("[]", 8), Vec::<String>::new());
    }

    #[test]
    fn what_is_broken_costs_its_own_object() {
        for broken in ["{\"a\":\"1\"", "{\"a\":{\"1\"}", "{\"a\":\"1", "{\"a\":\"1\n2\"}", "12", "\"text\"", "nonsense"] {
            let text = format!("[{{\"a\":\"0\"}}\n,{broken}\n,{{\"a\":\"3\"}}\n]");
            let found = read_all(&text, 16);
            let (first, last) = (found.first().unwrap(), found.last().unwrap());
            assert_eq!((first.as_str(), last.as_str()), ("1 {\"a\":\"0\"}", "3 {\"a\":\"3\"}"), "{broken}: {found:?}");
            assert_eq!(found[1], "2 not_json", "{broken}: {found:?}");
            assert_eq!(found.len(), 3, "{broken}: {found:?}");
        }
        // The last object, too.
        assert_eq!(read_all("[{\"a\":\"0\"}\n,{\"a\":\"1\"\n]", 16), ["1 {\"a\":\"0\"}", "2 not_json"]);
    }

    #[test]
    fn an_array_that_is_not_closed_is_cut_off() {
        for text in ["[", "[{\"a\":\"1\"}", "[{\"a\":\"1\"}\n,", "[{\"a\":\"1\"}\n,{\"a\":\"2"] {
            assert_eq!(read_all(text, 5).last().map(String::as_str), Some("cut"), "{text}");
        }
    }

    #[test]
    fn an_object_without_end_takes_no_memory() {
        let text = format!("[{{\"a\":\"{}\"}}\n,{{\"a\":\"2\"}}]", "x".repeat(3 * OBJECT_BYTES_MAX));
        assert_eq!(read_all(&text, 4096), ["1 record_too_long", "2 {\"a\":\"2\"}"]);
        let deep = format!("[{}\n,{{\"a\":\"2\"}}]", "{\"a\":".repeat(400_000));
        assert_eq!(read_all(&deep, 4096), ["1 record_too_long", "2 {\"a\":\"2\"}"]);
    }

    #[test]
    fn values_are_what_they_are_in_the_text() {
        let text = r#"{"a":"x\u00e9","b":12345678901234567890.120,"c":null,"d":true,"e":[1],"f":""}"#;
        let expected = [
            ("a", JsonValue::Text("xé".to_owned())),
            ("b", JsonValue::Number("12345678901234567890.120")),
            ("c", JsonValue::Nothing),
            ("d", JsonValue::Text("true".to_owned())),
            ("e", JsonValue::Nested("[1]")),
            ("f", JsonValue::Text(String::new())),
        ];
        assert_eq!(members(text).unwrap(), expected.map(|(key, value)| (key.to_owned(), value)));
        for (text, reason) in [
            ("{", "not_json"),
            ("{\"a\":1,}", "not_json"),
            ("{\"a\":1} {}", "not_json"),
            ("[1]", "not_json"),
            ("{\"a\":\"\\ud800\"}", "broken_text"),
            ("{\"a\":\"\u{FFFD}\"}", "broken_text"),
        ] {
            assert_eq!(members(text), Err(reason), "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_comes_to_an_end(text in "[\\[\\]{},:\"a1\\n\\\\ ]{0,60}", buffer in 1..9_usize) {
            let found = read_all(&text, buffer);
            proptest::prop_assert!(found.len() <= text.len() + 1);
        }
    }
}
