//! Reads the files of one check, one after the other, within the limits of them all.

use super::{
    archive, dian,
    fault::{FaultKind, FileFault},
    kinds::{InvoiceFormat, detect},
    limits::ReadLimits,
    list,
    mapping::MappingFile,
    piece::{EachPiece, End, PieceSink, ReadSummary},
    rips, sismed_rows,
};
use crate::ingest::error::Stop;
use std::{fs::File, path::Path, sync::Arc};

pub struct InvoiceReader<'a> {
    limits: ReadLimits,
    mappings: &'a MappingFile,
    files: u64,
    lines_left: u64,
    unpacked_bytes: u64,
}

impl<'a> InvoiceReader<'a> {
    /// A list whose header has a mapping there is read by it; another one by its proposal, where that is complete.
    pub fn new(limits: ReadLimits, mappings: &'a MappingFile) -> Self {
        let lines_left = limits.lines_max;
        Self { limits, mappings, files: 0, lines_left, unpacked_bytes: 0 }
    }

    /// `name` is what the file is called towards the caller. What cannot be read is handed out as a fault; only a failure of `each` is an
    /// error.
    pub fn read(&mut self, path: &Path, name: &str, each: &mut EachPiece<'_>) -> Result<ReadSummary, Stop> {
        self.files += 1;
        let mut sink = PieceSink::new(each, &mut self.lines_left);
        if self.files > self.limits.files_max {
            sink.fault(FileFault::new(name, FaultKind::TooManyFiles))?;
            return Ok(sink.summary);
        }
        match detect(path, name) {
            Err(fault) => sink.fault(fault)?,
            Ok(format) => {
                sink.summary.format = Some(format);
                let ended = read_as(format, path, name, (&self.limits, self.mappings, &mut self.unpacked_bytes), &mut sink);
                sink.settle(ended)?;
            }
        }
        Ok(sink.summary)
    }
}

fn read_as(
    format: InvoiceFormat,
    path: &Path,
    name: &str,
    (limits, mappings, unpacked_bytes): (&ReadLimits, &MappingFile, &mut u64),
    sink: &mut PieceSink<'_, '_>,
) -> Result<(), End> {
    let file: Arc<str> = name.into();
    let open = || File::open(path).map_err(|_| End::of(name, FaultKind::Unreadable));
    match format {
        InvoiceFormat::Dian => dian::read_xml(&mut open()?, &file, limits, sink),
        InvoiceFormat::Rips => rips::read_rips(&mut open()?, &file, sink),
        InvoiceFormat::Zip => archive::read_archive(path, name, limits, unpacked_bytes, sink),
        InvoiceFormat::Csv | InvoiceFormat::Xlsx => list::read_list(path, &file, format, mappings, sink),
        InvoiceFormat::Sismed => sismed_rows::read_table(path, &file, sink),
        InvoiceFormat::Med100 => sismed_rows::read_med100(path, &file, sink),
    }
}
