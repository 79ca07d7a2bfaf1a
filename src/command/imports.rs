//! `termometro imports …`: lists imports and held files; undoes an import; releases or discards a held file.

use std::path::Path;

use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::{
    exit::EXIT_DONE,
    import_report::{as_json, outcome_code, print_report, print_undone},
    person::Person,
};
use crate::{
    app::Database,
    clock::Clock,
    config::Config,
    import::{
        release::{ReleaseOptions, release_file},
        report::Acceptance,
        undo::undo,
    },
    ingest::SourceKind,
    store::{
        imports::{
            holding::{self, HeldImport},
            import_list::{ListedImport, find_import, list_imports},
        },
        postgres::{database, error::StoreError},
    },
};

#[derive(Debug, Args)]
pub struct ImportsArguments {
    #[command(subcommand)]
    command: ImportsCommand,
    /// One JSON object per import
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum ImportsCommand {
    /// Imports, newest first, and the files that are held
    List {
        #[arg(long, default_value_t = 100)]
        limit: u32,
    },
    /// One import, or one held file (h3)
    Show { id: ImportId },
    /// Take an import back: it no longer counts, and the edition before it is in force again
    Undo {
        /// The number that `imports list` shows
        #[arg(value_parser = import_number)]
        id: i64,
        #[command(flatten)]
        person: Person,
    },
    /// Let a held file in
    Release {
        /// As `imports list` shows it, such as h3
        id: ImportId,
        #[command(flatten)]
        person: Person,
    },
    /// Let a held file go; its bytes are not kept
    Discard {
        id: ImportId,
        #[command(flatten)]
        person: Person,
    },
}

/// `12`, or `h3` for a file that is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImportId {
    Import(i64),
    Held(i64),
}

impl std::str::FromStr for ImportId {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let no_number = || format!("`{text}` is no import: give a number such as 12, or h3 for a file that is held; {LISTED}");
        let number = |digits: &str| digits.parse().map_err(|_| no_number());
        match text.strip_prefix('h') {
            Some(held) => number(held).map(Self::Held),
            None => number(text).map(Self::Import),
        }
    }
}

const LISTED: &str = "`termometro imports list` shows them";

/// Only what was imported is taken back.
fn import_number(text: &str) -> Result<i64, String> {
    match text.parse() {
        Ok(ImportId::Import(id)) => Ok(id),
        Ok(ImportId::Held(id)) => {
            Err(format!("h{id} is a file that is held and counts for nothing: `termometro imports discard h{id}` lets it go"))
        }
        Err(_) => Err(format!("`{text}` is no import: give a number such as 12; {LISTED}")),
    }
}

pub async fn run(config: &Config, arguments: ImportsArguments) -> anyhow::Result<u8> {
    let server = Database::open(config).await?;
    let database = server.migrated(config).await?;
    let outcome = carry_out(config, &database, &arguments).await;
    drop(database);
    server.close().await?;
    outcome
}

async fn carry_out(config: &Config, database: &database::Database, arguments: &ImportsArguments) -> anyhow::Result<u8> {
    let max_age_days = i32::try_from(config.ceiling_list_age_days_max)?;
    match &arguments.command {
        ImportsCommand::List { limit } => list(database, i64::from(*limit), arguments.json).await?,
        ImportsCommand::Show { id } => show(database, *id, arguments.json).await?,
        ImportsCommand::Undo { id, person } => {
            let undone = undo(database, *id, &person.acceptance(), max_age_days, Clock::System).await?;
            print_undone(&undone, arguments.json);
        }
        ImportsCommand::Release { id, person } => {
            return release(config, database, &held(database, *id).await?, person, arguments.json).await;
        }
        ImportsCommand::Discard { id, person } => {
            let held = held(database, *id).await?;
            let mut client = database.import_connection().await?;
            let tx = client.transaction().await.map_err(StoreError::from)?;
            let Acceptance { by, reason } = person.acceptance();
            holding::discard(&tx, &held, (&by, &reason), Clock::System.now()).await?;
            tx.commit().await.map_err(StoreError::from)?;
            say!("h{}: {} is discarded", held.id, held.name);
        }
    }
    Ok(EXIT_DONE)
}

/// One that still waits.
pub(super) async fn held(database: &database::Database, id: ImportId) -> anyhow::Result<HeldImport> {
    let ImportId::Held(id) = id else { bail!("held files have numbers such as h3: `termometro imports list` shows them") };
    let client = database.write_connection().await?;
    let found = holding::held_imports(&*client, Some(id)).await?.pop();
    let held = found.with_context(|| format!("there is no held file h{id}: `termometro imports list` shows them"))?;
    if held.state != "held" {
        bail!("h{id} was {} already", held.state);
    }
    Ok(held)
}

pub(super) async fn release(
    config: &Config,
    database: &database::Database,
    held: &HeldImport,
    person: &Person,
    as_objects: bool,
) -> anyhow::Result<u8> {
    let kind: SourceKind = held.kind.parse()?;
    let started = std::time::Instant::now();
    let max_age_days = i32::try_from(config.ceiling_list_age_days_max)?;
    let options = ReleaseOptions { folder: &config.spool_dir, max_age_days, clock: Clock::System };
    let report = release_file(database, held, person.acceptance(), &options).await?;
    // The report names the file, not its temporary path.
    let name = Path::new(Path::new(&held.name).file_name().context("the held file has no name")?);
    if as_objects {
        say!("{}", as_json(kind, name, &report));
    } else {
        print_report(kind, name, &report, false, started);
    }
    Ok(outcome_code(&report))
}

async fn list(database: &database::Database, limit: i64, as_objects: bool) -> anyhow::Result<()> {
    let client = database.write_connection().await?;
    let held = holding::held_imports(&*client, None).await?;
    let imports = list_imports(&*client, limit).await?;
    if as_objects {
        held.iter().for_each(|one| say!("{}", held_object(one)));
        imports.iter().for_each(|one| say!("{}", object(one)));
        return Ok(());
    }
    for one in &held {
        say!(
            "{:>6}  {:<12}  {:<10}  {:<14}  {}  {}",
            format!("h{}", one.id),
            one.kind,
            day(one.cut_date),
            "held",
            one.name,
            one.reasons_en
        );
    }
    for one in &imports {
        let rows = format!("{} of {} rows", one.counts.accepted, one.counts.read);
        let rows = if one.kind == "undo" { String::new() } else { rows };
        let words = decided("let in", one.accepted_by.as_deref(), one.accepted_reason.as_deref())
            + &decided("taken back", one.ended_by.as_deref(), one.ended_reason.as_deref());
        say!("{:>6}  {:<12}  {:<10}  {:<14}  {}  {rows}{words}", one.id, one.kind, day(one.cut_date), one.state(), one.name);
    }
    if held.is_empty() && imports.is_empty() {
        say!("nothing was imported yet");
    }
    Ok(())
}

async fn show(database: &database::Database, id: ImportId, as_objects: bool) -> anyhow::Result<()> {
    let client = database.write_connection().await?;
    let object = match id {
        ImportId::Import(id) => object(&find_import(&*client, id).await?.with_context(|| format!("there is no import {id}"))?),
        ImportId::Held(id) => {
            let found = holding::held_imports(&*client, Some(id)).await?.pop();
            held_object(&found.with_context(|| format!("there is no held file h{id}"))?)
        }
    };
    if as_objects {
        say!("{object}");
        return Ok(());
    }
    for (name, value) in object.as_object().into_iter().flatten() {
        match value {
            Value::Null => {}
            Value::String(text) => say!("{name}: {text}"),
            other => say!("{name}: {other}"),
        }
    }
    Ok(())
}

/// Who did it, and why.
fn decided(what: &str, by: Option<&str>, reason: Option<&str>) -> String {
    let reason = reason.map(|reason| format!(": {reason}")).unwrap_or_default();
    by.map(|by| format!("; {what} by {by}{reason}")).unwrap_or_default()
}

fn day(day: Option<jiff::civil::Date>) -> String {
    day.map_or_else(|| "no day".to_owned(), |day| day.to_string())
}

fn object(one: &ListedImport) -> Value {
    let counts = one.counts;
    json!({
        "id": one.id.to_string(), "kind": one.kind, "state": one.state(), "name": one.name, "sha256": one.sha256, "layout": one.layout,
        "encoding": one.encoding, "number_format": one.number_format, "publisher": one.publisher,
        "cut_date": one.cut_date, "cut_date_from": one.cut_date_from,
        "covers_from": one.covers.map(|(from, _)| from), "covers_until": one.covers.map(|(_, until)| until),
        "extra_columns": one.extra_columns, "read": counts.read, "accepted": counts.accepted, "quarantined": counts.quarantined,
        "refused": counts.refused, "recorded_at": one.recorded_at, "sample": one.sample, "ended_in": one.ended_in, "ended_at": one.ended_at,
        "ended_by": one.ended_by, "ended_reason": one.ended_reason, "accepted_by": one.accepted_by, "accepted_reason": one.accepted_reason,
        "list": one.series,
    })
}

fn held_object(one: &HeldImport) -> Value {
    let counts = one.counts;
    json!({
        "id": format!("h{}", one.id), "kind": one.kind, "state": one.state, "name": one.name, "sha256": one.sha256, "cut_date": one.cut_date,
        "read": counts.read, "accepted": counts.accepted, "quarantined": counts.quarantined, "refused": counts.refused,
        "reasons": one.reasons, "reasons_en": one.reasons_en, "reasons_es": one.reasons_es, "held_at": one.held_at,
        "decided_at": one.decided_at, "decided_by": one.decided_by, "decided_reason": one.decided_reason, "import": one.source_file,
    })
}
