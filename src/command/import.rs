//! `termometro import KIND FILE…`: a progress bar on a terminal, a line per file otherwise, an object per file with `--json`.

use std::{
    io::IsTerminal,
    path::{Path, PathBuf},
    sync::Arc,
    time::Instant,
};

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use jiff::civil::Date;
use serde_json::json;

use super::{EXIT_DONE, EXIT_FAILED};
use crate::{
    app::Database,
    clock::Clock,
    config::Config,
    domain::period::parse_date,
    importing::{ImportOptions, ImportReport, Progress, import_file},
    ingest::SourceKind,
};

#[derive(Debug, Args)]
pub struct ImportArguments {
    /// ceilings, sismed, thermometer or catalogue
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
    /// The day up to which a list of ceilings speaks (YYYY-MM-DD), where neither file nor name says so
    #[arg(long, value_parser = parse_date)]
    cut_date: Option<Date>,
}

/// A file of any size is read through small buffers: huge pages would hold a third more memory and save no time.
fn keep_small() {
    #[cfg(target_os = "linux")]
    if let Err(error) = nix::sys::prctl::set_thp_disable(true) {
        tracing::debug!(%error, "huge pages stay on");
    }
}

pub async fn run(config: &Config, arguments: ImportArguments) -> anyhow::Result<u8> {
    let server = Database::open(config).await?;
    keep_small();
    let database = server.migrated(config).await?;
    let options = ImportOptions {
        dry_run: arguments.dry_run,
        max_age_days: i32::try_from(config.ceiling_list_age_days_max)?,
        cut_date: arguments.cut_date,
        clock: Clock::System,
    };
    let mut failed = 0;
    for file in &arguments.files {
        let started = Instant::now();
        let (bar, progress) = progress_bar(file, arguments.json);
        let result = import_file(&database, arguments.kind, file, &options, progress).await;
        bar.finish_and_clear();
        match result {
            Ok(report) if arguments.json => say!("{}", as_json(arguments.kind, file, &report)),
            Ok(report) => print_report(arguments.kind, file, &report, options.dry_run, started),
            Err(error) => {
                failed += 1;
                let place = file.display();
                if arguments.json {
                    say!("{}", json!({"file": place.to_string(), "kind": arguments.kind.code(), "error": error.to_string()}));
                }
                eprintln!("termometro: {place}: {error}");
            }
        }
    }
    drop(database);
    server.close().await?;
    // Nothing usable is a failure; a file that failed beside others that did not is told above and in the exit code too.
    Ok(if failed == 0 { EXIT_DONE } else { EXIT_FAILED })
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

fn as_json(kind: SourceKind, file: &Path, report: &ImportReport) -> serde_json::Value {
    let mut object = json!({
        "file": file.display().to_string(),
        "kind": kind.code(),
        "sha256": report.sha256,
        "read": report.counts.read,
        "accepted": report.counts.accepted,
        "quarantined": report.counts.quarantined,
        "refused": report.counts.refused,
        "already_imported": report.already_imported,
        "verdicts": report.verdicts,
        "rejudged": report.rejudged,
        "quarantine_reasons": report.reasons,
    });
    if let (Some(facts), Some(object)) = (&report.facts, object.as_object_mut()) {
        object.insert("layout".to_owned(), json!(facts.layout));
        object.insert("encoding".to_owned(), json!(facts.encoding));
        object.insert("number_format".to_owned(), json!(facts.number_format));
        object.insert("cut_date".to_owned(), json!(facts.cut_date));
        object.insert("extra_columns".to_owned(), json!(facts.extra_columns));
    }
    object
}

fn print_report(kind: SourceKind, file: &Path, report: &ImportReport, dry_run: bool, started: Instant) {
    let counts = report.counts;
    let state = match (report.already_imported, dry_run) {
        (true, _) => " (already imported: nothing changed)",
        (false, true) => " (dry run: nothing kept)",
        (false, false) => "",
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
        let cut_date = facts.cut_date.map(|day| format!(", cut date {day}")).unwrap_or_default();
        say!("  {}, {}, numbers {}{cut_date}", facts.layout, facts.encoding, facts.number_format);
        if !facts.extra_columns.is_empty() {
            say!("  columns that the layout does not know: {}", facts.extra_columns.join(", "));
        }
    }
    let list = |title: &str, counts: &std::collections::BTreeMap<&str, u64>| {
        let parts: Vec<String> = counts.iter().map(|(name, count)| format!("{name} {count}")).collect();
        if !parts.is_empty() {
            say!("  {title}: {}", parts.join(", "));
        }
    };
    list("quarantined", &report.reasons);
    list("verdicts", &report.verdicts);
    if report.rejudged > 0 {
        say!("  judged again: {} reports", report.rejudged);
    }
}
