//! What commands that write share.

use std::os::unix::fs::DirBuilderExt;

use anyhow::Context;

use crate::{
    config::Config,
    store::postgres::database::Database,
    workflow::{
        Workflow,
        common::{secrets::Secrets, url_policy::UrlPolicy},
    },
};

/// The write side, with its secrets.
pub fn workflow(config: &Config, database: Database) -> anyhow::Result<Workflow> {
    let secrets = Secrets::open_or_create(&config.secrets_dir)?;
    // Uploads of reporters are private until they are stored.
    let private = std::fs::DirBuilder::new().recursive(true).mode(0o700).create(&config.spool_dir);
    private.with_context(|| format!("making {}", config.spool_dir.display()))?;
    let max_age_days = i32::try_from(config.ceiling_list_age_days_max)?;
    Ok(Workflow::new(database, secrets, max_age_days, config.spool_dir.clone())
        .with_targets(UrlPolicy::new(config.watch_loopback))
        .giving_free_keys(config.rates.keys_per_address_per_day > 0))
}
