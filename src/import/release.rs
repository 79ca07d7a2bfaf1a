//! Lets a held file in by a person's word: its bytes leave the database, and are imported as any file is.

use std::{path::Path, sync::Arc};

use jiff::Timestamp;

use super::{
    file::import_file,
    report::{Acceptance, ImportError, ImportOptions, ImportReport},
};
use crate::{
    clock::Clock,
    ingest::SourceKind,
    spool::{Spooled, purpose},
    store::{
        feeds,
        imports::holding::{self, HeldImport},
        postgres::{
            database::Database,
            error::{StoreError, corrupt},
        },
    },
};

/// Where the copy lies while it is read, how long lists speak, and when a change of verdicts is entered.
#[derive(Clone, Copy, Debug)]
pub struct ReleaseOptions<'a> {
    pub folder: &'a Path,
    pub max_age_days: i32,
    pub clock: Clock,
}

impl<'a> ReleaseOptions<'a> {
    /// As at this instant.
    pub fn at(folder: &'a Path, max_age_days: i32, now: Timestamp) -> Self {
        Self { folder, max_age_days, clock: Clock::Fixed(now) }
    }
}

/// # Errors
/// As any import.
pub async fn release_file(
    database: &Database,
    held: &HeldImport,
    acceptance: Acceptance,
    options: &ReleaseOptions<'_>,
) -> Result<ImportReport, ImportError> {
    let unusable = |error: std::io::Error| StoreError::Bug(Box::new(error));
    let kind: SourceKind = held.kind.parse().map_err(|_| corrupt("held import", &held.kind))?;
    tokio::fs::create_dir_all(options.folder).await.map_err(unusable)?;
    let folder = Spooled::folder(options.folder, purpose::RELEASE).map_err(unusable)?;
    // Under its own name: the day it speaks for may stand in it.
    let name = Path::new(&held.name).file_name().ok_or_else(|| corrupt("held import", &held.name))?;
    let path = folder.path().join(name);
    let origin = {
        let client = database.write_connection().await?;
        holding::write_body(&*client, held.id, &path).await?;
        feeds::origin_of_held(&client, held.id).await?
    };
    let new = ImportOptions::new(options.max_age_days, options.clock);
    let options = ImportOptions { cut_date: held.given_cut_date, acceptance: Some(acceptance), origin, ..new };
    import_file(database, kind, &path, &options, Arc::new(|_, _| {})).await
}
