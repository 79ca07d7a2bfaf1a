//! Writes all files of a data set in one pass over its rows, in flat memory.

use std::{
    fs::File,
    io::{BufWriter, Write},
    path::Path,
};

use sha2::{Digest, Sha256};
use tokio::sync::mpsc;
use tokio_postgres::Row;

use super::{
    data_set::{DataSet, ExportValue, FieldType},
    error::ExportError,
    parquet_file::ParquetFile,
    people_rows::{BYTE_ORDER_MARK, push_line, words},
    schema::schema,
    scratch,
    spreadsheet::{SheetCell, Workbook},
    text_rows::{csv_header, csv_line, ndjson_line, plain},
};
use crate::text::hex::hex;

/// A file of a version.
#[derive(Debug)]
pub struct Made {
    pub name: String,
    /// csv, csv_excel_es, ndjson, parquet, xlsx, schema or diff.
    pub format: &'static str,
    pub bytes: u64,
    pub sha256: String,
    /// Without a name, and at its beginning.
    pub file: File,
}

/// A rendered version, which may equal the existing one.
#[derive(Debug)]
pub struct Rendered {
    pub rows: u64,
    /// Of what the files say. Parquet and the forms for spreadsheets say the same in another way, and so are left out.
    pub digest: String,
    pub files: Vec<Made>,
}

/// Takes rows until their sender is done; on a thread of its own.
pub fn render(data_set: &'static DataSet, mut rows: mpsc::Receiver<Vec<Row>>, folder: &Path) -> Result<Rendered, ExportError> {
    let mut writers = Writers::new(data_set, folder)?;
    let mut reader = (data_set.reader)();
    while let Some(batch) = rows.blocking_recv() {
        for row in &batch {
            reader.read(row, &mut |cells| writers.push(&cells))?;
        }
    }
    reader.end(&mut |cells| writers.push(&cells))?;
    writers.finish(folder)
}

struct Writers {
    data_set: &'static DataSet,
    rows: u64,
    line: String,
    csv: BufWriter<File>,
    ndjson: BufWriter<File>,
    parquet: ParquetFile<File>,
    /// Of the CSV that a Spanish Excel opens.
    excel: BufWriter<File>,
    /// None once there are more rows than a sheet holds.
    workbook: Option<Workbook<BufWriter<File>>>,
}

impl Writers {
    fn new(data_set: &'static DataSet, folder: &Path) -> Result<Self, ExportError> {
        let mut csv = BufWriter::new(scratch::file(folder)?);
        csv.write_all(csv_header(data_set).as_bytes())?;
        let ndjson = BufWriter::new(scratch::file(folder)?);
        let parquet = ParquetFile::new(scratch::file(folder)?, data_set)?;
        let mut excel = BufWriter::new(scratch::file(folder)?);
        let names: Vec<&str> = data_set.fields.iter().map(|field| field.name).collect();
        excel.write_all(format!("{BYTE_ORDER_MARK}{}\r\n", names.join(";")).as_bytes())?;
        let workbook = Some(Workbook::new(BufWriter::new(scratch::file(folder)?), &names)?);
        Ok(Self { data_set, rows: 0, line: String::new(), csv, ndjson, parquet, excel, workbook })
    }

    fn push(&mut self, cells: &[ExportValue]) -> Result<(), ExportError> {
        self.line.clear();
        csv_line(&mut self.line, self.data_set.fields, cells);
        self.csv.write_all(self.line.as_bytes())?;
        self.line.clear();
        ndjson_line(&mut self.line, self.data_set.fields, cells);
        self.ndjson.write_all(self.line.as_bytes())?;
        self.for_people(cells)?;
        self.rows += 1;
        self.parquet.push(cells)
    }

    fn for_people(&mut self, cells: &[ExportValue]) -> Result<(), ExportError> {
        let fields = self.data_set.fields;
        let texts: Vec<String> = fields.iter().zip(cells).map(|(field, cell)| text(field.kind, cell)).collect();
        let cells: Vec<SheetCell<'_>> = cells.iter().zip(&texts).map(|(cell, text)| sheet_cell(cell, text)).collect();
        self.line.clear();
        push_line(&mut self.line, &cells);
        self.excel.write_all(self.line.as_bytes())?;
        match self.workbook.take_if(|workbook| workbook.is_full()) {
            Some(_too_long) => {
                tracing::info!(data_set = self.data_set.name, "export: more rows than a sheet holds, no workbook built")
            }
            None => self.workbook.as_mut().map_or(Ok(()), |workbook| workbook.push(&cells))?,
        }
        Ok(())
    }

    fn finish(self, folder: &Path) -> Result<Rendered, ExportError> {
        let name = self.data_set.name;
        let whole = |writer: BufWriter<File>| writer.into_inner().map_err(std::io::IntoInnerError::into_error);
        let mut described = scratch::file(folder)?;
        described.write_all(schema(self.data_set).as_bytes())?;
        let mut files = vec![
            made(format!("{name}.csv"), "csv", whole(self.csv)?)?,
            made(format!("{name}.ndjson"), "ndjson", whole(self.ndjson)?)?,
            made(format!("{name}.parquet"), "parquet", self.parquet.finish()?)?,
            made(format!("{name}.excel-es.csv"), "csv_excel_es", whole(self.excel)?)?,
            made("schema.json".to_owned(), "schema", described)?,
        ];
        if let Some(workbook) = self.workbook {
            files.push(made(format!("{name}.xlsx"), "xlsx", whole(workbook.finish()?)?)?);
        }
        let mut digest = Sha256::new();
        for file in files.iter().filter(|file| ["csv", "ndjson", "schema"].contains(&file.format)) {
            digest.update(&file.sha256);
        }
        Ok(Rendered { rows: self.rows, digest: hex(&digest.finalize()), files })
    }
}

/// As people read it: a list in words.
fn text(kind: FieldType, cell: &ExportValue) -> String {
    match cell {
        ExportValue::List(list) => words(list),
        other => plain(kind, other),
    }
}

fn sheet_cell<'a>(cell: &ExportValue, text: &'a str) -> SheetCell<'a> {
    match cell {
        ExportValue::Missing => SheetCell::Empty,
        ExportValue::Integer(_) | ExportValue::Decimal(_) => SheetCell::Number(text),
        ExportValue::Boolean(value) => SheetCell::Flag(*value),
        ExportValue::Text(_) | ExportValue::Date(_) | ExportValue::List(_) => SheetCell::Text(text),
    }
}

pub fn made(name: String, format: &'static str, mut file: File) -> Result<Made, ExportError> {
    let (bytes, sha256) = scratch::measure(&mut file)?;
    Ok(Made { name, format, bytes, sha256, file })
}
