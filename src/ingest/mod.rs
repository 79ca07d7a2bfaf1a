//! Publishers' files, as they come, into the domain's rows. A file that is not what it should be stops by name; a bad row is set aside.
//!
//! Invariant: every row read is handed out once: read = accepted + quarantined + refused. Memory does not grow with the file.
mod error;
mod file_facts;
pub mod format;
pub mod invoices;
mod layout_name;
pub mod layouts;
pub mod submission;
pub(crate) mod table;
mod table_file;
mod tally;
mod words;

pub use error::{Empty, FileError, Stop};
pub use file_facts::{FileFacts, WORKBOOK_LAYOUT};
pub use format::fingerprint::fingerprint;
pub use format::gzip::unpack_gzip;
pub use submission::intake::{IntakeFormat, Sniffed, read_intake, sniff};
pub use submission::intake_row::{IntakeRow, IntakeWindow};
pub use tally::{Counts, Each};
pub use words::Words;

use crate::domain::{
    invoices::{conventions::UnitConvention, sale_actors::SaleActor},
    law::listed::{
        ListedAuthorisation, ListedBenefit, ListedCumCode, ListedIumCode, ListedPresentation, ListedRate, ListedRow,
        ListedThermometer, SismedReport,
    },
    purchases::{
        contract::{Contract, ContractEvent},
        purchase::{Purchase, PurchaseOrder},
    },
};
use layouts::minsalud_workbook::{has_its_sheets, read_workbook};
use std::{fmt, path::Path, str::FromStr};
use table_file::{FileKind, Taken, of_layouts, read_file};

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
    /// INVIMA's authorisations to import what is vital and not available.
    VitalNotAvailable,
    /// Pesos for a dollar (TRM).
    ExchangeRates,
    /// Who the parties of sales are.
    Actors,
    /// What prices of a source are for.
    UnitConventions,
    /// Orders of public purchases, before their lines.
    TvecOrders,
    TvecItems,
    SecopContracts,
    /// What happened to contracts.
    SecopAdditions,
}

impl SourceKind {
    pub const ALL: [Self; 15] = [
        Self::Ceilings,
        Self::Sismed,
        Self::Thermometer,
        Self::Catalogue,
        Self::BenefitPlan,
        Self::CumCodes,
        Self::IumCodes,
        Self::VitalNotAvailable,
        Self::ExchangeRates,
        Self::Actors,
        Self::UnitConventions,
        Self::TvecOrders,
        Self::TvecItems,
        Self::SecopContracts,
        Self::SecopAdditions,
    ];

    /// Whether its files are editions of one list, of which one is in force; reports add to each other.
    pub fn is_list(self) -> bool {
        self != Self::Sismed
    }

    /// Whether verdicts rest on it.
    pub(crate) fn is_law(self) -> bool {
        matches!(self, Self::Ceilings | Self::Catalogue | Self::BenefitPlan)
    }

    /// Whether it says what products there are.
    pub(crate) fn names_products(self) -> bool {
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
            Self::VitalNotAvailable => "vital_not_available",
            Self::ExchangeRates => "exchange_rates",
            Self::Actors => "actors",
            Self::UnitConventions => "unit_conventions",
            Self::TvecOrders => "tvec_orders",
            Self::TvecItems => "tvec_items",
            Self::SecopContracts => "secop_contracts",
            Self::SecopAdditions => "secop_additions",
        }
    }
}

impl fmt::Display for SourceKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a kind of file is one of: ceilings, sismed, thermometer, catalogue, benefit_plan, cum_codes, ium_codes, vital_not_available, exchange_rates, actors, unit_conventions, tvec_orders, tvec_items, secop_contracts, secop_additions"
)]
pub struct ParseSourceKindError;

impl FromStr for SourceKind {
    type Err = ParseSourceKindError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|kind| kind.code() == text).ok_or(ParseSourceKindError)
    }
}

/// A reader takes a text table, JSON of the portal, or a workbook, packed as gzip or alone in a zip archive or neither.
/// Ceilings: also MinSalud's workbook, recognised by its six sheets.
/// `report` is called with the number of bytes read so far; so in the other readers.
pub fn read_ceilings(
    path: &Path,
    report: &dyn Fn(u64),
    each: &mut Each<'_, ListedRow>,
) -> Result<(FileFacts, Counts), FileError> {
    let layouts = [&layouts::open_data_ceilings::OPEN_DATA_CEILINGS];
    let kind = FileKind {
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
    read_file(path, &of_layouts(&[&layouts::sismed::SISMED, &layouts::sismed_query::SISMED_QUERY]), report, each)
}

pub fn read_thermometer(
    path: &Path,
    report: &dyn Fn(u64),
    each: &mut Each<'_, ListedThermometer>,
) -> Result<(FileFacts, Counts), FileError> {
    read_file(path, &of_layouts(&[&layouts::thermometer::THERMOMETER]), report, each)
}

pub fn read_catalogue(
    path: &Path,
    report: &dyn Fn(u64),
    each: &mut Each<'_, ListedPresentation>,
) -> Result<(FileFacts, Counts), FileError> {
    read_file(path, &of_layouts(&[&layouts::catalogue::CATALOGUE]), report, each)
}

pub fn read_benefit_plan(
    path: &Path,
    report: &dyn Fn(u64),
    each: &mut Each<'_, ListedBenefit>,
) -> Result<(FileFacts, Counts), FileError> {
    read_file(path, &of_layouts(&[&layouts::benefit_plan::BENEFIT_PLAN]), report, each)
}

pub fn read_cum_codes(
    path: &Path,
    report: &dyn Fn(u64),
    each: &mut Each<'_, ListedCumCode>,
) -> Result<(FileFacts, Counts), FileError> {
    read_file(path, &of_layouts(&[&layouts::code_tables::CUM_TABLE]), report, each)
}

/// The table repeats many codes: every row is handed out.
pub fn read_ium_codes(
    path: &Path,
    report: &dyn Fn(u64),
    each: &mut Each<'_, ListedIumCode>,
) -> Result<(FileFacts, Counts), FileError> {
    read_file(path, &of_layouts(&[&layouts::code_tables::IUM_TABLE]), report, each)
}

pub fn read_vital_authorisations(
    path: &Path,
    report: &dyn Fn(u64),
    each: &mut Each<'_, ListedAuthorisation>,
) -> Result<(FileFacts, Counts), FileError> {
    read_file(path, &of_layouts(&[&layouts::vital_authorisations::VITAL_AUTHORISATIONS]), report, each)
}

/// The open data set, or Banco de la República's table of days.
pub fn read_exchange_rates(
    path: &Path,
    report: &dyn Fn(u64),
    each: &mut Each<'_, ListedRate>,
) -> Result<(FileFacts, Counts), FileError> {
    let layouts = [&layouts::exchange_rates::EXCHANGE_RATES, &layouts::exchange_rates::EXCHANGE_RATES_BY_DAY];
    read_file(path, &of_layouts(&layouts), report, each)
}

pub fn read_actors(path: &Path, report: &dyn Fn(u64), each: &mut Each<'_, SaleActor>) -> Result<(FileFacts, Counts), FileError> {
    read_file(path, &of_layouts(&[&layouts::actors::ACTORS]), report, each)
}

pub fn read_unit_conventions(
    path: &Path,
    report: &dyn Fn(u64),
    each: &mut Each<'_, UnitConvention>,
) -> Result<(FileFacts, Counts), FileError> {
    read_file(path, &of_layouts(&[&layouts::unit_conventions::UNIT_CONVENTIONS]), report, each)
}

pub fn read_tvec_orders(
    path: &Path,
    report: &dyn Fn(u64),
    each: &mut Each<'_, PurchaseOrder>,
) -> Result<(FileFacts, Counts), FileError> {
    read_file(path, &of_layouts(&[&layouts::purchases::tvec::TVEC_ORDERS]), report, each)
}

pub fn read_tvec_items(
    path: &Path,
    report: &dyn Fn(u64),
    each: &mut Each<'_, Purchase>,
) -> Result<(FileFacts, Counts), FileError> {
    read_file(path, &of_layouts(&[&layouts::purchases::tvec::TVEC_ITEMS]), report, each)
}

pub fn read_secop_contracts(
    path: &Path,
    report: &dyn Fn(u64),
    each: &mut Each<'_, Contract>,
) -> Result<(FileFacts, Counts), FileError> {
    read_file(path, &of_layouts(&[&layouts::purchases::secop::SECOP_CONTRACTS]), report, each)
}

pub fn read_secop_additions(
    path: &Path,
    report: &dyn Fn(u64),
    each: &mut Each<'_, ContractEvent>,
) -> Result<(FileFacts, Counts), FileError> {
    read_file(path, &of_layouts(&[&layouts::purchases::secop::SECOP_ADDITIONS]), report, each)
}
