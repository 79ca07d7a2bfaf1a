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
    exit::{EXIT_DONE, EXIT_FAILED, EXIT_MISUSED},
    import_report::{as_json, outcome_code, print_report},
    person::Person,
    sample,
};
use crate::{
    app::Database,
    clock::Clock,
    config::Config,
    domain::calendar::period::parse_date,
    generate::is_generated,
    import::{
        file::import_file,
        report::{ImportOptions, ImportReport, Progress},
    },
    ingest::SourceKind,
    store::{postgres::database, transaction::import::RowCounts},
};

#[derive(Debug, Args)]
pub struct ImportArguments {
    /// ceilings, sismed, thermometer, catalogue, benefit_plan, cum_codes, ium_codes, vital_not_available, exchange_rates, actors,
    /// unit_conventions, tvec_orders, tvec_items, secop_contracts, secop_additions
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
pub(super) fn keep_small() {
    #[cfg(target_os = "linux")]
    if let Err(error) = nix::sys::prctl::set_thp_disable(true) {
        tracing::debug!(%error, "import: huge pages could not be turned off");
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

async fn import_all(config: &Config, database: &database::Database, arguments: &ImportArguments) -> anyhow::Result<u8> {
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
