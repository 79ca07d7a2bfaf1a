//! `termometro check-invoice FILE…`: invoices and lists against the ceilings, on this machine: nothing that is in them leaves it.
//!
//! It reads the law and the names of products from the database: the file of `termometro law export` has no names, and without them
//! a text says nothing and a code cannot be held against one.

use std::{
    fs::File,
    io::{self, Write},
    path::PathBuf,
    sync::atomic::AtomicBool,
};

use anyhow::Context;
use clap::Args;

use super::exit::{EXIT_DONE, EXIT_FAILED, EXIT_MISUSED};
use crate::{
    app::Database,
    config::Config,
    domain::{
        calendar::period::Period,
        law::{
            channel::{Channel, Place, Stage},
            rules::Seller,
        },
        verdict::comparison::Per,
    },
    http::{
        Language,
        invoice_files::{
            check::{Answering, CheckFault, CheckReport, SentFile},
            form::Form,
            run::SOURCES,
        },
        wire::service::meta::Meta,
    },
    ingest::invoices::mapping::MappingFile,
    read_model::{
        ReadModel,
        verdicts::invoice_lines::{LineRecogniser, SaleStated},
    },
    spool::{Spooled, purpose},
    store::postgres::database,
};

#[derive(Debug, Args)]
pub struct CheckInvoiceArguments {
    /// DIAN e-invoices, ZIP archives, CSV, Excel, RIPS or SISMED files
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// json, ndjson, csv or xlsx (one list alone comes back with columns added), sic, glosa
    #[arg(long, default_value = "json", value_parser = form)]
    format: Form,
    /// Where the answer goes, instead of the standard output; a file that is there is replaced
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// SISMED transaction, 1 to 5; what is not said is judged in every way that is possible
    #[arg(long, value_parser = transaction, conflicts_with_all = ["channel", "stage"])]
    transaction: Option<Place>,
    /// institutional or commercial
    #[arg(long, value_parser = channel)]
    channel: Option<Channel>,
    /// primary, secondary or final
    #[arg(long, value_parser = stage)]
    stage: Option<Stage>,
    /// Who sells: ips or other
    #[arg(long, value_parser = seller)]
    seller: Option<Seller>,
    /// Day (YYYY-MM-DD) or month (YYYY-MM) of lines that have none
    #[arg(long, value_parser = Period::parse)]
    date: Option<Period>,
    /// What prices are for where a line does not say it: pack, primary_pack, dispensing_unit or regulated_unit
    #[arg(long, value_parser = per)]
    per: Option<Per>,
    /// Your own file of mappings: which columns of your lists hold what
    #[arg(long, value_name = "FILE")]
    mapping: Option<PathBuf>,
    /// es or en
    #[arg(long, default_value = "es", value_parser = language)]
    lang: Language,
}

fn form(text: &str) -> Result<Form, &'static str> {
    Form::from_name(text).ok_or("one of json, ndjson, csv, xlsx, sic, glosa")
}

fn transaction(text: &str) -> Result<Place, &'static str> {
    text.parse().ok().and_then(Place::from_transaction).ok_or("1, 2, 3, 4 or 5")
}

fn channel(text: &str) -> Result<Channel, &'static str> {
    text.parse().map_err(|()| "institutional or commercial")
}

fn stage(text: &str) -> Result<Stage, &'static str> {
    text.parse().map_err(|()| "primary, secondary or final")
}

fn seller(text: &str) -> Result<Seller, &'static str> {
    Seller::from_code(text).ok_or("ips or other")
}

fn per(text: &str) -> Result<Per, &'static str> {
    Per::from_code(text).ok_or("pack, primary_pack, dispensing_unit or regulated_unit")
}

fn language(text: &str) -> Result<Language, &'static str> {
    Language::parse(text).ok_or("es or en")
}

pub async fn run(config: &Config, arguments: CheckInvoiceArguments) -> anyhow::Result<u8> {
    if arguments.format == Form::Xlsx && arguments.output.is_none() {
        writeln!(io::stderr(), "a workbook is not for the standard output: say --output FILE")?;
        return Ok(EXIT_MISUSED);
    }
    let server = Database::open(config).await?;
    let database = server.migrated(config).await?;
    let code = check(config, database, &arguments).await;
    server.close().await?;
    code
}

async fn check(config: &Config, database: database::Database, arguments: &CheckInvoiceArguments) -> anyhow::Result<u8> {
    let read_model = ReadModel::new(database, i32::try_from(config.ceiling_list_age_days_max)?);
    let version = read_model.data_version().await?.of_lists();
    let index = read_model.item_index().await?;
    let mappings = mappings(arguments)?;
    let files = arguments.files.iter().map(|path| SentFile { path: path.clone(), name: path.display().to_string() });
    let files: Vec<SentFile> = files.collect();
    let &CheckInvoiceArguments { transaction, channel, stage, seller, date, per, format, lang, .. } = arguments;
    let (channel, stage) = transaction.map_or((channel, stage), |place| (Some(place.channel), Some(place.stage)));
    let sale = SaleStated { channel, stage, seller, period: date, per };
    let stop = AtomicBool::new(false);
    let answering = Answering { files: &files, mappings: &mappings, sale, form: format, language: lang, stop: &stop };
    let first = match answering.first_pass(LineRecogniser::new(index)) {
        Err(CheckFault::NothingRead(faults)) => {
            for fault in faults {
                writeln!(io::stderr(), "{}: {} ({})", fault.file, fault.words.en, fault.code)?;
            }
            return Ok(EXIT_FAILED);
        }
        first => first?,
    };
    let law = read_model.law_for_lines(first.registrations.as_deref(), &first.parties).await?;
    let meta = Meta::new(&version, lang, &SOURCES);
    let report = match &arguments.output {
        Some(path) => {
            let out = File::create(path).with_context(|| format!("{} cannot be written", path.display()))?;
            answering.second_pass(first, &law, meta, out)?
        }
        None => {
            let kept = Spooled::file(&std::env::temp_dir(), purpose::UNPACKED).context("keeping the answer")?;
            let report = answering.second_pass(first, &law, meta, kept.open()?)?;
            io::copy(&mut File::open(kept.path())?, &mut io::stdout().lock())?;
            report
        }
    };
    summarise(&report)
}

/// The answer goes to the standard output; what a person wants to know does not stand among it.
fn summarise(report: &CheckReport) -> anyhow::Result<u8> {
    let (mut notes, totals) = (io::stderr().lock(), &report.meta.totals);
    writeln!(notes, "lines: {}, decided: {}, above: {}", totals.lines, totals.decided, totals.above)?;
    writeln!(notes, "pesos above: {} COP", totals.above_amount.amount)?;
    for (reason, lines) in &totals.undecided {
        writeln!(notes, "{reason}: {lines}")?;
    }
    for fault in &report.meta.faults {
        writeln!(notes, "{}: {} ({})", fault.file, fault.detail, fault.code)?;
    }
    Ok(if totals.lines == 0 { EXIT_FAILED } else { EXIT_DONE })
}

fn mappings(arguments: &CheckInvoiceArguments) -> anyhow::Result<MappingFile> {
    let Some(path) = &arguments.mapping else { return Ok(MappingFile::default()) };
    let place = path.display();
    let text = std::fs::read_to_string(path).with_context(|| place.to_string())?;
    MappingFile::parse(&text).map_err(|fault| anyhow::anyhow!("{place}: {} ({})", fault.words.en, fault.code))
}
