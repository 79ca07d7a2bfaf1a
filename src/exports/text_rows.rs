//! Rows as lines of CSV and of NDJSON: one line end (LF) a row, so that files can be compared and mended line by line.

use serde_json::Value as Json;

use super::{
    cell_text::{is_formula, push_cell},
    data_set::{Cell, DataSet, Field, Kind},
};
use crate::domain::number::amount;

pub fn csv_header(data_set: &DataSet) -> String {
    let names: Vec<&str> = data_set.fields.iter().map(|field| field.name).collect();
    names.join(",") + "\n"
}

/// Appends a line. Text that begins like a formula is neutralised; numbers, days and lists are ours and stay as they are.
pub fn csv_line(line: &mut String, fields: &[Field], cells: &[Cell]) {
    for (place, (field, cell)) in fields.iter().zip(cells).enumerate() {
        if place > 0 {
            line.push(',');
        }
        match cell {
            Cell::Text(text) if is_formula(text) => push_cell(line, &format!("'{text}")),
            cell => push_cell(line, &plain(field.kind, cell)),
        }
    }
    line.push('\n');
}

/// Appends a line: every field in order, `null` where nothing is known, money and numbers as strings.
pub fn ndjson_line(line: &mut String, fields: &[Field], cells: &[Cell]) {
    for (place, (field, cell)) in fields.iter().zip(cells).enumerate() {
        line.push_str(if place == 0 { "{\"" } else { ",\"" });
        line.push_str(field.name);
        line.push_str("\":");
        match cell {
            Cell::Missing => line.push_str("null"),
            Cell::Integer(_) | Cell::Boolean(_) | Cell::List(_) => line.push_str(&plain(field.kind, cell)),
            Cell::Text(text) => line.push_str(&Json::from(text.as_str()).to_string()),
            Cell::Date(_) | Cell::Decimal(_) => {
                line.push('"');
                line.push_str(&plain(field.kind, cell));
                line.push('"');
            }
        }
    }
    line.push_str("}\n");
}

/// The value as text, the same in every format.
pub fn plain(kind: Kind, cell: &Cell) -> String {
    match cell {
        Cell::Missing => String::new(),
        Cell::Text(text) => text.clone(),
        Cell::Integer(number) => number.to_string(),
        Cell::Boolean(value) => value.to_string(),
        Cell::Date(day) => day.to_string(),
        Cell::Decimal(number) if kind == Kind::Money => amount::display(*number),
        Cell::Decimal(number) => amount::plain(*number),
        Cell::List(list) => list.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rust_decimal::Decimal;
    use serde_json::json;

    const FIELDS: &[Field] = &[
        Field::new("id", Kind::Text, "", ""),
        Field::new("price", Kind::Money, "", ""),
        Field::new("units", Kind::Number, "", ""),
        Field::new("names", Kind::List, "", ""),
        Field::new("known", Kind::Boolean, "", ""),
    ];

    #[test]
    fn both_formats_say_the_same_and_formulas_are_marked_in_csv_only() {
        let cells = [
            Cell::text("=1\n+1"),
            Decimal::new(-35, 1).into(),
            Decimal::new(1500, 2).into(),
            Cell::List(json!(["a,b", "\"c\""])),
            Cell::Missing,
        ];
        let (mut csv, mut ndjson) = (String::new(), String::new());
        csv_line(&mut csv, FIELDS, &cells);
        ndjson_line(&mut ndjson, FIELDS, &cells);
        assert_eq!(csv, "\"'=1\n+1\",-3.50,15,\"[\"\"a,b\"\",\"\"\\\"\"c\\\"\"\"\"]\",\n");
        assert_eq!(
            ndjson,
            "{\"id\":\"=1\\n+1\",\"price\":\"-3.50\",\"units\":\"15\",\"names\":[\"a,b\",\"\\\"c\\\"\"],\"known\":null}\n"
        );
    }
}
