//! Rows as lines of CSV and of NDJSON with LF line ends, so that files can be compared and patched line by line.

use serde_json::Value as Json;

use super::{
    cell_text::{is_formula, push_cell},
    data_set::{DataSet, ExportValue, Field, FieldType},
};
use crate::domain::number::amount;

pub fn csv_header(data_set: &DataSet) -> String {
    let names: Vec<&str> = data_set.fields.iter().map(|field| field.name).collect();
    names.join(",") + "\n"
}

/// Appends a line. Text that begins like a formula is neutralised; numbers, days and lists are ours and stay as they are.
pub fn csv_line(line: &mut String, fields: &[Field], cells: &[ExportValue]) {
    for (place, (field, cell)) in fields.iter().zip(cells).enumerate() {
        if place > 0 {
            line.push(',');
        }
        match cell {
            ExportValue::Text(text) if is_formula(text) => push_cell(line, &format!("'{text}")),
            cell => push_cell(line, &plain(field.kind, cell)),
        }
    }
    line.push('\n');
}

/// Appends a line: every field in order, `null` where nothing is known, money and numbers as strings.
pub fn ndjson_line(line: &mut String, fields: &[Field], cells: &[ExportValue]) {
    for (place, (field, cell)) in fields.iter().zip(cells).enumerate() {
        line.push_str(if place == 0 { "{\"" } else { ",\"" });
        line.push_str(field.name);
        line.push_str("\":");
        match cell {
            ExportValue::Missing => line.push_str("null"),
            ExportValue::Integer(_) | ExportValue::Boolean(_) | ExportValue::List(_) => line.push_str(&plain(field.kind, cell)),
            ExportValue::Text(text) => line.push_str(&Json::from(text.as_str()).to_string()),
            ExportValue::Date(_) | ExportValue::Decimal(_) => {
                line.push('"');
                line.push_str(&plain(field.kind, cell));
                line.push('"');
            }
        }
    }
    line.push_str("}\n");
}

/// The value as text, the same in every format.
pub fn plain(kind: FieldType, cell: &ExportValue) -> String {
    match cell {
        ExportValue::Missing => String::new(),
        ExportValue::Text(text) => text.clone(),
        ExportValue::Integer(number) => number.to_string(),
        ExportValue::Boolean(value) => value.to_string(),
        ExportValue::Date(day) => day.to_string(),
        ExportValue::Decimal(number) if kind == FieldType::Money => amount::display(*number),
        ExportValue::Decimal(number) => amount::plain(*number),
        ExportValue::List(list) => list.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rust_decimal::Decimal;
    use serde_json::json;

    const FIELDS: &[Field] = &[
        Field::new("id", FieldType::Text, "", ""),
        Field::new("price", FieldType::Money, "", ""),
        Field::new("units", FieldType::Number, "", ""),
        Field::new("names", FieldType::List, "", ""),
        Field::new("known", FieldType::Boolean, "", ""),
    ];

    #[test]
    fn both_formats_say_the_same_and_formulas_are_marked_in_csv_only() {
        let cells = [
            ExportValue::text("=1\n+1"),
            Decimal::new(-35, 1).into(),
            Decimal::new(1500, 2).into(),
            ExportValue::List(json!(["a,b", "\"c\""])),
            ExportValue::Missing,
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
