//! A list as CSV: the same rows in the same order as the JSON, nested fields with dotted names, lists as JSON text.

use serde::Serialize;
use serde_json::Value;

/// Cells that a spreadsheet would run as a formula get an apostrophe; plain numbers do not.
pub fn write<T: Serialize>(rows: &[T]) -> Option<String> {
    let rows: Vec<Vec<(String, String)>> =
        rows.iter().map(|row| Some(flat(&serde_json::to_value(row).ok()?))).collect::<Option<_>>()?;
    let mut header: Vec<&str> = Vec::new();
    for (name, _) in rows.iter().flatten() {
        if !header.contains(&name.as_str()) {
            header.push(name);
        }
    }
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    writer.write_record(&header).ok()?;
    for row in &rows {
        let cells = header.iter().map(|name| row.iter().find(|(known, _)| known == name).map_or("", |(_, cell)| cell.as_str()));
        writer.write_record(cells).ok()?;
    }
    String::from_utf8(writer.into_inner().ok()?).ok()
}

fn flat(row: &Value) -> Vec<(String, String)> {
    let mut cells = Vec::new();
    flatten("", row, &mut cells);
    cells
}

fn flatten(name: &str, value: &Value, cells: &mut Vec<(String, String)>) {
    match value {
        Value::Object(fields) => {
            for (field, value) in fields {
                let name = if name.is_empty() { field.clone() } else { format!("{name}.{field}") };
                flatten(&name, value, cells);
            }
        }
        Value::Null => cells.push((name.to_owned(), String::new())),
        Value::String(text) => cells.push((name.to_owned(), neutral(text))),
        other => cells.push((name.to_owned(), other.to_string())),
    }
}

fn neutral(text: &str) -> String {
    let risky = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']);
    let number = text.strip_prefix('-').unwrap_or(text).bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    if risky && !number { format!("'{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn formulas_are_neutralised_and_nested_fields_get_dotted_names() {
        let rows = [json!({"name": "=1+1", "price": {"amount": "-3.50"}}), json!({"name": "a,b", "extra": null, "list": [1]})];
        assert_eq!(write(&rows).as_deref(), Some("name,price.amount,extra,list\r\n'=1+1,-3.50,,\r\n\"a,b\",,,[1]\r\n"));
    }
}
