//! `termometro export`: the newest open-data files, in a folder.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    time::{Duration, Instant, SystemTime},
};

use anyhow::Context;
use clap::Args;
use serde_json::Value as Json;
use tokio::io::AsyncWriteExt;

use super::exit::{EXIT_DONE, EXIT_FAILED};
use crate::{
    app::Database,
    config::Config,
    exports::{
        build::{BuildOutcome, Builder},
        data_sets,
        stored_file::bytes_from,
    },
    http::{Language, wire::open_data::export::ExportBody},
    read_model::{
        ReadModel,
        service::exports::{ExportVersion, FileLookup, StoredFile},
    },
    store::postgres::database,
};

#[derive(Debug, Args)]
pub struct ExportArguments {
    /// Made where it is missing; a file of the same name is replaced.
    folder: PathBuf,
    /// Also, of a data set in periods, the files with all of them.
    #[arg(long)]
    whole: bool,
}

/// What makes the files.
pub fn builder(config: &Config, database: database::Database) -> Builder {
    let reports_every = Duration::from_secs(60 * u64::from(config.exports_reports_minutes));
    Builder { database, folder: config.spool_dir.clone(), kept: config.exports_kept.max(1), reports_every }
}

pub async fn run(config: &Config, arguments: &ExportArguments) -> anyhow::Result<u8> {
    let server = Database::open(config).await?;
    let database = server.migrated(config).await?;
    let code = export(config, database, arguments).await;
    server.close().await?;
    code
}

async fn export(config: &Config, database: database::Database, arguments: &ExportArguments) -> anyhow::Result<u8> {
    let folder = &arguments.folder;
    for folder in [&config.spool_dir, folder] {
        tokio::fs::create_dir_all(folder).await.with_context(|| format!("making {}", folder.display()))?;
    }
    let start = Instant::now();
    // Who asks for the newest files does not want to wait for them.
    let builder = Builder { reports_every: Duration::ZERO, ..builder(config, database.clone()) };
    match builder.refresh(true).await? {
        BuildOutcome::Busy => {
            say!("a service is making the files at this moment: try again when it is done");
            return Ok(EXIT_FAILED);
        }
        BuildOutcome::UpToDate => say!("nothing changed since they were made"),
        BuildOutcome::Built(versions) => say!("{} new versions made in {} ms", versions.len(), start.elapsed().as_millis()),
    }
    let read_model = ReadModel::new(database, i32::try_from(config.ceiling_list_age_days_max)?);
    let versions = read_model.list_exports().await?;
    let mut target = ExportFolder::open(folder);
    for data_set in data_sets::ALL {
        let newest = versions.iter().find(|version| version.data_set == data_set.name);
        let newest = newest.with_context(|| format!("{} has no version", data_set.name))?;
        target.write_version(&read_model, newest, arguments.whole).await?;
        say!("{}/{}: {} rows", newest.data_set, newest.version, newest.rows);
    }
    let sample = read_model.data_version().await?.sample;
    let body = |one: &&_| ExportBody::new(one, &versions, sample, Language::default());
    let manifest: Vec<_> = data_sets::ALL.iter().map(body).collect();
    tokio::fs::write(folder.join("manifest.json"), serde_json::to_string_pretty(&manifest)? + "\n").await?;
    // Last, so that it names what is there.
    tokio::fs::write(folder.join(WRITTEN), serde_json::to_string_pretty(&target.written)? + "\n").await?;
    Ok(EXIT_DONE)
}

/// The files that the last run wrote, with their digests.
const WRITTEN: &str = "written.json";

/// The folder: what the last run wrote there, and what this one did.
struct ExportFolder<'a> {
    folder: &'a Path,
    before: BTreeMap<String, String>,
    before_at: Option<SystemTime>,
    written: BTreeMap<String, String>,
}

impl<'a> ExportFolder<'a> {
    fn open(folder: &'a Path) -> Self {
        let list = folder.join(WRITTEN);
        let before = std::fs::read(&list).ok().and_then(|text| serde_json::from_slice(&text).ok()).unwrap_or_default();
        let before_at = std::fs::metadata(&list).and_then(|list| list.modified()).ok();
        Self { folder, before, before_at, written: BTreeMap::new() }
    }

    /// Each data set has a schema: `medicines.schema.json`.
    async fn write_version(&mut self, read_model: &ReadModel, version: &ExportVersion, whole: bool) -> anyhow::Result<()> {
        let manifest = version.files.iter().find(|file| file.format == "manifest");
        for file in version.files.iter().filter(|file| file.base.is_none()) {
            let about = matches!(file.format.as_str(), "schema" | "manifest");
            if !about && manifest.is_some() && !whole {
                continue;
            }
            let name = if about { format!("{}.{}", version.data_set, file.name) } else { file.name.clone() };
            let address = Address { data_set: &version.data_set, version: &version.version, file: &file.name };
            self.write(read_model, address, &file.sha256, &name).await?;
        }
        let Some(manifest) = manifest else { return Ok(()) };
        let list = tokio::fs::read(self.folder.join(format!("{}.{}", version.data_set, manifest.name))).await?;
        let list: Json = serde_json::from_slice(&list)?;
        let periods = list["periods"].as_array().context("a manifest without periods")?;
        for period in periods {
            let made_in = period["version"].as_str().context("a period without its version")?;
            for file in period["files"].as_array().context("a period without files")? {
                let (name, sha256) = file["name"].as_str().zip(file["sha256"].as_str()).context("a file without its name")?;
                let address = Address { data_set: &version.data_set, version: made_in, file: name };
                self.write(read_model, address, sha256, name).await?;
            }
        }
        Ok(())
    }

    /// What the last run wrote and no one touched since stays.
    async fn write(&mut self, read_model: &ReadModel, address: Address<'_>, sha256: &str, as_name: &str) -> anyhow::Result<()> {
        let path = self.folder.join(as_name);
        if self.before.get(as_name).is_none_or(|before| before != sha256) || !self.is_untouched(&path) {
            let Address { data_set, version, file } = address;
            let FileLookup::File(stored) = read_model.find_export(data_set, version, file).await? else {
                anyhow::bail!("{file} went away");
            };
            write_file(read_model, &stored, &path).await.with_context(|| format!("writing {}", path.display()))?;
        }
        self.written.insert(as_name.to_owned(), sha256.to_owned());
        Ok(())
    }

    /// Since the last run named what it had written.
    fn is_untouched(&self, path: &Path) -> bool {
        let modified = std::fs::metadata(path).and_then(|there| there.modified()).ok();
        modified.zip(self.before_at).is_some_and(|(modified, before)| modified <= before)
    }
}

/// Of a file among those of the service.
struct Address<'a> {
    data_set: &'a str,
    version: &'a str,
    file: &'a str,
}

async fn write_file(read_model: &ReadModel, file: &StoredFile, path: &Path) -> anyhow::Result<()> {
    let mut out = tokio::io::BufWriter::new(tokio::fs::File::create(path).await?);
    let mut at = 0;
    while at < file.bytes {
        let bytes = bytes_from(read_model, file, at).await?;
        out.write_all(&bytes).await?;
        at += bytes.len() as u64;
    }
    out.flush().await?;
    Ok(())
}
