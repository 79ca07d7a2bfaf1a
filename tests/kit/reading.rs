//! Small good files of each layout, and what became of a mutated one.

use flate2::{Compression, write::GzEncoder};
use std::{
    io::Write,
    path::{Path, PathBuf},
};
use termometro::{
    domain::reports::source_row::{RowFault, RowOutcome},
    ingest::{Counts, Each, FileError, FileFacts},
};

use super::folder;

pub type Read<T> = fn(&Path, &dyn Fn(u64), &mut Each<'_, T>) -> Result<(FileFacts, Counts), FileError>;

#[derive(Debug)]
pub struct Outcome<T> {
    pub facts: FileFacts,
    pub counts: Counts,
    /// The bytes that were last said to be read.
    pub progress: u64,
    pub accepted: Vec<T>,
    pub quarantined: Vec<RowFault>,
    pub refused: Vec<RowFault>,
    /// Values of extra columns, with the line of their row.
    pub extras: Vec<(u64, Vec<(String, String)>)>,
    /// What is wrong with the file as a whole.
    pub whole: Vec<RowFault>,
}

impl<T> Outcome<T> {
    /// `line column reason` of everything set aside.
    pub fn faults(&self) -> Vec<String> {
        let text = |fault: &RowFault| format!("{} {} {}", fault.line, fault.column.as_deref().unwrap_or("-"), fault.reason);
        self.quarantined.iter().map(text).collect()
    }
}

/// Writes the bytes to a file of their own.
pub fn file(name: &str, bytes: &[u8]) -> PathBuf {
    folder::written(name, bytes)
}

pub fn gzip(level: Compression, plain: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), level);
    encoder.write_all(plain).expect("packing to memory");
    encoder.finish().expect("packing to memory")
}

/// Reads a file of these bytes.
pub fn read<T>(reader: Read<T>, name: &str, bytes: &[u8]) -> Result<Outcome<T>, FileError> {
    let path = file(name, bytes);
    let outcome = read_file(reader, &path);
    std::fs::remove_dir_all(path.parent().expect("a folder")).expect("the file is removed");
    outcome
}

/// Reads, and checks on the way that every row is accounted for.
pub fn read_file<T>(reader: Read<T>, path: &Path) -> Result<Outcome<T>, FileError> {
    let progress = std::cell::Cell::new(0);
    let (mut accepted, mut quarantined, mut refused) = (Vec::new(), Vec::new(), Vec::new());
    let (mut extras, mut whole, mut waiting) = (Vec::new(), Vec::new(), None);
    let (facts, counts) = reader(path, &|bytes| progress.set(bytes), &mut |row| {
        match row {
            RowOutcome::Accepted { line, row } => {
                assert!(waiting.take().is_none_or(|at| at == line), "extra values stand just before their row");
                accepted.push(row);
            }
            RowOutcome::Quarantined(fault) => quarantined.push(fault),
            RowOutcome::Refused(fault) => refused.push(fault),
            RowOutcome::Extra { line, values } => {
                assert!(!values.is_empty() && values.iter().all(|(name, value)| !name.is_empty() && !value.is_empty()));
                waiting = Some(line);
                extras.push((line, values));
            }
            RowOutcome::Whole(fault) => whole.push(fault),
        }
        Ok(())
    })?;
    assert_eq!(counts.read, counts.accepted + counts.quarantined + counts.refused);
    assert_eq!(
        [counts.accepted, counts.quarantined, counts.refused],
        [accepted.len(), quarantined.len(), refused.len()].map(|n| n as u64)
    );
    assert!(waiting.is_none(), "extra values without a row");
    for fault in quarantined.iter().chain(&refused).chain(&whole) {
        assert!(fault.value.chars().count() <= 200 && fault.line > 0 && !fault.reason.is_empty(), "{fault:?}");
    }
    let outcome = Outcome { facts, counts, progress: progress.get(), accepted, quarantined, refused, extras, whole };
    assert!(outcome.extras.iter().all(|(line, _)| *line > 0) && outcome.whole.iter().all(|fault| fault.line > 0));
    Ok(outcome)
}
