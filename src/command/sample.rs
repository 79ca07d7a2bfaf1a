//! The bundled sample: the project's own small set in the official layouts, inside the program, for an empty database.

use std::sync::Arc;

use anyhow::Context;

use crate::{
    clock::Clock,
    importing::{ImportOptions, import_file},
    ingest::SourceKind,
    store::pool::Database,
};

/// In the order in which each can use the one before.
const FILES: &[(SourceKind, &str, &[u8])] = &[
    (SourceKind::Ceilings, "ceilings.xlsx", include_bytes!("../../sample/ceilings.xlsx")),
    (SourceKind::Catalogue, "catalogue.csv", include_bytes!("../../sample/catalogue.csv")),
    (SourceKind::Thermometer, "thermometer.csv", include_bytes!("../../sample/thermometer.csv")),
    (SourceKind::Sismed, "sismed.csv", include_bytes!("../../sample/sismed.csv")),
];

pub async fn import_when_empty(database: &Database, max_age_days: i32) -> anyhow::Result<()> {
    let rows = database.lease().await?.query(crate::store::statements::any_source_file, &[]).await?;
    if !rows.is_empty() {
        return Ok(());
    }
    say!("The database is empty: importing the bundled sample (invented reports, real public ceilings)…");
    let folder = std::env::temp_dir().join(format!("termometro-sample-{}", std::process::id()));
    std::fs::create_dir_all(&folder).context("a folder for the sample")?;
    let imported = import_all(database, max_age_days, &folder).await;
    // The copies served their purpose; leaving them behind would be untidy, not wrong.
    let _ = std::fs::remove_dir_all(&folder);
    imported
}

async fn import_all(database: &Database, max_age_days: i32, folder: &std::path::Path) -> anyhow::Result<()> {
    let options = ImportOptions { dry_run: false, max_age_days, cut_date: None, clock: Clock::System };
    for (kind, name, bytes) in FILES {
        let path = folder.join(name);
        std::fs::write(&path, bytes).with_context(|| format!("writing {}", path.display()))?;
        let report = import_file(database, *kind, &path, &options, Arc::new(|_, _| {})).await?;
        let counts = report.counts;
        say!(
            "  {name}: read {} = accepted {} + quarantined {} + refused {}",
            counts.read,
            counts.accepted,
            counts.quarantined,
            counts.refused
        );
    }
    Ok(())
}
