//! What a reporter submits: the published SISMED table with an optional counterparty, or one JSON object a line; held against the
//! rules that need more than one row.

use std::path::Path;

use jiff::civil::Date;

use super::{Counts, Each, FileError, FileFacts, intake_checks::Checks, intake_csv, intake_ndjson};
use crate::domain::{listed::SismedReport, source_row::SourceRow};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IntakeFormat {
    Csv,
    Ndjson,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IntakeRow {
    pub report: SismedReport,
    /// NIT of the other side of the business, digits without check digit.
    pub counterparty: Option<String>,
    /// What can be told without a ceiling: `duplicate_key`, `role_with_purchase`, `reimbursement_transaction`.
    pub flags: Vec<&'static str>,
}

/// What the reporter says the file is about, and the day on which it is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IntakeWindow {
    /// Half-open.
    pub from: Date,
    pub until: Date,
    pub today: Date,
}

/// `report` is called with the number of bytes read so far. Memory does not grow with the file, but for what `intake_checks`
/// remembers of its rows, which has a bound.
pub fn read_intake(
    path: &Path,
    format: IntakeFormat,
    window: &IntakeWindow,
    report: &dyn Fn(u64),
    each: &mut Each<'_, IntakeRow>,
) -> Result<(FileFacts, Counts), FileError> {
    let period_column = match format {
        IntakeFormat::Csv => intake_csv::PERIOD_COLUMN,
        IntakeFormat::Ndjson => intake_ndjson::PERIOD_KEY,
    };
    let mut checks = Checks::new(*window, period_column);
    let mut counts = Counts::default();
    let mut checked = |row: SourceRow<IntakeRow>| {
        let row = checks.check(row);
        counts.read += 1;
        match &row {
            SourceRow::Accepted { .. } => counts.accepted += 1,
            SourceRow::Quarantined(_) => counts.quarantined += 1,
            SourceRow::Refused(_) => counts.refused += 1,
        }
        each(row)
    };
    let facts = match format {
        IntakeFormat::Csv => intake_csv::read(path, report, &mut checked)?,
        IntakeFormat::Ndjson => intake_ndjson::read(path, report, &mut checked)?,
    };
    Ok((facts, counts))
}
