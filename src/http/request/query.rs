//! Reads the query string strictly: no repeated, unknown or empty parameter, no control characters.

use std::fmt::Write;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::http::{Problem, base::problem::Fault};

/// Decoded pairs in the order they were sent.
#[derive(Clone, Debug, Default)]
pub struct QueryPairs(Vec<(String, String)>);

impl QueryPairs {
    /// `known` are the parameters the operation documents; `None` lets anything through (health checks and the like).
    pub fn parse(raw: &str, known: Option<&[String]>) -> Result<QueryPairs, Problem> {
        let mut pairs: Vec<(String, String)> = Vec::new();
        let mut faults = Vec::new();
        for part in raw.split('&').filter(|part| !part.is_empty()) {
            match pair(part, known, &pairs) {
                Ok(pair) => pairs.push(pair),
                Err(fault) => faults.push(fault),
            }
        }
        if faults.is_empty() { Ok(QueryPairs(pairs)) } else { Err(Problem::bad_parameters(faults)) }
    }

    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
    }

    pub fn pairs(&self) -> &[(String, String)] {
        &self.0
    }

    /// The same question always in the same words: sorted, re-encoded, without the parameters named in `except`.
    pub fn canonical(&self, except: &[&str]) -> String {
        let mut pairs: Vec<_> = self.0.iter().filter(|(name, _)| !except.contains(&name.as_str())).collect();
        pairs.sort();
        let mut text = String::new();
        for (name, value) in pairs {
            let separator = if text.is_empty() { "" } else { "&" };
            let (name, value) = (encode(name), encode(value));
            let _ = write!(text, "{separator}{name}={value}");
        }
        text
    }
}

pub fn encode(text: &str) -> impl std::fmt::Display + '_ {
    const UNRESERVED: &percent_encoding::AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
    utf8_percent_encode(text, UNRESERVED)
}

fn pair(part: &str, known: Option<&[String]>, before: &[(String, String)]) -> Result<(String, String), Fault> {
    let (raw_name, raw_value) = part.split_once('=').unwrap_or((part, ""));
    let name = match form_decode(raw_name) {
        Ok(name) => name,
        Err(refusal) => return Err(refusal.fault(raw_name)),
    };
    if let Some(known) = known
        && !known.contains(&name)
    {
        return Err(unknown(name, known));
    }
    if before.iter().any(|(other, _)| *other == name) {
        return Err(Fault::parameter(name, "duplicate_parameter", ("aparece más de una vez", "given more than once")));
    }
    match form_decode(raw_value) {
        Ok(value) if value.is_empty() && known.is_some() => {
            let detail = ("no puede estar vacío: omítalo", "must not be empty: leave it out");
            Err(Fault::parameter(name, "empty_value", detail))
        }
        Ok(value) => Ok((name, value)),
        Err(refusal) => Err(refusal.fault(&name)),
    }
}

fn unknown(name: String, known: &[String]) -> Fault {
    let nearest = known.iter().min_by_key(|candidate| strsim::damerau_levenshtein(candidate, &name));
    let (es, en) = match nearest {
        Some(nearest) => (format!("no existe; ¿quiso decir «{nearest}»?"), format!("unknown; did you mean \"{nearest}\"?")),
        None => ("aquí no hay parámetros".to_owned(), "no parameters here".to_owned()),
    };
    Fault::parameter(name, "unknown_parameter", (es, en))
}

/// Why a piece of an address was refused before it was looked at.
#[derive(Debug, PartialEq, Eq)]
pub enum InvalidText {
    Encoding,
    ControlCharacter,
}

impl InvalidText {
    pub fn fault(self, parameter: &str) -> Fault {
        match self {
            InvalidText::Encoding => {
                let detail = ("no es UTF-8 codificado con %XX", "is not percent-encoded UTF-8");
                Fault::parameter(parameter, "invalid_encoding", detail)
            }
            InvalidText::ControlCharacter => {
                let detail = ("tiene caracteres de control", "contains control characters");
                Fault::parameter(parameter, "control_character", detail)
            }
        }
    }
}

/// As HTML forms encode: `+` is a space.
fn form_decode(raw: &str) -> Result<String, InvalidText> {
    if raw.contains('+') { percent_decode(&raw.replace('+', " ")) } else { percent_decode(raw) }
}

/// Every `%` must start two hexadecimal digits, and the result must be UTF-8 without control characters.
pub fn percent_decode(raw: &str) -> Result<String, InvalidText> {
    let hex = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_hexdigit);
    let bytes = raw.as_bytes();
    let percent_signs = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'%');
    for (at, _) in percent_signs {
        if !(hex(bytes.get(at + 1)) && hex(bytes.get(at + 2))) {
            return Err(InvalidText::Encoding);
        }
    }
    let text = percent_encoding::percent_decode(bytes).decode_utf8().map_err(|_| InvalidText::Encoding)?;
    if text.chars().any(char::is_control) { Err(InvalidText::ControlCharacter) } else { Ok(text.into_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decoding_is_strict() {
        assert_eq!(percent_decode("m%C3%B5ju").as_deref(), Ok("mõju"));
        assert_eq!(percent_decode("a+b").as_deref(), Ok("a+b"));
        for bad in ["%", "%4", "%zz", "%ff", "%C0%AF", "a%"] {
            assert_eq!(percent_decode(bad), Err(InvalidText::Encoding), "{bad}");
        }
        for bad in ["%00", "%0d%0a", "%7F"] {
            assert_eq!(percent_decode(bad), Err(InvalidText::ControlCharacter), "{bad}");
        }
    }

    #[test]
    fn the_canonical_query_ignores_order_and_spelling() {
        let one = QueryPairs::parse("b=x+y&a=%31&cursor=z", None).unwrap();
        let two = QueryPairs::parse("a=1&b=x%20y", None).unwrap();
        assert_eq!(one.canonical(&["cursor"]), two.canonical(&[]));
        assert_eq!(two.canonical(&[]), "a=1&b=x%20y");
    }
}
