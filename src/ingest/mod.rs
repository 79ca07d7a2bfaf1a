//! Publishers' files, as they come, into the domain's rows. A file that is not what it should be stops by name; a bad row is set aside.
//!
//! Invariant: every row read is handed out once: read = accepted + quarantined + refused. Memory does not grow with the file.
mod bounded_lines;
mod catalogue;
mod ceiling_cells;
mod dates;
mod error;
mod fields;
mod fingerprint;
mod gzip;
mod intake;
mod intake_checks;
mod intake_csv;
mod intake_ndjson;
mod json_object;
mod minsalud_sheets;
mod minsalud_workbook;
mod number;
mod open_data_ceilings;
pub mod price_table;
mod records;
mod row;
mod sismed;
mod table;
mod tally;
mod text;
mod text_table;
mod thermometer;
mod workbook;
mod written_dates;

pub use error::{FileError, Stop};
pub use fingerprint::fingerprint;
pub use gzip::unpack_gzip;
pub use intake::{IntakeFormat, IntakeRow, IntakeWindow, read_intake};
pub use minsalud_workbook::LAYOUT as WORKBOOK_LAYOUT;
pub use tally::{Counts, Each};

use crate::domain::listed::{ListedPresentation, ListedRow, ListedThermometer, SismedReport};
use jiff::civil::Date;
use std::{fmt, fs::File, io::Read, path::Path, str::FromStr};

/// The kinds of file that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SourceKind {
    Ceilings,
    Sismed,
    Thermometer,
    Catalogue,
}

impl SourceKind {
    pub const ALL: [Self; 4] = [Self::Ceilings, Self::Sismed, Self::Thermometer, Self::Catalogue];

    /// Whether its files are editions of one list, of which one is in force; reports add to each other.
    pub fn is_list(self) -> bool {
        self != Self::Sismed
    }

    /// Whether verdicts rest on it.
    pub fn is_law(self) -> bool {
        matches!(self, Self::Ceilings | Self::Catalogue)
    }

    pub fn code(self) -> &'static str {
        match self {
            Self::Ceilings => "ceilings",
            Self::Sismed => "sismed",
            Self::Thermometer => "thermometer",
            Self::Catalogue => "catalogue",
        }
    }
}

impl fmt::Display for SourceKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a kind of file is one of: ceilings, sismed, thermometer, catalogue")]
pub struct ParseSourceKindError;

impl FromStr for SourceKind {
    type Err = ParseSourceKindError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|kind| kind.code() == text).ok_or(ParseSourceKindError)
    }
}

/// How a file turned out to be written: stated, so that a wrong guess can be seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileFacts {
    /// `minsalud-workbook`, `open-data-ceilings-nauz-qkjw`, `sismed-published`, `clicsalud-n4dj-8r7k`, `cum-i7cb-raxc`.
    pub layout: &'static str,
    /// `utf-8`, `utf-8-bom`, `utf-16le`, `utf-16be`, `windows-1252`, `xlsx`.
    pub encoding: &'static str,
    /// `None` for a workbook.
    pub delimiter: Option<char>,
    /// `1,234.56`, `1234.56` or `1.234,56`.
    pub number_format: &'static str,
    /// The day up to which the publisher's list is complete, from the file or its name.
    pub cut_date: Option<Date>,
}

impl FileFacts {
    /// Whether it is a download from the open-data portal, which cuts it at its default page.
    pub fn is_from_portal(&self) -> bool {
        !matches!(self.layout, WORKBOOK_LAYOUT | "sismed-published")
    }
}

/// Ceilings: MinSalud's workbook, or the open-data list, told apart by the file's first bytes.
/// `report` is called with the number of bytes read so far; so in the other readers.
pub fn read_ceilings(
    path: &Path,
    report: &dyn Fn(u64),
    each: &mut Each<'_, ListedRow>,
) -> Result<(FileFacts, Counts), FileError> {
    let unreadable = |source| FileError::Unreadable { path: path.to_owned(), source };
    let mut start = Vec::new();
    File::open(path).and_then(|file| file.take(4).read_to_end(&mut start)).map_err(unreadable)?;
    match &start[..] {
        [b'P', b'K', ..] => minsalud_workbook::read_workbook(path, report, each),
        [0xD0, 0xCF, 0x11, 0xE0] => Err(FileError::Protected),
        _ => text_table::read_text(path, &open_data_ceilings::OPEN_DATA_CEILINGS, report, each),
    }
}

pub fn read_sismed(
    path: &Path,
    report: &dyn Fn(u64),
    each: &mut Each<'_, SismedReport>,
) -> Result<(FileFacts, Counts), FileError> {
    text_table::read_text(path, &sismed::SISMED, report, each)
}

pub fn read_thermometer(
    path: &Path,
    report: &dyn Fn(u64),
    each: &mut Each<'_, ListedThermometer>,
) -> Result<(FileFacts, Counts), FileError> {
    text_table::read_text(path, &thermometer::THERMOMETER, report, each)
}

pub fn read_catalogue(
    path: &Path,
    report: &dyn Fn(u64),
    each: &mut Each<'_, ListedPresentation>,
) -> Result<(FileFacts, Counts), FileError> {
    text_table::read_text(path, &catalogue::CATALOGUE, report, each)
}
