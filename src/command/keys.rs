//! `termometro keys`: the owner of the machine makes a key that makes keys while none is alive; all others need such a key.

use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use jiff::civil::Date;
use serde_json::json;

use super::{exit::EXIT_DONE, write_side::SecretsChoice};
use crate::{
    app::Database,
    clock::Clock,
    config::Config,
    domain::{
        access::{
            admin_key::AdminKeyWarning,
            principal::{Actor, PrincipalKind, Scope},
        },
        identifier::nit::Nit,
    },
    workflow::{
        Workflow,
        access::{
            identities::{LinkedIdentity, NewIdentity},
            keys::{Company, Holder, ListedKey, MadeKey, NewKey},
        },
    },
};

#[derive(Debug, Args)]
pub struct KeysArguments {
    #[command(subcommand)]
    command: KeysCommand,
    /// One JSON object a key.
    #[arg(long, global = true)]
    json: bool,
    #[command(flatten)]
    secrets: SecretsChoice,
}

#[derive(Debug, Subcommand)]
enum KeysCommand {
    /// Make a key that makes others and lives one day: whenever no living key makes keys.
    Bootstrap,
    /// Make a key for a new principal, or a second one for a known one. Needs TERMOMETRO_ADMIN_KEY.
    Create(CreateArguments),
    /// Confirm a regulator's key, which opens nothing before. TERMOMETRO_ADMIN_KEY holds the key of a regulator, or of an operator other than
    /// the one who made it (and neither made the other's key).
    Confirm {
        /// The key's public id.
        id: String,
        /// The name of its holder: what is confirmed is what was meant.
        #[arg(long, allow_hyphen_values = true)]
        holder: String,
        /// Of a key that `link` made: the subject that it is for.
        #[arg(long, allow_hyphen_values = true)]
        subject: Option<String>,
        /// Why, for the audit log.
        #[arg(long, allow_hyphen_values = true)]
        reason: Option<String>,
        /// As the owner of the machine, without a key: only while nobody else could confirm it.
        #[arg(long)]
        as_host: bool,
    },
    /// Let somebody whom the identity provider knows sign in to the work area as a known principal. A key stands for the link: it is confirmed,
    /// revoked and listed as all others, and nobody sees its secret. Needs TERMOMETRO_ADMIN_KEY.
    Link(LinkArguments),
    /// Revoke a key; running services notice within two seconds. Needs TERMOMETRO_ADMIN_KEY.
    Revoke {
        /// The key's public id: the ten characters before its secret.
        id: String,
        /// Why, for the audit log.
        #[arg(long, allow_hyphen_values = true)]
        reason: String,
        /// As the owner of the machine, without a key: when the key that makes keys is lost or stolen.
        #[arg(long)]
        as_host: bool,
    },
    /// List all keys, without their secrets. Needs TERMOMETRO_ADMIN_KEY.
    List,
}

#[derive(Debug, Args)]
struct CreateArguments {
    /// reporter, regulator, operator, auditor or developer: for a new principal.
    #[arg(long, value_parser = kind, required_unless_present = "principal", conflicts_with = "principal")]
    kind: Option<PrincipalKind>,
    /// The person's or company's name.
    #[arg(long, required_unless_present = "principal", conflicts_with = "principal", allow_hyphen_values = true)]
    name: Option<String>,
    /// The principal that is to have a second key, while it changes from one to the other.
    #[arg(long)]
    principal: Option<String>,
    /// The reporter's NIT, with or without its check digit.
    #[arg(long)]
    nit: Option<Nit>,
    /// What the reporter is: laboratory, importer, wholesaler, hospital, insurer or other.
    #[arg(long, default_value = "other")]
    actor: String,
    /// The first day from which the reporter owes reports.
    #[arg(long, default_value = "2020-01-01")]
    obliged_from: Date,
    /// Comma-separated; without it, all that the kind can hold.
    #[arg(long, value_delimiter = ',', value_parser = scope)]
    scopes: Vec<Scope>,
    /// Days until it expires: at most 90 for a regulator, 365 for others.
    #[arg(long, default_value_t = 90)]
    days: i32,
}

#[derive(Debug, Args)]
struct LinkArguments {
    /// The principal, as `keys list` names it.
    #[arg(long)]
    principal: String,
    /// The subject (`sub`) by which the provider knows the person; the page that refuses them says it.
    #[arg(long, allow_hyphen_values = true)]
    subject: String,
    /// The provider, where it is another than TERMOMETRO_OIDC_ISSUER.
    #[arg(long)]
    issuer: Option<String>,
    /// Comma-separated; without it, all that the principal's kind can hold.
    #[arg(long, value_delimiter = ',', value_parser = scope)]
    scopes: Vec<Scope>,
    /// Days until it expires: at most 90 for a regulator, 365 for others.
    #[arg(long, default_value_t = 90)]
    days: i32,
}

fn kind(text: &str) -> Result<PrincipalKind, String> {
    PrincipalKind::from_code(text).ok_or_else(|| "one of reporter, regulator, operator, auditor, developer".to_owned())
}

fn scope(text: &str) -> Result<Scope, String> {
    let known = || Scope::ALL.iter().map(|scope| scope.code()).collect::<Vec<_>>().join(", ");
    Scope::from_code(text).ok_or_else(|| format!("one of {}", known()))
}

pub async fn run(config: &Config, arguments: KeysArguments) -> anyhow::Result<u8> {
    let server = Database::open(config).await?;
    let database = server.migrated(config).await?;
    let workflow = super::write_side::workflow(config, database, arguments.secrets).await?;
    let outcome = carry_out(config, &workflow, &arguments).await;
    drop(workflow);
    server.close().await?;
    outcome?;
    Ok(EXIT_DONE)
}

async fn carry_out(config: &Config, workflow: &Workflow, arguments: &KeysArguments) -> anyhow::Result<()> {
    let now = Clock::System.now();
    match &arguments.command {
        KeysCommand::Bootstrap => show(workflow, &workflow.bootstrap(now).await?, arguments.json).await?,
        KeysCommand::Create(create) => {
            let by = administrator(config, workflow).await?;
            show(workflow, &workflow.create_key(&by, &new_key(create)?, now).await?, arguments.json).await?;
        }
        KeysCommand::Confirm { id, holder, subject, reason, as_host } => {
            let by = if *as_host { None } else { Some(holder_of_key(config, workflow).await?) };
            let (by, named) = (by.as_ref(), (holder.as_str(), reason.as_deref()));
            let key = match subject {
                Some(subject) => workflow.confirm_identity_here(by, (id, subject), named, now).await?,
                None => workflow.confirm_key_here(by, id, named, now).await?,
            };
            say!("{id} of {} ({}) opens from now on", key.name, key.principal);
        }
        KeysCommand::Link(link) => {
            let by = administrator(config, workflow).await?;
            let issuer = link.issuer.clone().or_else(|| config.oidc.as_ref().map(|oidc| oidc.issuer.clone()));
            let issuer = issuer.context("--issuer, or TERMOMETRO_OIDC_ISSUER")?;
            let new = NewIdentity {
                principal: link.principal.clone(),
                issuer,
                subject: link.subject.clone(),
                scopes: (!link.scopes.is_empty()).then(|| link.scopes.clone()),
                days: link.days,
            };
            show_link(&workflow.link_identity(&by, &new, now).await?, &new, arguments.json);
        }
        KeysCommand::Revoke { id, reason, as_host: true } => {
            workflow.revoke_key_as_host(id, reason, now).await?;
            say!("{id} is revoked");
        }
        KeysCommand::Revoke { id, reason, as_host: false } => {
            let by = administrator(config, workflow).await?;
            workflow.revoke_key(&by, id, reason, now).await?;
            say!("{id} is revoked");
        }
        KeysCommand::List => {
            administrator(config, workflow).await?;
            workflow.list_keys(None).await?.iter().for_each(|key| list(key, arguments.json));
            if let Some(warning) = workflow.look_for_admin_keys(now).await? {
                warn(warning, arguments.json);
            }
        }
    }
    Ok(())
}

async fn administrator(config: &Config, workflow: &Workflow) -> anyhow::Result<Actor> {
    let actor = holder_of_key(config, workflow).await?;
    if actor.has(Scope::KeysAdmin) { Ok(actor) } else { bail!("the key in TERMOMETRO_ADMIN_KEY may not make keys") }
}

async fn holder_of_key(config: &Config, workflow: &Workflow) -> anyhow::Result<Actor> {
    let key =
        config.admin_key.as_ref().context("TERMOMETRO_ADMIN_KEY must hold a key that makes keys (`keys bootstrap` makes one)")?;
    match workflow.actor(key.reveal(), Clock::System.now()).await? {
        Ok(actor) => Ok(actor),
        Err(why) => bail!("the key in TERMOMETRO_ADMIN_KEY opens nothing: {why:?}"),
    }
}

fn new_key(create: &CreateArguments) -> anyhow::Result<NewKey> {
    let holder = match (&create.principal, create.kind, &create.name) {
        (Some(id), ..) => Holder::Known(id.clone()),
        (None, Some(kind), Some(name)) => {
            let company = create.nit.map(|nit| Company {
                nit: nit.digits(),
                actor: create.actor.clone(),
                obliged_from: create.obliged_from,
            });
            Holder::New { kind, name: name.clone(), company }
        }
        _ => bail!("--kind and --name for a new principal, or --principal for a known one"),
    };
    let scopes = (!create.scopes.is_empty()).then(|| create.scopes.clone());
    Ok(NewKey { holder, scopes, days: create.days })
}

/// The only time the secret is shown.
async fn show(workflow: &Workflow, made: &MadeKey, as_json: bool) -> anyhow::Result<()> {
    let (key, id, principal) = (made.key.reveal(), &made.key.id, &made.principal);
    if as_json {
        let mut line = json!({"key": key, "id": id, "principal": principal, "expires_at": made.expires_at.to_string()});
        if made.pending {
            line["pending"] = true.into();
        }
        say!("{line}");
        return Ok(());
    }
    say!("{key}");
    say!("  {} {principal}, key {id}, until {}. Keep it now: it is not shown again.", made.key.kind, made.expires_at);
    if made.pending && workflow.has_second_person(id, Clock::System.now()).await? {
        say!(
            "  It opens nothing until a regulator or another operator confirms it: `termometro keys confirm {id} --holder NAME` with their \
             key, or POST /v1/api-keys/{id}/confirmation."
        );
    } else if made.pending {
        say!(
            "  It opens nothing until it is confirmed. There is no second person yet who could: the owner of this machine counts as one, by \
             `termometro keys confirm {id} --holder NAME --as-host`."
        );
    }
    Ok(())
}

fn show_link(linked: &LinkedIdentity, new: &NewIdentity, as_json: bool) {
    let LinkedIdentity { key, principal, expires_at, pending } = linked;
    let (issuer, subject) = (&new.issuer, &new.subject);
    if as_json {
        let expires_at = expires_at.to_string();
        say!(
            "{}",
            json!({"id": key, "principal": principal, "issuer": issuer, "subject": subject, "expires_at": expires_at, "pending": pending})
        );
        return;
    }
    say!("{principal} signs in as {subject} of {issuer}, key {key}, until {expires_at}. `termometro keys revoke {key}` ends it.");
    if *pending {
        say!(
            "  Only once a regulator or another operator confirms it: `termometro keys confirm {key} --holder NAME --subject SUBJECT` with \
             their key."
        );
    }
}

/// Below the list: the last key that makes keys ends soon, or none is alive.
fn warn(warning: AdminKeyWarning, as_json: bool) {
    if as_json {
        say!("{}", json!({"warning": warning.code(), "at": warning.ends_at().map(|at| at.to_string())}));
        return;
    }
    match warning {
        AdminKeyWarning::LastEnds(at) => {
            say!(
                "! The last key that makes keys ends at {at}: make another one before, `termometro keys create --kind operator`."
            );
        }
        AdminKeyWarning::NoneAlive => say!("! No living key makes keys: `termometro keys bootstrap` makes one."),
    }
}

/// The same for the log of the service.
pub fn log_warning(warning: AdminKeyWarning) {
    match warning {
        AdminKeyWarning::LastEnds(at) => {
            tracing::warn!(%at, "auth: last key that makes keys ends soon, `termometro keys create --kind operator` makes another");
        }
        AdminKeyWarning::NoneAlive => {
            tracing::warn!("auth: no living key makes keys, `termometro keys bootstrap` makes one");
        }
    }
}

fn list(key: &ListedKey, as_json: bool) {
    if as_json {
        let instants = [Some(key.created_at), Some(key.expires_at), key.revoked_at].map(|at| at.map(|at| at.to_string()));
        let mut line = json!({"id": key.id, "principal": key.principal, "kind": key.kind, "name": key.name, "nit": key.nit,
            "scopes": key.scopes, "created_at": instants[0], "expires_at": instants[1], "revoked_at": instants[2], "pending": key.pending,
            "created_by": key.created_by, "confirmed_by": key.confirmed_by, "confirmed_at": key.confirmed_at.map(|at| at.to_string())});
        if let Some((issuer, subject)) = &key.identity {
            line["identity"] = json!({"issuer": issuer, "subject": subject});
        }
        say!("{line}");
        return;
    }
    let state = match key.revoked_at {
        Some(at) => format!("revoked {at}"),
        None if key.pending => format!("pending, until {}", key.expires_at),
        None => format!("until {}", key.expires_at),
    };
    let state = match &key.identity {
        Some((issuer, subject)) => format!("{state}  {subject} of {issuer}"),
        None => state,
    };
    say!("{}  {}  {}  {}  {}  {state}", key.id, key.principal, key.kind, key.name, key.scopes.join(","));
}
