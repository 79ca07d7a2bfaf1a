//! MinSalud's workbook of regulated and reference prices: six sheets, each a table under a heading and above some notes.

use super::minsalud_sheets::{MarketActs, SHEETS, Sheet};
use crate::{
    domain::law::listed::ListedRow,
    ingest::{
        error::{Empty, FileError, HeaderPlace},
        file_facts::{FileFacts, WORKBOOK_LAYOUT},
        format::{
            dates::{self, DayOrder},
            fields::Fields,
            fold::fold,
            number,
            xlsx::Workbook,
        },
        layout_name::{LayoutName, Way},
        table::{columns::Table, row::Row},
        tally::{Counts, Each, RowCounter},
    },
};
use jiff::civil::Date;

/// Known by its sheets.
pub static MINSALUD_WORKBOOK: LayoutName = LayoutName {
    code: WORKBOOK_LAYOUT,
    es: "el libro de precios regulados del Ministerio de Salud",
    en: "the Ministry of Health's workbook of regulated prices",
    way: Way::Import("ceilings"),
};

const COVER: &str = "Inicio";
/// Headings stand above the tables; a header further down is another layout.
const HEADER_ROW_MAX: u64 = 15;

/// `name` is the publisher's name of the file.
pub fn read_workbook(
    mut workbook: Workbook<'_>,
    name: &str,
    each: &mut Each<'_, ListedRow>,
) -> Result<(FileFacts, Counts), FileError> {
    // Every sheet is looked for before any row is handed out.
    let names = SHEETS.iter().map(|sheet| workbook.sheet(sheet.name)).collect::<Result<Vec<_>, _>>()?;
    let cover = workbook.sheet(COVER)?;
    let cut_date = cut_date(&mut workbook, &cover)?;
    let mut tally = RowCounter::new(each);
    let (mut acts, mut extra_columns) = (MarketActs::default(), Vec::new());
    for (sheet, name) in SHEETS.iter().zip(&names) {
        let extras = read_sheet(&mut workbook, sheet, name, &mut acts, &mut tally)?;
        extra_columns.extend(extras.into_iter().map(|column| format!("{name}: {column}")));
    }
    let number_format = number::FROM_CELLS.format.label();
    let cut_date = cut_date.or_else(|| dates::in_file_name(name).map(|(day, _)| day));
    let facts = FileFacts { layout: WORKBOOK_LAYOUT, encoding: "xlsx", delimiter: None, number_format, cut_date, extra_columns };
    Ok((facts, tally.counts))
}

/// Whether a workbook has any of the sheets, so that it is this one or a spoiled copy of it.
pub fn has_its_sheets(workbook: &Workbook<'_>) -> bool {
    named_by(&workbook.sheets()).is_some()
}

/// The workbook, by the names of its sheets.
pub fn named_by(sheets: &[String]) -> Option<&'static LayoutName> {
    let any = SHEETS.iter().any(|sheet| sheets.iter().any(|name| fold(name) == fold(sheet.name)));
    any.then_some(&MINSALUD_WORKBOOK)
}

/// The only date on the cover.
fn cut_date(workbook: &mut Workbook<'_>, cover: &str) -> Result<Option<Date>, FileError> {
    let mut found = None;
    workbook.rows(cover, &mut |_, fields| {
        found = found.or_else(|| fields.iter().find_map(|cell| dates::day(cell, DayOrder::Unknown).ok()));
        Ok(())
    })?;
    Ok(found)
}

fn read_sheet(
    workbook: &mut Workbook<'_>,
    sheet: &Sheet,
    name: &str,
    acts: &mut MarketActs,
    tally: &mut RowCounter<'_, '_, ListedRow>,
) -> Result<Vec<String>, FileError> {
    let place = HeaderPlace::Sheet(name.to_owned());
    let mut table: Option<Table> = None;
    let mut rows = 0_u64;
    workbook.rows(name, &mut |line, fields| {
        let Some(table) = &table else {
            if sheet.layout.is_header(fields) {
                table = Some(sheet.layout.match_header(fields, &place, false)?);
            } else if line >= HEADER_ROW_MAX {
                return Err(no_header(name));
            }
            return Ok(());
        };
        rows += 1;
        sheet_row(
            sheet,
            Row { fields, table, numbers: number::FROM_CELLS, days: DayOrder::Unknown, sheet: Some(name), line },
            acts,
            tally,
        )
    })?;
    match (table, rows) {
        (None, _) => Err(no_header(name)),
        (Some(_), 0) => Err(FileError::Empty(Empty::SheetWithoutRows)),
        (Some(table), _) => Ok(table.extra_names()),
    }
}

fn sheet_row(
    sheet: &Sheet,
    row: Row<'_>,
    acts: &mut MarketActs,
    tally: &mut RowCounter<'_, '_, ListedRow>,
) -> Result<(), FileError> {
    if sheet.identity.iter().all(|&column| row.cell(column).is_empty()) {
        return tally.refuse(row.row_fault("note_outside_the_table"));
    }
    if row.table.is_repeated_header(padded(row.fields, row.table).as_ref().unwrap_or(row.fields)) {
        return tally.refuse(row.row_fault("repeated_header"));
    }
    let read = row.damage().map_or_else(|| (sheet.read)(&row, acts), Err);
    if read.is_ok() && !row.table.extras.is_empty() {
        let values = row.table.extra_values(row.fields);
        if !values.is_empty() {
            tally.extra(row.line, values)?;
        }
    }
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

fn no_header(sheet: &str) -> FileError {
    let rows = HEADER_ROW_MAX;
    FileError::not_this(
        WORKBOOK_LAYOUT,
        format!("la hoja `{sheet}` no tiene una fila con los nombres de las columnas entre las primeras {rows}"),
        format!("sheet `{sheet}` has no row with the names of the columns among its first {rows}"),
    )
}
