//! JSON from outside: no member twice, no control characters hidden in escapes, faults named by JSON Pointer.

use std::{collections::HashSet, fmt};

use serde::de::{self, DeserializeOwned, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::de::SliceRead;
use serde_path_to_error::{Path, Segment};

use super::{Problem, Text};

/// Two passes over the same bytes: one for what JSON should never contain, one for the type asked for.
pub fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let mut json = serde_json::Deserializer::new(SliceRead::new(bytes));
    serde_path_to_error::deserialize::<_, Clean>(&mut json).map_err(|error| fault(&error))?;
    json.end().map_err(|error| Problem::bad_body_pointer("", "not_json", error.to_string()))?;
    let mut json = serde_json::Deserializer::new(SliceRead::new(bytes));
    serde_path_to_error::deserialize(&mut json).map_err(|error| fault(&error))
}

fn fault(error: &serde_path_to_error::Error<serde_json::Error>) -> Problem {
    let inner = error.inner();
    let text = inner.to_string();
    let code = match inner.classify() {
        serde_json::error::Category::Data if text.starts_with("missing field") => "missing_member",
        serde_json::error::Category::Data if text.starts_with("unknown field") => "unknown_member",
        serde_json::error::Category::Data if text.starts_with(DUPLICATE) => "duplicate_member",
        serde_json::error::Category::Data if text.starts_with(CONTROL) => "control_character",
        serde_json::error::Category::Data => "invalid_value",
        _ => "not_json",
    };
    Problem::bad_body_pointer(pointer(error.path()), code, Text::from(text))
}

/// RFC 6901: `~` and `/` inside a name are escaped.
fn pointer(path: &Path) -> String {
    let mut pointer = String::new();
    for segment in path {
        let name = match segment {
            Segment::Seq { index } => index.to_string(),
            Segment::Map { key } => key.replace('~', "~0").replace('/', "~1"),
            Segment::Enum { variant } => variant.clone(),
            Segment::Unknown => continue,
        };
        pointer.push('/');
        pointer.push_str(&name);
    }
    pointer
}

const DUPLICATE: &str = "a member is given more than once";
const CONTROL: &str = "control characters are not allowed";

/// Any JSON value that repeats no member and hides no control character; read for the refusal, not for the value.
struct Clean;

impl<'de> de::Deserialize<'de> for Clean {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Clean, D::Error> {
        deserializer.deserialize_any(CleanVisitor)
    }
}

struct CleanVisitor;

impl<'de> Visitor<'de> for CleanVisitor {
    type Value = Clean;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Clean, E> {
        Ok(Clean)
    }
    fn visit_bool<E>(self, _: bool) -> Result<Clean, E> {
        Ok(Clean)
    }
    fn visit_i64<E>(self, _: i64) -> Result<Clean, E> {
        Ok(Clean)
    }
    fn visit_u64<E>(self, _: u64) -> Result<Clean, E> {
        Ok(Clean)
    }
    #[expect(clippy::disallowed_types, reason = "the number is looked past, never used")]
    fn visit_f64<E>(self, _: f64) -> Result<Clean, E> {
        Ok(Clean)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Clean, E> {
        if text.chars().any(char::is_control) { Err(E::custom(CONTROL)) } else { Ok(Clean) }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Clean, A::Error> {
        while items.next_element::<Clean>()?.is_some() {}
        Ok(Clean)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Clean, A::Error> {
        let mut names = HashSet::new();
        while let Some(name) = members.next_key_seed(MemberName)? {
            if !names.insert(name) {
                return Err(de::Error::custom(DUPLICATE));
            }
            members.next_value::<Clean>()?;
        }
        Ok(Clean)
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
            (r#"{"checks":[{}]}"#, "/checks/0", "missing_member"),
            (r#"{"checks":[],"x":1}"#, "/x", "unknown_member"),
            (r#"{"checks":[],"checks":[]}"#, "", "duplicate_member"),
            (r#"{"checks":[{"amount":"\u0000"}]}"#, "/checks/0/amount", "control_character"),
            (r#"{"checks":"#, "", "not_json"),
            (r#"{"checks":[]} x"#, "", "not_json"),
            ("\u{feff}{}", "", "not_json"),
        ] {
            let refusal = refusal(body);
            assert!(refusal.contains(&format!("Pointer(\"{pointer}")) && refusal.contains(code), "{body}: {refusal}");
        }
    }

    #[test]
    fn depth_is_refused_not_followed() {
        assert!(refusal(&"[".repeat(200_000)).contains("not_json"));
    }
}
