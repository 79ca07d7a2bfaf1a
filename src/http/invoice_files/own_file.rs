//! The caller's own list with columns added: lines are kept until all are judged, then the file is read once more and written.

use std::{fs::File, io, path::PathBuf};

use super::{
    added,
    work_sheet::{self, LinesOf, WorkSheet},
    writer::LineWriter,
};
use crate::{
    domain::invoices::line::InvoiceLine,
    http::{
        annotated::{
            added::{AddedRows, AddedSheet, AddedSheets},
            csv,
            workbook::{self, LastSheet},
        },
        base::language::Language,
        wire::invoices::{line::InvoiceLineBody, report::InvoiceMeta},
    },
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OwnKind {
    Csv,
    Workbook,
}

pub struct OwnFileWriter {
    out: File,
    original: PathBuf,
    kind: OwnKind,
    header_row: u64,
    sheets: AddedSheets,
    /// Of a workbook.
    steps: Option<WorkSheet>,
    language: Language,
    is_sample: bool,
}

impl OwnFileWriter {
    pub fn new(
        out: File,
        original: PathBuf,
        (kind, header_row): (OwnKind, u64),
        language: Language,
        is_sample: bool,
    ) -> io::Result<Self> {
        let is_workbook = kind == OwnKind::Workbook;
        let steps = is_workbook.then(|| WorkSheet::new(language, is_sample, LinesOf::ThisBook)).transpose()?;
        Ok(Self { out, original, kind, header_row, sheets: AddedSheets::new(), steps, language, is_sample })
    }
}

impl LineWriter for OwnFileWriter {
    fn line(&mut self, line: &InvoiceLine, body: &InvoiceLineBody) -> io::Result<()> {
        let name = line.place.sheet.clone().filter(|_| self.kind == OwnKind::Workbook);
        let (language, is_sample, header_row) = (self.language, self.is_sample, self.header_row);
        let sheet = self.sheets.entry(name).or_insert_with(|| AddedSheet {
            header_row,
            header: added::header(language, is_sample),
            numbers: added::NUMBERS,
            widths: added::WIDTHS,
            rows: AddedRows::default(),
        });
        sheet.rows.push(line.place.row, &added::cells(body, language, is_sample));
        self.steps.as_mut().map_or(Ok(()), |steps| steps.push(body))
    }

    fn finish(self: Box<Self>, _: &InvoiceMeta) -> io::Result<()> {
        match self.steps {
            None => {
                let none = AddedSheet::default();
                csv::write(&self.original, self.sheets.get(&None).unwrap_or(&none), self.out)
            }
            Some(steps) => {
                let steps = steps.finish()?;
                let name = work_sheet::name(self.language);
                let last = LastSheet { name, xml: &mut steps.reader() };
                workbook::write(&self.original, &self.sheets, Some(last), self.out)
            }
        }
    }
}
