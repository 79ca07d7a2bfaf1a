//! Translates serde's error messages about a JSON body into both languages.

use serde_json::error::Category;

use crate::{
    domain::identifier::characters::Unfit,
    http::{Text, base::fault_words},
};

pub const DUPLICATE: &str = "duplicate_member";
pub const EMPTY: (&str, &str) = ("el cuerpo está vacío: se espera JSON", "the body is empty: JSON is expected");

/// The stable code, and the name of the member that is missing, where one is.
pub fn code(error: &serde_json::Error) -> (&'static str, Option<String>) {
    let text = message(error);
    match error.classify() {
        Category::Data if text.starts_with("missing field") => ("missing_member", quoted(&text).next().map(str::to_owned)),
        Category::Data if text.starts_with("unknown field") => ("unknown_member", None),
        Category::Data if text.starts_with("duplicate field") || text == DUPLICATE => (DUPLICATE, None),
        Category::Data => (unfit(&text).map_or("invalid_value", Unfit::code), None),
        _ => ("not_json", None),
    }
}

pub fn of(error: &serde_json::Error) -> Text {
    let text = message(error);
    match error.classify() {
        Category::Data => data(&text),
        Category::Eof => Text::new("el JSON está incompleto", "the JSON is incomplete"),
        Category::Syntax | Category::Io => {
            let (line, column) = (error.line(), error.column());
            let es = format!("no es JSON válido: línea {line}, columna {column}");
            Text::new(es, format!("is not valid JSON: line {line}, column {column}"))
        }
    }
}

fn data(text: &str) -> Text {
    if let Some(unfit) = unfit(text) {
        return fault_words::unfit(unfit);
    }
    let mut names = quoted(text);
    let name = names.next().unwrap_or_default();
    let known: Vec<&str> = names.collect();
    if text == DUPLICATE || text.starts_with("duplicate field") {
        return Text::new("un miembro aparece más de una vez", "a member is given more than once");
    }
    if text.starts_with("missing field") {
        return missing(name);
    }
    if text.starts_with("unknown field") || text.starts_with("unknown variant") {
        return unknown(name, &known);
    }
    let expected = text.rsplit_once("expected ").map_or("", |(_, expected)| expected);
    match expected_kind(expected) {
        Some((es, en)) => Text::new(format!("se espera {es}"), format!("{en} is expected")),
        None => Text::new("el valor no es de la forma que se espera", "the value is not of the form that is expected"),
    }
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

fn unfit(text: &str) -> Option<Unfit> {
    [Unfit::Control, Unfit::Noncharacter, Unfit::Direction].into_iter().find(|unfit| unfit.code() == text)
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
            let text = of(&error);
            let (spanish, english) = (text.within(Language::Spanish), text.within(Language::English));
            assert!(spanish.starts_with(es) && english.ends_with(en), "{body}: {spanish} | {english} | {error}");
        }
    }
}
