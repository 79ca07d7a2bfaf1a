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
    /// csv, csv_excel_es, ndjson, parquet, xlsx, schema, manifest or diff.
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
    /// `None`: an earlier release stored it, in pieces of its own that are not compressed.
    pub parts: Option<FileParts>,
}

/// The parts of a file in their order, which other files may have too, and what they are compressed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileParts {
    pub parts: Vec<ExportPart>,
    pub deflated_bytes: u64,
    /// Of the plain bytes.
    pub crc32: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExportPart {
    pub id: i64,
    pub bytes: u64,
    pub deflated_bytes: u64,
    pub crc32: u32,
    /// Line ends in it.
    pub lines: u64,
}

impl ExportPart {
    pub fn read(row: &Row) -> Result<Self, StoreError> {
        let number = |name: &str| unsigned(row.try_get(name)?);
        let crc32 = u32::try_from(number("crc32")?).map_err(|error| corrupt("export_part", error))?;
        let (bytes, deflated_bytes, lines) = (number("bytes")?, number("deflated_bytes")?, number("lines")?);
        Ok(Self { id: row.try_get("id")?, bytes, deflated_bytes, crc32, lines })
    }
}

fn unsigned(number: i64) -> Result<u64, StoreError> {
    u64::try_from(number).map_err(|error| corrupt("export_file", error))
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
        let mut client = self.database.read_connection().await?;
        let Some(row) = client.query_opt(statements::export_file, &[&data_set, &version, &name]).await? else {
            return Ok(FileLookup::Unknown);
        };
        if row.try_get("pruned")? {
            return Ok(FileLookup::Pruned);
        }
        let (id, bytes): (i64, u64) = (row.try_get("id")?, unsigned(row.try_get("bytes")?)?);
        let compressed = row.try_get::<_, Option<i64>>("deflated_bytes")?.zip(row.try_get::<_, Option<i64>>("crc32")?);
        let parts = match compressed {
            None => None,
            Some((deflated_bytes, crc32)) => {
                let rows = client.query(statements::export_parts, &[&vec![id]]).await?;
                let parts = rows.iter().map(ExportPart::read).collect::<Result<_, _>>()?;
                let crc32 = u32::try_from(crc32).map_err(|error| corrupt("export_file", error))?;
                Some(FileParts { parts, deflated_bytes: unsigned(deflated_bytes)?, crc32 })
            }
        };
        let (format, sha256) = (row.try_get("format")?, row.try_get("sha256")?);
        Ok(FileLookup::File(StoredFile { id, format, bytes, sha256, parts }))
    }

    /// The version that made the file of a period which that version names.
    pub async fn export_of_period(&self, data_set: &str, version: &str, name: &str) -> Result<Option<String>, StoreError> {
        let params: &[&(dyn tokio_postgres::types::ToSql + Sync)] = &[&data_set, &version, &name];
        let row = self.database.read_connection().await?.query_opt(statements::export_of_period, params).await?;
        Ok(row.map(|row| row.try_get("version")).transpose()?)
    }

    /// A piece of a file that `find_export` found and that is not in parts.
    pub async fn export_piece(&self, file: i64, ordinal: i32) -> Result<Bytes, StoreError> {
        self.piece(statements::export_piece, file, ordinal).await
    }

    /// A piece of a part, compressed.
    pub async fn export_part_piece(&self, part: i64, ordinal: i32) -> Result<Bytes, StoreError> {
        self.piece(statements::export_part_piece, part, ordinal).await
    }

    /// A connection is held no longer than this takes, however slow the reader of the file is; the primary helps out where another server failed.
    async fn piece(&self, statement: &'static str, owner: i64, ordinal: i32) -> Result<Bytes, StoreError> {
        let piece = match self.find_piece(statement, owner, ordinal).await {
            Ok(Some(piece)) => return Ok(piece),
            Ok(None) => None,
            Err(error) => Some(error),
        };
        let primary = Self { database: self.database.reading_from(Server::Primary), ..self.clone() };
        match (primary.find_piece(statement, owner, ordinal).await, piece) {
            (Ok(Some(piece)), _) => Ok(piece),
            (Ok(None), Some(error)) | (Err(error), _) => Err(error),
            (Ok(None), None) => Err(corrupt("export_piece", format!("no piece {ordinal} of {owner}"))),
        }
    }

    async fn find_piece(&self, statement: &'static str, owner: i64, ordinal: i32) -> Result<Option<Bytes>, StoreError> {
        let row = self.database.read_connection().await?.query_opt(statement, &[&owner, &ordinal]).await?;
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
