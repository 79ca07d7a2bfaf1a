//! A purchase list: read once for how it writes numbers and dates, and once for its lines.

use super::{
    fault::FaultKind,
    grid::{Grid, GridRow},
    header::{FoundHeader, without_currency},
    kinds::InvoiceFormat,
    list_row::{Column, ListRows, Taken, without_hour},
    mapping::{ColumnMapping, LineField, MappingFile, header_digest},
    piece::{End, PieceSink, UsedMapping},
    propose, sismed_rows,
};
use crate::ingest::format::{
    dates::{DayEvidence, DayOrder},
    decode::Meter,
    fold::fold,
    number::{Evidence, NumberFormat, Numbers},
};
use std::{ops::ControlFlow, path::Path, sync::Arc};

pub fn read_list(
    path: &Path,
    file: &Arc<str>,
    format: InvoiceFormat,
    mappings: &MappingFile,
    sink: &mut PieceSink<'_, '_>,
) -> Result<(), End> {
    let meter = Meter::silent();
    let mut grid = propose::open(path, file, format, &meter)?;
    let (sheet, header) = propose::choose(&mut grid, file)?;
    let folded: Vec<String> = header.names.iter().map(|name| fold(name)).collect();
    if sismed_rows::is_header(&folded) {
        sink.summary.format = Some(InvoiceFormat::Sismed);
        return sismed_rows::read_table(path, file, sink);
    }
    let digest = header_digest(header.names.iter().map(String::as_str));
    let (mapping, confirmed) = match mappings.of(&digest) {
        Some(mapping) => (mapping.clone(), true),
        None => (propose::of_grid(&mut grid, file, sheet.clone(), &header)?.mapping(), false),
    };
    let complete = mapping.is_complete();
    let columns = columns_of(&mapping, &header);
    sink.summary.mapping =
        Some(UsedMapping { mapping: mapping.clone(), confirmed, sheet: sheet.clone(), header_row: header.row });
    if !complete {
        return Err(End::of(file, FaultKind::MappingIncomplete));
    }
    let (numbers, order) = written(&mut grid, file, (&header, &columns[..], &mapping))?;
    let mut rows = ListRows::new(file, sheet, columns, (numbers, order), !confirmed);
    let widths = (1, header.names.len().max(1));
    let widths = if grid.is_workbook() { None } else { Some(widths) };
    grid.rows(file, widths, &mut |row| {
        if row.number > header.row {
            take(&mut rows, row, file, sink)?;
        }
        Ok(ControlFlow::Continue(()))
    })
}

fn take(rows: &mut ListRows, row: &GridRow<'_>, file: &Arc<str>, sink: &mut PieceSink<'_, '_>) -> Result<(), End> {
    match rows.take(row) {
        Taken::Line { line, is_new_document } => {
            if is_new_document {
                sink.document(&line.document)?;
            }
            sink.line(*line)
        }
        Taken::Skipped(reason) => sink.skipped(file, rows.sheet(), row.number, reason),
    }
}

/// Where the mapped columns stand. A column that the file does not have is left out.
fn columns_of(mapping: &ColumnMapping, header: &FoundHeader) -> Vec<Column> {
    let place = |name: &String| {
        let exact = header.names.iter().position(|known| known == name);
        exact.or_else(|| header.names.iter().position(|known| fold(known) == fold(name)))
    };
    let found = mapping.columns.iter().filter_map(|(name, field)| {
        let index = place(name)?;
        Some(Column { index, field: *field, name: header.names[index].clone() })
    });
    found.collect()
}

/// How the texts of the file write numbers and dates.
fn written(
    grid: &mut Grid<'_>,
    file: &Arc<str>,
    (header, columns, mapping): (&FoundHeader, &[Column], &ColumnMapping),
) -> Result<(Numbers, DayOrder), End> {
    let (mut figures, mut days) = (Evidence::default(), DayEvidence::default());
    grid.rows(file, None, &mut |row| {
        if row.number > header.row && row.broken.is_none() {
            for column in columns {
                let text = row.get(column.index);
                if column.field == LineField::Date {
                    days.see(without_hour(text));
                } else if column.field.is_number() && !row.is_number(column.index) {
                    figures.see(without_currency(text));
                }
            }
        }
        Ok(ControlFlow::Continue(()))
    })?;
    let numbers = match mapping.decimal_comma {
        Some(true) => Numbers { format: NumberFormat::Spanish, doubt: false },
        Some(false) => Numbers { format: NumberFormat::Grouped, doubt: false },
        None => figures.decide(NumberFormat::Plain),
    };
    let order = match mapping.day_first {
        Some(true) => DayOrder::DayFirst,
        Some(false) => DayOrder::MonthFirst,
        None => days.decide(),
    };
    Ok((numbers, order))
}
