//! `termometro export`: the newest open-data files, in a folder.

use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use anyhow::Context;
use clap::Args;
use tokio::io::AsyncWriteExt;

use super::exit::{EXIT_DONE, EXIT_FAILED};
use crate::{
    app::Database,
    config::Config,
    exports::{
        build::{BuildOutcome, Builder},
        data_sets,
        storing::PIECE_BYTES,
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
}

/// What makes the files.
pub fn builder(config: &Config, database: database::Database) -> Builder {
    let reports_every = Duration::from_secs(60 * u64::from(config.exports_reports_minutes));
    Builder { database, folder: config.spool_dir.clone(), kept: config.exports_kept.max(1), reports_every }
}

pub async fn run(config: &Config, arguments: &ExportArguments) -> anyhow::Result<u8> {
    let server = Database::open(config).await?;
    let database = server.migrated(config).await?;
    let code = export(config, database, &arguments.folder).await;
    server.close().await?;
    code
}

async fn export(config: &Config, database: database::Database, folder: &Path) -> anyhow::Result<u8> {
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
    for data_set in data_sets::ALL {
        let newest = versions.iter().find(|version| version.data_set == data_set.name);
        let newest = newest.with_context(|| format!("{} has no version", data_set.name))?;
        write_version(&read_model, newest, folder).await?;
        say!("{}/{}: {} rows", newest.data_set, newest.version, newest.rows);
    }
    let sample = read_model.data_version().await?.sample;
    let body = |one: &&_| ExportBody::new(one, &versions, sample, Language::default());
    let manifest: Vec<_> = data_sets::ALL.iter().map(body).collect();
    tokio::fs::write(folder.join("manifest.json"), serde_json::to_string_pretty(&manifest)? + "\n").await?;
    Ok(EXIT_DONE)
}

/// Each data set has a schema: `medicines.schema.json`.
async fn write_version(read_model: &ReadModel, version: &ExportVersion, folder: &Path) -> anyhow::Result<()> {
    for file in version.files.iter().filter(|file| file.base.is_none()) {
        let found = read_model.find_export(&version.data_set, &version.version, &file.name).await?;
        let FileLookup::File(stored) = found else { anyhow::bail!("{} went away", file.name) };
        let name = if file.format == "schema" { format!("{}.{}", version.data_set, file.name) } else { file.name.clone() };
        let path = folder.join(name);
        write_file(read_model, &stored, &path).await.with_context(|| format!("writing {}", path.display()))?;
    }
    Ok(())
}

async fn write_file(read_model: &ReadModel, file: &StoredFile, path: &Path) -> anyhow::Result<()> {
    let mut out = tokio::fs::File::create(path).await?;
    for ordinal in 0..i32::try_from(file.bytes.div_ceil(PIECE_BYTES))? {
        out.write_all(&read_model.export_piece(file.id, ordinal).await?).await?;
    }
    out.flush().await?;
    Ok(())
}
