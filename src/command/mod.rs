//! The commands of the program, and what each one does.
/// Prints a line; a reader that went away (`| head`) is no reason to fail half-way.
macro_rules! say {
    ($($words:tt)*) => {{
        use std::io::Write as _;
        let _ = writeln!(std::io::stdout(), $($words)*);
    }};
}

mod backup;
mod check_invoice;
mod documents;
mod exit;
mod export;
mod feeds;
mod fetch;
mod gauges;
mod generate;
mod import;
mod import_report;
mod imports;
mod keys;
mod law;
mod person;
mod purchases;
mod sample;
mod serve;
mod settings;
mod verify;
mod verify_dossier;
mod verify_log;
mod write_side;

pub use exit::exit_code;
use exit::{EXIT_DATABASE_LOST, EXIT_DONE};

use crate::app::{Database, StopSignal};
use crate::config::{Config, Settings};
use crate::{cluster, telemetry};

use anyhow::Context;
use clap::{CommandFactory, Parser, Subcommand};
use std::path::PathBuf;

/// Is this price of a medicine legal in Colombia, and how does it compare?
#[derive(Debug, Parser)]
#[command(name = "termometro", version, about)]
pub struct Arguments {
    /// A file of settings, lines KEY=VALUE, instead of the one in TERMOMETRO_CONFIG_FILE; what the environment sets wins
    #[arg(long = "config", global = true, value_name = "FILE")]
    settings_file: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Everything at once: database, schema, the bundled sample when empty, and the service.
    Run(serve::RunArguments),
    /// The service alone, on whatever data there are.
    Serve(serve::ServeArguments),
    /// Recompute what is stored from its inputs, changing nothing: verdicts, rows of files, submissions and receipts, acts, cases, exports,
    /// changes, audit log.
    Verify(verify::VerifyArguments),
    /// Check the evidence bundle of a case, offline: no database and no settings are needed.
    VerifyDossier(verify_dossier::VerifyDossierArguments),
    /// Check the Merkle log against the tables, its signed heads, and heads that were kept outside.
    VerifyLog(verify_log::VerifyLogArguments),
    /// Write all of the database and the secrets into a folder or a stream, of one state, beside a running service; `backup verify` restores one
    /// in a throw-away PostgreSQL and checks it.
    Backup(backup::BackupArguments),
    /// Bring back a backup. A database that is not empty is left alone unless that is said.
    Restore(backup::RestoreArguments),
    /// Print the OpenAPI document.
    Openapi,
    /// Bring the database's schema up to date.
    Migrate,
    /// Import published files: all of a file or nothing; the same content again changes nothing.
    Import(import::ImportArguments),
    /// What was imported and what is held; take an import back.
    Imports(imports::ImportsArguments),
    /// Official data sets that are read by themselves: list, read one now, release what is held, switch one off or on.
    Feeds(feeds::FeedsArguments),
    /// Read official data sets into a folder, for `import` on a machine without network; no database is needed.
    Fetch(fetch::FetchArguments),
    /// The bundled sample: take all of it away.
    Sample(sample::SampleArguments),
    /// Bring the open-data files up to date and write the newest of them into a folder, with manifest.json.
    Export(export::ExportArguments),
    /// Write a market of any size in the publishers' layouts: invented prices, the same for the same seed.
    Generate(generate::GenerateArguments),
    /// The law as a file, to judge by where there is no database.
    Law(law::LawArguments),
    /// Verdicts on a file of reports by such a law: CSV on the standard output; no database and no settings are needed.
    Judge(law::JudgeArguments),
    /// Invoices and purchase lists against the ceilings, on this machine: a verdict for each line, or the same file with columns added.
    CheckInvoice(check_invoice::CheckInvoiceArguments),
    /// Lines of public purchases, labelled by people, and how well they are read by that measure: on files, without a database.
    Purchases(purchases::PurchasesArguments),
    /// Lines of public purchases, read and judged again by the law that is known now: after a new list, or a new version of this program.
    ReadPurchases,
    /// Make, revoke and list the keys of reporters, regulators, operators, auditors and developers.
    Keys(keys::KeysArguments),
    /// The settings: what is set, where, and what is wrong.
    Config(settings::ConfigArguments),
    /// Print the completions of a shell.
    Completions(documents::CompletionsArguments),
    /// Write the manual pages into a folder.
    Man(documents::ManArguments),
    /// Keep the private PostgreSQL running until Ctrl-C and print its URL, for psql and other tools.
    Database,
}

impl Command {
    /// Who reads what is logged.
    fn reader(&self) -> telemetry::LogReader {
        match self {
            Self::Run(_) | Self::Serve(_) | Self::Database => telemetry::LogReader::Operator,
            _ => telemetry::LogReader::Person,
        }
    }
}

/// Carries out one command; the number is the exit code.
///
/// # Errors
/// With what a person needs to know, one line a fault.
pub async fn run(arguments: Arguments) -> anyhow::Result<u8> {
    if let Command::VerifyDossier(arguments) = &arguments.command {
        return verify_dossier::run(arguments);
    }
    if let Command::Generate(arguments) = &arguments.command {
        return generate::run(arguments);
    }
    if let Command::Judge(arguments) = &arguments.command {
        return law::judge(arguments);
    }
    if let Command::Purchases(arguments) = &arguments.command {
        return purchases::run(arguments);
    }
    if let Command::Completions(arguments) = &arguments.command {
        return Ok(documents::completions(Arguments::command(), arguments));
    }
    if let Command::Man(arguments) = &arguments.command {
        return documents::man_pages(Arguments::command(), arguments);
    }
    let settings = Settings::load(arguments.settings_file.as_deref());
    if let Command::Config(arguments) = &arguments.command {
        return settings::run(&settings, arguments);
    }
    let config = settings.config()?;
    if let Some(folder) = &config.pg_bin {
        cluster::use_programs_in(folder);
    }
    telemetry::start(&config.log, arguments.command.reader()).context("TERMOMETRO_LOG")?;
    let stop = StopSignal::listen().context("listening for Ctrl-C")?;
    match arguments.command {
        Command::Run(arguments) => serve::run(&config, stop, arguments.welcome(), arguments.secrets()).await,
        Command::Serve(arguments) => serve::run(&config, stop, serve::Welcome::Quiet, arguments.secrets()).await,
        Command::Verify(arguments) => verify::run(&config, stop, arguments).await,
        Command::VerifyDossier(arguments) => verify_dossier::run(&arguments),
        Command::VerifyLog(arguments) => verify_log::run(&config, &arguments).await,
        Command::Backup(arguments) => backup::run(&config, stop, arguments).await,
        Command::Restore(arguments) => backup::restore(&config, stop, arguments).await,
        Command::Openapi => {
            say!("{}", crate::http::api::document().trim_end());
            Ok(EXIT_DONE)
        }
        Command::Migrate => migrate(&config).await,
        Command::Import(arguments) => import::run(&config, arguments).await,
        Command::Imports(arguments) => imports::run(&config, arguments).await,
        Command::Feeds(arguments) => feeds::run(&config, arguments).await,
        Command::Fetch(arguments) => fetch::run(&config, arguments).await,
        Command::Sample(arguments) => sample::run(&config, arguments).await,
        Command::Export(arguments) => export::run(&config, &arguments).await,
        Command::Generate(arguments) => generate::run(&arguments),
        Command::Law(arguments) => law::run(&config, arguments).await,
        Command::Judge(arguments) => law::judge(&arguments),
        Command::CheckInvoice(arguments) => check_invoice::run(&config, arguments).await,
        Command::Purchases(arguments) => purchases::run(&arguments),
        Command::ReadPurchases => purchases::read_again(&config).await,
        Command::Keys(arguments) => keys::run(&config, arguments).await,
        Command::Config(arguments) => settings::run(&settings, &arguments),
        Command::Completions(arguments) => Ok(documents::completions(Arguments::command(), &arguments)),
        Command::Man(arguments) => documents::man_pages(Arguments::command(), &arguments),
        Command::Database => keep_database(&config, stop).await,
    }
}

async fn keep_database(config: &Config, stop: StopSignal) -> anyhow::Result<u8> {
    let database = Database::open(config).await?;
    match database.private() {
        Some(cluster) => say!("{}", cluster.url()),
        None => anyhow::bail!("DATABASE_URL is set: that server is used, and none is started here"),
    }
    let code = tokio::select! {
        () = stop.received() => EXIT_DONE,
        () = database.lost() => EXIT_DATABASE_LOST,
    };
    database.close().await?;
    Ok(code)
}

async fn migrate(config: &Config) -> anyhow::Result<u8> {
    let server = Database::open(config).await?;
    let database = server.migrated(config).await?;
    drop(database);
    server.close().await?;
    Ok(EXIT_DONE)
}
