//! A list as CSV: the same rows in the same order as the JSON, nested fields with dotted names, lists as JSON text.

use serde::Serialize;
use serde_json::Value;

use crate::http::{Answer, Problem, csv::CsvText};

pub fn write<T: Serialize>(rows: &[T]) -> Result<Answer, Problem> {
    let flat: Result<Vec<Row>, _> = rows.iter().map(|row| serde_json::to_value(row).map(|value| flatten(&value))).collect();
    let flat = flat.map_err(|error| {
        tracing::error!(%error, "a row could not be written as CSV");
        Problem::internal()
    })?;
    Ok(Answer::csv(text(&flat).into_bytes()))
}

type Row = Vec<(String, Cell)>;

enum Cell {
    Empty,
    Text(String),
    Number(String),
}

fn text(rows: &[Row]) -> CsvText {
    let mut header: Vec<&str> = Vec::new();
    for (name, _) in rows.iter().flatten() {
        if !header.contains(&name.as_str()) {
            header.push(name);
        }
    }
    let mut csv = CsvText::new(&header);
    for row in rows {
        for name in &header {
            match row.iter().find(|(known, _)| known == name).map(|(_, cell)| cell) {
                Some(Cell::Text(text)) => csv.text(text),
                Some(Cell::Number(number)) => csv.number(number),
                Some(Cell::Empty) | None => csv.empty(),
            };
        }
        csv.end_row();
    }
    csv
}

fn flatten(row: &Value) -> Row {
    let mut cells = Vec::new();
    push("", row, &mut cells);
    cells
}

fn push(name: &str, value: &Value, cells: &mut Row) {
    match value {
        Value::Object(fields) => {
            for (field, value) in fields {
                let name = if name.is_empty() { field.clone() } else { format!("{name}.{field}") };
                push(&name, value, cells);
            }
        }
        Value::Null => cells.push((name.to_owned(), Cell::Empty)),
        Value::String(text) if is_number(text) => cells.push((name.to_owned(), Cell::Number(text.clone()))),
        Value::String(text) => cells.push((name.to_owned(), Cell::Text(text.clone()))),
        other => cells.push((name.to_owned(), Cell::Number(other.to_string()))),
    }
}

/// `-3.50` is ours and no formula.
fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn formulas_are_neutralised_and_nested_fields_get_dotted_names() {
        let rows = [json!({"name": "=1+1", "price": {"amount": "-3.50"}}), json!({"name": "a,b", "extra": null, "list": [1]})];
        let rows: Vec<Row> = rows.iter().map(flatten).collect();
        let expected = "name,price.amount,extra,list\r\n'=1+1,-3.50,,\r\n\"a,b\",,,[1]\r\n";
        assert_eq!(String::from_utf8(text(&rows).into_bytes().to_vec()).unwrap(), expected);
    }
}
