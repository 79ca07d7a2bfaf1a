//! A table as a download for people: CSV, CSV for a Spanish Excel, or a workbook, with a file name.

use std::io::Cursor;

use bytes::Bytes;
use hyper::header::{self, HeaderValue};

use crate::{
    exports::{
        people_rows::{BYTE_ORDER_MARK, push_line},
        spreadsheet::{self, SheetCell, Workbook},
    },
    http::{Answer, Problem, base::csv::CsvText},
};

/// The column that says in every row that its data are invented.
pub const SAMPLE: &str = "sample";

/// One cell of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TableCell {
    Empty,
    /// From outside, or a code.
    Text(String),
    /// Ours, as plain decimal text.
    Number(String),
    Flag(bool),
    /// A caller's own, given back as it was; only what a spreadsheet would take for a formula is marked.
    Kept(String),
}

/// Rows with their header.
#[derive(Debug, Default)]
pub struct Table {
    pub header: Vec<String>,
    pub rows: Vec<Vec<TableCell>>,
}

impl TableCell {
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    fn as_sheet_cell(&self) -> SheetCell<'_> {
        match self {
            Self::Empty => SheetCell::Empty,
            Self::Text(text) => SheetCell::Text(text),
            Self::Number(text) => SheetCell::Number(text),
            Self::Flag(value) => SheetCell::Flag(*value),
            Self::Kept(text) if is_signed_number(text) => SheetCell::Plain(text),
            Self::Kept(text) => SheetCell::Text(text),
        }
    }
}

/// `-33.052,00` is a number however it is written, and no formula.
fn is_signed_number(text: &str) -> bool {
    let rest = text.strip_prefix(['-', '+']).unwrap_or(text);
    rest.starts_with(|first: char| first.is_ascii_digit())
        && rest.bytes().all(|byte| byte.is_ascii_digit() || b".,".contains(&byte))
}

impl Table {
    /// Says in every row that the data are invented.
    pub fn mark_as_sample(&mut self) {
        let mut name = SAMPLE;
        if let Some(place) = self.header.iter().position(|name| name.trim().eq_ignore_ascii_case(SAMPLE)) {
            // Only a caller's own column of that name says nothing of our data.
            if !self.rows.iter().any(|row| matches!(row.get(place), Some(TableCell::Kept(_)))) {
                return;
            }
            name = "termometro_sample";
        }
        self.header.push(name.to_owned());
        self.rows.iter_mut().for_each(|row| row.push(TableCell::Flag(true)));
    }

    pub fn csv(&self) -> Bytes {
        let mut csv = CsvText::default();
        for name in &self.header {
            csv.text(name);
        }
        csv.end_row();
        for row in &self.rows {
            for cell in row {
                match cell {
                    TableCell::Empty => csv.empty(),
                    TableCell::Text(text) => csv.text(text),
                    TableCell::Number(text) => csv.number(text),
                    TableCell::Flag(value) => csv.number(if *value { "true" } else { "false" }),
                    TableCell::Kept(text) if is_signed_number(text) => csv.number(text),
                    TableCell::Kept(text) => csv.text(text),
                };
            }
            csv.end_row();
        }
        csv.into_bytes()
    }

    pub fn csv_for_excel_es(&self) -> Bytes {
        let mut text = BYTE_ORDER_MARK.to_owned();
        let header: Vec<SheetCell<'_>> = self.header.iter().map(|name| SheetCell::Text(name)).collect();
        push_line(&mut text, &header);
        for row in &self.rows {
            push_line(&mut text, &row.iter().map(TableCell::as_sheet_cell).collect::<Vec<_>>());
        }
        text.into()
    }

    pub fn workbook(&self) -> Result<Bytes, Problem> {
        let written = || -> std::io::Result<Vec<u8>> {
            let mut book = Workbook::new(Cursor::new(Vec::new()), &self.header)?;
            for row in &self.rows {
                book.push(&row.iter().map(TableCell::as_sheet_cell).collect::<Vec<_>>())?;
            }
            Ok(book.finish()?.into_inner())
        };
        written().map(Bytes::from).map_err(|error| {
            tracing::error!(%error, "internal error: workbook could not be serialised");
            Problem::internal()
        })
    }
}

/// The file name of a download.
pub struct Named(Option<HeaderValue>);

/// After the last word of the address that it was asked for at: `/v1/medicines/19914312-20/prices` is `prices.xlsx`, and of the sample
/// `muestra-prices.xlsx`.
pub fn named(path: &str, is_sample: bool, extension: &str) -> Named {
    let word = path.rsplit('/').find(|word| !word.is_empty()).unwrap_or("data");
    let plain = word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
    let word = if plain { word } else { "data" };
    let prefix = if is_sample { "muestra-" } else { "" };
    Named(HeaderValue::try_from(format!("attachment; filename=\"{prefix}{word}.{extension}\"")).ok())
}

impl Named {
    pub fn csv(self, body: Bytes) -> Answer {
        self.put(Answer::csv(body))
    }

    pub fn workbook(self, body: Bytes) -> Answer {
        self.put(Answer::bytes(spreadsheet::MEDIA_TYPE, body))
    }

    fn put(self, answer: Answer) -> Answer {
        match self.0 {
            Some(name) => answer.with_header(header::CONTENT_DISPOSITION, name),
            None => answer,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_table_in_three_forms() {
        let table = Table {
            header: vec!["código".to_owned(), "precio".to_owned()],
            rows: vec![
                vec![TableCell::text("=1"), TableCell::Number("33052.50".to_owned())],
                vec![TableCell::Empty, TableCell::Flag(false)],
            ],
        };
        assert_eq!(table.csv(), "código,precio\r\n'=1,33052.50\r\n,false\r\n");
        assert_eq!(table.csv_for_excel_es(), "\u{FEFF}código;precio\r\n'=1;33052,50\r\n;false\r\n");
        assert!(table.workbook().unwrap().starts_with(b"PK"));
    }

    #[test]
    fn every_row_of_the_sample_says_so_once() {
        let mut table = Table { header: vec!["cum".to_owned()], rows: vec![vec![TableCell::text("1-1")]] };
        table.mark_as_sample();
        table.mark_as_sample();
        assert_eq!(table.csv(), "cum,sample\r\n1-1,true\r\n");
        let own = vec![TableCell::Kept("no".to_owned())];
        let mut callers = Table { header: vec!["Sample".to_owned()], rows: vec![own] };
        callers.mark_as_sample();
        assert_eq!(callers.csv(), "Sample,termometro_sample\r\nno,true\r\n");
    }

    #[test]
    fn the_file_is_named_after_its_address() {
        let name = |path| named(path, false, "xlsx").0.unwrap();
        assert_eq!(named("/v1/acts", true, "csv").0.unwrap(), "attachment; filename=\"muestra-acts.csv\"");
        assert_eq!(name("/v1/medicines/19914312-20/prices"), "attachment; filename=\"prices.xlsx\"");
        assert_eq!(name("/v1/medicines/%22/x%22"), "attachment; filename=\"data.xlsx\"");
    }
}
