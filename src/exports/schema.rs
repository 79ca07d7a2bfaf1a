//! A data set's schema as a Frictionless Table Schema, with descriptions in both languages.

use serde_json::{Map, Value as Json, json};

use super::data_set::{DataSet, Field, FieldType};

/// Facts for readers of the files that no type expresses.
const NOTES: (&str, &str) = (
    "CSV: UTF-8, una fila por registro terminada en LF; un texto que empieza por = + - @ o por un espacio de control lleva un apóstrofo \
     delante, para que ninguna hoja de cálculo lo tome por fórmula (en NDJSON y Parquet está tal cual). Lo que falta es una celda vacía, \
     null en NDJSON. Los números son decimales exactos: texto plano en CSV, cadenas en NDJSON, DECIMAL(38, 18) en Parquet (uno que no \
     quepa ahí falta en el Parquet). Las listas son JSON: su texto en CSV y Parquet. Las filas están en orden de la llave, byte a byte (en \
     un conjunto por períodos, dentro de cada período). Para \
     personas: .xlsx (hasta 1.048.575 filas) y .excel-es.csv (punto y coma, coma decimal, CRLF), donde las listas son «a; b» y un número que la \
     hoja cambiaría va como texto.",
    "CSV: UTF-8, each record ends with LF; a text that begins with = + - @ or a control blank has an apostrophe before it, so that no \
     spreadsheet takes it for a formula (in NDJSON and Parquet it stands as it is). What is missing is an empty cell, null in NDJSON. \
     Numbers are exact decimals: plain text in CSV, strings in NDJSON, DECIMAL(38, 18) in Parquet (one that does not fit is missing there). \
     Lists are JSON: its text in CSV and Parquet. Rows are in order of the key, byte by byte (in a data set \
     in periods, within each period). For people: .xlsx (up to 1,048,575 rows) and \
     .excel-es.csv (semicolons, decimal comma, CRLF), where lists are \"a; b\" and a number that a sheet would change is text.",
);

/// `schema.json` of every version.
pub fn schema(data_set: &DataSet) -> String {
    let (es, en) = data_set.description;
    let key: Vec<&str> = data_set.key().iter().map(|field| field.name).collect();
    let schema = json!({
        "name": data_set.name,
        "title": data_set.title.0,
        "title_en": data_set.title.1,
        "description": format!("{es} {}", NOTES.0),
        "description_en": format!("{en} {}", NOTES.1),
        "fields": data_set.fields.iter().map(field).collect::<Vec<_>>(),
        "primaryKey": key,
        "missingValues": [""],
    });
    format!("{schema:#}\n")
}

fn field(field: &Field) -> Json {
    let kind = match field.kind {
        FieldType::Text => "string",
        FieldType::Integer => "integer",
        FieldType::Boolean => "boolean",
        FieldType::Date => "date",
        FieldType::Money | FieldType::Number => "number",
        FieldType::List => "array",
    };
    let mut constraints = Map::new();
    if field.required {
        constraints.insert("required".to_owned(), json!(true));
    }
    if !field.values.is_empty() {
        constraints.insert("enum".to_owned(), json!(field.values));
    }
    let mut described = json!({"name": field.name, "type": kind, "description": field.words.0, "description_en": field.words.1});
    if let (false, Some(described)) = (constraints.is_empty(), described.as_object_mut()) {
        described.insert("constraints".to_owned(), constraints.into());
    }
    described
}
