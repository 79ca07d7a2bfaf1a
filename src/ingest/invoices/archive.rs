//! A ZIP of electronic documents: its XML and RIPS are read one after the other, the PDF beside them is passed over. Nothing is unpacked
//! to the disk.

use super::{
    dian,
    fault::{FaultKind, FileFault},
    kinds::{InvoiceFormat, beginning, kind_of},
    limits::ReadLimits,
    piece::{End, PieceSink},
    rips,
};
use crate::domain::identifier::characters::shown;
use std::{
    fs::File,
    io::{self, BufReader, Read},
    path::Path,
    sync::Arc,
};

/// Small entries may pack well without being an attack.
const RATIO_FROM_BYTES: u64 = 1 << 20;
const NAME_CHARS_MAX: usize = 200;

pub fn read_archive(
    path: &Path,
    name: &str,
    limits: &ReadLimits,
    unpacked_bytes: &mut u64,
    sink: &mut PieceSink<'_, '_>,
) -> Result<(), End> {
    let damaged = || End::of(name, FaultKind::DamagedZip);
    let file = File::open(path).map_err(|_| End::of(name, FaultKind::Unreadable))?;
    let mut archive = zip::ZipArchive::new(BufReader::new(file)).map_err(|_| damaged())?;
    if archive.len() > limits.entries_max {
        return Err(End::of(name, FaultKind::TooManyEntries));
    }
    for index in 0..archive.len() {
        let entry_name = match archive.name_for_index(index) {
            Some(Ok(entry)) => entry.into_owned(),
            _ => format!("#{}", index + 1),
        };
        if is_passed_over(&entry_name) {
            continue;
        }
        let shown_name: String = shown(&entry_name).chars().take(NAME_CHARS_MAX).collect();
        let label: Arc<str> = format!("{name}/{shown_name}").into();
        let Ok(entry) = archive.by_index(index) else {
            sink.fault(FileFault::new(&label, FaultKind::DamagedZip))?;
            continue;
        };
        let packed = entry.compressed_size();
        let mut guarded = Guarded { source: entry, packed, bytes: 0, total: &mut *unpacked_bytes, limits, swollen: false };
        let ended = read_entry(&mut guarded, &label, limits, sink);
        let swollen = guarded.swollen;
        drop(guarded);
        if swollen {
            sink.settle(stopped_only(ended))?;
            sink.fault(FileFault::new(&label, FaultKind::Bomb))?;
            if *unpacked_bytes > limits.unpacked_bytes_max {
                return Ok(());
            }
            continue;
        }
        sink.settle(ended)?;
    }
    Ok(())
}

/// The fault of an entry that was stopped as a bomb is that it is one.
fn stopped_only(ended: Result<(), End>) -> Result<(), End> {
    match ended {
        Err(End::Stop(stop)) => Err(End::Stop(stop)),
        _ => Ok(()),
    }
}

/// Folders, what file managers add, and the printed form of an invoice.
fn is_passed_over(entry: &str) -> bool {
    let file = entry.rsplit(['/', '\\']).next().unwrap_or_default();
    file.is_empty() || file.starts_with('.') || entry.starts_with("__MACOSX/") || file.to_ascii_lowercase().ends_with(".pdf")
}

fn read_entry(source: &mut dyn Read, label: &Arc<str>, limits: &ReadLimits, sink: &mut PieceSink<'_, '_>) -> Result<(), End> {
    let start = beginning(source).map_err(|_| End::of(label, FaultKind::DamagedZip))?;
    let mut whole = start.as_slice().chain(source);
    match kind_of(&start) {
        Ok(InvoiceFormat::Dian) => dian::read_xml(&mut whole, label, limits, sink),
        Ok(InvoiceFormat::Rips) => rips::read_rips(&mut whole, label, sink),
        Ok(InvoiceFormat::Zip) => Err(End::of(label, FaultKind::ZipInZip)),
        Ok(_) => Err(End::of(label, FaultKind::NotInArchive)),
        // A printed form under another name.
        Err(FaultKind::Pdf) => Ok(()),
        Err(kind) => Err(End::of(label, kind)),
    }
}

/// Counts what an entry unpacks to: sizes declared in the archive can lie.
struct Guarded<'a, R> {
    source: R,
    packed: u64,
    bytes: u64,
    total: &'a mut u64,
    limits: &'a ReadLimits,
    swollen: bool,
}

impl<R: Read> Read for Guarded<'_, R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.source.read(into)?;
        self.bytes += count as u64;
        *self.total += count as u64;
        let ratio = self.packed.max(1).saturating_mul(self.limits.zip_ratio_max);
        self.swollen |= self.bytes > RATIO_FROM_BYTES && self.bytes > ratio;
        self.swollen |= *self.total > self.limits.unpacked_bytes_max;
        if self.swollen { Err(io::Error::other("the entry unpacks to too much")) } else { Ok(count) }
    }
}
