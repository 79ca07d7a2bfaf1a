//! MinSalud's workbook of regulated and reference prices: six sheets, each a table under a heading and above some notes.

use super::error::FileError;
use super::fields::Fields;
use super::minsalud_sheets::{MarketActs, SHEETS, Sheet};
use super::number;
use super::row::Row;
use super::table::Table;
use super::tally::{Counts, Each, Tally};
use super::text::Meter;
use super::workbook::Workbook;
use super::{FileFacts, dates};
use crate::domain::listed::ListedRow;
use jiff::civil::Date;
use std::path::Path;

pub const LAYOUT: &str = "minsalud-workbook";
const COVER: &str = "Inicio";
/// Headings stand above the tables; a header further down is another layout.
const HEADER_ROW_MAX: u64 = 15;

pub fn read_workbook(
    path: &Path,
    report: &dyn Fn(u64),
    each: &mut Each<'_, ListedRow>,
) -> Result<(FileFacts, Counts), FileError> {
    let meter = Meter::new(report);
    let mut workbook = Workbook::open(path, LAYOUT, &meter)?;
    // Every sheet is looked for before any row is handed out.
    let names = SHEETS.iter().map(|sheet| workbook.sheet(sheet.name)).collect::<Result<Vec<_>, _>>()?;
    let cover = workbook.sheet(COVER)?;
    let cut_date = cut_date(&mut workbook, &cover)?;
    let mut tally = Tally::new(each);
    let mut acts = MarketActs::default();
    for (sheet, name) in SHEETS.iter().zip(&names) {
        read_sheet(&mut workbook, sheet, name, &mut acts, &mut tally)?;
    }
    let number_format = number::FROM_CELLS.format.label();
    Ok((FileFacts { layout: LAYOUT, encoding: "xlsx", delimiter: None, number_format, cut_date }, tally.counts))
}

/// The only date on the cover.
fn cut_date(workbook: &mut Workbook<'_>, cover: &str) -> Result<Option<Date>, FileError> {
    let mut found = None;
    workbook.rows(cover, &mut |_, fields| {
        found = found.or_else(|| fields.iter().find_map(dates::day));
        Ok(())
    })?;
    Ok(found)
}

fn read_sheet(
    workbook: &mut Workbook<'_>,
    sheet: &Sheet,
    name: &str,
    acts: &mut MarketActs,
    tally: &mut Tally<'_, '_, ListedRow>,
) -> Result<(), FileError> {
    let place = format!("sheet `{name}`");
    let mut table: Option<Table> = None;
    let mut rows = 0_u64;
    workbook.rows(name, &mut |line, fields| {
        let Some(table) = &table else {
            if sheet.layout.is_header(fields) {
                table = Some(sheet.layout.match_header(fields, &place)?);
            } else if line >= HEADER_ROW_MAX {
                return Err(no_header(&place));
            }
            return Ok(());
        };
        rows += 1;
        sheet_row(sheet, Row { fields, table, numbers: number::FROM_CELLS, sheet: Some(name), line }, acts, tally)
    })?;
    match (table, rows) {
        (None, _) => Err(no_header(&place)),
        (Some(_), 0) => Err(FileError::Empty("a sheet of the workbook has a header and no rows")),
        _ => Ok(()),
    }
}

fn sheet_row(sheet: &Sheet, row: Row<'_>, acts: &mut MarketActs, tally: &mut Tally<'_, '_, ListedRow>) -> Result<(), FileError> {
    if sheet.identity.iter().all(|&column| row.cell(column).is_empty()) {
        return tally.refuse(row.row_fault("note_outside_the_table"));
    }
    if row.table.is_repeated_header(padded(row.fields, row.table).as_ref().unwrap_or(row.fields)) {
        return tally.refuse(row.row_fault("repeated_header"));
    }
    let read = row.damage().map_or_else(|| (sheet.read)(&row, acts), Err);
    tally.row(row.line, read)
}

/// A sheet's row ends at its last full cell; a header is compared over its whole width.
fn padded(fields: &Fields, table: &Table) -> Option<Fields> {
    (fields.count() < table.headers.len()).then(|| {
        let mut wide = fields.clone();
        (fields.count()..table.headers.len()).for_each(|_| wide.push(""));
        wide
    })
}

fn no_header(place: &str) -> FileError {
    let why = format!("{place} has no row with the names of the columns among its first {HEADER_ROW_MAX}");
    FileError::NotThisLayout { layout: LAYOUT, why }
}
