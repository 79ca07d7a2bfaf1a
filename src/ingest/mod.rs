//! Publishers' files, as they come, into the domain's rows. A file that is not what it should be stops by name; a bad row is set aside.
//!
//! Invariant: every row read is handed out once: read = accepted + quarantined + refused. Memory does not grow with the file.
mod benefit_plan;
mod bounded_lines;
mod catalogue;
mod ceiling_cells;
mod code_tables;
mod dates;
mod error;
mod fields;
mod fingerprint;
mod gzip;
mod intake;
mod intake_checks;
mod intake_csv;
mod intake_med100;
mod intake_ndjson;
mod json_object;
mod json_rows;
mod json_table;
mod known_layouts;
mod minsalud_sheets;
mod minsalud_workbook;
mod number;
mod open_data_ceilings;
pub mod price_table;
mod records;
mod row;
mod sheet_table;
mod sismed;
mod sismed_query;
mod table;
mod table_file;
mod table_layout;
mod tally;
mod text;
mod text_table;
mod thermometer;
mod unpacking;
mod workbook;

pub use error::Empty;
pub use error::{FileError, Stop, Words};
pub use fingerprint::fingerprint;
pub use gzip::unpack_gzip;
pub use intake::{IntakeFormat, IntakeRow, IntakeWindow, Sniffed, read_intake, sniff};
pub use minsalud_workbook::LAYOUT as WORKBOOK_LAYOUT;
pub use tally::{Counts, Each};

use crate::domain::listed::{
    ListedBenefit, ListedCumCode, ListedIumCode, ListedPresentation, ListedRow, ListedThermometer, SismedReport,
};
use jiff::civil::Date;
use minsalud_workbook::{has_its_sheets, read_workbook};
use std::{fmt, path::Path, str::FromStr};
use table_file::{Kind, Taken, of_layouts, read_file};

/// The kinds of file that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SourceKind {
    Ceilings,
    Sismed,
    Thermometer,
    Catalogue,
    /// Whether the capitation unit (UPC) pays for an ingredient.
    BenefitPlan,
    /// Which codes exist.
    CumCodes,
    IumCodes,
}

impl SourceKind {
    pub const ALL: [Self; 7] =
        [Self::Ceilings, Self::Sismed, Self::Thermometer, Self::Catalogue, Self::BenefitPlan, Self::CumCodes, Self::IumCodes];

    /// Whether its files are editions of one list, of which one is in force; reports add to each other.
    pub fn is_list(self) -> bool {
        self != Self::Sismed
    }

    /// Whether verdicts rest on it.
    pub fn is_law(self) -> bool {
        matches!(self, Self::Ceilings | Self::Catalogue | Self::BenefitPlan)
    }

    /// Whether it says what products there are.
    pub fn names_products(self) -> bool {
        matches!(self, Self::Ceilings | Self::Sismed | Self::Thermometer | Self::Catalogue)
    }

    pub fn code(self) -> &'static str {
        match self {
            Self::Ceilings => "ceilings",
            Self::Sismed => "sismed",
            Self::Thermometer => "thermometer",
            Self::Catalogue => "catalogue",
            Self::BenefitPlan => "benefit_plan",
            Self::CumCodes => "cum_codes",
            Self::IumCodes => "ium_codes",
        }
    }
}

impl fmt::Display for SourceKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a kind of file is one of: ceilings, sismed, thermometer, catalogue, benefit_plan, cum_codes, ium_codes")]
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
    /// `minsalud-workbook`, `open-data-ceilings-nauz-qkjw`, `sismed-published`, `sismed-3he6-m866`, `clicsalud-n4dj-8r7k`,
    /// `cum-i7cb-raxc`, `benefit-plan-jtqe-tuvf`, `sispro-cums`, `sispro-ium`.
    pub layout: &'static str,
    /// `utf-8`, `utf-8-bom`, `utf-16le`, `utf-16be`, `windows-1252`, `xlsx`, `json`, `ndjson`; packed ones as `gzip, utf-8`.
    pub encoding: &'static str,
    /// `None` for a workbook and for JSON.
    pub delimiter: Option<char>,
    /// `1,234.56`, `1234.56` or `1.234,56`.
    pub number_format: &'static str,
    /// The day up to which the publisher's list is complete, from the file or its name.
    pub cut_date: Option<Date>,
    /// Columns that the layout does not know, as the file names them.
    pub extra_columns: Vec<String>,
}

impl FileFacts {
    /// Whether it may be a download from the open-data portal, which cuts it at its default page: the portal has every layout but the workbook.
    pub fn is_from_portal(&self) -> bool {
        self.layout != WORKBOOK_LAYOUT
    }
}

/// A reader takes a text table, JSON of the portal, or a workbook, packed as gzip or alone in a zip archive or neither.
/// Ceilings: also MinSalud's workbook of six sheets, told by them.
/// `report` is called with the number of bytes read so far; so in the other readers.
pub fn read_ceilings(
    path: &Path,
    report: &dyn Fn(u64),
    each: &mut Each<'_, ListedRow>,
) -> Result<(FileFacts, Counts), FileError> {
    let layouts = [&open_data_ceilings::OPEN_DATA_CEILINGS];
    let kind = Kind {
        layouts: &layouts,
        own_workbook: &|workbook, name, each| {
            if !has_its_sheets(&workbook) {
                return Ok(Taken::NotMine(Box::new(workbook)));
            }
            read_workbook(workbook, name, each).map(|(facts, counts)| Taken::Read(facts, counts))
        },
    };
    read_file(path, &kind, report, each)
}

/// Reports: the published files, or the portal's query 3he6-m866.
pub fn read_sismed(
    path: &Path,
    report: &dyn Fn(u64),
    each: &mut Each<'_, SismedReport>,
) -> Result<(FileFacts, Counts), FileError> {
    read_file(path, &of_layouts(&[&sismed::SISMED, &sismed_query::SISMED_QUERY]), report, each)
}

pub fn read_thermometer(
    path: &Path,
    report: &dyn Fn(u64),
    each: &mut Each<'_, ListedThermometer>,
) -> Result<(FileFacts, Counts), FileError> {
    read_file(path, &of_layouts(&[&thermometer::THERMOMETER]), report, each)
}

pub fn read_catalogue(
    path: &Path,
    report: &dyn Fn(u64),
    each: &mut Each<'_, ListedPresentation>,
) -> Result<(FileFacts, Counts), FileError> {
    read_file(path, &of_layouts(&[&catalogue::CATALOGUE]), report, each)
}

pub fn read_benefit_plan(
    path: &Path,
    report: &dyn Fn(u64),
    each: &mut Each<'_, ListedBenefit>,
) -> Result<(FileFacts, Counts), FileError> {
    read_file(path, &of_layouts(&[&benefit_plan::BENEFIT_PLAN]), report, each)
}

pub fn read_cum_codes(
    path: &Path,
    report: &dyn Fn(u64),
    each: &mut Each<'_, ListedCumCode>,
) -> Result<(FileFacts, Counts), FileError> {
    read_file(path, &of_layouts(&[&code_tables::CUM_TABLE]), report, each)
}

/// The table repeats many codes: every row is handed out.
pub fn read_ium_codes(
    path: &Path,
    report: &dyn Fn(u64),
    each: &mut Each<'_, ListedIumCode>,
) -> Result<(FileFacts, Counts), FileError> {
    read_file(path, &of_layouts(&[&code_tables::IUM_TABLE]), report, each)
}
