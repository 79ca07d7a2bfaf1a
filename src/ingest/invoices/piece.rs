//! What a reader hands out, and how the reading of a file ends.

use super::{
    fault::{FaultKind, FileFault},
    kinds::InvoiceFormat,
    mapping::ColumnMapping,
};
use crate::{
    domain::invoices::{document::InvoiceDocument, line::InvoiceLine},
    ingest::error::{FileError, Stop},
};
use std::sync::Arc;

#[derive(Clone, Debug)]
pub enum Piece {
    /// Before its lines, once a document. Of a list: whenever a row is of another document than the row before.
    Document(Arc<InvoiceDocument>),
    Line(Box<InvoiceLine>),
    /// A row of a list or of a SISMED file that is no line, with a stable code of the reason.
    Skipped {
        file: Arc<str>,
        sheet: Option<String>,
        row: u64,
        reason: &'static str,
    },
    Fault(FileFault),
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReadSummary {
    /// `None` of a file that is none that is read.
    pub format: Option<InvoiceFormat>,
    pub documents: u64,
    pub lines: u64,
    pub skipped: u64,
    pub faults: u64,
    /// It says one encoding and is written in another.
    pub encoding_differs: bool,
    /// Of a list.
    pub mapping: Option<UsedMapping>,
}

/// How the columns of a list were read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsedMapping {
    pub mapping: ColumnMapping,
    /// By a person; else it is the proposal.
    pub confirmed: bool,
    pub sheet: Option<String>,
    pub header_row: u64,
}

/// How the reading of a file, or of an entry of an archive, ends early.
pub enum End {
    /// The caller's own failure.
    Stop(Stop),
    Fault(FileFault),
}

impl From<Stop> for End {
    fn from(stop: Stop) -> Self {
        Self::Stop(stop)
    }
}

impl End {
    pub fn of(file: &str, kind: FaultKind) -> Self {
        Self::Fault(FileFault::new(file, kind))
    }

    /// Of another reader of tables.
    pub fn of_error(file: &str, error: FileError) -> Self {
        match error {
            FileError::Stopped(stop) => Self::Stop(stop),
            other => Self::Fault(FileFault::of(file, &other)),
        }
    }
}

/// Takes the pieces one by one.
pub type EachPiece<'a> = dyn FnMut(Piece) -> Result<(), Stop> + 'a;

/// Counts the pieces of one file on their way to the caller, and keeps to the number of lines of the whole check.
pub struct PieceSink<'a, 'b> {
    each: &'a mut EachPiece<'b>,
    lines_left: &'a mut u64,
    pub summary: ReadSummary,
}

impl<'a, 'b> PieceSink<'a, 'b> {
    pub fn new(each: &'a mut EachPiece<'b>, lines_left: &'a mut u64) -> Self {
        Self { each, lines_left, summary: ReadSummary::default() }
    }

    pub fn document(&mut self, document: &Arc<InvoiceDocument>) -> Result<(), End> {
        self.summary.documents += 1;
        Ok((self.each)(Piece::Document(Arc::clone(document)))?)
    }

    pub fn line(&mut self, line: InvoiceLine) -> Result<(), End> {
        *self.lines_left = self.lines_left.checked_sub(1).ok_or_else(|| {
            let fault = FileFault::new(&line.document.file, FaultKind::TooManyLines);
            End::Fault(FileFault { line: Some(line.place.row), ..fault })
        })?;
        self.summary.lines += 1;
        Ok((self.each)(Piece::Line(Box::new(line)))?)
    }

    pub fn skipped(&mut self, file: &Arc<str>, sheet: Option<&str>, row: u64, reason: &'static str) -> Result<(), End> {
        self.summary.skipped += 1;
        let (file, sheet) = (Arc::clone(file), sheet.map(str::to_owned));
        Ok((self.each)(Piece::Skipped { file, sheet, row, reason })?)
    }

    pub fn fault(&mut self, fault: FileFault) -> Result<(), Stop> {
        self.summary.faults += 1;
        (self.each)(Piece::Fault(fault))
    }

    /// A fault that ended a file is handed out; what the caller stopped stays stopped.
    pub fn settle(&mut self, ended: Result<(), End>) -> Result<(), Stop> {
        match ended {
            Ok(()) => Ok(()),
            Err(End::Fault(fault)) => self.fault(fault),
            Err(End::Stop(stop)) => Err(stop),
        }
    }
}

/// What went wrong at the place where a reader stands, or elsewhere.
pub(super) enum Failed {
    Here(FaultKind),
    Ended(End),
}

impl From<FaultKind> for Failed {
    fn from(kind: FaultKind) -> Self {
        Self::Here(kind)
    }
}

impl From<End> for Failed {
    fn from(end: End) -> Self {
        Self::Ended(end)
    }
}
