//! `termometro import KIND FILE…`: a progress bar on a terminal, a line per file otherwise, an object per file with `--json`.

use std::{
    collections::BTreeMap,
    io::IsTerminal,
    path::{Path, PathBuf},
    sync::Arc,
    time::Instant,
};

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use jiff::civil::Date;
use serde_json::json;

use super::{
    EXIT_DONE, EXIT_FAILED, EXIT_MISUSED,
    imports::{Person, edition},
    sample,
};
use crate::{
    app::Database,
    clock::Clock,
    config::Config,
    domain::{edition::HoldReason, period::parse_date},
    generate::is_generated,
    importing::{DayNotRecorded, ImportOptions, ImportReport, Progress, import_file},
    ingest::SourceKind,
    store::{
        import::{CutDateFrom, RowCounts},
        pool,
    },
};

#[derive(Debug, Args)]
pub struct ImportArguments {
    /// ceilings, sismed, thermometer, catalogue, benefit_plan, cum_codes, ium_codes
    kind: SourceKind,
    /// Files as published
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Read and judge everything, then undo it
    #[arg(long)]
    dry_run: bool,
    /// One JSON object per file
    #[arg(long)]
    json: bool,
    /// The day up to which the list speaks (YYYY-MM-DD); without it, what the file or its name says
    #[arg(long, value_parser = parse_date)]
    cut_date: Option<Date>,
    /// Let in what would be held: a list that is smaller or older than the one in force, or with many unreadable rows
    #[arg(long)]
    accept_smaller: bool,
    #[command(flatten)]
    person: Person,
}

/// A file of any size is read through small buffers: huge pages would hold a third more memory and save no time.
fn keep_small() {
    #[cfg(target_os = "linux")]
    if let Err(error) = nix::sys::prctl::set_thp_disable(true) {
        tracing::debug!(%error, "huge pages stay on");
    }
}

pub async fn run(config: &Config, arguments: ImportArguments) -> anyhow::Result<u8> {
    let today = Clock::System.today();
    if let Some(day) = arguments.cut_date.filter(|day| *day > today) {
        eprintln!("termometro: --cut-date {day} has not come: today is {today}, and a list speaks for a day up to today");
        return Ok(EXIT_MISUSED);
    }
    let server = Database::open(config).await?;
    keep_small();
    let database = server.migrated(config).await?;
    let code = import_all(config, &database, &arguments).await;
    drop(database);
    server.close().await?;
    code
}

async fn import_all(config: &Config, database: &pool::Database, arguments: &ImportArguments) -> anyhow::Result<u8> {
    let max_age_days = i32::try_from(config.ceiling_list_age_days_max)?;
    let options = ImportOptions {
        dry_run: arguments.dry_run,
        cut_date: arguments.cut_date,
        acceptance: arguments.accept_smaller.then(|| arguments.person.acceptance()),
        ..ImportOptions::new(max_age_days, Clock::System)
    };
    let mut total = Total::default();
    for file in &arguments.files {
        let started = Instant::now();
        let (bar, progress) = progress_bar(file, arguments.json);
        // This project's own files are invented, whoever imports them.
        let invented = sample::is_bundled(file) || is_generated(file);
        let options = ImportOptions { sample: invented, ..options.clone() };
        if invented && !arguments.json {
            say!("{}: invented data of this project, and marked so", file.display());
        }
        let result = import_file(database, arguments.kind, file, &options, progress).await;
        bar.finish_and_clear();
        match result {
            Ok(report) => {
                total.add(&report);
                if arguments.json {
                    say!("{}", as_json(arguments.kind, file, &report));
                } else {
                    print_report(arguments.kind, file, &report, options.dry_run, started);
                }
            }
            Err(error) => {
                total.failed += 1;
                let place = file.display();
                if arguments.json {
                    say!("{}", json!({"file": place.to_string(), "kind": arguments.kind.code(), "error": error.to_string()}));
                }
                eprintln!("termometro: {place}: {error}");
            }
        }
    }
    if !arguments.json && arguments.files.len() > 1 {
        total.print(arguments.files.len());
    }
    Ok(if total.failed == 0 { EXIT_DONE } else { EXIT_FAILED })
}

/// Of all files of one command.
#[derive(Default)]
struct Total {
    counts: RowCounts,
    /// Files that changed nothing although they were new: unreadable, without a usable row, or held.
    failed: usize,
    held: usize,
    verdicts: BTreeMap<&'static str, u64>,
}

impl Total {
    fn add(&mut self, report: &ImportReport) {
        self.failed += usize::from(outcome_code(report) != EXIT_DONE);
        self.held += usize::from(report.held.is_some());
        if outcome_code(report) == EXIT_DONE && !report.already_imported {
            self.counts.add(report.counts);
            for (verdict, count) in &report.verdicts {
                *self.verdicts.entry(verdict).or_default() += count;
            }
        }
    }

    fn print(&self, files: usize) {
        let RowCounts { read, accepted, quarantined, refused } = self.counts;
        let failed = match (self.failed, self.held) {
            (0, _) => String::new(),
            (failed, 0) => format!("; {failed} changed nothing"),
            (failed, held) => format!("; {failed} changed nothing, {held} of them held"),
        };
        say!("total of {files} files: read {read} = accepted {accepted} + quarantined {quarantined} + refused {refused}{failed}");
    }
}

/// Nothing usable and nothing decided are failures: whoever goes on after them would go on with the old data.
pub fn outcome_code(report: &ImportReport) -> u8 {
    let undecided = report.nothing_usable || report.held.is_some() || report.day_not_recorded.is_some();
    if undecided { EXIT_FAILED } else { EXIT_DONE }
}

fn progress_bar(file: &Path, quiet: bool) -> (ProgressBar, Progress) {
    if quiet || !std::io::stderr().is_terminal() {
        return (ProgressBar::hidden(), Arc::new(|_, _| {}));
    }
    let bar = ProgressBar::no_length();
    let style = ProgressStyle::with_template("{msg} [{bar:30}] {bytes}/{total_bytes} {elapsed}");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar.set_message(file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default());
    let shown = bar.clone();
    let progress: Progress = Arc::new(move |read, total| {
        shown.set_length(total);
        shown.set_position(read);
    });
    (bar, progress)
}

pub fn as_json(kind: SourceKind, file: &Path, report: &ImportReport) -> serde_json::Value {
    let held = report.held.as_ref().map(|held| {
        let reasons: Vec<&str> = held.reasons.iter().map(HoldReason::code).collect();
        json!({"id": held.id.map(|id| format!("h{id}")), "reasons": reasons, "detail": said(&held.reasons)})
    });
    let mut object = json!({
        "file": file.display().to_string(),
        "kind": kind.code(),
        "sha256": report.sha256,
        "read": report.counts.read,
        "accepted": report.counts.accepted,
        "quarantined": report.counts.quarantined,
        "refused": report.counts.refused,
        "already_imported": report.already_imported,
        "import": report.import.map(|id| id.to_string()),
        "nothing_usable": report.nothing_usable,
        "held": held,
        "in_force": report.in_force.as_ref().map(edition),
        "cut_date": report.cut_date.map(|(day, _)| day),
        "cut_date_by": report.cut_date.map(|(_, from)| from.code()),
        "day_not_recorded": report.day_not_recorded.map(|DayNotRecorded { stored, given }| json!({"stored": stored, "given": given})),
        "sample_ended": report.sample_ended,
        "verdicts": report.verdicts,
        "cannot_compare": report.cannot_compare,
        "rejudged": report.rejudged,
        "reports_replaced": report.superseded.0,
        "reports_replaced_already": report.superseded.1,
        "quarantine_reasons": report.reasons,
    });
    if let (Some(facts), Some(object)) = (&report.facts, object.as_object_mut()) {
        object.insert("layout".to_owned(), json!(facts.layout));
        object.insert("encoding".to_owned(), json!(facts.encoding));
        object.insert("number_format".to_owned(), json!(facts.number_format));
        object.insert("extra_columns".to_owned(), json!(facts.extra_columns));
    }
    object
}

fn said(reasons: &[HoldReason]) -> String {
    reasons.iter().map(HoldReason::english).collect::<Vec<_>>().join("; ")
}

pub fn print_report(kind: SourceKind, file: &Path, report: &ImportReport, dry_run: bool, started: Instant) {
    let counts = report.counts;
    let state = match report {
        ImportReport { already_imported: true, .. } => " (already imported: nothing changed)",
        ImportReport { nothing_usable: true, .. } => " (no row could be used: nothing changed)",
        ImportReport { held: Some(_), .. } => " (held: nothing changed)",
        _ if dry_run => " (dry run: nothing kept)",
        _ => "",
    };
    say!(
        "{} {}: read {} = accepted {} + quarantined {} + refused {}{state} in {} ms",
        kind.code(),
        file.display(),
        counts.read,
        counts.accepted,
        counts.quarantined,
        counts.refused,
        started.elapsed().as_millis(),
    );
    if let Some(facts) = &report.facts {
        let cut_date = report.cut_date.map(|(day, from)| format!(", cut date {day} ({})", day_by(from))).unwrap_or_default();
        say!("  {}, {}, numbers {}{cut_date}", facts.layout, facts.encoding, facts.number_format);
        if !facts.extra_columns.is_empty() {
            say!("  columns that the layout does not know: {}", facts.extra_columns.join(", "));
        }
    }
    print_standing(report, dry_run);
    let list = |title: &str, counts: &BTreeMap<&str, u64>| {
        let parts: Vec<String> = counts.iter().map(|(name, count)| format!("{name} {count}")).collect();
        if !parts.is_empty() {
            say!("  {title}: {}", parts.join(", "));
        }
    };
    list("quarantined", &report.reasons);
    list("verdicts", &report.verdicts);
    list("cannot_compare because", &report.cannot_compare);
    if report.rejudged > 0 {
        say!("  judged again: {} reports", report.rejudged);
    }
}

fn day_by(from: CutDateFrom) -> &'static str {
    match from {
        CutDateFrom::Given => "as given",
        CutDateFrom::File => "as the file says",
        CutDateFrom::Name => "as its name says",
        CutDateFrom::Acts => "the first day of its newest act",
    }
}

/// What became of the file beside what was there.
fn print_standing(report: &ImportReport, dry_run: bool) {
    if let (Some(DayNotRecorded { stored, given }), Some(id)) = (report.day_not_recorded, report.import) {
        let stored = stored.map_or_else(|| "no day".to_owned(), |day| format!("the day {day}"));
        say!("  the day given, {given}, was not recorded: import {id} is there with {stored}");
        say!("  to record it: `termometro imports undo {id}`, then import the file again with --cut-date {given}");
    }
    if let Some(held) = &report.held {
        say!("  held because {}", said(&held.reasons));
        match held.id {
            Some(id) => say!(
                "  nothing changed. To let it in: `termometro imports release h{id} --reason …`, or import it again with --accept-smaller"
            ),
            None => say!("  to let it in all the same: --accept-smaller"),
        }
    }
    if let Some(current) = &report.in_force {
        let day = current.day.map_or_else(|| "of an unknown day".to_owned(), |day| format!("of {day}"));
        say!("  in force is {} {day} (import {}); this edition is history", current.name, current.import);
        if !dry_run {
            say!("  to make this one current: `termometro imports undo {}`", current.import);
        }
    }
    for kind in &report.sample_ended {
        say!("  the sample's {kind} data no longer count");
    }
    match report.superseded {
        (0, 0) => {}
        (replaced, already) => {
            say!("  {replaced} reports of older editions replaced, {already} stated by newer editions already")
        }
    }
}
