//! `termometro verify`: recomputes from stored inputs what is stored, in one state of the database, and changes nothing.

mod acts;
mod audit_log;
mod cases;
mod changes;
mod exports;
mod patch;
mod rows;
pub(super) mod section;
mod submissions;
mod verdicts;

use std::{io::IsTerminal, time::Instant};

use indicatif::{ProgressBar, ProgressStyle};

use super::exit::{EXIT_DONE, EXIT_FAILED, EXIT_INTERRUPTED};
use crate::{
    app::{Database, StopSignal},
    config::Config,
    store,
};
use section::{Findings, NotedEntry, Section, Subject};

/// What is covered, in the order in which it is checked. A section more is a line more.
const SECTIONS: &[Section] = &[
    Section { name: "verdicts", check: |subject| Box::pin(verdicts::check(subject)) },
    Section { name: "rows", check: |subject| Box::pin(rows::check(subject)) },
    Section { name: "submissions", check: |subject| Box::pin(submissions::check_bodies(subject)) },
    Section { name: "receipts", check: |subject| Box::pin(submissions::check_receipts(subject)) },
    Section { name: "acts", check: |subject| Box::pin(acts::check(subject)) },
    Section { name: "cases", check: |subject| Box::pin(cases::check(subject)) },
    Section { name: "exports", check: |subject| Box::pin(exports::check(subject)) },
    Section { name: "changes", check: |subject| Box::pin(changes::check(subject)) },
    Section { name: "audit", check: |subject| Box::pin(audit_log::check(subject)) },
];
const REFRESH_PER_S: u8 = 5;

#[derive(Debug, clap::Args)]
pub struct VerifyArguments {
    /// An entry of the audit log as an earlier check printed it (POSITION:HASH): it must still be there, and the same
    #[arg(long, value_name = "POSITION:HASH")]
    audit_entry: Option<NotedEntry>,
}

pub async fn run(config: &Config, stop: StopSignal, arguments: VerifyArguments) -> anyhow::Result<u8> {
    let server = Database::open(config).await?;
    let outcome = match server.as_it_is(config).await {
        Ok(database) => tokio::select! {
            outcome = verify(config, &database, arguments) => outcome,
            () = stop.received() => Ok(EXIT_INTERRUPTED),
        },
        Err(error) => Err(error),
    };
    server.close().await?;
    outcome
}

async fn verify(
    config: &Config,
    database: &store::postgres::database::Database,
    arguments: VerifyArguments,
) -> anyhow::Result<u8> {
    let started = Instant::now();
    let faults = check(config, database, arguments.audit_entry).await?;
    let elapsed_ms = started.elapsed().as_millis();
    if faults == 0 {
        say!("sound: no fault in {} sections, {elapsed_ms} ms", SECTIONS.len());
        return Ok(EXIT_DONE);
    }
    say!("NOT SOUND: {faults} faults in {} sections, {elapsed_ms} ms", SECTIONS.len());
    Ok(EXIT_FAILED)
}

/// Every section, on one state of the database: prints what each found, and answers how many faults there are.
pub(super) async fn check(
    config: &Config,
    database: &store::postgres::database::Database,
    noted: Option<NotedEntry>,
) -> anyhow::Result<u64> {
    let mut holding = section::connection(database).await?;
    let (state, snapshot) = section::hold_state(&mut holding).await?;
    let max_age_days = i32::try_from(config.ceiling_list_age_days_max)?;
    let progress = progress_bar();
    let subject = Subject::new(database.clone(), snapshot, max_age_days, noted, progress.clone());
    let mut faults = 0;
    for section in SECTIONS {
        progress.set_message(section.name);
        let findings = (section.check)(subject.clone()).await?;
        progress.suspend(|| print(section.name, &findings));
        faults += findings.count();
    }
    progress.finish_and_clear();
    state.rollback().await?;
    Ok(faults)
}

/// The lines of a section.
pub(super) fn print(name: &str, findings: &Findings) {
    say!("{name}: {}", findings.summary);
    for fault in findings.shown() {
        say!("{name}: FAULT {fault}");
    }
    let more = findings.count().saturating_sub(findings.shown().len() as u64);
    if more > 0 {
        say!("{name}: FAULT and {more} more");
    }
}

fn progress_bar() -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::with_draw_target(None, indicatif::ProgressDrawTarget::stderr_with_hz(REFRESH_PER_S));
    let style = ProgressStyle::with_template("{msg} [{bar:30}] {pos}/{len} {elapsed}");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar
}
