//! What commands that write share.

use std::{os::unix::fs::DirBuilderExt, path::Path, time::Duration};

use anyhow::Context;
use clap::Args;

use crate::{
    clock::Clock,
    config::Config,
    outbound::{
        oidc::provider::{IdentityProvider, ProviderSettings},
        url_policy::UrlPolicy,
    },
    store::postgres::database::Database,
    workflow::{
        Workflow,
        common::{
            known_secrets::{KnownSecrets, SecretsMismatch},
            secrets::Secrets,
        },
    },
};

const CHECK_INTERVAL: Duration = Duration::from_secs(1);

/// Whether secrets may take the place of those that a database knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Args)]
pub struct SecretsChoice {
    /// Go on with secrets that this database does not know: API keys made before stop working, receipts are signed by another key
    #[arg(long, global = true)]
    new_secrets: bool,
}

/// The write side, with its secrets, once they are known to be this database's.
pub async fn workflow(config: &Config, database: Database, choice: SecretsChoice) -> anyhow::Result<Workflow> {
    let known = KnownSecrets::read(&database).await.context("reading which secrets the database knows")?;
    let folder = &config.secrets_dir;
    let secrets = if known.is_empty() || choice.new_secrets {
        Secrets::open_or_create(folder)?
    } else {
        Secrets::open(folder)?.ok_or_else(|| SecretsMismatch::Missing { folder: folder.clone() })?
    };
    accept(&known, &database, &secrets, folder, choice).await?;
    with_secrets(config, database, secrets)
}

/// The write side while the database is away: with secrets that are there already, to be checked once it answers.
pub fn unchecked_workflow(config: &Config, database: Database) -> anyhow::Result<Workflow> {
    let folder = &config.secrets_dir;
    let secrets = Secrets::open(folder)?.with_context(|| {
        format!(
            "the database does not answer and {} holds no secrets: whether new ones may be made cannot be known now",
            folder.display()
        )
    })?;
    with_secrets(config, database, secrets)
}

/// Checks the secrets of a service that started without its database. Returns once they are accepted, or with why they are not.
pub async fn check_secrets(workflow: &Workflow, folder: &Path, choice: SecretsChoice) -> Result<(), SecretsMismatch> {
    loop {
        let outcome = match KnownSecrets::read(&workflow.database).await {
            Ok(known) => accept(&known, &workflow.database, &workflow.secrets, folder, choice).await,
            Err(error) => Err(error.into()),
        };
        match outcome.map_err(|error| error.downcast::<SecretsMismatch>()) {
            Ok(()) => return Ok(()),
            Err(Ok(mismatch)) => return Err(mismatch),
            // The database is still away.
            Err(Err(_)) => tokio::time::sleep(CHECK_INTERVAL).await,
        }
    }
}

async fn accept(
    known: &KnownSecrets,
    database: &Database,
    secrets: &Secrets,
    folder: &Path,
    choice: SecretsChoice,
) -> anyhow::Result<()> {
    match known.check(secrets, folder) {
        Err(mismatch) if !choice.new_secrets => return Err(mismatch.into()),
        Err(_) => tracing::warn!(
            pepper = secrets.pepper_id,
            kid = secrets.kid,
            "secrets: new ones are in use, API keys made with others stop working"
        ),
        Ok(()) => {}
    }
    Ok(known.add(database, secrets, Clock::System.now()).await?)
}

fn with_secrets(config: &Config, database: Database, secrets: Secrets) -> anyhow::Result<Workflow> {
    // Uploads of reporters are private until they are stored.
    let private = std::fs::DirBuilder::new().recursive(true).mode(0o700).create(&config.spool_dir);
    private.with_context(|| format!("making {}", config.spool_dir.display()))?;
    let max_age_days = i32::try_from(config.ceiling_list_age_days_max)?;
    Ok(Workflow::new(database, secrets, max_age_days, config.spool_dir.clone())
        .with_targets(UrlPolicy::new(config.watch_loopback))
        .with_provider(provider(config)?)
        .sending_mail(config.mail.is_some())
        .giving_free_keys(config.rates.keys_per_address_per_day > 0))
}

/// The provider by which people may sign in, if one is set.
fn provider(config: &Config) -> anyhow::Result<Option<IdentityProvider>> {
    let Some(oidc) = &config.oidc else { return Ok(None) };
    let settings = ProviderSettings {
        client_secret: oidc.client_secret.as_ref().map(|secret| secret.reveal().to_owned()),
        hosts: oidc.hosts.clone(),
        ..ProviderSettings::new(oidc.issuer.clone(), oidc.client_id.clone(), oidc.loopback)
    };
    IdentityProvider::new(settings).map(Some).map_err(|why| anyhow::anyhow!("TERMOMETRO_OIDC_ISSUER cannot be used: {why}"))
}
