//! A JSON text, value by value, as its reader asks for them. A number stays the text that it is. What is skipped is never held: not a
//! letter of it leaves the buffer of the file.

use super::{
    fault::FaultKind,
    limits::{DEPTH_MAX, PIECE_BYTES_MAX},
    text_stream::Gauge,
};
use std::io::{BufRead, Read};

/// A key that is longer is none that is looked for.
const KEY_BYTES_MAX: usize = 200;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueKind {
    Object,
    Array,
    Scalar,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scalar {
    Nothing,
    Text(String),
    /// Digit for digit.
    Number(String),
    Truth(bool),
}

pub struct JsonValues<R> {
    source: Gauge<R>,
    /// Of each object and array that is open, whether something was read of it.
    open: Vec<bool>,
}

impl<R: Read> JsonValues<R> {
    pub fn new(source: R) -> Self {
        Self { source: Gauge::new(source), open: Vec::new() }
    }

    pub fn place(&self) -> (u64, u64) {
        (self.source.line, self.source.column)
    }

    pub fn encoding_differs(&self) -> bool {
        self.source.source.encoding_differs
    }

    /// What the next value is; nothing of it is taken.
    pub fn kind(&mut self) -> Result<ValueKind, FaultKind> {
        Ok(match self.blank_then()? {
            b'{' => ValueKind::Object,
            b'[' => ValueKind::Array,
            _ => ValueKind::Scalar,
        })
    }

    /// Into the object that comes next; its keys are taken by `key`.
    pub fn object(&mut self) -> Result<(), FaultKind> {
        self.enter(b'{')
    }

    pub fn array(&mut self) -> Result<(), FaultKind> {
        self.enter(b'[')
    }

    /// The next key of the object that is open, whose value comes next; `None` at its end. Keys too long to be looked for are empty.
    pub fn key(&mut self) -> Result<Option<String>, FaultKind> {
        if !self.goes_on(b'}')? {
            return Ok(None);
        }
        if self.blank_then()? != b'"' {
            return Err(FaultKind::MalformedJson);
        }
        let key = self.string(KEY_BYTES_MAX)?.unwrap_or_default();
        self.expect(b':')?;
        Ok(Some(key))
    }

    /// Whether the array that is open has another value, which comes next.
    pub fn element(&mut self) -> Result<bool, FaultKind> {
        self.goes_on(b']')
    }

    /// A value that is neither object nor array; `None`, and it is skipped, where it is one.
    pub fn scalar(&mut self) -> Result<Option<Scalar>, FaultKind> {
        match self.blank_then()? {
            b'{' | b'[' => {
                self.skip()?;
                Ok(None)
            }
            b'"' => Ok(Some(Scalar::Text(self.string(PIECE_BYTES_MAX)?.ok_or(FaultKind::TooLong)?))),
            _ => {
                let word = self.word()?;
                Ok(Some(match word.as_str() {
                    "null" => Scalar::Nothing,
                    "true" => Scalar::Truth(true),
                    "false" => Scalar::Truth(false),
                    number if is_number(number) => Scalar::Number(word),
                    _ => return Err(FaultKind::MalformedJson),
                }))
            }
        }
    }

    /// Over a value of any kind.
    pub fn skip(&mut self) -> Result<(), FaultKind> {
        let mut inside = Vec::new();
        loop {
            match self.blank_then()? {
                b'"' => {
                    self.string(0)?;
                }
                open @ (b'{' | b'[') => {
                    self.take();
                    inside.push(open);
                    if inside.len() + self.open.len() > DEPTH_MAX {
                        return Err(FaultKind::TooDeep);
                    }
                    continue;
                }
                close @ (b'}' | b']') => {
                    let open = if close == b'}' { b'{' } else { b'[' };
                    if inside.pop() != Some(open) {
                        return Err(FaultKind::MalformedJson);
                    }
                    self.take();
                }
                b',' | b':' if !inside.is_empty() => {
                    self.take();
                    continue;
                }
                _ => self.pass_word()?,
            }
            if inside.is_empty() {
                return Ok(());
            }
        }
    }

    /// Nothing but blanks follows.
    pub fn end(&mut self) -> Result<(), FaultKind> {
        match self.next_visible()? {
            None => Ok(()),
            Some(_) => Err(FaultKind::MalformedJson),
        }
    }

    fn enter(&mut self, bracket: u8) -> Result<(), FaultKind> {
        self.expect(bracket)?;
        self.open.push(false);
        if self.open.len() > DEPTH_MAX { Err(FaultKind::TooDeep) } else { Ok(()) }
    }

    fn goes_on(&mut self, close: u8) -> Result<bool, FaultKind> {
        let next = self.blank_then()?;
        let any = self.open.last_mut().ok_or(FaultKind::MalformedJson)?;
        let before = std::mem::replace(any, true);
        if next == close {
            self.take();
            self.open.pop();
            return Ok(false);
        }
        if before {
            self.expect(b',')?;
        }
        Ok(true)
    }

    fn expect(&mut self, byte: u8) -> Result<(), FaultKind> {
        if self.blank_then()? != byte {
            return Err(FaultKind::MalformedJson);
        }
        self.take();
        Ok(())
    }

    fn peek(&mut self) -> Result<Option<u8>, FaultKind> {
        Ok(self.source.fill_buf().map_err(|_| FaultKind::Unreadable)?.first().copied())
    }

    fn take(&mut self) {
        self.source.consume(1);
    }

    fn next_visible(&mut self) -> Result<Option<u8>, FaultKind> {
        while let Some(byte) = self.peek()? {
            if !matches!(byte, b' ' | b'\t' | b'\n' | b'\r') {
                return Ok(Some(byte));
            }
            self.take();
        }
        Ok(None)
    }

    /// The first byte that is no blank, which stays.
    fn blank_then(&mut self) -> Result<u8, FaultKind> {
        self.next_visible()?.ok_or(FaultKind::CutOff)
    }

    /// A number or a word.
    fn word(&mut self) -> Result<String, FaultKind> {
        let mut word = String::new();
        while let Some(byte @ (b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' | b'+' | b'-' | b'.')) = self.peek()? {
            if word.len() >= KEY_BYTES_MAX {
                return Err(FaultKind::TooLong);
            }
            word.push(char::from(byte));
            self.take();
        }
        if word.is_empty() { Err(FaultKind::MalformedJson) } else { Ok(word) }
    }

    /// Over a number or a word.
    fn pass_word(&mut self) -> Result<(), FaultKind> {
        let mut any = false;
        while let Some(b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' | b'+' | b'-' | b'.') = self.peek()? {
            any = true;
            self.take();
        }
        if any { Ok(()) } else { Err(FaultKind::MalformedJson) }
    }

    /// A text in quotes; of more than so many bytes nothing is kept.
    fn string(&mut self, bytes_max: usize) -> Result<Option<String>, FaultKind> {
        self.expect(b'"')?;
        let mut text: Option<Vec<u8>> = Some(Vec::new());
        loop {
            let chunk = self.source.fill_buf().map_err(|_| FaultKind::Unreadable)?;
            if chunk.is_empty() {
                return Err(FaultKind::CutOff);
            }
            let end = memchr::memchr2(b'"', b'\\', chunk);
            let part = &chunk[..end.unwrap_or(chunk.len())];
            keep(&mut text, part, bytes_max);
            let stops_at = end.map(|at| chunk[at]);
            let used = part.len() + usize::from(end.is_some());
            self.source.consume(used);
            match stops_at {
                None => {}
                Some(b'"') => return Ok(text.map(|bytes| String::from_utf8_lossy(&bytes).into_owned())),
                Some(_) => {
                    let letter = self.escaped()?;
                    keep(&mut text, letter.encode_utf8(&mut [0; 4]).as_bytes(), bytes_max);
                }
            }
        }
    }

    /// What stands behind a backslash.
    fn escaped(&mut self) -> Result<char, FaultKind> {
        let byte = self.peek()?.ok_or(FaultKind::CutOff)?;
        self.take();
        Ok(match byte {
            b'"' | b'\\' | b'/' => char::from(byte),
            b'b' | b'f' | b'n' | b'r' | b't' => ' ',
            b'u' => {
                let first = self.unit()?;
                if !(0xD800..0xDC00).contains(&first) {
                    return Ok(char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER));
                }
                // The second half of a pair, if it is there.
                if self.peek()? != Some(b'\\') {
                    return Ok(char::REPLACEMENT_CHARACTER);
                }
                self.take();
                if self.peek()? != Some(b'u') {
                    return Err(FaultKind::MalformedJson);
                }
                self.take();
                let second = self.unit()?;
                let low = second.checked_sub(0xDC00).filter(|low| *low < 0x400);
                let pair = low.and_then(|low| char::from_u32(0x1_0000 + ((first - 0xD800) << 10) + low));
                pair.unwrap_or(char::REPLACEMENT_CHARACTER)
            }
            _ => return Err(FaultKind::MalformedJson),
        })
    }

    /// Four hexadecimal digits.
    fn unit(&mut self) -> Result<u32, FaultKind> {
        let mut unit = 0;
        for _ in 0..4 {
            let byte = self.peek()?.ok_or(FaultKind::CutOff)?;
            let digit = char::from(byte).to_digit(16).ok_or(FaultKind::MalformedJson)?;
            unit = unit * 16 + digit;
            self.take();
        }
        Ok(unit)
    }
}

fn keep(text: &mut Option<Vec<u8>>, part: &[u8], bytes_max: usize) {
    if text.as_ref().is_some_and(|known| known.len() + part.len() > bytes_max) {
        *text = None;
    }
    if let Some(known) = text {
        known.extend_from_slice(part);
    }
}

/// By JSON's grammar, all digits of it.
fn is_number(text: &str) -> bool {
    let text = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = text.split_once(['e', 'E']).map_or((text, None), |(mantissa, rest)| (mantissa, Some(rest)));
    let (whole, decimals) = mantissa.split_once('.').map_or((mantissa, None), |(whole, rest)| (whole, Some(rest)));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let exponent_ok = exponent.is_none_or(|part| digits(part.strip_prefix(['+', '-']).unwrap_or(part)));
    digits(whole) && decimals.is_none_or(digits) && exponent_ok && (whole == "0" || !whole.starts_with('0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every scalar below the key `a`, and how the text ends.
    fn of_a(json: &str) -> Result<Vec<Option<Scalar>>, FaultKind> {
        let mut values = JsonValues::new(json.as_bytes());
        let mut found = Vec::new();
        values.object()?;
        while let Some(key) = values.key()? {
            if key == "a" {
                found.push(values.scalar()?);
            } else {
                values.skip()?;
            }
        }
        values.end().map(|()| found)
    }

    #[test]
    fn values_are_what_they_are_in_the_text() {
        let json = r#" {"b":{"a":[1,{"c":"}"}],"d":"\""},"a":12345678901234567890.120,"a":"x\u00e9\uD83D\uDE00\/","a":null,"a":true,
            "a":[1],"e":-1e5 ,"a":-0.5E+3} "#;
        let number = |text: &str| Some(Scalar::Number(text.to_owned()));
        let expected = [
            number("12345678901234567890.120"),
            Some(Scalar::Text("xé😀/".to_owned())),
            Some(Scalar::Nothing),
            Some(Scalar::Truth(true)),
            None,
            number("-0.5E+3"),
        ];
        assert_eq!(of_a(json).unwrap(), expected);
    }

    #[test]
    fn what_is_no_json_is_said_so() {
        let deep = format!("{{\"b\":{}", "[".repeat(DEPTH_MAX + 1));
        let long = format!("{{\"a\":\"{}\"}}", "x".repeat(PIECE_BYTES_MAX + 1));
        for (json, kind) in [
            ("{\"a\":1,}", FaultKind::MalformedJson),
            ("{\"a\" 1}", FaultKind::MalformedJson),
            ("{\"a\":1 \"b\":2}", FaultKind::MalformedJson),
            ("{\"b\":[}]}", FaultKind::MalformedJson),
            ("{\"a\":01}", FaultKind::MalformedJson),
            ("{\"a\":nul}", FaultKind::MalformedJson),
            ("{\"a\":\"\\x\"}", FaultKind::MalformedJson),
            ("{\"a\":1} {}", FaultKind::MalformedJson),
            ("[1]", FaultKind::MalformedJson),
            ("{\"a\":\"x", FaultKind::CutOff),
            ("{\"b\":[1,", FaultKind::CutOff),
            ("{\"a\":1", FaultKind::CutOff),
            (&deep[..], FaultKind::TooDeep),
            (&long[..], FaultKind::TooLong),
        ] {
            assert_eq!(of_a(json), Err(kind), "{}", &json[..json.len().min(40)]);
        }
        // What is skipped may be as long as it wants.
        assert_eq!(of_a(&long.replace("\"a\"", "\"b\"")), Ok(vec![]));
    }

    proptest::proptest! {
        #[test]
        fn any_text_comes_to_an_end(json in "[\\[\\]{},:\"a1b\\\\u ]{0,60}") {
            let _ = of_a(&json);
        }
    }
}
