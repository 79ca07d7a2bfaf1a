//! Makes a backup: one state of the database, dumped and counted, with the secrets that belong to it. It has its name only once it is whole.

use std::{
    ffi::OsString,
    fs,
    io::Write,
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
    time::Instant,
};

use anyhow::{Context, bail};

use super::{
    arguments::MakeArguments,
    forms,
    manifest::{BackupFile, DUMP, FILES, FORMAT, LeftOutTable, Manifest, SECRET_NAMES, SECRETS, SecretNames, write_private},
    state::StoredState,
};
use crate::{
    app::{Database, StopSignal},
    clock::Clock,
    cluster::ClientPrograms,
    command::{
        exit::{EXIT_DONE, EXIT_INTERRUPTED},
        verify::section,
    },
    config::Config,
    spool::{self, Spooled, purpose},
    store::{
        made_again,
        postgres::{database, statements},
        transaction::schema,
    },
    workflow::common::{
        known_secrets::{KnownSecrets, SecretsMismatch},
        secrets::Secrets,
    },
};

/// An import that is under way holds no lock that a dump waits for; who changes tables by hand may.
const LOCK_WAIT: &str = "--lock-wait-timeout=10min";

pub(super) async fn run(config: &Config, stop: StopSignal, arguments: MakeArguments) -> anyhow::Result<u8> {
    let to = arguments.to.context("--to names no place")?;
    if forms::is_stream(&to) && arguments.recipients.is_empty() && std::io::IsTerminal::is_terminal(&std::io::stdout()) {
        bail!("--to - writes a tar stream: send it into a file or another program");
    }
    if !forms::is_stream(&to) && fs::symlink_metadata(&to).is_ok() {
        bail!("{} is there already: a backup is never written over anything", to.display());
    }
    let server = Database::open(config).await?;
    let made = match server.as_it_is(config).await {
        Ok(pool) => tokio::select! {
            made = make(config, (&server, pool), &to, &arguments.recipients) => made,
            () = stop.received() => Ok(EXIT_INTERRUPTED),
        },
        Err(error) => Err(error),
    };
    server.close().await?;
    made
}

async fn make(
    config: &Config,
    (server, pool): (&Database, database::Database),
    to: &Path,
    recipients: &[String],
) -> anyhow::Result<u8> {
    let started = Instant::now();
    let draft = draft(config, to)?;
    let contents = draft.path().join("contents");
    fs::create_dir(&contents).with_context(|| format!("making {}", contents.display()))?;
    let secrets = copy_secrets(config, &pool, &contents).await?;
    let manifest = dump(server, pool, secrets, &contents).await?;
    let summary = manifest.summary();
    let (to_deliver, recipients) = (to.to_owned(), recipients.to_owned());
    let delivering = tokio::task::spawn_blocking(move || forms::deliver(draft, &contents, &to_deliver, &recipients));
    delivering.await.context("writing the backup")??;
    let line = format!("{}: {summary}, {} ms", to.display(), started.elapsed().as_millis());
    // The standard output may be the backup itself.
    if forms::is_stream(to) {
        writeln!(std::io::stderr(), "{line}")?;
    } else {
        say!("{line}");
    }
    Ok(EXIT_DONE)
}

/// Where it is made: beside the place that it is for, so that it comes there in one step.
fn draft(config: &Config, to: &Path) -> anyhow::Result<Spooled> {
    let folder = match to.parent() {
        _ if forms::is_stream(to) => config.spool_dir.clone(),
        Some(parent) if parent != Path::new("") => parent.to_owned(),
        _ => PathBuf::from("."),
    };
    let private = fs::DirBuilder::new().recursive(true).mode(0o700).create(&folder);
    private.with_context(|| format!("making {}", folder.display()))?;
    spool::sweep(&folder, &[purpose::BACKUP]).with_context(|| format!("looking through {}", folder.display()))?;
    Spooled::folder(&folder, purpose::BACKUP).with_context(|| format!("making a folder in {}", folder.display()))
}

/// Those that the database knows; a backup with others, or without, would be of no use.
async fn copy_secrets(config: &Config, pool: &database::Database, contents: &Path) -> anyhow::Result<Option<SecretNames>> {
    let folder = &config.secrets_dir;
    let known = KnownSecrets::read(pool).await.context("reading which secrets the database knows")?;
    let Some(secrets) = Secrets::open(folder)? else {
        return if known.is_empty() { Ok(None) } else { Err(SecretsMismatch::Missing { folder: folder.clone() }.into()) };
    };
    known.check(&secrets, folder)?;
    let private = contents.join(SECRETS);
    fs::create_dir(&private)?;
    for name in SECRET_NAMES {
        let content = fs::read(folder.join(name)).with_context(|| format!("reading {name}"))?;
        write_private(&private.join(name), &content).with_context(|| format!("writing {name}"))?;
    }
    Ok(Some(SecretNames { pepper: secrets.pepper_id, signing_key: secrets.kid }))
}

/// Dump and counts are of one state: that which this transaction holds.
async fn dump(
    server: &Database,
    pool: database::Database,
    secrets: Option<SecretNames>,
    contents: &Path,
) -> anyhow::Result<Manifest> {
    let mut holding = section::connection(&pool).await?;
    // As the owner of the tables: what the service may not read belongs to them too.
    holding.batch_execute("SET ROLE NONE").await?;
    let taken_at = Clock::System.now();
    let (held, snapshot) = section::hold_state(&mut holding).await?;
    let major: i32 = held.query_one(statements::server_version, &[]).await?.try_get("major")?;
    let postgresql = u32::try_from(major)?;
    let programs = tokio::task::spawn_blocking(move || ClientPrograms::find(postgresql)).await??;
    let mut state = StoredState::read(&held).await?;
    let tables: Vec<String> = state.tables.keys().cloned().collect();
    let left_out = made_again::left_out(&held, &tables).await?;
    let mut arguments: Vec<OsString> = ["--format=custom", "--no-password", LOCK_WAIT].map(OsString::from).into();
    arguments.push(format!("--snapshot={snapshot}").into());
    arguments.extend(left_out.iter().map(|one| format!("--exclude-table-data=public.{}", one.table).into()));
    let mut file = OsString::from("--file=");
    file.push(contents.join(DUMP));
    arguments.push(file);
    programs.run("pg_dump", &server.connection_config(), &arguments).await?;
    held.rollback().await?;
    let rows = state.without(&left_out);
    let left_out = left_out.into_iter().zip(rows);
    let manifest = Manifest {
        format: FORMAT.to_owned(),
        program: env!("CARGO_PKG_VERSION").to_owned(),
        taken_at,
        postgresql,
        schema_version: schema::newest(),
        state,
        secrets,
        left_out: left_out.map(|(one, rows)| LeftOutTable { table: one.table, rows, reason: one.reason.to_owned() }).collect(),
        files: files(contents.to_owned()).await?,
    };
    manifest.write(contents)?;
    Ok(manifest)
}

/// What lies there, with its digests.
async fn files(contents: PathBuf) -> anyhow::Result<Vec<BackupFile>> {
    let reading = move || {
        let there = FILES.iter().filter(|name| contents.join(name).exists());
        there.map(|name| BackupFile::of(&contents, name)).collect::<std::io::Result<Vec<_>>>()
    };
    tokio::task::spawn_blocking(reading).await?.context("reading the backup again")
}
