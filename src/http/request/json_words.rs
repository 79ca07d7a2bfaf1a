//! The code and the words of a fault of a JSON body: those of the reader of the value, or serde's own message in both languages.

use serde_json::error::Category;

use crate::http::{Text, values::value::Invalid};

pub const EMPTY: (&str, &str) = ("el cuerpo está vacío: se espera JSON", "the body is empty: JSON is expected");

/// The fault, and the name of the member that is missing, where one is.
pub fn fault(error: &serde_json::Error) -> (Invalid, Option<String>) {
    let not_json = |words: Text| (not_json(words), None);
    match error.classify() {
        Category::Data => data(&message(error)),
        Category::Eof => not_json(Text::new("el JSON está incompleto", "the JSON is incomplete")),
        Category::Syntax | Category::Io => {
            let (line, column) = (error.line(), error.column());
            let es = format!("no es JSON válido: línea {line}, columna {column}");
            not_json(Text::new(es, format!("is not valid JSON: line {line}, column {column}")))
        }
    }
}

pub fn not_json(words: impl Into<Text>) -> Invalid {
    Invalid::new("not_json", words)
}

pub fn duplicate() -> Invalid {
    Invalid::new("duplicate_member", ("un miembro aparece más de una vez", "a member is given more than once"))
}

fn data(text: &str) -> (Invalid, Option<String>) {
    if let Some(of_reader) = Invalid::from_message(text) {
        return (of_reader, None);
    }
    let mut names = quoted(text);
    let name = names.next().unwrap_or_default();
    let known: Vec<&str> = names.collect();
    if text.starts_with("duplicate field") {
        return (duplicate(), None);
    }
    if text.starts_with("missing field") {
        return (Invalid::new("missing_member", missing(name)), Some(name.to_owned()));
    }
    if text.starts_with("unknown field") {
        return (Invalid::new("unknown_member", unknown(name, &known)), None);
    }
    if text.starts_with("unknown variant") {
        return (Invalid::value(unknown(name, &known)), None);
    }
    let expected = text.rsplit_once("expected ").map_or("", |(_, expected)| expected);
    let words = match expected_kind(expected) {
        Some((es, en)) => Text::new(format!("se espera {es}"), format!("{en} is expected")),
        None => Text::new("el valor no es de la forma que se espera", "the value is not of the form that is expected"),
    };
    (Invalid::value(words), None)
}

/// The type that serde expected.
fn expected_kind(expected: &str) -> Option<(&'static str, &'static str)> {
    let begins = |words: &[&str]| words.iter().any(|word| expected.starts_with(word));
    Some(match expected {
        _ if begins(&["a string", "a borrowed string", "string"]) => ("un texto entre comillas", "text in quotes"),
        _ if begins(&["a boolean"]) => ("true o false", "true or false"),
        _ if begins(&["a sequence", "a tuple"]) => ("una lista", "a list"),
        _ if begins(&["struct", "a map", "internally tagged", "adjacently tagged"]) => ("un objeto", "an object"),
        _ if begins(&["u", "i", "usize", "isize", "a nonzero"]) => ("un número entero", "a whole number"),
        _ => return None,
    })
}

/// For hand-written readers of JSON: a text was expected.
pub fn not_text() -> Text {
    Text::new("se espera un texto entre comillas", "text in quotes is expected")
}

pub fn not_an_object() -> Text {
    Text::new("se espera un objeto", "an object is expected")
}

pub fn missing(member: &str) -> Text {
    Text::new(format!("falta «{member}»"), format!("\"{member}\" is missing"))
}

pub fn unknown(member: &str, known: &[&str]) -> Text {
    let known = known.join(", ");
    Text::new(format!("no se conoce «{member}»; se acepta: {known}"), format!("\"{member}\" is not known; accepted: {known}"))
}

/// Without the place, which a pointer tells better.
fn message(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    text.strip_suffix(&place).unwrap_or(&text).to_owned()
}

/// The text between backticks.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;
    use crate::http::Language;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only its reading is tested")]
    struct Step {
        to: String,
        version: i32,
        list: Option<Vec<bool>>,
        inner: Option<Box<Step>>,
    }

    #[test]
    fn every_kind_of_fault_has_words_in_both_languages() {
        for (body, es, en) in [
            (r#"{"to":"a"}"#, "falta «version»", "\"version\" is missing"),
            (r#"{"to":1,"version":1}"#, "se espera un texto entre comillas", "text in quotes is expected"),
            (r#"{"to":"a","version":"1"}"#, "se espera un número entero", "a whole number is expected"),
            (r#"{"to":"a","version":1.5}"#, "se espera un número entero", "a whole number is expected"),
            (r#"{"to":"a","version":99999999999}"#, "se espera un número entero", "a whole number is expected"),
            (r#"{"to":"a","version":1,"list":3}"#, "se espera una lista", "a list is expected"),
            (r#"{"to":"a","version":1,"list":["x"]}"#, "se espera true o false", "true or false is expected"),
            (r#"{"to":"a","version":1,"inner":[]}"#, "se espera", "expected"),
            (r#"[]"#, "se espera un objeto", "an object is expected"),
            (
                r#"{"to":"a","version":1,"x":1}"#, "no se conoce «x»; se acepta: to, version, list, inner",
                "\"x\" is not known; accepted: to, version, list, inner",
            ),
            (r#"{"to":"a","to":"b","version":1}"#, "un miembro aparece más de una vez", "a member is given more than once"),
            (r#"{"to":"#, "el JSON está incompleto", "the JSON is incomplete"),
            ("{\n  to", "no es JSON válido: línea 2, columna 3", "is not valid JSON: line 2, column 3"),
        ] {
            let error = serde_json::from_str::<Step>(body).unwrap_err();
            let text = fault(&error).0.detail;
            let (spanish, english) = (text.within(Language::Spanish), text.within(Language::English));
            assert!(spanish.starts_with(es) && english.ends_with(en), "{body}: {spanish} | {english} | {error}");
        }
    }
}
