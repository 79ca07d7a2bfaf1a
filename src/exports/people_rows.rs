//! Cells for people, in a workbook or in CSV for a Spanish Excel: no JSON, and invisible characters are shown.

use std::fmt::Write;

use serde_json::Value as Json;

use super::{
    cell_text::{is_formula, push_parted_cell},
    spreadsheet::{SheetCell, decimals_shown},
};
use crate::domain::identifier::characters::shown;

/// Tells a spreadsheet that the bytes are UTF-8.
pub const BYTE_ORDER_MARK: &str = "\u{FEFF}";
const SEPARATOR: char = ';';
const LINE_END: &str = "\r\n";

/// A value in words: lists as `a; b`, what has names as `name: value, name: value`.
pub fn words(value: &Json) -> String {
    let mut text = String::new();
    push_words(&mut text, value, 0);
    text
}

fn push_words(text: &mut String, value: &Json, depth: usize) {
    match value {
        Json::Null => {}
        Json::Bool(_) | Json::Number(_) => {
            let _ = write!(text, "{value}");
        }
        Json::String(string) => text.push_str(string),
        Json::Array(items) => {
            for (place, item) in items.iter().enumerate() {
                text.push_str(if place == 0 { "" } else { ["; ", " | "][depth.min(1)] });
                push_words(text, item, depth + 1);
            }
        }
        Json::Object(members) => {
            for (place, (name, member)) in members.iter().filter(|(_, member)| !member.is_null()).enumerate() {
                text.push_str(if place == 0 { "" } else { ", " });
                let _ = write!(text, "{name}: ");
                push_words(text, member, depth + 1);
            }
        }
    }
}

/// Appends a line of the CSV that a Spanish Excel opens: `;`, a decimal comma, and CRLF.
pub fn push_line(line: &mut String, cells: &[SheetCell<'_>]) {
    for (place, cell) in cells.iter().enumerate() {
        if place > 0 {
            line.push(SEPARATOR);
        }
        match *cell {
            SheetCell::Empty => {}
            SheetCell::Flag(value) => line.push_str(if value { "true" } else { "false" }),
            SheetCell::Number(text) if decimals_shown(text).is_some() => line.push_str(&text.replace('.', ",")),
            SheetCell::Number(text) | SheetCell::Text(text) => push_text(line, text),
            SheetCell::Plain(text) => push_parted_cell(line, text, SEPARATOR),
        }
    }
    line.push_str(LINE_END);
}

/// Beside formulas, digits that a spreadsheet would show as others are marked: `0012`, or more than it keeps.
fn push_text(line: &mut String, text: &str) {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let changed = digits && decimals_shown(text).is_none();
    let text = shown(text);
    let marked = if changed || is_formula(&text) { format!("'{text}") } else { text.into_owned() };
    push_parted_cell(line, &marked, SEPARATOR);
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_are_said_in_words() {
        for (value, expected) in [
            (json!(["a", "b"]), "a; b"),
            (json!({"within": 3, "above": 1, "none": null}), "within: 3, above: 1"),
            (json!([{"per": "pack", "n": 1}, {"per": "unit", "list": ["x", "y"]}]), "per: pack, n: 1; per: unit, list: x | y"),
            (json!([]), ""),
            (json!(null), ""),
            (json!(true), "true"),
        ] {
            assert_eq!(words(&value), expected);
            assert!(!words(&value).contains(['{', '[', '"']));
        }
    }

    #[test]
    fn a_spanish_excel_reads_the_line() {
        use SheetCell::{Empty, Flag, Number, Text};
        let mut line = String::new();
        let cells = [
            Text("a;b"),
            Number("-33052.50"),
            Text("1.5"),
            Number("1234567890123456"),
            Text("=1+1"),
            Text("gnp\u{202E}exe"),
            Empty,
            Flag(true),
            Text("0012"),
        ];
        push_line(&mut line, &cells);
        assert_eq!(line, "\"a;b\";-33052,50;1.5;'1234567890123456;'=1+1;gnp[U+202E]exe;;true;'0012\r\n");
    }
}
