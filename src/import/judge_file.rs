//! Judges a file of reports by a law that is at hand: no database, nothing is stored, memory does not grow with the file.

use std::{collections::BTreeMap, io::Write, path::Path};

use crate::{
    domain::{
        law::listed::SismedReport,
        reports::source_row::{RowFault, RowOutcome},
        verdict::{report_verdict::ReportPrices, verdict_code::VerdictCode},
    },
    ingest::{self, Counts, FileError, Stop},
    store::{catalogue::law_library::LawRepository, judging::report_judge::ReportJudge},
};

/// One line for each row of the file, in its order.
pub const COLUMNS: [&str; 13] = [
    "line", "row", "cum", "period", "transaction", "operation", "verdict", "reason", "minimum", "average", "maximum",
    "another_unit_fits", "column",
];

/// What became of the rows: read = accepted + quarantined + refused.
pub struct JudgedFile {
    pub counts: Counts,
    /// Of the accepted ones.
    pub verdicts: BTreeMap<&'static str, u64>,
}

/// Writes CSV.
///
/// # Errors
/// When the file is none of reports, or the output cannot be written.
pub fn judge_file(law: LawRepository, path: &Path, out: impl Write) -> Result<JudgedFile, FileError> {
    let mut judge = ReportJudge::of_whole_law(law);
    let mut out = csv::Writer::from_writer(out);
    let mut verdicts = BTreeMap::new();
    out.write_record(COLUMNS).map_err(Stop::new)?;
    let (_, counts) = ingest::read_sismed(path, &|_| {}, &mut |row| {
        match row {
            RowOutcome::Accepted { line, row } => {
                let judged = judge.judge((row.cum, row.period, row.transaction), &ReportPrices::from(&row)).map_err(Stop::new)?;
                *verdicts.entry(judged.verdict().code()).or_default() += 1;
                out.write_record(accepted(line, &row, judged)).map_err(Stop::new)
            }
            RowOutcome::Quarantined(fault) => out.write_record(set_aside("quarantined", fault)).map_err(Stop::new),
            RowOutcome::Refused(fault) => out.write_record(set_aside("refused", fault)).map_err(Stop::new),
            // No rows: what stands beside one, and what is wrong with the file, which then stops by name.
            RowOutcome::Extra { .. } | RowOutcome::Whole(_) => Ok(()),
        }
    })?;
    out.flush().map_err(Stop::new)?;
    Ok(JudgedFile { counts, verdicts })
}

fn accepted(line: u64, report: &SismedReport, judged: VerdictCode) -> [String; COLUMNS.len()] {
    let [minimum, average, maximum] = judged.verdicts().map(|verdict| verdict.code().to_owned());
    [
        line.to_string(),
        "accepted".to_owned(),
        report.cum.to_string(),
        report.period.to_string(),
        report.transaction.to_string(),
        report.operation.code().to_owned(),
        judged.verdict().code().to_owned(),
        judged.reason().map_or_else(String::new, |reason| reason.code().to_owned()),
        minimum,
        average,
        maximum,
        judged.another_unit_fits().to_string(),
        String::new(),
    ]
}

fn set_aside(row: &str, fault: RowFault) -> [String; COLUMNS.len()] {
    let mut cells: [String; COLUMNS.len()] = std::array::from_fn(|_| String::new());
    let [line, outcome, .., reason, _, _, _, _, column] = &mut cells;
    (*line, *outcome) = (fault.line.to_string(), row.to_owned());
    (*reason, *column) = (fault.reason.to_owned(), fault.column.unwrap_or_default());
    cells
}
