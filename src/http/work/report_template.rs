//! A template for the file that a reporter sends: its headers, and what each column holds.

use std::{
    io::{self, Cursor, Write},
    path::Path,
};

use hyper::Method;
use serde_json::{Value, json};

use super::page::{attachment, disk_fault};
use crate::{
    exports::spreadsheet::{Workbook, push_inline_text},
    http::{
        Answer, App, Endpoint, Language, Problem, Request,
        annotated::{
            added::AddedSheets,
            workbook::{self, LastSheet},
        },
        routing::path_headers,
        view::messages::say,
    },
    ingest::submission::csv::column_names,
    spool::{Spooled, purpose},
};

const CSV_TEMPLATE: &str = "/trabajo/plantilla.csv";
const XLSX_TEMPLATE: &str = "/trabajo/plantilla.xlsx";
const CSV: &str = "text/csv; charset=utf-8";
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// What each column holds, in the order of the layout.
const COLUMN_WORDS: [(&str, &str); 13] = [
    (
        "Número del expediente del registro sanitario, sin consecutivo",
        "Number of the registration's file, without the consecutive",
    ),
    (
        "Consecutivo de la presentación comercial: la parte del CUM después del guion",
        "Consecutive of the pack: the part of the CUM after the hyphen",
    ),
    ("Año del corte, con cuatro cifras", "Year of the report, in four digits"),
    ("Mes de la factura, de 1 a 12", "Month of the invoice, 1 to 12"),
    (
        "Rol de quien reporta: 1 quien fabrica o importa, 2 los demás",
        "Role of the reporter: 1 whoever makes or imports, 2 the others",
    ),
    ("CM compra, VN venta, RC recobro", "CM purchase, VN sale, RC reimbursement"),
    ("Tipo de transacción, de 1 a 5", "Kind of transaction, 1 to 5"),
    (
        "Unidad de la factura: A empaque, B empaque primario, C unidad de dispensación, D unidad regulada",
        "Unit of the invoice: A pack, B primary pack, C dispensing unit, D regulated unit",
    ),
    ("Precio mínimo de esa unidad, en pesos", "Lowest price of that unit, in pesos"),
    ("Precio máximo de esa unidad, en pesos", "Highest price of that unit, in pesos"),
    ("Unidades facturadas en el mes", "Units invoiced in the month"),
    ("Valor total facturado en el mes, en pesos", "Total invoiced in the month, in pesos"),
    ("NIT de la otra parte, si lo tiene", "NIT of the other party, where you have it"),
];

pub fn endpoints() -> Vec<Endpoint<App>> {
    [Endpoint::plain(Method::GET, CSV_TEMPLATE, csv_template), Endpoint::plain(Method::GET, XLSX_TEMPLATE, xlsx_template)]
        .map(|endpoint| endpoint.with_headers(path_headers::PAGE))
        .into()
}

/// Each column of the layout with what it holds.
pub fn column_words(language: Language) -> Vec<Value> {
    let words = column_names().zip(COLUMN_WORDS);
    words.map(|(name, (es, en))| json!({ "name": name, "what": if language == Language::Spanish { es } else { en } })).collect()
}

async fn csv_template(_: App, _: Request) -> Result<Answer, Problem> {
    let header = column_names().collect::<Vec<_>>().join(",");
    attachment(Answer::bytes(CSV, format!("{header}\r\n")), "plantilla-sismed.csv")
}

async fn xlsx_template(app: App, request: Request) -> Result<Answer, Problem> {
    let made = template_book(&app.workflow.spool, request.language).map_err(|error| disk_fault(&error))?;
    attachment(Answer::bytes(XLSX, made), "plantilla-sismed.xlsx")
}

/// The headers in its first sheet, and in its last what each column holds.
fn template_book(spool: &Path, language: Language) -> io::Result<Vec<u8>> {
    let (plain, out) = (Spooled::file(spool, purpose::ANSWER)?, Spooled::file(spool, purpose::ANSWER)?);
    let header: Vec<&str> = column_names().collect();
    Workbook::new(plain.open()?, &header)?.finish()?.flush()?;
    let xml = words_sheet(language);
    let last = LastSheet { name: &say(language, "work.template_sheet", &[]), xml: &mut Cursor::new(xml) };
    workbook::write(plain.path(), &AddedSheets::new(), Some(last), out.open()?)?;
    std::fs::read(out.path())
}

fn words_sheet(language: Language) -> String {
    let mut xml = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n\
        <worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\">\
        <cols><col min=\"1\" max=\"1\" width=\"26\" customWidth=\"1\"/><col min=\"2\" max=\"2\" width=\"90\" customWidth=\"1\"/></cols><sheetData>"
        .to_owned();
    let head = [say(language, "work.template_column", &[]), say(language, "work.template_what", &[])];
    let words = column_words(language);
    let rows = words.iter().map(|column| ["name", "what"].map(|member| column[member].as_str().unwrap_or_default()));
    for row in std::iter::once([head[0].as_str(), head[1].as_str()]).chain(rows) {
        xml.push_str("<row>");
        for text in row {
            xml.push_str("<c t=\"inlineStr\">");
            push_inline_text(&mut xml, text);
            xml.push_str("</c>");
        }
        xml.push_str("</row>");
    }
    xml.push_str("</sheetData></worksheet>");
    xml
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_column_of_the_layout_says_what_it_holds() {
        assert_eq!(column_names().count(), COLUMN_WORDS.len());
        assert_eq!(
            column_words(Language::English)[5],
            json!({ "name": "CodTipoOperacion", "what": "CM purchase, VN sale, RC reimbursement" })
        );
    }
}
