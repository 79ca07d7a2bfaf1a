//! Invoices, notes, purchase lists, RIPS and SISMED files, read as buyers have them: good, odd and hostile.
mod dian;
mod hostile;
mod known_faults;
mod lists;
mod memory;
mod mutations;
mod rips;

use std::{collections::BTreeMap, fmt::Write};

use termometro::{
    domain::invoices::{
        batch::BatchFacts,
        document::InvoiceDocument,
        line::InvoiceLine,
        prices::{PriceReading, prices_of},
        standing::LineStanding,
    },
    ingest::invoices::{FileFault, InvoiceReader, Piece, ReadLimits, ReadSummary, mapping::MappingFile},
};

use crate::kit::folder::folder;

/// What was read of some files.
#[derive(Debug, Default)]
struct Outcome {
    documents: Vec<InvoiceDocument>,
    lines: Vec<InvoiceLine>,
    faults: Vec<FileFault>,
    /// Row and reason.
    skipped: Vec<(u64, &'static str)>,
    summaries: Vec<ReadSummary>,
    /// All pieces, as a log or an answer could show them.
    shown: String,
}

impl Outcome {
    fn codes(&self) -> Vec<&'static str> {
        self.faults.iter().map(|fault| fault.code).collect()
    }

    /// Of each line its figures, and its prices or why it has none.
    fn prices(&self) -> Vec<String> {
        let mut facts = BatchFacts::default();
        self.lines.iter().for_each(|line| facts.see(line));
        self.lines.iter().map(|line| described(line, &facts.standing(line))).collect()
    }
}

fn described(line: &InvoiceLine, standing: &LineStanding) -> String {
    let one = |reading: &PriceReading| {
        let (amount, divided_by) = (reading.amount.normalize(), reading.divided_by.normalize());
        format!("{} {amount}/{divided_by}", reading.basis.code())
    };
    match prices_of(line, standing) {
        Err(why) => why.code().to_owned(),
        Ok(prices) => {
            let mut text = prices.readings.iter().map(one).collect::<Vec<_>>().join(", ");
            for reading in &prices.shown {
                write!(text, " ({})", one(reading)).unwrap();
            }
            text
        }
    }
}

/// Reads the files of one batch with the default limits and no mapping.
fn read(files: &[(&str, &[u8])]) -> Outcome {
    read_with(&MappingFile::default(), ReadLimits::default(), files)
}

fn read_with(mappings: &MappingFile, limits: ReadLimits, files: &[(&str, &[u8])]) -> Outcome {
    let folder = folder();
    let mut reader = InvoiceReader::new(limits, mappings);
    let mut outcome = Outcome::default();
    for (name, content) in files {
        let path = folder.join("file");
        std::fs::write(&path, content).unwrap();
        let Outcome { documents, lines, faults, skipped, summaries, shown } = &mut outcome;
        let (before, mut counted) = (lines.len(), BTreeMap::new());
        let summary = reader
            .read(&path, name, &mut |piece| {
                write!(shown, "{piece:?}").unwrap();
                let kind = match piece {
                    Piece::Document(document) => {
                        documents.push((*document).clone());
                        "documents"
                    }
                    Piece::Line(line) => {
                        lines.push(*line);
                        "lines"
                    }
                    Piece::Fault(fault) => {
                        faults.push(fault);
                        "faults"
                    }
                    Piece::Skipped { row, reason, .. } => {
                        skipped.push((row, reason));
                        "skipped"
                    }
                };
                *counted.entry(kind).or_insert(0_u64) += 1;
                Ok(())
            })
            .unwrap();
        let count = |kind: &str| counted.get(kind).copied().unwrap_or_default();
        let ReadSummary { documents: documents_read, lines: lines_read, skipped: rows_skipped, faults: faults_found, .. } =
            summary;
        assert_eq!(
            (documents_read, lines_read, rows_skipped, faults_found),
            (count("documents"), count("lines"), count("skipped"), count("faults")),
            "{name}"
        );
        assert_eq!(lines.len() - before, usize::try_from(lines_read).unwrap());
        summaries.push(summary);
    }
    outcome
}

/// One file.
fn read_one(name: &str, content: impl AsRef<[u8]>) -> Outcome {
    read(&[(name, content.as_ref())])
}
