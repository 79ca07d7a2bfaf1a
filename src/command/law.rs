//! `termometro law export FILE`: the law as a file, and `termometro judge --law FILE REPORTS`: verdicts by it, with no database and no settings.

use std::{
    fs::File,
    io::{self, BufReader, BufWriter, Write},
    path::{Path, PathBuf},
};

use anyhow::Context;
use clap::{Args, Subcommand};
use jiff::Timestamp;

use super::exit::EXIT_DONE;
use crate::{
    app::Database,
    config::Config,
    import::judge_file::judge_file,
    read_model::ReadModel,
    spool::{Spooled, purpose},
    store::{
        catalogue::law_file::{self, LawHead},
        postgres::database,
    },
};

#[derive(Debug, Args)]
pub struct LawArguments {
    #[command(subcommand)]
    command: LawCommand,
}

#[derive(Debug, Subcommand)]
enum LawCommand {
    /// Write all of the law, as it is known now or was known then, into a file for `termometro judge`
    Export(LawExportArguments),
}

#[derive(Debug, Args)]
struct LawExportArguments {
    /// One that is there is replaced
    file: PathBuf,
    /// As it was known at this instant (2026-11-30T00:00:00Z)
    #[arg(long, value_name = "INSTANT")]
    known_at: Option<Timestamp>,
}

#[derive(Debug, Args)]
pub struct JudgeArguments {
    /// As `termometro law export` wrote it
    #[arg(long, value_name = "FILE")]
    law: PathBuf,
    /// Reports as `termometro import sismed` reads them, or `-` for the standard input
    reports: PathBuf,
}

pub async fn run(config: &Config, arguments: LawArguments) -> anyhow::Result<u8> {
    let LawCommand::Export(arguments) = arguments.command;
    let server = Database::open(config).await?;
    let database = server.migrated(config).await?;
    let code = export(config, database, &arguments).await;
    server.close().await?;
    code
}

async fn export(config: &Config, database: database::Database, arguments: &LawExportArguments) -> anyhow::Result<u8> {
    let read_model = ReadModel::new(database, i32::try_from(config.ceiling_list_age_days_max)?);
    let (version, law) = read_model.whole_law(arguments.known_at).await?;
    let head = LawHead::of(&law, version.version, arguments.known_at);
    let place = arguments.file.display();
    let file = File::create(&arguments.file).with_context(|| format!("{place} cannot be written"))?;
    let digest = law_file::write(&law, head, &mut BufWriter::new(file)).with_context(|| format!("writing {place}"))?;
    say!("{place}: data version {}, sha256 {digest}", version.version);
    Ok(EXIT_DONE)
}

pub fn judge(arguments: &JudgeArguments) -> anyhow::Result<u8> {
    let place = arguments.law.display();
    let file = File::open(&arguments.law).with_context(|| format!("{place} cannot be opened"))?;
    let (head, law, digest) = law_file::read(BufReader::new(file)).with_context(|| place.to_string())?;
    let waiting = if arguments.reports == Path::new("-") { Some(standard_input()?) } else { None };
    let reports = waiting.as_ref().map_or(arguments.reports.as_path(), Spooled::path);
    let judged = judge_file(law, reports, io::stdout().lock())?;
    // The verdicts go to the standard output; what a person wants to know does not stand among them.
    let mut notes = io::stderr().lock();
    let counts = judged.counts;
    writeln!(notes, "law: data version {}, method {}, sha256 {digest}", head.data_version, head.rule_version)?;
    writeln!(
        notes,
        "rows: {} read, {} accepted, {} quarantined, {} refused",
        counts.read, counts.accepted, counts.quarantined, counts.refused
    )?;
    for (verdict, reports) in judged.verdicts {
        writeln!(notes, "{verdict}: {reports}")?;
    }
    Ok(EXIT_DONE)
}

/// Files are looked through before they are read, so what comes through a pipe is kept meanwhile.
fn standard_input() -> anyhow::Result<Spooled> {
    let kept = Spooled::file(&std::env::temp_dir(), purpose::UNPACKED).context("keeping the standard input")?;
    io::copy(&mut io::stdin().lock(), &mut kept.open()?).context("reading the standard input")?;
    Ok(kept)
}
