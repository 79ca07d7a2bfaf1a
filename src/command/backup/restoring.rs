//! Brings back a backup: the whole database in one transaction, and the secrets. What is there already stays unless somebody says otherwise.

use std::{
    ffi::OsString,
    fs,
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context, bail, ensure};
use jiff::Timestamp;

use super::{
    arguments::RestoreArguments,
    forms::OpenBackup,
    manifest::{DUMP, Manifest, SECRET_NAMES, SECRETS, write_private},
};
use crate::{
    app::{self, Database, StopSignal},
    clock::Clock,
    cluster::ClientPrograms,
    command::exit::{EXIT_DONE, EXIT_INTERRUPTED},
    config::Config,
    store::{
        postgres::{database, statements},
        transaction::{
            schema::{self, SchemaMismatch},
            service_login,
        },
    },
    workflow::common::{known_secrets::KnownSecrets, secrets::Secrets},
};

/// A closed connection leaves the server a moment later.
const LEAVING_TRIES: u32 = 20;
const LEAVING_PAUSE: Duration = Duration::from_millis(100);
/// The server itself waits for it up to five seconds.
const RENAME_TRIES: u32 = 3;
const DATABASE_NAME_BYTES_MAX: usize = 63;

pub(super) async fn run(config: &Config, stop: StopSignal, arguments: RestoreArguments) -> anyhow::Result<u8> {
    let given = arguments.backup.clone();
    let opening = move || {
        let open = OpenBackup::open(&given)?;
        let manifest = Manifest::read(open.folder())?;
        let faults = manifest.file_faults(open.folder())?;
        ensure!(faults.is_empty(), "this backup is not whole, and nothing was restored:\n{}", faults.join("\n"));
        anyhow::Ok((open, manifest))
    };
    let (open, manifest) = tokio::task::spawn_blocking(opening).await??;
    check_schema(&manifest)?;
    let moved = SecretMoves::plan(&open.folder().join(SECRETS), &config.secrets_dir, manifest.secrets.is_some())?;
    if !arguments.replace {
        moved.refuse_others()?;
    }
    let server = Database::open(config).await?;
    let dump = open.folder().join(DUMP);
    let restored = tokio::select! {
        restored = restore(config, &server, &dump, &moved, arguments.replace) => restored,
        () = stop.received() => Ok(EXIT_INTERRUPTED),
    };
    server.close().await?;
    if matches!(restored, Ok(EXIT_DONE)) {
        say!("restored: {}", manifest.summary());
        for left_out in &manifest.left_out {
            say!("not in the backup: {} ({} rows): {}", left_out.table, left_out.rows, left_out.reason);
        }
    }
    restored
}

/// What a newer program wrote, this one cannot work on.
pub fn check_schema(manifest: &Manifest) -> Result<(), SchemaMismatch> {
    let (found, known) = (manifest.schema_version, schema::newest());
    if found > known { Err(SchemaMismatch::Newer { found, known }) } else { Ok(()) }
}

async fn restore(config: &Config, server: &Database, dump: &Path, secrets: &SecretMoves, replace: bool) -> anyhow::Result<u8> {
    let (connection, now) = (server.connection_config(), Clock::System.now());
    let pool = server.pool(config)?;
    if is_empty(&pool).await? {
        // First, so that whoever is interrupted can begin again: the database is still empty then.
        secrets.carry_out(now)?;
        load(&pool, &connection, dump).await?;
        finish(&pool, &config.secrets_dir).await?;
        return Ok(EXIT_DONE);
    }
    let name = connection.get_dbname().or(connection.get_user()).unwrap_or_default().to_owned();
    ensure!(
        replace,
        "the database {name} is not empty, and nothing was restored: choose an empty one (another TERMOMETRO_DATA_DIR or DATABASE_URL), or say \
         --replace, which keeps the one that is there under another name"
    );
    let (beside, before) = (dated(&name, "restored", now), dated(&name, "before", now));
    execute(&pool, &format!("CREATE DATABASE {}", quoted(&beside)))
        .await
        .context("making a database beside the one that is there")?;
    let mut there = connection.clone();
    there.dbname(&beside);
    let loaded = async {
        let pool = app::pool_on(there.clone(), config)?;
        load(&pool, &there, dump).await?;
        secrets.carry_out(now)?;
        finish(&pool, &config.secrets_dir).await
    };
    if let Err(error) = loaded.await {
        // What is left of it is of no use; the database that is there was not touched.
        let _ = drop_database(&pool, &beside).await;
        return Err(error);
    }
    drop(pool);
    change_places(config, &connection, [&name, &before, &beside]).await?;
    say!("the database that was there is kept as {before}: drop it when it is of no more use");
    Ok(EXIT_DONE)
}

/// Whether nothing is there. Nobody may be at work there; who has just ended is waited for.
async fn is_empty(pool: &database::Database) -> anyhow::Result<bool> {
    let client = pool.import_connection().await?;
    client.batch_execute("SET ROLE NONE").await?;
    for tries_left in (0..LEAVING_TRIES).rev() {
        let others: i64 = client.query_one(statements::other_connections, &[]).await?.try_get("others")?;
        if others == 0 {
            break;
        }
        ensure!(
            tries_left > 0,
            "this database is in use by {others} other connections: stop the service, and whatever else works there, first"
        );
        tokio::time::sleep(LEAVING_PAUSE).await;
    }
    Ok(client.query_one(statements::database_is_empty, &[]).await?.try_get("empty")?)
}

/// All of the dump or nothing, in a database that is empty.
pub async fn load(pool: &database::Database, connection: &tokio_postgres::Config, dump: &Path) -> anyhow::Result<()> {
    service_login::ensure_role(pool).await.context(
        "this account may not make the role of the service: an administrator does, by CREATE ROLE termometro_service NOLOGIN and \
         GRANT termometro_service TO this account",
    )?;
    let major: i32 = pool.import_connection().await?.query_one(statements::server_version, &[]).await?.try_get("major")?;
    let major = u32::try_from(major)?;
    let programs = tokio::task::spawn_blocking(move || ClientPrograms::find(major)).await??;
    let mut arguments: Vec<OsString> =
        ["--single-transaction", "--exit-on-error", "--no-owner", "--no-password"].map(OsString::from).into();
    arguments.push(format!("--dbname={}", connection.get_dbname().or(connection.get_user()).unwrap_or_default()).into());
    arguments.push(dump.into());
    Ok(programs.run("pg_restore", connection, &arguments).await?)
}

/// What is not in a backup is made again, and the secrets are those of this database.
async fn finish(pool: &database::Database, secrets: &Path) -> anyhow::Result<()> {
    app::bring_up_to_date(pool).await?;
    let known = KnownSecrets::read(pool).await?;
    if let Some(at_hand) = Secrets::open(secrets)? {
        known.check(&at_hand, secrets)?;
    }
    Ok(())
}

/// Both names change in one transaction: at no moment is there no database.
async fn change_places(config: &Config, connection: &tokio_postgres::Config, names: [&str; 3]) -> anyhow::Result<()> {
    let [name, before, beside] = names.map(quoted);
    let mut maintenance = connection.clone();
    maintenance.dbname("postgres");
    let pool = app::pool_on(maintenance, config)?;
    let renaming = format!("BEGIN; ALTER DATABASE {name} RENAME TO {before}; ALTER DATABASE {beside} RENAME TO {name}; COMMIT");
    let mut tries = 0;
    loop {
        match execute(&pool, &renaming).await {
            Ok(()) => return Ok(()),
            Err(_) if tries < RENAME_TRIES => tokio::time::sleep(LEAVING_PAUSE).await,
            Err(error) => {
                return Err(error).with_context(|| {
                    format!("the backup is restored as {beside}, which could not take the place of {name}: is a service at work there?")
                });
            }
        }
        tries += 1;
    }
}

async fn drop_database(pool: &database::Database, name: &str) -> anyhow::Result<()> {
    execute(pool, &format!("DROP DATABASE {} WITH (FORCE)", quoted(name))).await
}

/// On a connection of its own, as the log-in itself.
async fn execute(pool: &database::Database, sql: &str) -> anyhow::Result<()> {
    let client = pool.import_connection().await?;
    client.batch_execute("SET ROLE NONE; SET statement_timeout = 0").await?;
    Ok(client.batch_execute(sql).await?)
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// `precios_before_20261130t020000z`.
fn dated(name: &str, what: &str, now: Timestamp) -> String {
    let suffix = format!("_{what}_{}", now.strftime("%Y%m%dt%H%M%Sz"));
    let room = DATABASE_NAME_BYTES_MAX - suffix.len();
    let end = (0..=room.min(name.len())).rev().find(|end| name.is_char_boundary(*end)).unwrap_or_default();
    format!("{}{suffix}", name.get(..end).unwrap_or_default())
}

/// How the secrets of a backup come to their folder.
struct SecretMoves {
    folder: PathBuf,
    /// Those that are not there yet, with their contents.
    missing: Vec<(&'static str, Vec<u8>)>,
    /// Those in whose place another one lies.
    other: Vec<(&'static str, Vec<u8>)>,
}

impl SecretMoves {
    fn plan(from: &Path, folder: &Path, has_secrets: bool) -> anyhow::Result<Self> {
        let mut plan = Self { folder: folder.to_owned(), missing: Vec::new(), other: Vec::new() };
        for name in SECRET_NAMES.into_iter().filter(|_| has_secrets) {
            let content = fs::read(from.join(name)).with_context(|| format!("reading {name} of the backup"))?;
            match fs::read(folder.join(name)) {
                Ok(there) if there.trim_ascii() == content.trim_ascii() => {}
                Ok(_) => plan.other.push((name, content)),
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => plan.missing.push((name, content)),
                Err(error) => return Err(error).with_context(|| format!("reading {}", folder.join(name).display())),
            }
        }
        Ok(plan)
    }

    fn refuse_others(&self) -> anyhow::Result<()> {
        let Some((name, _)) = self.other.first() else { return Ok(()) };
        bail!(
            "{} is another one than the backup's, and nothing was restored: name an empty folder in TERMOMETRO_SECRETS_DIR, or say --replace, which \
             keeps those that are there under other names",
            self.folder.join(name).display()
        );
    }

    fn carry_out(&self, now: Timestamp) -> anyhow::Result<()> {
        let place = self.folder.display();
        let made = fs::DirBuilder::new().recursive(true).mode(0o700).create(&self.folder);
        made.with_context(|| format!("making {place}"))?;
        for (name, _) in &self.other {
            let before = dated(name, "before", now);
            fs::rename(self.folder.join(name), self.folder.join(&before)).with_context(|| format!("keeping {place}/{before}"))?;
            say!("the {name} that was there is kept as {place}/{before}");
        }
        for (name, content) in self.missing.iter().chain(&self.other) {
            let beside = self.folder.join(format!("{name}.{}", std::process::id()));
            write_private(&beside, content).with_context(|| format!("writing {}", beside.display()))?;
            fs::rename(&beside, self.folder.join(name)).with_context(|| format!("writing {place}/{name}"))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_databases_stay_within_their_length() {
        let now: Timestamp = "2026-11-30T02:00:00Z".parse().unwrap();
        assert_eq!(dated("precios", "before", now), "precios_before_20261130t020000z");
        let long = dated(&"ñ".repeat(31), "restored", now);
        assert!(long.len() <= DATABASE_NAME_BYTES_MAX && long.ends_with("ñ_restored_20261130t020000z"), "{long}");
        assert_eq!(quoted("a\"b"), "\"a\"\"b\"");
    }

    #[test]
    fn secrets_that_are_there_are_kept_under_another_name() {
        let base = std::env::temp_dir().join(format!("termometro-moves-{}", std::process::id()));
        let (from, to) = (base.join("from"), base.join("to"));
        fs::create_dir_all(&from).unwrap();
        for name in SECRET_NAMES {
            fs::write(from.join(name), name).unwrap();
        }
        let now: Timestamp = "2026-11-30T02:00:00Z".parse().unwrap();
        let plan = || SecretMoves::plan(&from, &to, true).unwrap();
        plan().carry_out(now).unwrap();
        assert!(plan().missing.is_empty() && plan().other.is_empty());
        fs::write(to.join("pepper"), "another").unwrap();
        assert!(plan().refuse_others().unwrap_err().to_string().contains("to/pepper is another one"));
        plan().carry_out(now).unwrap();
        assert_eq!(fs::read(to.join("pepper")).unwrap(), b"pepper");
        assert_eq!(fs::read(to.join("pepper_before_20261130t020000z")).unwrap(), b"another");
        fs::remove_dir_all(base).unwrap();
    }
}
