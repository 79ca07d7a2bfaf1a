//! A submission as a table: the layout of the published SISMED files, with the counterparty.

use std::{fs::File, path::Path};

use super::intake_row::IntakeRow;
use crate::{
    domain::{identifier::nit::Nit, reports::source_row::RowFault},
    ingest::{
        error::FileError,
        file_facts::FileFacts,
        format::{
            decode::{self, FileFormat, Meter},
            unpacking::{self, Archive},
            xlsx::Workbook,
        },
        layouts::{
            known_layouts::RECOGNISE,
            sismed::{self, COLUMNS, COUNTERPARTY, NUMBERS, SPAN, YEAR},
        },
        table::{
            columns::{Extras, Layout},
            layout::{Input, TableLayout},
            row::Row,
            sheet_table::{header_place, read_sheet},
            text_table::{header_line, read_text},
        },
        tally::Each,
    },
};

/// A period is a month and a year; the year is the column that every row fills.
pub const PERIOD_COLUMN: &str = COLUMNS[YEAR].name;

/// An unknown column is refused by its name, because its sender means something by it.
const SUBMISSION: TableLayout<IntakeRow> = TableLayout {
    layout: Layout { code: "sismed-submission", columns: COLUMNS, extras: Extras::Refused },
    numbers: NUMBERS,
    ..TableLayout::with(row)
};

/// A header without rows is a report too: that nothing was sold.
fn input(path: &Path) -> Input<'_> {
    Input { rows_needed: false, ..Input::of(path, "", &RECOGNISE) }
}

pub fn read_csv(path: &Path, report: &dyn Fn(u64), each: &mut Each<'_, IntakeRow>) -> Result<FileFacts, FileError> {
    Ok(read_text(&input(path), &[&SUBMISSION], report, each).map_err(named)?.0)
}

/// A known file of another kind is named, without the command that would import it.
fn named(error: FileError) -> FileError {
    match error {
        FileError::OtherLayout { layout, found } => FileError::NotThisLayout { layout, why: found.what() },
        other => other,
    }
}

/// The same table in the first sheet of a workbook that has its header.
pub fn read_xlsx(path: &Path, report: &dyn Fn(u64), each: &mut Each<'_, IntakeRow>) -> Result<FileFacts, FileError> {
    let unreadable = |source| FileError::Unreadable { path: path.to_owned(), source };
    match File::open(path).and_then(|mut file| decode::shape(&mut file)).map_err(unreadable)? {
        FileFormat::Zip => {
            if let Ok(Archive::OneFile(_) | Archive::Files(_)) = unpacking::look_into(path) {
                return Err(FileError::not_this(
                    SUBMISSION.layout.code,
                    "es un archivo zip: envíe la tabla como está, o comprimida con gzip",
                    "it is a zip archive: send the table as it is, or packed with gzip",
                ));
            }
        }
        FileFormat::Protected => return Err(FileError::Protected),
        _ => return Err(FileError::not_this(SUBMISSION.layout.code, "no es un libro de Excel", "it is no Excel workbook")),
    }
    let meter = Meter::new(report);
    let mut workbook = Workbook::open(path, SUBMISSION.layout.code, &meter)?;
    Ok(read_sheet(&mut workbook, &input(path), &[&SUBMISSION], each).map_err(named)?.0)
}

/// Where the header of a table stands: its sheet in a workbook, and its row.
pub(crate) fn place_of_header(path: &Path, is_workbook: bool) -> Result<(Option<String>, u64), FileError> {
    if !is_workbook {
        return Ok((None, header_line(&input(path), &[&SUBMISSION])?));
    }
    let meter = Meter::silent();
    let mut workbook = Workbook::open(path, SUBMISSION.layout.code, &meter)?;
    let (sheet, row) = header_place(&mut workbook, &[&SUBMISSION], &RECOGNISE)?;
    Ok((Some(sheet), row))
}

/// Its columns as a sender names them; who states the month has no use for the quarter beside it.
pub(crate) fn column_names() -> impl Iterator<Item = &'static str> {
    COLUMNS.iter().enumerate().filter(|(place, _)| *place != SPAN).map(|(_, column)| column.name)
}

fn row(row: &Row<'_>) -> Result<IntakeRow, RowFault> {
    let report = sismed::read(row)?;
    let counterparty = match row.cell(COUNTERPARTY) {
        "" => None,
        text => Some(text.parse::<Nit>().map_err(|_| row.fault(COUNTERPARTY, "not_a_nit"))?.digits()),
    };
    Ok(IntakeRow { report, counterparty, flags: Vec::new() })
}
