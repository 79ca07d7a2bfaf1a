//! Stores parts as soon as they are made, and a version in one transaction: its files, the differences from the version before, and the deletion
//! of the oldest ones.
//!
//! The bytes lie in PostgreSQL, because several services share one database and standbys answer reads. What no file has any more is deleted with
//! the next version that is stored.

use std::collections::HashMap;

use deadpool_postgres::{ClientWrapper, Transaction};
use tokio_postgres::{Row, types::ToSql};

use super::{
    data_set::DataSet,
    error::ExportError,
    parts::{DiskPart, inflate, joined_crc32, piece_lengths},
    render::Made,
};
use crate::{
    read_model::{self, service::exports::ExportPart},
    store::postgres::{error::corrupt, statements},
};

/// The version before.
pub struct Base {
    pub id: i64,
    pub ordinal: i32,
    pub name: String,
    pub digest: String,
    /// Its bytes are there.
    pub kept: bool,
}

/// A file whose parts are stored.
#[derive(Clone, Debug)]
pub struct FileInParts {
    pub name: String,
    pub format: String,
    pub bytes: u64,
    pub sha256: String,
    pub parts: Vec<ExportPart>,
    /// Where its SHA-256 has come to after each part; none where that was never needed.
    pub states: Vec<Vec<u8>>,
}

/// The files of one period.
#[derive(Clone, Debug)]
pub struct PeriodFiles {
    pub period: String,
    pub rows: u64,
    /// The version that made them; `None`: the one that is being made.
    pub made_in: Option<String>,
    pub files: Vec<FileInParts>,
}

pub struct NewVersion<'a> {
    pub data_set: &'static DataSet,
    pub ordinal: i32,
    pub name: String,
    pub data_version: i64,
    pub rows: u64,
    pub digest: String,
    pub files: Vec<FileInParts>,
    /// Of a data set in periods: those that it makes.
    pub periods: Vec<&'a PeriodFiles>,
    /// From which version, and for which format.
    pub deltas: Vec<(i64, &'static str, FileInParts)>,
}

impl Base {
    pub async fn newest(client: &ClientWrapper, data_set: &DataSet) -> Result<Option<Self>, ExportError> {
        let Some(row) = client.query_opt(statements::newest_export, &[&data_set.name]).await? else { return Ok(None) };
        let (id, ordinal, kept) = (row.try_get("id")?, row.try_get("ordinal")?, row.try_get("kept")?);
        Ok(Some(Self { id, ordinal, name: row.try_get("version")?, digest: row.try_get("digest")?, kept }))
    }
}

/// Stores its parts, as far as they are not there.
pub async fn keep(client: &mut ClientWrapper, made: Made) -> Result<FileInParts, ExportError> {
    let Made { name, format, bytes, sha256, parts: on_disk } = made;
    let mut parts = Vec::with_capacity(on_disk.len());
    for part in on_disk {
        parts.push(keep_part(client, part).await?);
    }
    Ok(FileInParts { name, format: format.to_owned(), bytes, sha256, parts, states: Vec::new() })
}

async fn keep_part(client: &mut ClientWrapper, part: DiskPart) -> Result<ExportPart, ExportError> {
    if let Some(row) = client.query_opt(statements::find_export_part, &[&part.sha256]).await? {
        return Ok(ExportPart::read(&row)?);
    }
    let (sha256, bytes, lines) = (part.sha256.clone(), part.bytes, part.lines);
    let deflated = tokio::task::spawn_blocking(move || part.deflated()).await;
    let deflated = deflated.map_err(|error| ExportError::Stopped(error.to_string()))??;
    let tx = client.transaction().await?;
    let (crc32, deflated_bytes) = (i64::from(deflated.crc32), number(deflated.bytes));
    let params: &[&(dyn ToSql + Sync)] = &[&sha256, &number(bytes), &deflated_bytes, &crc32, &number(lines)];
    let id: i64 = tx.query_one(statements::insert_export_part, params).await?.try_get("id")?;
    let statement = tx.prepare(statements::insert_export_part_piece).await?;
    for (ordinal, piece) in (0_i32..).zip(&deflated.pieces) {
        tx.execute(&statement, &[&id, &ordinal, piece]).await?;
    }
    tx.commit().await?;
    Ok(ExportPart { id, bytes, deflated_bytes: deflated.bytes, crc32: deflated.crc32, lines })
}

/// The bytes of parts, piece by piece.
pub async fn read_parts(
    client: &ClientWrapper,
    parts: &[ExportPart],
    take: &mut (dyn FnMut(&[u8]) -> Result<(), ExportError> + Send),
) -> Result<(), ExportError> {
    for part in parts {
        StoredPieces::of(client, part).await?.read(take)?;
    }
    Ok(())
}

/// The pieces of a part, as they are stored.
pub struct StoredPieces {
    bytes: u64,
    pieces: Vec<Row>,
}

impl StoredPieces {
    pub async fn of(client: &ClientWrapper, part: &ExportPart) -> Result<Self, ExportError> {
        let pieces = client.query(read_model::statements::export_part_pieces, &[&part.id]).await?;
        Ok(Self { bytes: part.bytes, pieces })
    }

    /// Each as it was before.
    pub fn read(&self, take: &mut dyn FnMut(&[u8]) -> Result<(), ExportError>) -> Result<(), ExportError> {
        let lengths = piece_lengths(self.bytes);
        if lengths.clone().count() != self.pieces.len() {
            return Err(corrupt("export_part_piece", "another number of pieces than its part has").into());
        }
        for ((_, bytes), piece) in lengths.zip(&self.pieces) {
            take(&inflate(piece.try_get("bytes")?, bytes)?)?;
        }
        Ok(())
    }
}

/// Gives the version's full name.
pub async fn store(client: &mut ClientWrapper, kept: u32, new: NewVersion<'_>) -> Result<String, ExportError> {
    let tx = client.transaction().await?;
    let params: &[&(dyn ToSql + Sync)] =
        &[&new.data_set.name, &new.ordinal, &new.name, &new.data_version, &number(new.rows), &new.digest];
    let id = tx.query_one(statements::insert_export, params).await?.try_get("id")?;
    for file in &new.files {
        insert(&tx, id, file, None, None).await?;
    }
    for period in &new.periods {
        for file in &period.files {
            insert(&tx, id, file, None, Some((period.period.as_str(), number(period.rows)))).await?;
        }
    }
    for (base, format, file) in &new.deltas {
        insert(&tx, id, file, Some((*base, *format)), None).await?;
    }
    let last_gone = new.ordinal - i32::try_from(kept).unwrap_or(i32::MAX);
    let gone = tx.query(statements::prune_exports, &[&new.data_set.name, &last_gone]).await?;
    let gone: Vec<i64> = gone.iter().map(|row| row.try_get("export_id")).collect::<Result<_, _>>()?;
    tx.execute(statements::prune_export_periods, &[&new.data_set.name, &last_gone]).await?;
    tx.execute(statements::delete_export_pieces, &[&gone]).await?;
    tx.execute(statements::delete_export_file_parts, &[]).await?;
    tx.execute(statements::delete_export_parts, &[]).await?;
    tx.commit().await?;
    Ok(format!("{}/{}", new.data_set.name, new.name))
}

async fn insert(
    tx: &Transaction<'_>,
    export: i64,
    file: &FileInParts,
    base: Option<(i64, &str)>,
    period: Option<(&str, i64)>,
) -> Result<(), ExportError> {
    let ((base, base_format), (period, rows)) = (base.unzip(), period.unzip());
    let deflated_bytes = number(file.parts.iter().map(|part| part.deflated_bytes).sum());
    let crc32 = i64::from(joined_crc32(file.parts.iter().map(|part| (part.crc32, part.bytes))));
    let params: &[&(dyn ToSql + Sync)] = &[
        &export,
        &file.name,
        &file.format,
        &number(file.bytes),
        &file.sha256,
        &base,
        &base_format,
        &period,
        &rows,
        &deflated_bytes,
        &crc32,
    ];
    let id: i64 = tx.query_one(statements::insert_export_file, params).await?.try_get("id")?;
    let statement = tx.prepare(statements::insert_export_file_part).await?;
    for (ordinal, (place, part)) in (0_i32..).zip(file.parts.iter().enumerate()) {
        tx.execute(&statement, &[&id, &ordinal, &part.id, &file.states.get(place)]).await?;
    }
    Ok(())
}

/// The files of a version that have all its rows, and in how many pieces they are where they are not in parts.
pub async fn whole_files(client: &ClientWrapper, version: i64) -> Result<Vec<(FileInParts, i64, i64)>, ExportError> {
    let rows = client.query(statements::export_whole_files, &[&version]).await?;
    let mut files = Vec::new();
    for (row, file) in rows.iter().zip(with_parts(client, &rows).await?) {
        files.push((file, row.try_get("id")?, row.try_get("pieces")?));
    }
    Ok(files)
}

/// The periods that the newest version names, in their order.
pub async fn period_files(client: &ClientWrapper, data_set: &DataSet) -> Result<Vec<PeriodFiles>, ExportError> {
    let rows = client.query(statements::export_period_files, &[&data_set.name]).await?;
    let mut periods: Vec<PeriodFiles> = Vec::new();
    for (row, file) in rows.iter().zip(with_parts(client, &rows).await?) {
        let period: String = row.try_get("period")?;
        match periods.last_mut().filter(|last| last.period == period) {
            Some(last) => last.files.push(file),
            None => {
                let rows = unsigned(row.try_get("rows")?)?;
                periods.push(PeriodFiles { period, rows, made_in: Some(row.try_get("version")?), files: vec![file] });
            }
        }
    }
    Ok(periods)
}

async fn with_parts(client: &ClientWrapper, files: &[Row]) -> Result<Vec<FileInParts>, ExportError> {
    let ids: Vec<i64> = files.iter().map(|row| row.try_get("id")).collect::<Result<_, _>>()?;
    let rows = client.query(read_model::statements::export_parts, &[&ids]).await?;
    let mut of_file: HashMap<i64, (Vec<ExportPart>, Vec<Vec<u8>>)> = HashMap::new();
    for row in &rows {
        let (own, states) = of_file.entry(row.try_get("file_id")?).or_default();
        own.push(ExportPart::read(row)?);
        states.extend(row.try_get::<_, Option<Vec<u8>>>("sha256_state")?);
    }
    let mut found = Vec::new();
    for (row, id) in files.iter().zip(ids) {
        let (parts, states) = of_file.remove(&id).unwrap_or_default();
        let (name, format) = (row.try_get("name")?, row.try_get("format")?);
        let bytes = unsigned(row.try_get("bytes")?)?;
        found.push(FileInParts { name, format, bytes, sha256: row.try_get("sha256")?, parts, states });
    }
    Ok(found)
}

fn number(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn unsigned(number: i64) -> Result<u64, ExportError> {
    Ok(u64::try_from(number).map_err(|error| corrupt("export_file", error))?)
}
