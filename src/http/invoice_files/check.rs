//! Two passes over the files of a check: what their lines say of each other, then the verdict on each line, written as it is found.
//!
//! Invariant: nothing of what was sent is kept or logged; its files belong to the caller, and what is written goes into the caller's file.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    fs::File,
    io,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use jiff::civil::Date;

use super::{
    evidence::EvidenceWriter,
    form::Form,
    json::{JsonWriter, NdjsonWriter},
    judging::{BATCH_LINES, LineJudges},
    own_file::{OwnFileWriter, OwnKind},
    sentences::SentencesWriter,
    table::TableWriter,
    writer::LineWriter,
};
use crate::{
    domain::{
        calendar::period::Period,
        identifier::nit::Nit,
        invoices::{batch::BatchFacts, document::InvoiceDocument, line::InvoiceLine, settled::SettledReadings},
    },
    http::{
        base::language::Language,
        wire::{
            invoices::report::{DocumentBody, FileBody, FileFaultBody, InvoiceMeta, TotalsCount},
            service::meta::Meta,
        },
    },
    ingest::{
        Stop,
        invoices::{FileFault, InvoiceFormat, InvoiceReader, Piece, ReadLimits, ReadSummary, mapping::MappingFile},
    },
    read_model::verdicts::{
        invoice_lines::{JudgedLine, LineRecogniser, SaleStated},
        line_tables::LineLaw,
    },
};

/// Of each kind only so many are named.
const NAMED_MAX: usize = 1_000;
/// With more lines or registrations all of the law is loaded at once; then texts need not be read before they are judged.
const LINES_APART_MAX: u64 = 2_000;
const REGISTRATIONS_APART_MAX: usize = 2_000;

/// A file as it waits on disk, and what its sender calls it.
#[derive(Clone, Debug)]
pub struct SentFile {
    pub path: PathBuf,
    pub name: String,
}

#[derive(Debug, thiserror::Error)]
pub enum CheckFault {
    #[error(transparent)]
    Io(#[from] io::Error),
    /// Whoever wanted the answer is gone.
    #[error("stopped")]
    Stopped,
    /// No line could be read.
    #[error("nothing could be read")]
    NothingRead(Vec<FileFault>),
    /// The caller's own workbook cannot be written with columns added.
    #[error("columns cannot be added: {0}")]
    NoColumns(io::Error),
}

/// What the first pass found.
pub struct FirstPass {
    facts: BatchFacts,
    recogniser: LineRecogniser,
    summaries: Vec<ReadSummary>,
    /// Of the presentations that the lines can mean; `None`: so many that all of the law is wanted.
    pub registrations: Option<Vec<i32>>,
    /// Sellers and customers, each once.
    pub parties: Vec<Nit>,
    pub lines: u64,
}

/// What was found, beside what was written.
#[derive(Debug)]
pub struct CheckReport {
    pub meta: InvoiceMeta,
    /// Whether the law is invented.
    pub is_sample: bool,
    /// The days of its lines, half-open; `None`: no line has one.
    pub covers: Option<(Date, Date)>,
    /// How many lines have each verdict.
    pub verdicts: BTreeMap<&'static str, u64>,
}

/// How a check is to be answered.
pub struct Answering<'a> {
    pub files: &'a [SentFile],
    pub mappings: &'a MappingFile,
    pub sale: SaleStated,
    pub form: Form,
    pub language: Language,
    /// Set when whoever wanted the answer is gone.
    pub stop: &'a AtomicBool,
}

impl Answering<'_> {
    pub fn first_pass(&self, recogniser: LineRecogniser) -> Result<FirstPass, CheckFault> {
        let mut recogniser = recogniser.with_settled(SettledReadings::new(self.mappings.settled().iter().cloned()));
        let (mut facts, mut faults, mut lines) = (BatchFacts::default(), Vec::new(), 0);
        let (mut registrations, mut parties) = (Some(BTreeSet::new()), BTreeSet::new());
        let summaries = self.read(&mut |piece| {
            match piece {
                Piece::Line(line) => {
                    lines += 1;
                    facts.see(&line);
                    parties.extend([line.document.seller, line.document.customer].into_iter().flatten());
                    if let Some(found) = &mut registrations {
                        found.extend(recogniser.registrations(&line));
                    }
                    let few = |found: &BTreeSet<i32>| lines <= LINES_APART_MAX && found.len() <= REGISTRATIONS_APART_MAX;
                    registrations = registrations.take().filter(few);
                }
                Piece::Fault(fault) if faults.len() < NAMED_MAX => faults.push(fault),
                Piece::Fault(_) | Piece::Document(_) | Piece::Skipped { .. } => {}
            }
            Ok(())
        })?;
        if lines == 0 && !faults.is_empty() {
            return Err(CheckFault::NothingRead(faults));
        }
        let registrations = registrations.map(|found| found.into_iter().collect());
        let parties = parties.into_iter().collect();
        Ok(FirstPass { facts, recogniser, summaries, registrations, parties, lines })
    }

    /// `meta`: the state of the data.
    pub fn second_pass(&self, first: FirstPass, law: &LineLaw, meta: Meta, out: File) -> Result<CheckReport, CheckFault> {
        let FirstPass { facts, recogniser, summaries, .. } = first;
        let is_sample = !meta.sample.is_empty();
        let own = self.own_file(&summaries);
        let mut writer = self.writer(out, own, is_sample)?;
        let mut judges = LineJudges::new(law, recogniser, self.sale);
        let (mut totals, mut documents, mut faults) = (TotalsCount::default(), Documents::default(), Vec::new());
        let mut covers: Option<(Date, Date)> = None;
        let mut waiting: Vec<InvoiceLine> = Vec::with_capacity(BATCH_LINES);
        let mut write = |lines: &mut Vec<InvoiceLine>| -> Result<(), CheckFault> {
            let judged = judges.judge(lines, &facts, self.language);
            for (line, (judged, body)) in lines.drain(..).zip(judged) {
                totals.add(&judged);
                documents.add(&line, &judged);
                covers = judged.period.map_or(covers, |period| Some(covering(covers, period)));
                writer.line(&line, &body)?;
            }
            Ok(())
        };
        self.read(&mut |piece| {
            match piece {
                Piece::Line(line) => waiting.push(*line),
                Piece::Fault(fault) if faults.len() < NAMED_MAX => faults.push(FileFaultBody::new(&fault, self.language)),
                Piece::Fault(_) | Piece::Document(_) | Piece::Skipped { .. } => {}
            }
            if waiting.len() >= BATCH_LINES { write(&mut waiting) } else { Ok(()) }
        })?;
        write(&mut waiting)?;
        let files = self.files.iter().zip(&summaries).take(NAMED_MAX);
        let meta = InvoiceMeta {
            meta,
            totals: totals.body(),
            documents: documents.named.iter().map(|(document, totals)| DocumentBody::new(document, totals)).collect(),
            documents_total: documents.places.len(),
            files: files.map(|(file, summary)| FileBody::new(&file.name, summary)).collect(),
            faults,
        };
        let finished = writer.finish(&meta);
        finished.map_err(|error| {
            if own.is_some() && error.raw_os_error().is_none() { CheckFault::NoColumns(error) } else { error.into() }
        })?;
        Ok(CheckReport { meta, is_sample, covers, verdicts: totals.by_verdict() })
    }

    fn read(&self, each: &mut dyn FnMut(Piece) -> Result<(), CheckFault>) -> Result<Vec<ReadSummary>, CheckFault> {
        let mut reader = InvoiceReader::new(ReadLimits::default(), self.mappings);
        let mut summaries = Vec::new();
        for file in self.files {
            let read = reader.read(&file.path, &file.name, &mut |piece| {
                if self.stop.load(Ordering::Relaxed) {
                    return Err(Stop::new(CheckFault::Stopped));
                }
                each(piece).map_err(Stop::new)
            });
            summaries.push(read.map_err(|Stop(error)| match error.downcast::<CheckFault>() {
                Ok(fault) => *fault,
                Err(other) => CheckFault::Io(io::Error::other(other)),
            })?);
        }
        Ok(summaries)
    }

    /// One list alone comes back as it was sent, where the form is its own.
    fn own_file(&self, summaries: &[ReadSummary]) -> Option<(OwnKind, u64)> {
        let ([_], [summary]) = (self.files, summaries) else { return None };
        let kind = match (summary.format?, self.form) {
            (InvoiceFormat::Csv, Form::Csv) => OwnKind::Csv,
            (InvoiceFormat::Xlsx, Form::Xlsx) => OwnKind::Workbook,
            _ => return None,
        };
        Some((kind, summary.mapping.as_ref()?.header_row))
    }

    fn writer(&self, out: File, own: Option<(OwnKind, u64)>, is_sample: bool) -> io::Result<Box<dyn LineWriter>> {
        let language = self.language;
        if let (Some(own), [file]) = (own, self.files) {
            return Ok(Box::new(OwnFileWriter::new(out, file.path.clone(), own, language, is_sample)?));
        }
        Ok(match self.form {
            Form::Json => Box::new(JsonWriter::new(out)?),
            Form::Ndjson => Box::new(NdjsonWriter::new(out)),
            Form::Evidence => Box::new(EvidenceWriter::new(out, is_sample)?),
            Form::Sentences => Box::new(SentencesWriter::new(out, language)),
            Form::Csv | Form::CsvExcelEs | Form::Xlsx => Box::new(TableWriter::new(out, self.form, language, is_sample)?),
        })
    }
}

fn covering(days: Option<(Date, Date)>, period: Period) -> (Date, Date) {
    days.map_or((period.from, period.until), |(from, until)| (from.min(period.from), until.max(period.until)))
}

/// Documents in the order in which their lines came. Rows of a list that name the same document are of one.
#[derive(Default)]
struct Documents {
    places: HashMap<String, usize>,
    named: Vec<(Arc<InvoiceDocument>, TotalsCount)>,
}

impl Documents {
    fn add(&mut self, line: &InvoiceLine, judged: &JudgedLine) {
        let document = &line.document;
        let key = format!("{}\u{1F}{}", document.file, document.number.as_deref().unwrap_or_default());
        let next = self.places.len();
        let place = *self.places.entry(key).or_insert(next);
        if place == self.named.len() && place < NAMED_MAX {
            self.named.push((document.clone(), TotalsCount::default()));
        }
        if let Some((_, totals)) = self.named.get_mut(place) {
            totals.add(judged);
        }
    }
}
