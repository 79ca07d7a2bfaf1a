//! A publisher's table saved as a workbook: the first sheet that has the layout's header, read as the text table is.

use super::{
    layout::{Header, Input, Recognise, Seen, TableLayout, TableReader, header_of, no_header, place_columns, printed},
    text_table::HEADER_ROWS_MAX,
};
use crate::ingest::{
    error::{Empty, FileError, HeaderPlace},
    file_facts::FileFacts,
    format::{
        fields::Fields,
        xlsx::{Cells, Workbook},
    },
    tally::{Counts, Each, RowCounter},
};
use std::ops::ControlFlow;

pub fn read_sheet<T>(
    workbook: &mut Workbook<'_>,
    input: &Input<'_>,
    layouts: &[&TableLayout<T>],
    each: &mut Each<'_, T>,
) -> Result<(FileFacts, Counts), FileError> {
    let (mut header, sheet, header_row) = find_header(workbook, layouts, input.recognise)?;
    let seen = detect_layout(workbook, &mut header, &sheet, header_row)?;
    let reading = TableReader::decide(header, seen, input)?;
    let facts = reading.facts(input, "xlsx", None);
    let numbers: Vec<usize> = reading.layout.numbers.iter().filter_map(|&column| reading.table.place(column)).collect();
    let mut tally = RowCounter::new(each);
    workbook.cells(&sheet, &mut |row, cells| {
        if row > header_row {
            let written = written(&reading, &numbers, cells);
            reading.row(row, written.as_ref().unwrap_or(&cells.fields), &mut tally)?;
        }
        Ok(ControlFlow::Continue(()))
    })?;
    Ok((facts, tally.counts))
}

/// The sheet that has the header, and its row there.
pub fn header_place<T>(
    workbook: &mut Workbook<'_>,
    layouts: &[&TableLayout<T>],
    recognise: &Recognise,
) -> Result<(String, u64), FileError> {
    find_header(workbook, layouts, recognise).map(|(_, sheet, row)| (sheet, row))
}

/// The header, its sheet, and its row there.
fn find_header<'a, T>(
    workbook: &mut Workbook<'_>,
    layouts: &[&'a TableLayout<T>],
    recognise: &Recognise,
) -> Result<(Header<'a, T>, String, u64), FileError> {
    let mut rows: Vec<Fields> = Vec::new();
    for sheet in workbook.sheets() {
        let (mut found, mut seen) = (None, 0);
        workbook.cells(&sheet, &mut |row, cells| {
            seen += 1;
            if let Some((_, layout)) = header_of(layouts, &cells.fields) {
                found = Some((place_columns(layout, &cells.fields, HeaderPlace::Sheet(sheet.clone()), false, recognise)?, row));
            } else {
                rows.push(cells.fields.clone());
            }
            let enough = found.is_some() || seen >= HEADER_ROWS_MAX;
            Ok(if enough { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
        })?;
        if let Some((header, row)) = found {
            return Ok((header, sheet, row));
        }
    }
    if let Some(found) = (recognise.sheets)(&workbook.sheets()) {
        return Err(FileError::OtherLayout { layout: layouts[0].layout.code, found });
    }
    let Some(first) = rows.first() else { return Err(FileError::Empty(Empty::NoText)) };
    Err(no_header(&layouts[0].layout, &rows, recognise, || {
        let (row, lines) = (printed(first), HEADER_ROWS_MAX);
        (
            format!("ninguna hoja tiene los nombres de las columnas en sus primeras {lines} filas; la primera dice `{row}`"),
            format!("no sheet has the names of the columns in its first {lines} rows; the first one reads `{row}`"),
        )
    }))
}

fn detect_layout<T>(
    workbook: &mut Workbook<'_>,
    header: &mut Header<'_, T>,
    sheet: &str,
    header_row: u64,
) -> Result<Seen, FileError> {
    let mut seen = Seen::default();
    workbook.cells(sheet, &mut |row, cells| {
        if row > header_row {
            seen.rows += 1;
            // What stands to the right of the header is a column without a name.
            header.table.widen(cells.fields.count());
            seen.see(header, &cells.fields, &|index| cells.is_number(index));
        }
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(seen)
}

/// Where the texts of a file are not written as its cells' numbers are, the numbers as the texts are.
fn written<T>(reading: &TableReader<'_, T>, numbers: &[usize], cells: &Cells) -> Option<Fields> {
    let text = |index: usize| {
        let number = cells.is_number(index) && numbers.contains(&index);
        if number { reading.numbers.written(cells.fields.get(index)) } else { None }
    };
    numbers.iter().find_map(|&index| text(index))?;
    let mut fields = Fields::default();
    for (index, field) in cells.fields.iter().enumerate() {
        fields.push(text(index).as_deref().unwrap_or(field));
    }
    Some(fields)
}
