//! Writes all files of a data set, or of each of its periods, in one pass over its rows and in flat memory.

use std::{
    fs::File,
    io::{self, BufWriter, Seek, Write},
    path::Path,
    sync::Arc,
};

use sha2::{Digest, Sha256};
use tokio::sync::mpsc;
use tokio_postgres::Row;

use super::{
    data_set::{DataSet, ExportValue, FieldType},
    error::ExportError,
    parquet_file::{self, ParquetFile},
    parts::DiskPart,
    people_rows::{BYTE_ORDER_MARK, push_line, words},
    schema::schema,
    scratch,
    spreadsheet::{SheetCell, Workbook},
    text_rows::{csv_header, csv_line, ndjson_line, plain},
};
use crate::text::hex::hex;

/// A file on disk, not yet stored. Text and Parquet are in parts: what stands before the rows, the rows, and what stands after them.
#[derive(Debug)]
pub struct Made {
    pub name: String,
    /// csv, csv_excel_es, ndjson, parquet, xlsx, schema, manifest or diff.
    pub format: &'static str,
    pub bytes: u64,
    pub sha256: String,
    pub parts: Vec<DiskPart>,
}

/// The files of a data set, or of one of its periods, as they would be published: they may equal those that there are.
#[derive(Debug)]
pub struct Rendered {
    /// Empty for a whole data set.
    pub period: String,
    pub rows: u64,
    pub files: Vec<Made>,
}

impl Rendered {
    pub fn digest(&self) -> String {
        digest(self.files.iter().map(|file| (file.format, file.sha256.as_str())))
    }
}

/// Of what the files say. Parquet and the forms for spreadsheets say the same in another way, and so are left out.
pub fn digest<'a>(files: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let mut digest = Sha256::new();
    let mut said: Vec<(&str, &str)> = files.filter(|(format, _)| ["csv", "ndjson", "schema"].contains(format)).collect();
    said.sort_unstable();
    said.iter().for_each(|(_, sha256)| digest.update(sha256));
    hex(&digest.finalize())
}

/// Takes rows until their sender is done, and gives what is rendered, a period as soon as it ends; on a thread of its own.
pub fn render(
    data_set: &'static DataSet,
    mut rows: mpsc::Receiver<Vec<Row>>,
    folder: &Path,
    rendered: &mpsc::Sender<Rendered>,
) -> Result<(), ExportError> {
    let mut writers: Option<Writers> = None;
    let mut push = |cells: Vec<ExportValue>| -> Result<(), ExportError> {
        let period = data_set.period_of(&cells);
        if writers.as_ref().is_none_or(|own| own.period != period) {
            give(writers.take(), folder, rendered)?;
            writers = Some(Writers::new(data_set, period, folder)?);
        }
        writers.as_mut().map_or(Ok(()), |own| own.push(&cells))
    };
    let mut reader = (data_set.reader)();
    while let Some(batch) = rows.blocking_recv() {
        for row in &batch {
            reader.read(row, &mut push)?;
        }
    }
    reader.end(&mut push)?;
    if writers.is_none() && data_set.period_field.is_none() {
        writers = Some(Writers::new(data_set, "", folder)?);
    }
    give(writers, folder, rendered)
}

fn give(writers: Option<Writers>, folder: &Path, rendered: &mpsc::Sender<Rendered>) -> Result<(), ExportError> {
    let Some(writers) = writers else { return Ok(()) };
    let stopped = |_| ExportError::Stopped("rendered files are not wanted any more".to_owned());
    rendered.blocking_send(writers.finish(folder)?).map_err(stopped)
}

/// The files of a data set, or of a period, that has no rows.
pub fn empty(data_set: &'static DataSet, period: &str, folder: &Path) -> Result<Rendered, ExportError> {
    Writers::new(data_set, period, folder)?.finish(folder)
}

struct Writers {
    data_set: &'static DataSet,
    period: String,
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
    fn new(data_set: &'static DataSet, period: &str, folder: &Path) -> Result<Self, ExportError> {
        let mut csv = BufWriter::new(scratch::file(folder)?);
        csv.write_all(csv_header(data_set).as_bytes())?;
        let ndjson = BufWriter::new(scratch::file(folder)?);
        let parquet = ParquetFile::new(scratch::file(folder)?, data_set)?;
        let mut excel = BufWriter::new(scratch::file(folder)?);
        excel.write_all(excel_header(data_set).as_bytes())?;
        let workbook = Some(Workbook::new(BufWriter::new(scratch::file(folder)?), &names(data_set))?);
        Ok(Self { data_set, period: period.to_owned(), rows: 0, line: String::new(), csv, ndjson, parquet, excel, workbook })
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
        let (data_set, stem) = (self.data_set, self.data_set.file_stem(&self.period));
        let (parquet, rows_end) = self.parquet.finish()?;
        let mut files = vec![
            made(format!("{stem}.csv"), "csv", whole(self.csv)?, &[csv_header(data_set).len() as u64])?,
            made(format!("{stem}.ndjson"), "ndjson", whole(self.ndjson)?, &[])?,
            made(format!("{stem}.parquet"), "parquet", parquet, &[parquet_file::ROWS_START, rows_end])?,
            made(format!("{stem}.excel-es.csv"), "csv_excel_es", whole(self.excel)?, &[excel_header(data_set).len() as u64])?,
        ];
        if self.period.is_empty() {
            files.push(made_of("schema.json".to_owned(), "schema", schema(data_set).as_bytes(), folder)?);
        }
        if let Some(workbook) = self.workbook {
            files.push(made(format!("{stem}.xlsx"), "xlsx", whole(workbook.finish()?)?, &[])?);
        }
        Ok(Rendered { period: self.period, rows: self.rows, files })
    }
}

pub fn names(data_set: &DataSet) -> Vec<&'static str> {
    data_set.fields.iter().map(|field| field.name).collect()
}

fn excel_header(data_set: &DataSet) -> String {
    format!("{BYTE_ORDER_MARK}{}\r\n", names(data_set).join(";"))
}

pub fn whole(writer: BufWriter<File>) -> io::Result<File> {
    writer.into_inner().map_err(io::IntoInnerError::into_error)
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

/// `ends`: where its parts end, but for the last.
pub fn made(name: String, format: &'static str, mut file: File, ends: &[u64]) -> Result<Made, ExportError> {
    let bytes = file.seek(io::SeekFrom::End(0))?;
    let (file, mut start, mut parts) = (Arc::new(file), 0, Vec::new());
    for end in ends.iter().copied().chain([bytes]) {
        parts.extend(DiskPart::of(&file, start..end, matches!(format, "parquet" | "xlsx"))?);
        start = end;
    }
    let sha256 = match &parts[..] {
        [one] => one.sha256.clone(),
        several => {
            let mut hash = Sha256::new();
            let mut take = |piece: &[u8]| -> io::Result<()> {
                hash.update(piece);
                Ok(())
            };
            several.iter().try_for_each(|part| part.read(&mut take))?;
            hex(&hash.finalize())
        }
    };
    Ok(Made { name, format, bytes, sha256, parts })
}

pub fn made_of(name: String, format: &'static str, text: &[u8], folder: &Path) -> Result<Made, ExportError> {
    let mut file = scratch::file(folder)?;
    file.write_all(text)?;
    made(name, format, file, &[])
}
