//! `termometro backup verify`: restores a backup in a throw-away PostgreSQL, compares it with its manifest, and checks it as `termometro verify` does.

use std::path::Path;

use anyhow::Context;

use super::{
    arguments::Given,
    forms::OpenBackup,
    manifest::{DUMP, Manifest, SECRETS},
    restoring::{check_schema, load},
    state::StoredState,
    verified,
};
use crate::{
    app::{self, StopSignal},
    clock::Clock,
    cluster::scratch::ScratchCluster,
    command::{
        exit::{EXIT_DONE, EXIT_FAILED, EXIT_INTERRUPTED},
        verify::{
            self,
            section::{self, Findings, NotedEntry},
        },
    },
    config::Config,
    store::{
        made_again,
        postgres::{database, statements},
    },
    text::hex::hex,
    workflow::{
        common::{known_secrets::KnownSecrets, secrets::Secrets},
        log_check::verify_log,
    },
};

const DATABASE: &str = "restored";

pub(super) async fn run(config: &Config, stop: StopSignal, given: Given) -> anyhow::Result<u8> {
    tokio::select! {
        outcome = check(config, given) => outcome,
        () = stop.received() => Ok(EXIT_INTERRUPTED),
    }
}

async fn check(config: &Config, given: Given) -> anyhow::Result<u8> {
    let open = tokio::task::spawn_blocking(move || OpenBackup::open(&given)).await?;
    let open = match open {
        Ok(open) => open,
        Err(error) => return Ok(not_whole(&error)),
    };
    let folder = open.folder().to_owned();
    let reading = move || {
        let manifest = Manifest::read(&folder)?;
        let faults = manifest.file_faults(&folder)?;
        anyhow::Ok((manifest, faults))
    };
    let (manifest, faults) = match tokio::task::spawn_blocking(reading).await? {
        Ok(read) => read,
        Err(error) => return Ok(not_whole(&error)),
    };
    let files = report("files", manifest.summary(), faults);
    if files > 0 {
        return Ok(ended(files));
    }
    check_schema(&manifest)?;
    let scratch = tokio::task::spawn_blocking(|| {
        let scratch = ScratchCluster::start()?;
        let connection = scratch.create_database(DATABASE)?;
        Ok::<_, crate::cluster::ClusterError>((scratch, connection))
    });
    let (scratch, connection) = scratch.await?.context("starting a throw-away PostgreSQL")?;
    let database = app::pool_on(connection.clone(), config)?;
    let restored = load(&database, &connection, &open.folder().join(DUMP)).await;
    let fault = restored.err().map(|error| format!("{error:#}"));
    let mut faults = report("database", "restoring it in a throw-away PostgreSQL", fault);
    if faults == 0 {
        faults = check_restored(config, &database, &manifest, open.folder()).await?;
    }
    drop(database);
    tokio::task::spawn_blocking(move || drop(scratch)).await?;
    if faults == 0 {
        verified::note(&config.data_dir, &manifest, Clock::System.now())?;
    }
    Ok(ended(faults))
}

async fn check_restored(
    config: &Config,
    database: &database::Database,
    manifest: &Manifest,
    folder: &Path,
) -> anyhow::Result<u64> {
    let mut findings = Findings::of(format!("{} tables counted again, and the heads of both logs", manifest.state.tables.len()));
    // Before anything is brought up to date.
    manifest.state.differences(&state(database).await?, &mut findings);
    verify::print("state", &findings);
    let mut faults = findings.count();
    app::bring_up_to_date(database).await?;
    faults += check_made_again(database, manifest).await?;
    faults += check_secrets(database, manifest, folder).await?;
    let log = verify_log(database, &[], &[]).await?;
    let summary = format!("{} leaves, root {}", log.checked.size, hex(&log.checked.root));
    faults += report("log", summary, log.findings);
    let noted = manifest.state.audit_entry.as_deref().map(str::parse::<NotedEntry>).transpose();
    let noted = noted.map_err(|error| anyhow::anyhow!("the manifest's entry of the audit log is not {error}"))?;
    Ok(faults + verify::check(config, database, noted).await?)
}

async fn state(database: &database::Database) -> anyhow::Result<StoredState> {
    let mut client = section::connection(database).await?;
    client.batch_execute("SET ROLE NONE").await?;
    let (tx, _) = section::hold_state(&mut client).await?;
    let state = StoredState::read(&tx).await?;
    tx.rollback().await?;
    Ok(state)
}

/// As many presentations as there were. Bytes of open-data files are made by a service.
async fn check_made_again(database: &database::Database, manifest: &Manifest) -> anyhow::Result<u64> {
    let Some(stated) = manifest.left_out.iter().find(|one| one.table == made_again::MEDICINE) else { return Ok(0) };
    let found: i64 = database.import_connection().await?.query_one(statements::medicine_count, &[]).await?.try_get("rows")?;
    let fault = (found != stated.rows).then(|| format!("{}: {found} rows, and there were {}", stated.table, stated.rows));
    Ok(report("made again", format!("{found} presentations"), fault))
}

async fn check_secrets(database: &database::Database, manifest: &Manifest, folder: &Path) -> anyhow::Result<u64> {
    let folder = folder.join(SECRETS);
    let known = KnownSecrets::read(database).await?;
    let found = match Secrets::open(&folder) {
        Ok(Some(secrets)) => {
            known.check(&secrets, &folder).map(|()| (secrets.pepper_id, secrets.kid)).map_err(|error| error.to_string())
        }
        Ok(None) if known.is_empty() => return Ok(report("secrets", "none, and the database knows none", None::<String>)),
        Ok(None) => Err("they are not there, and the database knows some".to_owned()),
        Err(error) => Err(error.to_string()),
    };
    let stated = manifest.secrets.as_ref().map(|names| (names.pepper.clone(), names.signing_key.clone()));
    let fault = match &found {
        Err(fault) => Some(fault.clone()),
        Ok(names) if Some(names) != stated.as_ref() => Some("they are others than those that the manifest names".to_owned()),
        Ok(_) => None,
    };
    let (pepper, kid) = found.or(stated.ok_or(())).unwrap_or_default();
    Ok(report("secrets", format!("pepper {pepper}, signing key {kid}"), fault))
}

/// Prints a section, and answers how many faults it has.
fn report(name: &str, summary: impl Into<String>, faults: impl IntoIterator<Item = String>) -> u64 {
    let mut findings = Findings::of(summary);
    faults.into_iter().for_each(|fault| findings.fault(fault));
    verify::print(name, &findings);
    findings.count()
}

fn not_whole(error: &anyhow::Error) -> u8 {
    ended(report("files", "not as they were written", [format!("{error:#}")]))
}

fn ended(faults: u64) -> u8 {
    if faults == 0 {
        say!("sound: this backup can be restored");
        return EXIT_DONE;
    }
    say!("NOT SOUND: {faults} faults in this backup");
    EXIT_FAILED
}
