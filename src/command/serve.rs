//! `termometro serve` and `termometro run`: the service, and the one command for newcomers that includes it.

use std::{
    net::SocketAddr,
    num::NonZeroU32,
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::Context;
use tokio::net::TcpListener;

use super::{
    exit::{EXIT_DATABASE_LOST, EXIT_DONE, EXIT_OTHER_SECRETS},
    gauges, sample,
    write_side::{self, SecretsChoice},
};
use crate::{
    app::{Database, StopSignal},
    clock::Clock,
    config::{Config, MailTls},
    exports,
    http::{
        self, App, Limits,
        access::rate_limit::{ClientLimiter, RateLimits},
        cache::AnswerCache,
        server::{metrics_listener, site::Site},
    },
    outbound::mail_relay::{MailRelay, RelaySettings, RelayTls},
    read_model::ReadModel,
    spool::{self, Swept, purpose},
    store::{self, transaction::schema::SchemaMismatch},
    systemd::ServiceManager,
    workflow::{
        Workflow,
        common::{error::WorkflowError, known_secrets::SecretsMismatch},
        mail::sending::{MailPace, MailSender},
        webhooks::{
            client::{Timeouts, WebhookClient},
            delivering::{RetryPolicy, WebhookSender},
        },
    },
};

/// For a receiver to take the connection, and to have answered.
const WEBHOOK_CONNECT: std::time::Duration = std::time::Duration::from_secs(5);
const WEBHOOK_OVERALL: std::time::Duration = std::time::Duration::from_secs(15);
/// For a relay to have taken a message.
const MAIL_OVERALL: std::time::Duration = std::time::Duration::from_secs(60);
/// What a program that died left behind is gone well within the hour.
const SWEEP_INTERVAL: std::time::Duration = std::time::Duration::from_secs(600);
const UNFINISHED_INTERVAL: std::time::Duration = std::time::Duration::from_secs(5);
const FORGET_INTERVAL: std::time::Duration = std::time::Duration::from_secs(60 * 60);
const ADMIN_KEY_INTERVAL: std::time::Duration = std::time::Duration::from_secs(10 * 60);
/// Rounds of looking for keys that make keys between two lines of the log: a day.
const ADMIN_KEY_LOG_ROUNDS: u32 = 24 * 6;

#[derive(Debug, clap::Args)]
pub struct RunArguments {
    /// Leave an empty database empty: nothing invented is ever answered
    #[arg(long)]
    no_sample: bool,
    #[command(flatten)]
    secrets: SecretsChoice,
}

#[derive(Debug, clap::Args)]
pub struct ServeArguments {
    #[command(flatten)]
    secrets: SecretsChoice,
}

impl ServeArguments {
    pub fn secrets(&self) -> SecretsChoice {
        self.secrets
    }
}

impl RunArguments {
    pub fn secrets(&self) -> SecretsChoice {
        self.secrets
    }

    pub fn welcome(&self) -> Welcome {
        Welcome::Newcomer { sample: !self.no_sample }
    }
}

/// Whether to greet the person at the terminal, and to fill an empty database with the bundled sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Welcome {
    Newcomer { sample: bool },
    Quiet,
}

pub async fn run(config: &Config, stop: StopSignal, welcome: Welcome, secrets: SecretsChoice) -> anyhow::Result<u8> {
    // The ports first: when one is taken, nothing else needs to start.
    let listener = bind(config.listen, "TERMOMETRO_LISTEN").await?;
    let of_metrics = match config.metrics_listen {
        Some(address) => Some(bind(address, "TERMOMETRO_METRICS_LISTEN").await?),
        None => None,
    };
    let server = Database::open(config).await?;
    let database = match welcome {
        Welcome::Newcomer { sample } => {
            let database = server.migrated(config).await?;
            if sample {
                sample::import_when_empty(&database, i32::try_from(config.ceiling_list_age_days_max)?, Clock::System).await?;
            }
            database
        }
        // Starts even while the database is down: reads answer 503 and recover by themselves.
        Welcome::Quiet => match server.migrated(config).await {
            Ok(database) => database,
            // What will not mend by waiting is said at once.
            Err(error) if error.is::<SchemaMismatch>() => return Err(error),
            Err(error) => {
                tracing::error!("database: not ready, serving without it: {error:#}");
                server.pool(config)?
            }
        },
    };
    let database = server.serving(config, database).await?;
    let workflow = match write_side::workflow(config, database.clone(), secrets).await {
        Ok(workflow) => (workflow, None),
        Err(error) if welcome == Welcome::Quiet && !error.is::<SecretsMismatch>() && is_away(&error) => {
            (write_side::unchecked_workflow(config, database.clone())?, Some(secrets))
        }
        Err(error) => return Err(error),
    };
    if welcome != Welcome::Quiet {
        let rows = database.read_connection().await?.query(store::postgres::statements::any_source_file, &[]).await?;
        greet(config, server.private().map(crate::cluster::Cluster::home), !rows.is_empty());
    }
    let ended = serve(config, (listener, of_metrics), database, workflow, stop, server.lost()).await?;
    server.close().await?;
    Ok(match ended {
        Ended::Stopped => EXIT_DONE,
        Ended::DatabaseLost => EXIT_DATABASE_LOST,
        Ended::OtherSecrets => EXIT_OTHER_SECRETS,
    })
}

async fn bind(address: SocketAddr, setting: &str) -> anyhow::Result<TcpListener> {
    let listening = TcpListener::bind(address).await;
    listening
        .with_context(|| format!("cannot listen on {address}: is another program using the port? set {setting} to another one"))
}

/// Why the service ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ended {
    Stopped,
    /// A supervisor is to start the whole program again.
    DatabaseLost,
    /// Known only once the database answered.
    OtherSecrets,
}

async fn serve(
    config: &Config,
    (listener, of_metrics): (TcpListener, Option<TcpListener>),
    database: store::postgres::database::Database,
    (workflow, unchecked): (Workflow, Option<SecretsChoice>),
    stop: StopSignal,
    lost: impl Future<Output = ()>,
) -> anyhow::Result<Ended> {
    let clock = Clock::System;
    let standbys: Vec<_> = config.database_read_urls.iter().map(crate::config::DatabaseUrl::connection_config).collect();
    let database = if standbys.is_empty() { database } else { database.with_standbys(standbys, config.standby_lag_max)? };
    if config.database_url.is_some() {
        tokio::spawn(store::postgres::primary_watch::follow(database.clone()));
    }
    let workflow = Workflow { database: database.clone(), ..workflow };
    if matches!(workflow.is_limited().await, Ok(false)) {
        tracing::warn!("database: no role termometro_service, only triggers protect evidence (see migrations/V0013)");
    }
    if config.database_url.is_some() && matches!(store::transaction::service_login::is_superuser(&database).await, Ok(true)) {
        tracing::warn!("database: log-in of DATABASE_URL is a superuser, use two accounts (docs/operation.md)");
    }
    let app = App {
        read_model: ReadModel::new(database.clone(), i32::try_from(config.ceiling_list_age_days_max)?),
        workflow,
        clock: Arc::new(move || (clock.now(), clock.today())),
        security_contact: config.security_contact.as_deref().map(Arc::from),
        kept_pages: config.memory.then(Arc::default),
        reads_feeds: config.feeds.on,
        links: http::base::known_links::KnownLinks::default(),
    };
    tokio::spawn(watch_admin_keys(app.workflow.clone(), app.clock.clone()));
    tokio::spawn(forget_old(app.workflow.clone()));
    tokio::spawn(release_price_reports(app.workflow.clone(), app.clock.clone()));
    sweep(&app.workflow.spool);
    tokio::spawn(keep_swept(app.workflow.spool.clone()));
    let (refuse, refused) = tokio::sync::oneshot::channel();
    tokio::spawn(work_with_secrets(app.clone(), unchecked, config.secrets_dir.clone(), refuse));
    tokio::spawn(judge_again(app.read_model.database.clone(), app.read_model.max_age_days, clock));
    deliver_webhooks(&app)?;
    send_mail(config, &app)?;
    if config.exports_kept > 0 {
        tokio::spawn(exports::refresh::run(super::export::builder(config, app.read_model.database.clone())));
    }
    if config.feeds.on {
        let every = super::feeds::interval(config);
        tokio::spawn(crate::feeds::schedule::run(super::feeds::runner(config, app.read_model.database.clone())?, every));
    }
    let cache = config.memory.then(|| start_cache(&app, database));
    let metrics_elsewhere = of_metrics.is_some();
    show_gauges(config, &app, cache.clone(), of_metrics);
    let limiter = Some(Arc::new(ClientLimiter::new(&rate_limits(config), http::routing::authenticate::known(&app))));
    let limits = Arc::new(limits(config));
    let public_origin = config.public_origin.as_deref().map(Arc::from);
    let signing_key = app.workflow.secrets.kid.clone();
    let site = Site { cache, limiter, public_origin, metrics_elsewhere, ..http::routes(app, limits.clone()) };
    tokio::spawn(super::backup::verified::watch(config.data_dir.clone(), signing_key));
    tracing::info!(address = %config.listen, "server: listening");
    let manager = ServiceManager::from_env();
    manager.ready();
    tokio::spawn(manager.clone().keep_watchdog());
    let mut ended = Ended::Stopped;
    let shutdown = async {
        tokio::select! {
            () = stop.received() => {}
            () = lost => ended = Ended::DatabaseLost,
            Ok(()) = refused => ended = Ended::OtherSecrets,
        }
        manager.stopping();
    };
    http::server::serve::serve(listener, site, limits, shutdown).await;
    Ok(ended)
}

/// The cache answers once everything has been read; until then, and whenever newer data are known, the database does.
fn start_cache(app: &App, database: store::postgres::database::Database) -> Arc<AnswerCache> {
    let cache = Arc::new(AnswerCache::new(database.latest_version.clone(), app.clock.clone()));
    tokio::spawn(store::postgres::version_listener::watch(database));
    tokio::spawn(cache.clone().keep_fresh(app.read_model.clone()));
    cache
}

/// Takes the figures that nothing counts as it happens, and answers `/metrics` where it has a listener of its own.
fn show_gauges(config: &Config, app: &App, cache: Option<Arc<AnswerCache>>, listener: Option<TcpListener>) {
    // What is set before there is one is lost.
    let _ = http::base::metrics::recorder();
    let folders = vec![("data", config.data_dir.clone()), ("spool", config.spool_dir.clone())];
    tokio::spawn(gauges::machine::watch(folders, app.read_model.database.clone(), cache));
    tokio::spawn(gauges::service::watch(app.read_model.clone(), app.clock.clone(), config.feeds.on));
    if let Some(listener) = listener {
        tokio::spawn(metrics_listener::serve(listener, config.rates.metrics_clients.clone()));
    }
}

/// Starts the delivery of webhooks, which services on one database share.
fn deliver_webhooks(app: &App) -> anyhow::Result<()> {
    let client = WebhookClient::new(Timeouts { connect: WEBHOOK_CONNECT, overall: WEBHOOK_OVERALL })?;
    let (workflow, compose, now) =
        (app.workflow.clone(), http::params::watching::compose(app.read_model.clone()), app.clock.clone());
    tokio::spawn(WebhookSender { workflow, client, compose, pace: RetryPolicy::default(), now }.run());
    Ok(())
}

/// Starts the sending of e-mail where a relay is set; services on one database share the messages.
fn send_mail(config: &Config, app: &App) -> anyhow::Result<()> {
    let (Some(mail), Some(origin)) = (&config.mail, &config.public_origin) else { return Ok(()) };
    let host = origin.rsplit("//").next().unwrap_or_default();
    let login = mail.user.clone().zip(mail.secret.as_ref().map(|secret| secret.reveal().to_owned()));
    let authorities = mail
        .ca_file
        .as_ref()
        .map(|path| std::fs::read(path).with_context(|| format!("TERMOMETRO_SMTP_CA_FILE: {} cannot be read", path.display())));
    let settings = RelaySettings {
        host: mail.host.clone(),
        port: mail.port,
        tls: match mail.tls {
            MailTls::StartTls => RelayTls::StartTls,
            MailTls::Implicit => RelayTls::Implicit,
            MailTls::Off => RelayTls::Plain,
        },
        authorities: authorities.transpose()?,
        login,
        from: mail.from.clone(),
        own_name: host.split(':').next().unwrap_or_default().to_owned(),
        overall: MAIL_OVERALL,
    };
    let relay = MailRelay::new(settings).map_err(|why| anyhow::anyhow!("TERMOMETRO_SMTP_RELAY cannot be used: {why}"))?;
    let (workflow, now, origin) = (app.workflow.clone(), app.clock.clone(), origin.clone());
    tracing::info!(host = mail.host, port = mail.port, "mail: sending through a relay");
    tokio::spawn(MailSender { workflow, relay, pace: MailPace::default(), now, origin }.run());
    Ok(())
}

/// Warns at the start and once a day of what is wrong with the keys that make keys; `/readyz` says it meanwhile.
async fn watch_admin_keys(workflow: crate::workflow::Workflow, now: http::Now) {
    let mut rounds = tokio::time::interval(ADMIN_KEY_INTERVAL);
    for round in (0..ADMIN_KEY_LOG_ROUNDS).cycle() {
        rounds.tick().await;
        match workflow.look_for_admin_keys(now().0).await {
            Ok(Some(warning)) if round == 0 => super::keys::log_warning(warning),
            Ok(_) => {}
            Err(error) => tracing::warn!(%error, "auth: keys that make keys could not be looked at"),
        }
    }
}

/// Forgets once an hour what is kept for a time only.
async fn forget_old(workflow: crate::workflow::Workflow) {
    let mut rounds = tokio::time::interval(FORGET_INTERVAL);
    loop {
        rounds.tick().await;
        match workflow.forget_old().await {
            Ok(0) => {}
            Ok(rows) => tracing::info!(rows, "database: rows kept for a time only were deleted"),
            Err(error) => tracing::warn!(%error, "database: deletion of rows kept for a time only was postponed"),
        }
    }
}

/// Releases the figures of reported prices, once an hour those of weeks that have ended.
async fn release_price_reports(workflow: crate::workflow::Workflow, now: http::Now) {
    let mut rounds = tokio::time::interval(FORGET_INTERVAL);
    loop {
        rounds.tick().await;
        match workflow.release_price_reports(now()).await {
            Ok(released) => released.iter().for_each(|one| {
                tracing::info!(week = %one.week, figures = one.figures, "participation: figures of reported prices were released");
            }),
            Err(error) => tracing::warn!(%error, "participation: release of reported prices was postponed"),
        }
    }
}

/// Signs receipts, once the secrets are known to be this database's.
async fn work_with_secrets(
    app: App,
    unchecked: Option<SecretsChoice>,
    folder: PathBuf,
    refuse: tokio::sync::oneshot::Sender<()>,
) {
    if let Some(choice) = unchecked
        && let Err(mismatch) = write_side::check_secrets(&app.workflow, &folder, choice).await
    {
        tracing::error!("secrets: {mismatch}");
        // Without a receiver the service ends already.
        let _ = refuse.send(());
        return;
    }
    take_up_unfinished(app.workflow.clone(), app.clock.clone()).await;
}

/// Whether a service may start without its database for this: it is away, or its schema is not there yet.
fn is_away(error: &anyhow::Error) -> bool {
    error.downcast_ref::<WorkflowError>().is_some_and(|error| matches!(error, WorkflowError::Store(_)))
}

/// Removes what killed programs left in the spool.
async fn keep_swept(spool: PathBuf) {
    loop {
        tokio::time::sleep(SWEEP_INTERVAL).await;
        let spool = spool.clone();
        // A panic of it was printed; the next round comes.
        let _ = tokio::task::spawn_blocking(move || sweep(&spool)).await;
    }
}

fn sweep(spool: &Path) {
    // Unpacked copies of imports stand where temporary files go.
    let temporary = std::env::temp_dir();
    for (folder, purposes) in [(spool, purpose::IN_SPOOL), (&temporary, purpose::IN_TEMPORARY)] {
        match spool::sweep(folder, purposes) {
            Ok(Swept { files: 0, .. }) => {}
            Ok(Swept { files, bytes }) => {
                tracing::info!(files, bytes, folder = %folder.display(), "spool: left-over files of ended programs removed");
            }
            Err(error) => tracing::warn!(%error, folder = %folder.display(), "spool: could not be swept"),
        }
    }
}

/// Validates submissions that a killed service left unfinished.
async fn take_up_unfinished(workflow: Workflow, now: http::Now) {
    let mut rounds = tokio::time::interval(UNFINISHED_INTERVAL);
    loop {
        rounds.tick().await;
        if let Err(error) = workflow.validate_unfinished(&now).await {
            tracing::warn!(%error, "submission: validation of unfinished submissions postponed");
        }
    }
}

/// Reports that an earlier release judged by another method, or under another age limit, are judged again while the service answers;
/// `show_status` says so meanwhile. Once done, it stays done: whatever this service imports is judged by the present method.
async fn judge_again(database: store::postgres::database::Database, max_age_days: i32, clock: Clock) {
    let mut rounds = tokio::time::interval(UNFINISHED_INTERVAL);
    loop {
        rounds.tick().await;
        match store::judging::rejudge::bring_up_to_date(&database, max_age_days, (clock.now(), clock.today())).await {
            Ok(None) => return,
            Ok(Some(done)) => {
                tracing::info!(
                    reports = done.reports,
                    changed = done.changed,
                    "verdict: stored reports re-judged by the current method"
                );
                return;
            }
            Err(error) => tracing::warn!(%error, "verdict: re-judging of stored reports postponed"),
        }
    }
}

fn rate_limits(config: &Config) -> RateLimits {
    RateLimits {
        address_per_minute: NonZeroU32::new(config.rates.address_per_minute),
        key_per_minute: NonZeroU32::new(config.rates.key_per_minute),
        keys_per_address_per_day: NonZeroU32::new(config.rates.keys_per_address_per_day),
        trusted_proxies: config.rates.trusted_proxies.clone(),
        operators: config.rates.metrics_clients.clone(),
    }
}

fn limits(config: &Config) -> Limits {
    let ms = |duration: std::time::Duration| u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
    Limits {
        connections_max: config.service.connections_max,
        header_read_timeout_ms: ms(config.service.header_timeout),
        body_read_timeout_ms: ms(config.service.body_timeout),
        body_bytes_max: config.service.body_bytes_max,
        request_timeout_ms: ms(config.service.request_timeout),
        drain_timeout_ms: ms(config.service.shutdown_timeout),
        ..Limits::default()
    }
}

fn greet(config: &Config, home: Option<&Path>, has_data: bool) {
    let url = format!("http://{}", config.listen);
    say!("Termómetro: {url}   docs: {url}/docs/   (Ctrl-C stops it)");
    if let Some(home) = home {
        say!("PostgreSQL: private, in {}", home.display());
    }
    say!(
        "Regulators and reporters: `termometro keys bootstrap` makes the operators' first key; docs/a-regulators-day.md goes the whole way."
    );
    if !has_data {
        say!("The database is empty: every answer says so until `termometro import` brings files (docs/imports.md).");
        return;
    }
    say!("Try, in another terminal:");
    say!(
        "  # is 171764 pesos a legal price for one Lantus pen sold by its importer in June 2020? By the list of 2020 it is above,"
    );
    say!("  # by 419.6781 %; but it fits the pack of five better, and that is said first: ask before accusing");
    say!("  curl '{url}/v1/check?cum=19914312-20&amount=171764&per=pack&date=2020-06-15&transaction=1&lang=en'");
    say!("  # which ceiling bound which sale that day, and from which row of which file");
    say!("  curl '{url}/v1/medicines/19914312-20/ceilings?as_of=2020-06-15'");
    say!("  # how the price of losartan 50 mg compares: low, normal, high");
    say!("  curl '{url}/v1/thermometer?concentration=losartan%2050%20mg&unit=tableta&channel=institutional'");
}
