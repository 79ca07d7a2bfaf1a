//! A data set's files, made in one pass over its rows: flat memory, whatever their number.

use std::{
    fs::File,
    io::{BufWriter, Write},
    path::Path,
};

use sha2::{Digest, Sha256};
use tokio::sync::mpsc;
use tokio_postgres::Row;

use super::{
    data_set::{Cell, DataSet},
    error::ExportError,
    parquet_file::ParquetFile,
    schema::schema,
    scratch,
    text_rows::{csv_header, csv_line, ndjson_line},
};

/// A file of a version.
#[derive(Debug)]
pub struct Made {
    pub name: String,
    /// csv, ndjson, parquet, schema or diff.
    pub format: &'static str,
    pub bytes: u64,
    pub sha256: String,
    /// Without a name, and at its beginning.
    pub file: File,
}

/// A version that may turn out to be the one there is.
#[derive(Debug)]
pub struct Rendered {
    pub rows: u64,
    /// Of what the files say. The Parquet file says the same in another way, and so is left out.
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
}

impl Writers {
    fn new(data_set: &'static DataSet, folder: &Path) -> Result<Self, ExportError> {
        let mut csv = BufWriter::new(scratch::file(folder)?);
        csv.write_all(csv_header(data_set).as_bytes())?;
        let ndjson = BufWriter::new(scratch::file(folder)?);
        let parquet = ParquetFile::new(scratch::file(folder)?, data_set)?;
        Ok(Self { data_set, rows: 0, line: String::new(), csv, ndjson, parquet })
    }

    fn push(&mut self, cells: &[Cell]) -> Result<(), ExportError> {
        self.line.clear();
        csv_line(&mut self.line, self.data_set.fields, cells);
        self.csv.write_all(self.line.as_bytes())?;
        self.line.clear();
        ndjson_line(&mut self.line, self.data_set.fields, cells);
        self.ndjson.write_all(self.line.as_bytes())?;
        self.rows += 1;
        self.parquet.push(cells)
    }

    fn finish(self, folder: &Path) -> Result<Rendered, ExportError> {
        let name = self.data_set.name;
        let whole = |writer: BufWriter<File>| writer.into_inner().map_err(std::io::IntoInnerError::into_error);
        let mut described = scratch::file(folder)?;
        described.write_all(schema(self.data_set).as_bytes())?;
        let files = vec![
            made(format!("{name}.csv"), "csv", whole(self.csv)?)?,
            made(format!("{name}.ndjson"), "ndjson", whole(self.ndjson)?)?,
            made(format!("{name}.parquet"), "parquet", self.parquet.finish()?)?,
            made("schema.json".to_owned(), "schema", described)?,
        ];
        let mut digest = Sha256::new();
        for file in files.iter().filter(|file| file.format != "parquet") {
            digest.update(&file.sha256);
        }
        Ok(Rendered { rows: self.rows, digest: scratch::hex(&digest.finalize()), files })
    }
}

pub fn made(name: String, format: &'static str, mut file: File) -> Result<Made, ExportError> {
    let (bytes, sha256) = scratch::measure(&mut file)?;
    Ok(Made { name, format, bytes, sha256, file })
}
