//! A submission as a table: the layout of the published SISMED files, and who the other side was.

use std::path::Path;

use super::{
    Each, FileError, FileFacts,
    intake::IntakeRow,
    number::NumberFormat,
    row::Row,
    sismed::{self, COLUMNS, COUNTERPARTY, NUMBERS, YEAR},
    table::Layout,
    text_table::{TextLayout, read_text},
};
use crate::domain::{nit::Nit, source_row::Fault};

/// A period is a month and a year; the year is the column that every row fills.
pub const PERIOD_COLUMN: &str = COLUMNS[YEAR].name;

const SUBMISSION: TextLayout<IntakeRow> = TextLayout {
    layout: Layout { code: "sismed-submission", columns: COLUMNS, extras_allowed: false },
    numbers: NUMBERS,
    usual_format: NumberFormat::Plain,
    dated_file_name: false,
    read: row,
};

pub fn read(path: &Path, report: &dyn Fn(u64), each: &mut Each<'_, IntakeRow>) -> Result<FileFacts, FileError> {
    Ok(read_text(path, &SUBMISSION, report, each)?.0)
}

fn row(row: &Row<'_>) -> Result<IntakeRow, Fault> {
    let report = sismed::read(row)?;
    let counterparty = match row.cell(COUNTERPARTY) {
        "" => None,
        text => Some(text.parse::<Nit>().map_err(|_| row.fault(COUNTERPARTY, "not_a_nit"))?.digits()),
    };
    Ok(IntakeRow { report, counterparty, flags: Vec::new() })
}
