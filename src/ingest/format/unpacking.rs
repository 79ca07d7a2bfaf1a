//! Unpacks a gzip file, or a zip archive with one table, to a temporary file.

use super::gzip::{swollen_to, unpack_gzip};
use crate::{
    ingest::error::{FileError, Stop},
    spool::{Spooled, purpose},
};
use std::{
    fs::File,
    io::{self, BufReader, Read, Write},
    path::Path,
};

/// Many times the largest file that the portal has. Repetitive tables pack well; past the ratio it is no table.
const BYTES_MAX: u64 = 32 << 30;
const RATIO_MAX: u64 = 200;
const RATIO_COUNTS_FROM: u64 = 1 << 20;

/// The unpacked copy, removed when this is dropped.
pub struct Unpacked {
    file: Spooled,
    /// The name of the table inside, where the archive says it.
    pub name: Option<String>,
    pub bytes: u64,
}

impl Unpacked {
    pub fn path(&self) -> &Path {
        self.file.path()
    }
}

pub fn gzip(packed: &Path) -> Result<Unpacked, FileError> {
    let mut copy = Unpacked { file: beside(packed)?, name: None, bytes: 0 };
    copy.bytes = unpack_gzip(packed, copy.file.path(), BYTES_MAX, RATIO_MAX)?;
    Ok(copy)
}

/// The kind of a zip archive.
pub enum Archive {
    /// A workbook is an archive of many parts.
    Workbook,
    /// The place of its only file.
    OneFile(usize),
    Files(Vec<String>),
}

pub fn look_into(path: &Path) -> Result<Archive, FileError> {
    let mut archive = open(path)?;
    let mut files = Vec::new();
    for index in 0..archive.len() {
        let part = archive.by_index_raw(index).map_err(damaged)?;
        let name = part.name().map_err(damaged)?.into_owned();
        if name == "xl/workbook.xml" || name == "[Content_Types].xml" {
            return Ok(Archive::Workbook);
        }
        // Entries that file managers add.
        let hidden = name.starts_with("__MACOSX/") || name.rsplit('/').next().is_some_and(|file| file.starts_with('.'));
        if !name.ends_with('/') && !hidden {
            files.push((index, name));
        }
    }
    Ok(match &files[..] {
        [(index, _)] => Archive::OneFile(*index),
        _ => Archive::Files(files.into_iter().map(|(_, name)| name).collect()),
    })
}

pub fn one_of_zip(packed: &Path, index: usize) -> Result<Unpacked, FileError> {
    let mut archive = open(packed)?;
    let mut part = archive.by_index(index).map_err(damaged)?;
    let name = part.name().map_err(damaged)?.rsplit('/').next().unwrap_or_default().to_owned();
    let packed_bytes = part.compressed_size();
    let mut copy = Unpacked { file: beside(packed)?, name: Some(name), bytes: 0 };
    let mut out = copy.file.open().map_err(unwritable)?;
    let mut piece = vec![0; 64 * 1024];
    loop {
        let read = match part.read(&mut piece) {
            Ok(0) => return Ok(copy),
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(damaged(error)),
        };
        copy.bytes += read as u64;
        let swollen = copy.bytes > RATIO_COUNTS_FROM && copy.bytes > packed_bytes.saturating_mul(RATIO_MAX);
        if copy.bytes > BYTES_MAX || swollen {
            let entry = copy.name.clone().unwrap_or_default();
            return Err(FileError::Bomb { entry, what: swollen_to(copy.bytes, packed_bytes) });
        }
        out.write_all(&piece[..read]).map_err(unwritable)?;
    }
}

fn open(path: &Path) -> Result<zip::ZipArchive<BufReader<File>>, FileError> {
    let file = File::open(path).map_err(|source| FileError::Unreadable { path: path.to_owned(), source })?;
    zip::ZipArchive::new(BufReader::new(file)).map_err(damaged)
}

/// A fresh file beside the packed one, or where temporary files go if that folder is not to be written.
fn beside(packed: &Path) -> Result<Spooled, FileError> {
    let folders = [packed.parent().map(Path::to_owned).unwrap_or_default(), std::env::temp_dir()];
    let mut last = io::Error::from(io::ErrorKind::NotFound);
    for folder in folders {
        match Spooled::file(&folder, purpose::UNPACKED) {
            Ok(file) => return Ok(file),
            Err(error) => last = error,
        }
    }
    Err(unwritable(last))
}

fn unwritable(error: io::Error) -> FileError {
    FileError::Stopped(Stop::new(error))
}

fn damaged(error: impl ToString) -> FileError {
    FileError::DamagedZip(error.to_string())
}
