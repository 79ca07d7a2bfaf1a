//! Writes small workbooks, cell by cell as a spreadsheet stores them.

use std::io::{Cursor, Write};
use zip::{ZipWriter, write::SimpleFileOptions};

/// A cell as the spreadsheet stores it.
#[derive(Clone, Debug)]
pub enum Cell {
    Text(String),
    /// Printed as stored: `1345.5400000000002`.
    Number(String),
    /// Days since 1899-12-30, shown as a date.
    Day(u32),
    /// A formula, and the number that it gave when the workbook was saved.
    Formula(String, String),
    Blank,
}

pub fn t(text: &str) -> Cell {
    Cell::Text(text.to_owned())
}

pub fn n(number: &str) -> Cell {
    Cell::Number(number.to_owned())
}

pub type Sheets = Vec<(&'static str, Vec<(u32, Vec<Cell>)>)>;

pub fn xlsx(sheets: &Sheets) -> Vec<u8> {
    packed(&parts(sheets))
}

pub fn packed(parts: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        archive.start_file(name.as_str(), SimpleFileOptions::default()).expect("a part");
        archive.write_all(content).expect("its content");
    }
    archive.finish().expect("an archive").into_inner()
}

pub fn parts(sheets: &Sheets) -> Vec<(String, Vec<u8>)> {
    const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    const RELATIONS: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
    const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let (mut list, mut links, mut parts) = (String::new(), String::new(), Vec::new());
    for (index, (name, rows)) in sheets.iter().enumerate() {
        let id = index + 1;
        list += &format!("<sheet name=\"{name}\" sheetId=\"{id}\" r:id=\"rId{id}\"/>");
        links += &format!("<Relationship Id=\"rId{id}\" Type=\"{OFFICE}/worksheet\" Target=\"worksheets/sheet{id}.xml\"/>");
        let rows: String = rows.iter().map(|(number, cells)| row(*number, cells)).collect();
        let sheet =
            format!("<worksheet xmlns=\"{MAIN}\"><dimension ref=\"A1:BK181733\"/><sheetData>{rows}</sheetData></worksheet>");
        parts.push((format!("xl/worksheets/sheet{id}.xml"), sheet.into_bytes()));
    }
    links += &format!("<Relationship Id=\"rId99\" Type=\"{OFFICE}/styles\" Target=\"styles.xml\"/>");
    let styles = "<cellXfs count=\"2\"><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/></cellXfs>";
    parts.push(("xl/styles.xml".to_owned(), format!("<styleSheet xmlns=\"{MAIN}\">{styles}</styleSheet>").into_bytes()));
    let workbook = format!("<workbook xmlns=\"{MAIN}\" xmlns:r=\"{OFFICE}\"><sheets>{list}</sheets></workbook>");
    parts.push(("xl/workbook.xml".to_owned(), workbook.into_bytes()));
    let links = format!("<Relationships xmlns=\"{RELATIONS}\">{links}</Relationships>");
    parts.push(("xl/_rels/workbook.xml.rels".to_owned(), links.into_bytes()));
    let root = format!("<Relationship Id=\"rId1\" Type=\"{OFFICE}/officeDocument\" Target=\"xl/workbook.xml\"/>");
    parts.push(("_rels/.rels".to_owned(), format!("<Relationships xmlns=\"{RELATIONS}\">{root}</Relationships>").into_bytes()));
    parts
}

fn row(number: u32, cells: &[Cell]) -> String {
    let cells: String = cells
        .iter()
        .enumerate()
        .map(|(index, cell)| {
            let letter = |index: usize| char::from(b'A' + u8::try_from(index).expect("few columns"));
            let column = match index {
                0..26 => letter(index).to_string(),
                _ => format!("{}{}", letter(index / 26 - 1), letter(index % 26)),
            };
            let place = format!("r=\"{column}{number}\"");
            match cell {
                Cell::Text(text) => {
                    format!("<c {place} t=\"inlineStr\"><is><t>{}</t></is></c>", text.replace('&', "&amp;").replace('<', "&lt;"))
                }
                Cell::Number(number) => format!("<c {place}><v>{number}</v></c>"),
                Cell::Day(serial) => format!("<c {place} s=\"1\"><v>{serial}</v></c>"),
                Cell::Formula(formula, number) => format!("<c {place}><f>{formula}</f><v>{number}</v></c>"),
                Cell::Blank => format!("<c {place} s=\"1\"/>"),
            }
        })
        .collect();
    format!("<row r=\"{number}\">{cells}</row>")
}
