//! A table in any file that people have: text, JSON or a workbook, packed or not.

use super::{
    error::FileError,
    file_facts::FileFacts,
    format::{
        decode::{self, FileFormat, Meter},
        unpacking::{self, Archive, Unpacked},
        xlsx::Workbook,
    },
    layouts::known_layouts::RECOGNISE,
    submission::med100::{self, MED100},
    table::{
        json_table::read_json,
        layout::{Input, TableLayout},
        sheet_table::read_sheet,
        text_table::read_text,
    },
    tally::{Counts, Each},
};
use std::{
    fs::File,
    io::{self, Read},
    path::Path,
};

/// More than a control record of the file for PISIS has.
const START_BYTES: u64 = 512;

/// Reads a workbook that is not a saved table, or gives it back.
pub type OwnWorkbook<'w, T> = &'w dyn for<'a> Fn(Workbook<'a>, &str, &mut Each<'_, T>) -> Result<Taken<'a>, FileError>;

pub enum Taken<'a> {
    Read(FileFacts, Counts),
    NotMine(Box<Workbook<'a>>),
}

pub struct FileKind<'w, T> {
    pub layouts: &'w [&'w TableLayout<T>],
    pub own_workbook: OwnWorkbook<'w, T>,
}

/// A kind of file that has no workbook of its own.
pub fn of_layouts<'w, T>(layouts: &'w [&'w TableLayout<T>]) -> FileKind<'w, T> {
    FileKind { layouts, own_workbook: &|workbook, _, _| Ok(Taken::NotMine(Box::new(workbook))) }
}

pub fn read_file<T>(
    path: &Path,
    kind: &FileKind<'_, T>,
    report: &dyn Fn(u64),
    each: &mut Each<'_, T>,
) -> Result<(FileFacts, Counts), FileError> {
    let unreadable = |source| FileError::Unreadable { path: path.to_owned(), source };
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let mut file = File::open(path).map_err(unreadable)?;
    let shape = decode::shape(&mut file).map_err(unreadable)?;
    let packed_bytes = file.metadata().map_err(unreadable)?.len();
    drop(file);
    let (copy, packing) = match shape {
        FileFormat::Gzip => (unpacking::gzip(path)?, "gzip"),
        FileFormat::Zip => match unpacking::look_into(path) {
            // A file that does not open is treated as a workbook, unless its name says otherwise.
            Err(FileError::DamagedZip(_)) if !name.to_ascii_lowercase().ends_with(".zip") => {
                return read_one(&Input::of(path, &name, &RECOGNISE), kind, report, each);
            }
            Err(error) => return Err(error),
            Ok(Archive::Workbook) => return read_one(&Input::of(path, &name, &RECOGNISE), kind, report, each),
            Ok(Archive::OneFile(index)) => (unpacking::one_of_zip(path, index)?, "zip"),
            Ok(Archive::Files(files)) => return Err(many_files(kind, &files)),
        },
        _ => return read_one(&Input::of(path, &name, &RECOGNISE), kind, report, each),
    };
    let Unpacked { name: inner, bytes, .. } = &copy;
    // Progress is counted in bytes of the given file.
    let scaled = |done: u64| {
        let scaled_bytes = u128::from(done) * u128::from(packed_bytes) / u128::from(*bytes).max(1);
        report(u64::try_from(scaled_bytes).unwrap_or(u64::MAX).min(packed_bytes));
    };
    let dated = super::format::dates::in_file_name(&name).is_some();
    let name = if dated { &name } else { inner.as_ref().unwrap_or(&name) };
    let (facts, counts) = read_one(&Input::of(copy.path(), name, &RECOGNISE), kind, &scaled, each)?;
    Ok((FileFacts { encoding: packed(packing, facts.encoding), ..facts }, counts))
}

/// A file that is not packed.
fn read_one<T>(
    input: &Input<'_>,
    kind: &FileKind<'_, T>,
    report: &dyn Fn(u64),
    each: &mut Each<'_, T>,
) -> Result<(FileFacts, Counts), FileError> {
    let unreadable = |source| FileError::Unreadable { path: input.path.to_owned(), source };
    let shape = File::open(input.path).and_then(|mut file| decode::shape(&mut file)).map_err(unreadable)?;
    let layout = kind.layouts[0].layout.code;
    match shape {
        FileFormat::JsonArray | FileFormat::JsonLines => read_json(input, shape, kind.layouts, report, each),
        FileFormat::Zip => {
            let meter = Meter::new(report);
            match (kind.own_workbook)(Workbook::open(input.path, layout, &meter)?, input.name, each)? {
                Taken::Read(facts, counts) => Ok((facts, counts)),
                Taken::NotMine(mut workbook) => read_sheet(&mut workbook, input, kind.layouts, each),
            }
        }
        FileFormat::Protected => Err(FileError::Protected),
        FileFormat::Gzip => Err(FileError::not_this(layout, "está comprimido dos veces", "it is packed twice")),
        FileFormat::Text if begins_as_med100(input.path).map_err(unreadable)? => {
            Err(FileError::OtherLayout { layout, found: &MED100 })
        }
        FileFormat::Text | FileFormat::Pdf | FileFormat::Markup => read_text(input, kind.layouts, report, each),
    }
}

fn begins_as_med100(path: &Path) -> io::Result<bool> {
    let mut start = Vec::new();
    File::open(path)?.take(START_BYTES).read_to_end(&mut start)?;
    Ok(med100::begins(&start))
}

fn many_files<T>(kind: &FileKind<'_, T>, files: &[String]) -> FileError {
    let (count, some) = (files.len(), files.iter().take(3).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", "));
    FileError::not_this(
        kind.layouts[0].layout.code,
        format!("es un archivo zip con {count} archivos ({some}): descomprímalo y dé la tabla"),
        format!("it is a zip archive of {count} files ({some}): unpack it and give the table"),
    )
}

/// How a packed file is written, in words that stand for as long as the program runs.
fn packed(packing: &'static str, encoding: &'static str) -> &'static str {
    macro_rules! words {
        ($($encoding:literal)*) => {
            match (packing, encoding) {
                $(("gzip", $encoding) => concat!("gzip, ", $encoding), (_, $encoding) => concat!("zip, ", $encoding),)*
                _ => packing,
            }
        };
    }
    words!("utf-8" "utf-8-bom" "utf-16le" "utf-16be" "windows-1252" "xlsx" "json" "ndjson")
}
