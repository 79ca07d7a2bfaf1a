//! Stores a version in one transaction: its files in pieces, the differences from the version before, and the deletion of the oldest ones.
//!
//! The pieces lie in PostgreSQL, because several services share one database and standbys answer reads.

use std::{
    fs::File,
    io::{self, BufRead, BufReader, BufWriter, Seek, Write},
    path::Path,
    sync::Arc,
};

use deadpool_postgres::{ClientWrapper, Transaction};
use tokio::io::AsyncReadExt;

use super::{
    data_set::DataSet,
    delta,
    error::ExportError,
    records::{Order, TextFormat},
    render::{Made, Rendered, made},
    scratch,
};
use crate::{read_model, store::postgres::statements};

/// All pieces but the last of a file are as long as this; readers count on it.
pub const PIECE_BYTES: u64 = 1 << 18;

/// The version before.
pub struct Base {
    id: i64,
    pub ordinal: i32,
    name: String,
    pub digest: String,
    /// Whether its bytes are here.
    pub kept: bool,
}

pub struct NewVersion {
    pub data_set: &'static DataSet,
    pub ordinal: i32,
    pub name: String,
    pub data_version: i64,
    pub base: Option<Base>,
    pub rendered: Arc<Rendered>,
}

impl Base {
    pub async fn newest(client: &ClientWrapper, data_set: &DataSet) -> Result<Option<Self>, ExportError> {
        let Some(row) = client.query_opt(statements::newest_export, &[&data_set.name]).await? else { return Ok(None) };
        let (id, ordinal) = (row.try_get("id")?, row.try_get("ordinal")?);
        Ok(Some(Self { id, ordinal, name: row.try_get("version")?, digest: row.try_get("digest")?, kept: row.try_get("kept")? }))
    }
}

/// Gives the version's full name.
pub async fn store(client: &mut ClientWrapper, folder: &Path, kept: u32, new: NewVersion) -> Result<String, ExportError> {
    let deltas = match &new.base {
        // With one version, or none whose bytes are here, there is nothing to come from.
        Some(base) if kept > 1 && base.kept => deltas(client, folder, &new, base).await?,
        _ => Vec::new(),
    };
    let tx = client.transaction().await?;
    let rows = i64::try_from(new.rendered.rows).unwrap_or(i64::MAX);
    let params: &[&(dyn tokio_postgres::types::ToSql + Sync)] =
        &[&new.data_set.name, &new.ordinal, &new.name, &new.data_version, &rows, &new.rendered.digest];
    let id = tx.query_one(statements::insert_export, params).await?.try_get("id")?;
    for file in &new.rendered.files {
        insert(&tx, id, file, None).await?;
    }
    for (format, file) in &deltas {
        insert(&tx, id, file, new.base.as_ref().map(|base| (base.id, *format))).await?;
    }
    let last_gone = new.ordinal - i32::try_from(kept).unwrap_or(i32::MAX);
    let gone = tx.query(statements::prune_exports, &[&new.data_set.name, &last_gone]).await?;
    let gone: Vec<i64> = gone.iter().map(|row| row.try_get("export_id")).collect::<Result<_, _>>()?;
    tx.execute(statements::delete_export_pieces, &[&gone]).await?;
    tx.commit().await?;
    Ok(format!("{}/{}", new.data_set.name, new.name))
}

async fn insert(tx: &Transaction<'_>, export: i64, made: &Made, base: Option<(i64, &'static str)>) -> Result<(), ExportError> {
    let (base, base_format) = base.unzip();
    let bytes = i64::try_from(made.bytes).unwrap_or(i64::MAX);
    let params: &[&(dyn tokio_postgres::types::ToSql + Sync)] =
        &[&export, &made.name, &made.format, &bytes, &made.sha256, &base, &base_format];
    let file: i64 = tx.query_one(statements::insert_export_file, params).await?.try_get("id")?;
    let mut from = made.file.try_clone()?;
    from.rewind()?;
    let mut from = tokio::fs::File::from_std(from);
    let statement = tx.prepare(statements::insert_export_piece).await?;
    for ordinal in 0_i32.. {
        let mut piece = Vec::new();
        (&mut from).take(PIECE_BYTES).read_to_end(&mut piece).await?;
        if piece.is_empty() {
            break;
        }
        tx.execute(&statement, &[&file, &ordinal, &piece]).await?;
    }
    Ok(())
}

/// For each text format that differs, with the format it is of.
async fn deltas(
    client: &ClientWrapper,
    folder: &Path,
    new: &NewVersion,
    base: &Base,
) -> Result<Vec<(&'static str, Made)>, ExportError> {
    let mut deltas = Vec::new();
    for (format, text) in [("csv", TextFormat::Csv), ("ndjson", TextFormat::Ndjson)] {
        let before = fetch(client, folder, base.id, format).await?;
        let (rendered, folder, data_set) = (new.rendered.clone(), folder.to_owned(), new.data_set);
        let name = format!("{}.{format}.from-{}.diff", data_set.name, base.name);
        let work = move || difference(&rendered, &folder, data_set, (format, text), before, name);
        let delta = tokio::task::spawn_blocking(work).await.map_err(|error| ExportError::Stopped(error.to_string()))??;
        deltas.extend(delta.filter(|delta| delta.bytes > 0).map(|delta| (format, delta)));
    }
    Ok(deltas)
}

fn difference(
    rendered: &Rendered,
    folder: &Path,
    data_set: &DataSet,
    (format, text): (&str, TextFormat),
    before: File,
    name: String,
) -> Result<Option<Made>, ExportError> {
    let Some(after) = rendered.files.iter().find(|file| file.format == format) else { return Ok(None) };
    let mut open = || -> io::Result<(Box<dyn BufRead>, Box<dyn BufRead>)> {
        let from_the_start = |file: &File| {
            let mut file = file.try_clone()?;
            file.rewind()?;
            io::Result::Ok(Box::new(BufReader::new(file)))
        };
        Ok((from_the_start(&before)?, from_the_start(&after.file)?))
    };
    let mut out = BufWriter::new(scratch::file(folder)?);
    delta::write(&after.name, text, &Order::of(data_set, text), &mut open, &mut out)?;
    out.flush()?;
    let out = out.into_inner().map_err(io::IntoInnerError::into_error)?;
    Ok(Some(made(name, "diff", out)?))
}

/// The stored file of a version, on disk.
async fn fetch(client: &ClientWrapper, folder: &Path, version: i64, format: &str) -> Result<File, ExportError> {
    let mut file = scratch::file(folder)?;
    let row = client.query_one(statements::export_pieces_of, &[&version, &format]).await?;
    let (id, pieces): (i64, i64) = (row.try_get("id")?, row.try_get("pieces")?);
    for ordinal in 0..i32::try_from(pieces).unwrap_or(i32::MAX) {
        let row = client.query_one(read_model::statements::export_piece, &[&id, &ordinal]).await?;
        file.write_all(row.try_get("bytes")?)?;
    }
    Ok(file)
}
