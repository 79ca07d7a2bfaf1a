//! Small good files of each layout, and what became of a mutated one.

use std::{
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
};
use termometro::{
    domain::source_row::{Fault, SourceRow},
    ingest::{Counts, Each, FileError, FileFacts},
};

pub type Read<T> = fn(&Path, &dyn Fn(u64), &mut Each<'_, T>) -> Result<(FileFacts, Counts), FileError>;

#[derive(Debug)]
pub struct Outcome<T> {
    pub facts: FileFacts,
    pub accepted: Vec<T>,
    pub quarantined: Vec<Fault>,
    pub refused: Vec<Fault>,
}

impl<T> Outcome<T> {
    /// `line column reason` of everything set aside.
    pub fn faults(&self) -> Vec<String> {
        let told = |fault: &Fault| format!("{} {} {}", fault.line, fault.column.as_deref().unwrap_or("-"), fault.reason);
        self.quarantined.iter().map(told).collect()
    }
}

/// Writes the bytes to a file of their own.
pub fn file(name: &str, bytes: &[u8]) -> PathBuf {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{}-{number}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder for the file");
    let path = folder.join(name);
    std::fs::write(&path, bytes).expect("the file is written");
    path
}

/// Reads, and checks on the way that every row is accounted for.
pub fn read<T>(reader: Read<T>, name: &str, bytes: &[u8]) -> Result<Outcome<T>, FileError> {
    let path = file(name, bytes);
    let (mut accepted, mut quarantined, mut refused) = (Vec::new(), Vec::new(), Vec::new());
    let result = reader(&path, &|_| {}, &mut |row| {
        match row {
            SourceRow::Accepted { row, .. } => accepted.push(row),
            SourceRow::Quarantined(fault) => quarantined.push(fault),
            SourceRow::Refused(fault) => refused.push(fault),
        }
        Ok(())
    });
    std::fs::remove_dir_all(path.parent().expect("a folder")).expect("the file is removed");
    let (facts, counts) = result?;
    assert_eq!(counts.read, counts.accepted + counts.quarantined + counts.refused);
    assert_eq!(
        [counts.accepted, counts.quarantined, counts.refused],
        [accepted.len(), quarantined.len(), refused.len()].map(|n| n as u64)
    );
    for fault in quarantined.iter().chain(&refused) {
        assert!(fault.value.chars().count() <= 200 && fault.line > 0 && !fault.reason.is_empty(), "{fault:?}");
    }
    Ok(Outcome { facts, accepted, quarantined, refused })
}
