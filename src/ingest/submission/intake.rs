//! What a reporter submits: the published SISMED table with an optional counterparty as CSV or in a workbook, one JSON object a line, or
//! the file that goes to PISIS; held against the rules that need more than one row.

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
};

use flate2::read::MultiGzDecoder;

use super::{
    csv,
    intake_checks::IntakeChecks,
    intake_row::{IntakeRow, IntakeWindow},
    med100, ndjson,
};
use crate::{
    domain::reports::source_row::RowOutcome,
    ingest::{
        error::FileError,
        file_facts::FileFacts,
        format::decode,
        tally::{Counts, Each},
    },
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IntakeFormat {
    Csv,
    Ndjson,
    Xlsx,
    /// `MED100MPRE…TXT`.
    Med100,
}

impl IntakeFormat {
    pub const ALL: [Self; 4] = [Self::Csv, Self::Ndjson, Self::Xlsx, Self::Med100];

    pub fn code(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Ndjson => "ndjson",
            Self::Xlsx => "xlsx",
            Self::Med100 => "med100",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.code() == code)
    }
}

/// The format of a file by its first bytes, whatever its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sniffed {
    pub gzip: bool,
    /// Told by the content; `None` of a text that could be any table.
    pub format: Option<IntakeFormat>,
}

/// Looks at the first bytes only, through gzip where the file is packed.
pub fn sniff(path: &Path) -> io::Result<Sniffed> {
    let gzip = decode::shape(&mut File::open(path)?)? == decode::FileFormat::Gzip;
    let mut start = Vec::new();
    if gzip {
        // A file that does not unpack fails when it is read.
        let _ = MultiGzDecoder::new(File::open(path)?).take(START_BYTES).read_to_end(&mut start);
    } else {
        File::open(path)?.take(START_BYTES).read_to_end(&mut start)?;
    }
    let format = match &start[..] {
        [b'P', b'K', 3 | 5, ..] => Some(IntakeFormat::Xlsx),
        start if med100::begins(start) => Some(IntakeFormat::Med100),
        start if start.trim_ascii_start().starts_with(b"{") => Some(IntakeFormat::Ndjson),
        _ => None,
    };
    Ok(Sniffed { gzip, format })
}

const START_BYTES: u64 = 512;

/// `report` is called with the number of bytes read so far. Memory does not grow with the file, but for what `intake_checks`
/// remembers of its rows, which has a bound.
pub fn read_intake(
    path: &Path,
    format: IntakeFormat,
    window: &IntakeWindow,
    report: &dyn Fn(u64),
    each: &mut Each<'_, IntakeRow>,
) -> Result<(FileFacts, Counts), FileError> {
    let period_column = match format {
        IntakeFormat::Csv | IntakeFormat::Xlsx => csv::PERIOD_COLUMN,
        IntakeFormat::Ndjson => ndjson::PERIOD_KEY,
        IntakeFormat::Med100 => med100::PERIOD_COLUMN,
    };
    let mut checks = IntakeChecks::new(*window, period_column);
    let mut counts = Counts::default();
    let mut checked = |row: RowOutcome<IntakeRow>| {
        let row = checks.check(row);
        match &row {
            RowOutcome::Accepted { .. } => counts.accepted += 1,
            RowOutcome::Quarantined(_) => counts.quarantined += 1,
            RowOutcome::Refused(_) => counts.refused += 1,
            RowOutcome::Extra { .. } | RowOutcome::Whole(_) => return each(row),
        }
        counts.read += 1;
        each(row)
    };
    let facts = match format {
        IntakeFormat::Csv => csv::read_csv(path, report, &mut checked)?,
        IntakeFormat::Xlsx => csv::read_xlsx(path, report, &mut checked)?,
        IntakeFormat::Ndjson => ndjson::read(path, report, &mut checked)?,
        IntakeFormat::Med100 => med100::read(path, window, report, &mut checked)?,
    };
    Ok((facts, counts))
}
