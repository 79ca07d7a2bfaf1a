//! SISMED's files as lines: the published table, and the file that goes to PISIS. The highest price of a report is the price of its line;
//! what a report says beside it stands in `sismed`.

use super::{
    fault::FaultKind,
    piece::{End, PieceSink},
};
use crate::{
    domain::{
        calendar::period::parse_date,
        invoices::{
            document::{DocumentKind, InvoiceDocument},
            line::{CodeScheme, InvoiceLine, LineCode, LinePlace},
        },
        law::listed::SismedReport,
        reports::source_row::RowOutcome,
        verdict::report_verdict::ReportPrices,
    },
    ingest::{
        error::Stop,
        layouts::{sismed::SISMED, sismed_query::SISMED_QUERY},
        submission::{
            intake_row::{IntakeRow, IntakeWindow},
            med100,
        },
        table_file::{of_layouts, read_file},
    },
};
use std::{
    fs::File,
    io::{BufRead, BufReader, Read},
    path::Path,
    sync::Arc,
};

/// A control record is far shorter.
const CONTROL_BYTES_MAX: u64 = 4 << 10;

pub fn read_table(path: &Path, file: &Arc<str>, sink: &mut PieceSink<'_, '_>) -> Result<(), End> {
    let mut rows = SismedRows::begin(file, sink)?;
    let layouts = of_layouts(&[&SISMED, &SISMED_QUERY]);
    let read = read_file(path, &layouts, &|_| {}, &mut |row| rows.take(row, |report| report));
    rows.end(read.map(|_| ()).map_err(|error| End::of_error(file, error)))
}

pub fn read_med100(path: &Path, file: &Arc<str>, sink: &mut PieceSink<'_, '_>) -> Result<(), End> {
    let window = window_of(path).ok_or_else(|| End::of(file, FaultKind::NotSupported))?;
    let mut rows = SismedRows::begin(file, sink)?;
    let read = med100::read(path, &window, &|_| {}, &mut |row| rows.take(row, |row: IntakeRow| row.report));
    rows.end(read.map(|_| ()).map_err(|error| End::of_error(file, error)))
}

/// Whether the names of a header are those of a table of SISMED.
pub fn is_header(folded: &[String]) -> bool {
    let all = |names: [&str; 3]| names.iter().all(|name| folded.iter().any(|known| known == name));
    all(["codtipooperacion", "codtipotransaccion", "codunidadfactura"])
        || all(["tiporeportepreciodesc", "transaccionsismeddesc", "unidadfacturadesc"])
}

/// The period that the control record states: the records themselves have the month only.
fn window_of(path: &Path) -> Option<IntakeWindow> {
    let mut start = Vec::new();
    BufReader::new(File::open(path).ok()?.take(CONTROL_BYTES_MAX)).read_until(b'\n', &mut start).ok()?;
    let text = String::from_utf8_lossy(start.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&start)).into_owned();
    let fields: Vec<&str> = text.split('|').map(str::trim).collect();
    let (from, last) = (parse_date(fields.get(3)?).ok()?, parse_date(fields.get(4)?).ok()?);
    let until = last.tomorrow().ok()?;
    (from < until).then_some(IntakeWindow { from, until, today: until, reporter: None })
}

struct SismedRows<'s, 'a, 'b> {
    document: Arc<InvoiceDocument>,
    sink: &'s mut PieceSink<'a, 'b>,
    /// A fault that is no failure of the caller, on its way through the other reader.
    ended: Option<End>,
}

impl<'s, 'a, 'b> SismedRows<'s, 'a, 'b> {
    fn begin(file: &Arc<str>, sink: &'s mut PieceSink<'a, 'b>) -> Result<Self, End> {
        let document = Arc::new(InvoiceDocument::new(Arc::clone(file), DocumentKind::SismedReport));
        sink.document(&document)?;
        Ok(Self { document, sink, ended: None })
    }

    fn take<T>(&mut self, row: RowOutcome<T>, report: impl Fn(T) -> SismedReport) -> Result<(), Stop> {
        let file = Arc::clone(&self.document.file);
        let taken = match row {
            RowOutcome::Accepted { line, row } => self.sink.line(line_of(&self.document, line, report(row))),
            RowOutcome::Quarantined(fault) | RowOutcome::Refused(fault) => {
                self.sink.skipped(&file, fault.sheet.as_deref(), fault.line, fault.reason)
            }
            RowOutcome::Whole(fault) => self.sink.skipped(&file, None, fault.line, fault.reason),
            RowOutcome::Extra { .. } => Ok(()),
        };
        taken.map_err(|end| {
            self.ended = Some(end);
            Stop::new("the reading ended")
        })
    }

    fn end(self, read: Result<(), End>) -> Result<(), End> {
        self.ended.map_or(read, Err)
    }
}

fn line_of(document: &Arc<InvoiceDocument>, row: u64, report: SismedReport) -> InvoiceLine {
    let place = LinePlace { row, ..LinePlace::default() };
    InvoiceLine {
        codes: vec![LineCode { scheme: CodeScheme::Cum, value: report.cum.to_string() }],
        // No total: it is the sum over sales at several prices.
        quantity: report.units,
        unit_price: report.maximum.or(report.minimum),
        sold_in: Some(report.period),
        price_per: Some(ReportPrices::from(&report).per()),
        sismed: Some(Box::new(report)),
        ..InvoiceLine::new(Arc::clone(document), place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_tables_are_known_by_three_of_their_names() {
        let folded = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        assert!(is_header(&folded(&["noexpediente", "codtipooperacion", "codtipotransaccion", "codunidadfactura"])));
        assert!(is_header(&folded(&["tiporeportepreciodesc", "transaccionsismeddesc", "x", "unidadfacturadesc"])));
        assert!(!is_header(&folded(&["cum", "codtipotransaccion", "precio"])));
    }
}
