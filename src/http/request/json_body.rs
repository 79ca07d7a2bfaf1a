//! Reads JSON bodies strictly: no repeated member, no forbidden characters, faults named by JSON Pointer.

use std::{borrow::Cow, collections::HashSet, fmt};

use serde::de::{self, DeserializeOwned, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::de::SliceRead;
use serde_path_to_error::{Path, Segment, Track};

use super::json_words::{self, EMPTY};
use crate::{
    domain::identifier::characters::{self, TextKind},
    http::{
        Problem, Text as Words,
        base::{fault_words, problem::Fault},
        values::value::Invalid,
    },
};

/// Members in which a person writes prose, in whatever body they stand: line breaks and tabs are theirs. Every other text is one line.
pub const PROSE: [&str; 9] =
    ["reason", "reasons", "question", "text", "text_es", "text_en", "subject_es", "subject_en", "description"];

pub fn is_prose(member: &str) -> bool {
    PROSE.contains(&member)
}

/// Two passes over the same bytes: one for what JSON should never contain, one for the type asked for.
pub fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    // What is derived would take a list of the members in their order for the object.
    let is_list = bytes.trim_ascii_start().first() == Some(&b'[');
    let list = || at(String::new(), Invalid::value(json_words::not_an_object()));
    let body = read(bytes).and_then(|body| if is_list { Err(list()) } else { Ok(body) });
    body.map_err(|fault| Problem::bad_body(vec![fault.into()]))
}

/// A fault of a JSON text, and its place.
#[derive(Debug)]
pub struct JsonFault {
    pub pointer: String,
    pub code: Cow<'static, str>,
    pub words: Words,
}

impl From<JsonFault> for Fault {
    fn from(fault: JsonFault) -> Self {
        Fault::pointer(fault.pointer, fault.code, fault.words)
    }
}

/// The same, with the fault by itself.
pub fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, JsonFault> {
    let mut json = serde_json::Deserializer::new(SliceRead::new(bytes));
    let mut track = Track::new();
    let clean = Clean(TextKind::Line).deserialize(serde_path_to_error::Deserializer::new(&mut json, &mut track));
    clean.map_err(|error| fault(&track.path(), &error, bytes))?;
    json.end().map_err(|error| at(String::new(), json_words::fault(&error).0))?;
    let mut json = serde_json::Deserializer::new(SliceRead::new(bytes));
    serde_path_to_error::deserialize(&mut json).map_err(|error| fault(error.path(), error.inner(), bytes))
}

fn fault(path: &Path, error: &serde_json::Error, bytes: &[u8]) -> JsonFault {
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return at(String::new(), json_words::not_json(EMPTY));
    }
    let (fault, member) = json_words::fault(error);
    let mut pointer = pointer(path);
    if let Some(member) = member {
        pointer.push('/');
        pointer.push_str(&escaped(&member));
    }
    at(pointer, fault)
}

fn at(pointer: String, Invalid { code, detail: words }: Invalid) -> JsonFault {
    JsonFault { pointer, code, words }
}

/// RFC 6901: `~` and `/` inside a name are escaped.
fn pointer(path: &Path) -> String {
    let mut pointer = String::new();
    for segment in path {
        let name = match segment {
            Segment::Seq { index } => index.to_string(),
            Segment::Map { key } => escaped(key),
            Segment::Enum { variant } => variant.clone(),
            Segment::Unknown => continue,
        };
        pointer.push('/');
        pointer.push_str(&name);
    }
    pointer
}

pub fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// Any JSON value that repeats no member and hides no character that a text of its kind may not hold; read for the refusal, not for the
/// value.
struct Clean(TextKind);

impl<'de> DeserializeSeed<'de> for Clean {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Clean {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }
    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }
    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }
    #[expect(clippy::disallowed_types, reason = "the number is looked past, never used")]
    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<(), E> {
        match characters::unfit(text, self.0) {
            Some(unfit) => Err(E::custom(Invalid::new(unfit.code(), fault_words::unfit(unfit)))),
            None => Ok(()),
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        while items.next_element_seed(Clean(self.0))?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let mut names = HashSet::new();
        while let Some(name) = members.next_key_seed(MemberName)? {
            let kind = if is_prose(&name) { TextKind::Prose } else { TextKind::Line };
            if !names.insert(name) {
                return Err(de::Error::custom(json_words::duplicate()));
            }
            members.next_value_seed(Clean(kind))?;
        }
        Ok(())
    }
}

struct MemberName;

impl<'de> DeserializeSeed<'de> for MemberName {
    type Value = String;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<String, D::Error> {
        de::Deserialize::deserialize(deserializer)
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Checks {
        #[expect(dead_code, reason = "only its reading is tested")]
        checks: Vec<Check>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Check {
        #[expect(dead_code, reason = "only its reading is tested")]
        amount: String,
    }

    fn refusal(body: &str) -> String {
        format!("{:?}", parse::<Checks>(body.as_bytes()).map(|_| ()).unwrap_err())
    }

    #[test]
    fn faults_carry_a_pointer_and_a_code() {
        assert!(parse::<Checks>(br#"{"checks":[{"amount":"1.00"}]}"#).is_ok());
        for (body, pointer, code) in [
            (r#"{"checks":[{"amount":"1"},{"amount":2.5}]}"#, "/checks/1/amount", "invalid_value"),
            (r#"{"checks":[{}]}"#, "/checks/0/amount", "missing_member"),
            (r#"{"checks":[],"x":1}"#, "/x", "unknown_member"),
            (r#" [[{"amount":"1.00"}]]"#, "", "invalid_value"),
            (r#"{"checks":[],"checks":[]}"#, "", "duplicate_member"),
            (r#"{"checks":[{"amount":"\u0000"}]}"#, "/checks/0/amount", "control_character"),
            (r#"{"checks":[{"amount":"1\n"}]}"#, "/checks/0/amount", "control_character"),
            (r#"{"checks":[{"amount":"\uffff"}]}"#, "/checks/0/amount", "noncharacter"),
            (r#"{"checks":[{"amount":"\u202e1"}]}"#, "/checks/0/amount", "direction_mark"),
            (r#"{"checks":"#, "", "not_json"),
            (r#"{"checks":[]} x"#, "", "not_json"),
            ("\u{feff}{}", "", "not_json"),
        ] {
            let refusal = refusal(body);
            assert!(refusal.contains(&format!("Pointer(\"{pointer}")) && refusal.contains(code), "{body}: {refusal}");
        }
    }

    #[test]
    fn prose_has_line_breaks_and_tabs_and_nothing_else_of_the_kind() {
        #[derive(Debug, Deserialize)]
        struct Reply {
            text: String,
        }
        let reply = |text: &str| parse::<Reply>(format!("{{\"text\":\"{text}\"}}").as_bytes()).map(|reply| reply.text);
        assert_eq!(reply("a\\n\\tb\\r\\n\\u200f").unwrap(), "a\n\tb\r\n\u{200f}");
        for (text, code) in [("\\u0000", "control_character"), ("\\u001b", "control_character"), ("\\ufffe", "noncharacter")] {
            assert!(format!("{:?}", reply(text).unwrap_err()).contains(code), "{text}");
        }
    }

    #[test]
    fn depth_is_refused_not_followed() {
        assert!(refusal(&"[".repeat(200_000)).contains("not_json"));
    }
}
