//! A data set in periods: what is read again, and files of all periods, put together from what is stored of each.

use std::{
    io::{BufRead, BufReader, BufWriter, Seek, Write},
    path::Path,
};

use deadpool_postgres::{ClientWrapper, Transaction};
use jiff::civil::Date;
use serde_json::{Map, Value as Json, json};
use sha2::{Digest, Sha256};
use tokio::sync::mpsc;

use super::{
    data_set::{DataSet, FieldType, path},
    error::ExportError,
    parquet_file::joined_end,
    parts::{resumed, state},
    people_rows::words,
    render::{Made, digest, empty, made, made_of, names, whole},
    scratch,
    spreadsheet::{SHEET_ROWS_MAX, SheetCell, Workbook},
    storing::{FileInParts, PeriodFiles, StoredPieces, keep, read_parts},
};
use crate::{read_model::service::exports::ExportPart, store::postgres::statements, text::hex::hex};

/// Those in which reports came, went or were judged otherwise since that import, by their first days. Nothing of the others is read.
pub async fn changed_months(tx: &Transaction<'_>, since: i64) -> Result<Vec<Date>, ExportError> {
    let files = tx.query(statements::changed_report_files, &[&since]).await?;
    let files: Vec<i64> = files.iter().map(|row| row.try_get("id")).collect::<Result<_, _>>()?;
    let months = tx.query(statements::changed_report_months, &[&since, &files]).await?;
    Ok(months.iter().map(|row| row.try_get("month")).collect::<Result<_, _>>()?)
}

/// The month that a period begins in: `2020-06`, or `2019` of January 2019.
pub fn month_of(period: &str) -> Option<Date> {
    let month = if period.len() == 4 { format!("{period}-01-01") } else { format!("{period}-01") };
    month.parse().ok()
}

impl PeriodFiles {
    pub fn digest(&self) -> String {
        digest(self.files.iter().map(|file| (file.format.as_str(), file.sha256.as_str())))
    }

    fn file(&self, format: &str) -> Option<&FileInParts> {
        self.files.iter().find(|file| file.format == format)
    }

    /// The part of its file that has the rows.
    fn rows_of(&self, format: &str) -> Option<ExportPart> {
        // Nothing stands before the rows of an NDJSON file.
        let place = usize::from(format != "ndjson");
        self.file(format).filter(|_| self.rows > 0)?.parts.get(place).copied()
    }
}

/// The files with the rows of all periods. `base`: those of the version before, whose digests are gone on from.
pub async fn joined_files(
    client: &mut ClientWrapper,
    folder: &Path,
    data_set: &'static DataSet,
    periods: &[PeriodFiles],
    base: &[FileInParts],
) -> Result<Vec<FileInParts>, ExportError> {
    let (mut files, mut joined) = (Vec::new(), Vec::new());
    for head in empty(data_set, "", folder)?.files {
        let format = head.format;
        let head = keep(client, head).await?;
        match format {
            "schema" => files.push(head),
            // It is one sheet, and no sheets in a row.
            "xlsx" => {}
            _ => {
                let mut parts: Vec<ExportPart> = head.parts.iter().take(1).copied().collect();
                parts.extend(periods.iter().filter_map(|period| period.rows_of(format)));
                if format == "parquet" {
                    parts.extend(parquet_end(client, folder, periods, &head).await?);
                }
                joined.push((FileInParts { parts, ..head }, base.iter().find(|file| file.format == format)));
            }
        }
    }
    // At the same time, on as many threads as there are.
    let client_again: &ClientWrapper = client;
    let joining = joined.into_iter().map(|(file, before)| with_digest(client_again, file, before));
    files.extend(futures_util::future::try_join_all(joining).await?);
    let rows: u64 = periods.iter().map(|period| period.rows).sum();
    if let Some(rows_file) = files.iter().find(|file| file.format == "ndjson" && rows < SHEET_ROWS_MAX)
        && let Some(book) = workbook(client, folder, data_set, rows_file).await?
    {
        files.push(keep(client, book).await?);
    }
    Ok(files)
}

/// Its length and digest, which go on from where the file before has the same parts.
async fn with_digest(client: &ClientWrapper, file: FileInParts, base: Option<&FileInParts>) -> Result<FileInParts, ExportError> {
    let (parts, known) = base.map_or((&[][..], &[][..]), |base| (&base.parts[..], &base.states[..]));
    let same = |(part, before): &(&ExportPart, &ExportPart)| part.id == before.id;
    let alike = file.parts.iter().zip(parts).take_while(same).count().min(known.len());
    let before = alike.checked_sub(1).and_then(|last| resumed(known.get(last)?));
    let (mut hash, alike) = before.map_or_else(|| (Sha256::new(), 0), |hash| (hash, alike));
    let mut states: Vec<Vec<u8>> = known.iter().take(alike).cloned().collect();
    let (sender, mut receiver) = mpsc::channel::<StoredPieces>(1);
    let hashing = tokio::task::spawn_blocking(move || -> Result<_, ExportError> {
        while let Some(part) = receiver.blocking_recv() {
            part.read(&mut |bytes| {
                hash.update(bytes);
                Ok(())
            })?;
            states.push(state(&hash));
        }
        Ok((hex(&hash.finalize()), states))
    });
    for part in file.parts.iter().skip(alike) {
        // The receiver that stopped has the reason.
        if sender.send(StoredPieces::of(client, part).await?).await.is_err() {
            break;
        }
    }
    drop(sender);
    let (sha256, states) = hashing.await.map_err(|error| ExportError::Stopped(error.to_string()))??;
    let bytes = file.parts.iter().map(|part| part.bytes).sum();
    Ok(FileInParts { bytes, sha256, states, ..file })
}

/// What stands after the row groups of all periods.
async fn parquet_end(
    client: &mut ClientWrapper,
    folder: &Path,
    periods: &[PeriodFiles],
    nothing: &FileInParts,
) -> Result<Vec<ExportPart>, ExportError> {
    let mut ends = vec![(last_part(client, nothing).await?, 0)];
    for period in periods {
        if let (Some(rows), Some(file)) = (period.rows_of("parquet"), period.file("parquet")) {
            ends.push((last_part(client, file).await?, rows.bytes));
        }
    }
    let end = joined_end(ends.iter().map(|(end, bytes)| (end.as_slice(), *bytes)))?;
    Ok(keep(client, made_of(String::new(), "parquet", &end, folder)?).await?.parts)
}

async fn last_part(client: &ClientWrapper, file: &FileInParts) -> Result<Vec<u8>, ExportError> {
    let (mut bytes, last) = (Vec::new(), file.parts.len().saturating_sub(1));
    let mut take = |piece: &[u8]| -> Result<(), ExportError> {
        bytes.extend_from_slice(piece);
        Ok(())
    };
    read_parts(client, file.parts.get(last..).unwrap_or_default(), &mut take).await?;
    Ok(bytes)
}

/// A workbook of all rows, from the file that has one a line; `None` where a sheet does not hold them.
async fn workbook(
    client: &ClientWrapper,
    folder: &Path,
    data_set: &'static DataSet,
    rows: &FileInParts,
) -> Result<Option<Made>, ExportError> {
    let mut lines = BufWriter::new(scratch::file(folder)?);
    read_parts(client, &rows.parts, &mut |bytes| Ok(lines.write_all(bytes)?)).await?;
    let (mut lines, folder) = (whole(lines)?, folder.to_owned());
    let work = move || -> Result<Option<Made>, ExportError> {
        lines.rewind()?;
        let mut book = Workbook::new(BufWriter::new(scratch::file(&folder)?), &names(data_set))?;
        for line in BufReader::new(lines).lines() {
            if book.is_full() {
                return Ok(None);
            }
            let row: Map<String, Json> = serde_json::from_str(&line?).map_err(std::io::Error::from)?;
            let texts: Vec<String> = data_set.fields.iter().map(|field| shown(row.get(field.name))).collect();
            let cells = data_set.fields.iter().zip(&texts);
            let cells: Vec<SheetCell<'_>> =
                cells.map(|(field, text)| sheet_cell(field.kind, row.get(field.name), text)).collect();
            book.push(&cells)?;
        }
        Ok(Some(made(format!("{}.xlsx", data_set.name), "xlsx", whole(book.finish()?)?, &[])?))
    };
    tokio::task::spawn_blocking(work).await.map_err(|error| ExportError::Stopped(error.to_string()))?
}

fn shown(value: Option<&Json>) -> String {
    value.map(words).unwrap_or_default()
}

fn sheet_cell<'a>(kind: FieldType, value: Option<&Json>, text: &'a str) -> SheetCell<'a> {
    match (kind, value) {
        (_, None | Some(Json::Null)) => SheetCell::Empty,
        (FieldType::Integer | FieldType::Money | FieldType::Number, _) => SheetCell::Number(text),
        (FieldType::Boolean, Some(value)) => SheetCell::Flag(value == &Json::Bool(true)),
        (FieldType::Text | FieldType::Date | FieldType::List, _) => SheetCell::Text(text),
    }
}

/// `manifest.json`: each period with its files, and the version that made them, under whose address they stay as long as they do not change.
pub fn manifest(data_set: &DataSet, version: &str, periods: &[PeriodFiles]) -> String {
    let described = periods.iter().map(|period| {
        let made_in = period.made_in.as_deref().unwrap_or(version);
        let files = period.files.iter().map(|file| {
            json!({
                "name": file.name,
                "format": file.format,
                "bytes": file.bytes,
                "sha256": file.sha256,
                "path": path(data_set.name, made_in, &file.name),
            })
        });
        json!({"period": period.period, "version": made_in, "rows": period.rows, "files": files.collect::<Vec<_>>()})
    });
    let rows: u64 = periods.iter().map(|period| period.rows).sum();
    let manifest = json!({
        "data_set": data_set.name,
        "version": version,
        "rows": rows,
        "schema": path(data_set.name, version, "schema.json"),
        "periods": described.collect::<Vec<_>>(),
    });
    format!("{manifest:#}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_begins_in_a_month() {
        assert_eq!(month_of("2020-06"), "2020-06-01".parse().ok());
        assert_eq!(month_of("2019"), "2019-01-01".parse().ok());
        assert_eq!(month_of("x"), None);
    }
}
