//! `list_exports`, `download_export`: published files, as they were stored.

use bytes::Bytes;
use jiff::Timestamp;
use tokio_postgres::Row;

use crate::{
    read_model::{ReadModel, statements},
    store::postgres::{
        error::{StoreError, corrupt},
        replicas::Server,
    },
};

/// A version of a data set whose bytes are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportVersion {
    pub data_set: String,
    pub version: String,
    pub data_version: i64,
    pub rows: i64,
    pub created_at: Timestamp,
    /// In order of name.
    pub files: Vec<ExportFile>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportFile {
    pub name: String,
    /// csv, csv_excel_es, ndjson, parquet, xlsx, schema or diff.
    pub format: String,
    pub bytes: i64,
    pub sha256: String,
    /// Of a difference: the version and the format of the file that it is applied to.
    pub base: Option<(String, String)>,
}

/// The result of a look-up of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileLookup {
    File(StoredFile),
    /// It existed, and its bytes were deleted.
    Pruned,
    Unknown,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredFile {
    pub id: i64,
    pub format: String,
    pub bytes: u64,
    pub sha256: String,
}

impl ReadModel {
    /// By data set, newest first.
    pub async fn list_exports(&self) -> Result<Vec<ExportVersion>, StoreError> {
        let rows = self.database.read_connection().await?.query(statements::export_list, &[]).await?;
        let mut versions: Vec<ExportVersion> = Vec::new();
        for row in &rows {
            let (data_set, version): (&str, &str) = (row.try_get("data_set")?, row.try_get("version")?);
            let file = file(row)?;
            match versions.last_mut().filter(|last| last.data_set == data_set && last.version == version) {
                Some(last) => last.files.push(file),
                None => versions.push(ExportVersion {
                    data_set: data_set.to_owned(),
                    version: version.to_owned(),
                    data_version: row.try_get("data_version")?,
                    rows: row.try_get("rows")?,
                    created_at: row.try_get("created_at")?,
                    files: vec![file],
                }),
            }
        }
        Ok(versions)
    }

    /// Another one whenever the list of versions is.
    pub async fn exports_state(&self) -> Result<String, StoreError> {
        let row = self.database.read_connection().await?.query_opt(statements::export_state, &[]).await?;
        let row = row.ok_or_else(|| corrupt("export", "no row"))?;
        Ok(format!("{}-{}", row.try_get::<_, i64>("newest")?, row.try_get::<_, i64>("pruned")?))
    }

    pub async fn newest_export(&self, data_set: &str) -> Result<Option<String>, StoreError> {
        let row = self.database.read_connection().await?.query_opt(statements::export_newest, &[&data_set]).await?;
        Ok(row.map(|row| row.try_get("version")).transpose()?)
    }

    pub async fn find_export(&self, data_set: &str, version: &str, name: &str) -> Result<FileLookup, StoreError> {
        let row =
            self.database.read_connection().await?.query_opt(statements::export_file, &[&data_set, &version, &name]).await?;
        let Some(row) = row else { return Ok(FileLookup::Unknown) };
        if row.try_get("pruned")? {
            return Ok(FileLookup::Pruned);
        }
        let bytes = u64::try_from(row.try_get::<_, i64>("bytes")?).map_err(|error| corrupt("export_file", error))?;
        let (id, format) = (row.try_get("id")?, row.try_get("format")?);
        Ok(FileLookup::File(StoredFile { id, format, bytes, sha256: row.try_get("sha256")? }))
    }

    /// A piece of a file that `find_export` found. A connection is held no longer than this takes, however slow the reader of the file is;
    /// the primary helps out where another server failed.
    pub async fn export_piece(&self, file: i64, ordinal: i32) -> Result<Bytes, StoreError> {
        let piece = match self.piece(file, ordinal).await {
            Ok(Some(piece)) => return Ok(piece),
            Ok(None) => None,
            Err(error) => Some(error),
        };
        let primary = Self { database: self.database.reading_from(Server::Primary), ..self.clone() };
        match (primary.piece(file, ordinal).await, piece) {
            (Ok(Some(piece)), _) => Ok(piece),
            (Ok(None), Some(error)) | (Err(error), _) => Err(error),
            (Ok(None), None) => Err(corrupt("export_piece", format!("no piece {ordinal} of file {file}"))),
        }
    }

    async fn piece(&self, file: i64, ordinal: i32) -> Result<Option<Bytes>, StoreError> {
        let row = self.database.read_connection().await?.query_opt(statements::export_piece, &[&file, &ordinal]).await?;
        Ok(row.map(|row| row.try_get::<_, Vec<u8>>("bytes")).transpose()?.map(Bytes::from))
    }
}

fn file(row: &Row) -> Result<ExportFile, StoreError> {
    let base: Option<String> = row.try_get("base_version")?;
    Ok(ExportFile {
        name: row.try_get("name")?,
        format: row.try_get("format")?,
        bytes: row.try_get("bytes")?,
        sha256: row.try_get("sha256")?,
        base: base.zip(row.try_get("base_format")?),
    })
}
