//! The settings, read once into a typed [`Config`] that reports all its faults together and never prints a secret.
mod error;
mod keys;
mod mail;
mod reader;
mod settings;

pub use error::ConfigError;
pub use keys::{DEFAULT_LOG_FILTER, KEYS, Key};
pub use mail::{MailSettings, MailTls, RelaySecret};
pub use settings::{Settings, ShownSetting};

use ipnet::IpNet;
use reader::SettingsReader;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;
use tokio_postgres::config::Host;

/// Everything that can be set from outside; the meaning of each field stands beside its key in `.env.example`.
#[derive(Debug, Clone)]
pub struct Config {
    pub database_url: Option<DatabaseUrl>,
    /// The account that migrates and imports, where it is another than the one that serves.
    pub database_migration_url: Option<DatabaseUrl>,
    /// Standbys of that database, for reads without a key.
    pub database_read_urls: Vec<DatabaseUrl>,
    pub standby_lag_max: Duration,
    pub data_dir: PathBuf,
    pub secrets_dir: PathBuf,
    pub spool_dir: PathBuf,
    pub admin_key: Option<AdminKey>,
    /// The folder of the PostgreSQL programs.
    pub pg_bin: Option<PathBuf>,
    /// Tries to start a private server that died, one after another.
    pub postgres_restarts_max: usize,
    pub listen: SocketAddr,
    /// Where `/metrics` is answered; `None`: there too.
    pub metrics_listen: Option<SocketAddr>,
    pub log: LogSettings,
    pub pool: PoolLimits,
    pub service: ServiceLimits,
    pub rates: RateSettings,
    /// The scheme and host for absolute addresses.
    pub public_origin: Option<String>,
    /// Where faults of security are to be reported (RFC 9116).
    pub security_contact: Option<String>,
    /// The identity provider by which people may sign in besides their keys.
    pub oidc: Option<OidcSettings>,
    /// The relay for e-mail; `None`: none is sent.
    pub mail: Option<MailSettings>,
    pub ceiling_list_age_days_max: u32,
    /// Whether hot reads are answered from memory.
    pub memory: bool,
    /// Whether webhooks may also go to this machine, over plain HTTP.
    pub watch_loopback: bool,
    /// Versions of each open-data set whose files are kept.
    pub exports_kept: u32,
    /// New reports alone make new open-data files no oftener than this.
    pub exports_reports_minutes: u32,
    pub feeds: FeedSettings,
}

/// A provider of OpenID Connect.
#[derive(Debug, Clone)]
pub struct OidcSettings {
    /// As the provider writes it: it is compared letter by letter.
    pub issuer: String,
    pub client_id: String,
    pub client_secret: Option<ClientSecret>,
    /// Where its endpoints may be, besides the issuer's host.
    pub hosts: Vec<String>,
    /// Whether it may be on this machine, over plain HTTP.
    pub loopback: bool,
}

/// What this service shows the provider. Its `Debug` output hides it.
#[derive(Clone)]
pub struct ClientSecret(String);

impl ClientSecret {
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for ClientSecret {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("ClientSecret(…)")
    }
}

/// How official data are read.
#[derive(Debug, Clone)]
pub struct FeedSettings {
    /// Whether `serve` reads them by itself.
    pub on: bool,
    /// The portal's scheme and host.
    pub url: url::Url,
    pub token: Option<PortalToken>,
    pub every_minutes: u32,
    /// `host:port`.
    pub proxy: Option<String>,
    /// Whether the portal may be on this machine, over plain HTTP.
    pub loopback: bool,
}

/// The application token of the open-data portal. Its `Debug` output hides it.
#[derive(Clone)]
pub struct PortalToken(String);

impl PortalToken {
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for PortalToken {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("PortalToken(…)")
    }
}

#[derive(Debug, Clone)]
pub struct LogSettings {
    pub format: LogFormat,
    pub filter: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// Pretty on a terminal, JSON otherwise.
    Auto,
    Pretty,
    Json,
}

/// Limits on connections to the database and on waiting for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoolLimits {
    pub connections_max: usize,
    pub waiting_max: usize,
    pub wait_timeout: Duration,
    pub create_timeout: Duration,
    pub recycle_timeout: Duration,
    pub statement_timeout: Duration,
    pub lock_timeout: Duration,
}

/// Limits of the service on one client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ServiceLimits {
    pub connections_max: usize,
    pub header_timeout: Duration,
    pub body_timeout: Duration,
    pub request_timeout: Duration,
    pub shutdown_timeout: Duration,
    pub body_bytes_max: usize,
}

/// Rate limits of one client; 0 is no limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RateSettings {
    pub address_per_minute: u32,
    pub key_per_minute: u32,
    pub keys_per_address_per_day: u32,
    pub trusted_proxies: Vec<IpNet>,
    /// Networks that may read `/metrics`, besides this machine.
    pub metrics_clients: Vec<IpNet>,
}

/// The API key that `termometro keys` uses. Its `Debug` output hides it.
#[derive(Clone)]
pub struct AdminKey(String);

impl AdminKey {
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for AdminKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("AdminKey(…)")
    }
}

/// The address of the database. Its `Debug` output hides the password.
#[derive(Clone)]
pub struct DatabaseUrl(tokio_postgres::Config);

impl DatabaseUrl {
    #[must_use]
    pub fn connection_config(&self) -> tokio_postgres::Config {
        self.0.clone()
    }
}

impl std::fmt::Debug for DatabaseUrl {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let hosts: Vec<String> = self.0.get_hosts().iter().map(|host| format!("{host:?}")).collect();
        let database = self.0.get_dbname().unwrap_or("(default database)");
        write!(formatter, "DatabaseUrl({database} on {})", hosts.join(", "))
    }
}

/// `ana@db.example:5433/precios`: without the password.
impl std::fmt::Display for DatabaseUrl {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let hosts: Vec<String> = (0..)
            .zip(self.0.get_hosts())
            .map(|(at, host)| {
                let port = self.0.get_ports().get(at).or_else(|| self.0.get_ports().first()).unwrap_or(&5432);
                match host {
                    Host::Tcp(name) => format!("{name}:{port}"),
                    Host::Unix(folder) => format!("{}:{port}", folder.display()),
                }
            })
            .collect();
        let (user, database) = (self.0.get_user().unwrap_or_default(), self.0.get_dbname().unwrap_or_default());
        write!(formatter, "{user}@{}/{database}", hosts.join(","))
    }
}

/// A value as a person may see it, whatever it is.
fn shown_value(name: &str, value: &str) -> String {
    const HIDDEN: &str = "(not shown)";
    if name.starts_with("DATABASE_") {
        let urls = parse_database_urls(value).ok().filter(|urls| !urls.is_empty());
        let shown = |urls: Vec<DatabaseUrl>| urls.iter().map(DatabaseUrl::to_string).collect::<Vec<_>>().join(" ");
        return urls.map_or_else(|| HIDDEN.to_owned(), shown);
    }
    if ["_KEY", "_TOKEN", "_SECRET"].iter().any(|ending| name.ends_with(ending)) {
        HIDDEN.to_owned()
    } else {
        value.replace(char::is_control, "?")
    }
}

impl Config {
    /// Reads any list of keys and values.
    ///
    /// # Errors
    /// With every fault there is, not only the first.
    pub fn read<V: Into<std::ffi::OsString>>(variables: impl IntoIterator<Item = (String, V)>) -> Result<Config, ConfigError> {
        Config::of(SettingsReader::new(variables))
    }

    fn of(mut reader: SettingsReader) -> Result<Config, ConfigError> {
        let path = |text: &str| Ok(PathBuf::from(text));
        let data_dir = reader.required("TERMOMETRO_DATA_DIR", path);
        let mut beside = |name, folder| reader.optional(name, path).unwrap_or_else(|| data_dir.join(folder));
        let (secrets_dir, spool_dir) = (beside("TERMOMETRO_SECRETS_DIR", "secrets"), beside("TERMOMETRO_SPOOL_DIR", "spool"));
        let config = Config {
            database_url: reader.optional("DATABASE_URL", parse_database_url),
            database_migration_url: reader.optional("DATABASE_MIGRATION_URL", parse_database_url),
            database_read_urls: reader.optional("DATABASE_READ_URLS", parse_database_urls).unwrap_or_default(),
            standby_lag_max: reader.milliseconds("TERMOMETRO_STANDBY_LAG_MAX_MS"),
            data_dir,
            secrets_dir,
            spool_dir,
            admin_key: reader.optional("TERMOMETRO_ADMIN_KEY", |text| Ok(AdminKey(text.to_owned()))),
            pg_bin: reader.optional("TERMOMETRO_PG_BIN", path),
            postgres_restarts_max: reader.number("TERMOMETRO_POSTGRES_RESTARTS_MAX", 0, 100),
            listen: reader.required("TERMOMETRO_LISTEN", parse_listen),
            metrics_listen: reader.optional("TERMOMETRO_METRICS_LISTEN", parse_listen),
            log: LogSettings {
                format: reader.required("TERMOMETRO_LOG_FORMAT", parse_log_format),
                filter: reader.required("TERMOMETRO_LOG", |text| Ok(text.to_owned())),
            },
            pool: PoolLimits {
                connections_max: reader.number("TERMOMETRO_POOL_CONNECTIONS_MAX", 1, 1_000),
                waiting_max: reader.number("TERMOMETRO_POOL_WAITING_MAX", 0, 100_000),
                wait_timeout: reader.milliseconds("TERMOMETRO_POOL_WAIT_TIMEOUT_MS"),
                create_timeout: reader.milliseconds("TERMOMETRO_POOL_CREATE_TIMEOUT_MS"),
                recycle_timeout: reader.milliseconds("TERMOMETRO_POOL_RECYCLE_TIMEOUT_MS"),
                statement_timeout: reader.milliseconds("TERMOMETRO_STATEMENT_TIMEOUT_MS"),
                lock_timeout: reader.milliseconds("TERMOMETRO_LOCK_TIMEOUT_MS"),
            },
            service: ServiceLimits {
                connections_max: reader.number("TERMOMETRO_CONNECTIONS_MAX", 1, 100_000),
                header_timeout: reader.milliseconds("TERMOMETRO_HEADER_TIMEOUT_MS"),
                body_timeout: reader.milliseconds("TERMOMETRO_BODY_TIMEOUT_MS"),
                request_timeout: reader.milliseconds("TERMOMETRO_REQUEST_TIMEOUT_MS"),
                shutdown_timeout: reader.milliseconds("TERMOMETRO_SHUTDOWN_TIMEOUT_MS"),
                body_bytes_max: reader.number("TERMOMETRO_BODY_BYTES_MAX", 1, 1 << 30),
            },
            rates: RateSettings {
                address_per_minute: reader.number("TERMOMETRO_RATE_ADDRESS_PER_MINUTE", 0, 1_000_000_000),
                key_per_minute: reader.number("TERMOMETRO_RATE_KEY_PER_MINUTE", 0, 1_000_000_000),
                keys_per_address_per_day: reader.number("TERMOMETRO_KEYS_PER_ADDRESS_PER_DAY", 0, 100_000),
                trusted_proxies: reader.optional("TERMOMETRO_TRUSTED_PROXIES", parse_networks).unwrap_or_default(),
                metrics_clients: reader.optional("TERMOMETRO_METRICS_CLIENTS", parse_networks).unwrap_or_default(),
            },
            public_origin: reader.optional("TERMOMETRO_PUBLIC_ORIGIN", parse_origin),
            security_contact: reader.optional("TERMOMETRO_SECURITY_CONTACT", parse_contact),
            oidc: parse_provider(&mut reader),
            mail: mail::parse(&mut reader),
            ceiling_list_age_days_max: reader.number("TERMOMETRO_CEILING_LIST_AGE_DAYS_MAX", 0, 36_500),
            memory: reader.required("TERMOMETRO_MEMORY", parse_switch),
            watch_loopback: reader.required("TERMOMETRO_WATCH_LOOPBACK", parse_switch),
            exports_kept: reader.number("TERMOMETRO_EXPORTS_KEPT", 0, 1_000),
            exports_reports_minutes: reader.number("TERMOMETRO_EXPORTS_REPORTS_MINUTES", 0, 10_080),
            feeds: FeedSettings {
                on: reader.required("TERMOMETRO_FEEDS", parse_switch),
                url: reader.required("TERMOMETRO_FEEDS_URL", parse_portal),
                token: reader.optional("TERMOMETRO_FEEDS_TOKEN", parse_token),
                every_minutes: reader.number("TERMOMETRO_FEEDS_EVERY_MINUTES", 1, 44_640),
                proxy: reader.optional("TERMOMETRO_FEEDS_PROXY", parse_proxy),
                loopback: reader.required("TERMOMETRO_FEEDS_LOOPBACK", parse_switch),
            },
        };
        if config.database_url.is_none() && !config.database_read_urls.is_empty() {
            reader.fault("DATABASE_READ_URLS needs DATABASE_URL: standbys follow a server of yours, not the private one");
        }
        if config.database_url.is_none() && config.database_migration_url.is_some() {
            reader.fault("DATABASE_MIGRATION_URL needs DATABASE_URL: the private server has its own accounts");
        }
        if config.metrics_listen == Some(config.listen) {
            reader.fault("TERMOMETRO_METRICS_LISTEN is TERMOMETRO_LISTEN: leave it unset to have the metrics there");
        }
        if config.pool.statement_timeout >= config.service.request_timeout {
            reader.fault(
                "TERMOMETRO_STATEMENT_TIMEOUT_MS must be less than TERMOMETRO_REQUEST_TIMEOUT_MS: \
                 a request that gave up must not leave its query running",
            );
        }
        reader.finish(config)
    }
}

fn parse_database_url(text: &str) -> Result<DatabaseUrl, String> {
    // Says nothing of the value: it may hold a password.
    let config: tokio_postgres::Config = text.parse().map_err(|_| "is not a PostgreSQL URL (the value is not shown)")?;
    if config.get_hosts().is_empty() {
        return Err("names no host (the value is not shown)".to_owned());
    }
    Ok(DatabaseUrl(config))
}

/// Between spaces, or commas; a comma within a URL separates its hosts.
fn parse_database_urls(text: &str) -> Result<Vec<DatabaseUrl>, String> {
    let text = text.replace(",postgres", " postgres").replace(", ", " ");
    text.split_whitespace().map(parse_database_url).collect()
}

fn parse_listen(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| format!("is \"{text}\", not an address and port such as 127.0.0.1:8080"))
}

/// Addresses, or networks with the length of their prefix.
fn parse_networks(text: &str) -> Result<Vec<IpNet>, String> {
    let address = |part: &str| part.parse().ok().map(|address: IpAddr| IpNet::from(address.to_canonical()));
    let one = |part: &str| part.parse().ok().or_else(|| address(part)).ok_or_else(|| not_a_network(part));
    text.split([',', ' ']).filter(|part| !part.is_empty()).map(one).collect()
}

fn not_a_network(part: &str) -> String {
    format!("names \"{part}\", neither an IP address nor a network such as 10.0.0.0/8")
}

fn parse_origin(text: &str) -> Result<String, String> {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let is_host =
        |host: &str| !host.is_empty() && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte));
    let origin = host.filter(|host| is_host(host)).map(|_| text.to_owned());
    origin.ok_or_else(|| format!("is \"{text}\", not a scheme and host such as https://termometro.example.org, without a path"))
}

/// All of a provider, or nothing.
fn parse_provider(reader: &mut SettingsReader) -> Option<OidcSettings> {
    let issuer = reader.optional("TERMOMETRO_OIDC_ISSUER", parse_issuer);
    let client_id = reader.optional("TERMOMETRO_OIDC_CLIENT_ID", parse_client_id);
    let client_secret = reader.optional("TERMOMETRO_OIDC_CLIENT_SECRET", parse_client_secret);
    let hosts = reader.optional("TERMOMETRO_OIDC_HOSTS", parse_hosts).unwrap_or_default();
    let loopback = reader.required("TERMOMETRO_OIDC_LOOPBACK", parse_switch);
    match (issuer, client_id) {
        (Some(issuer), Some(client_id)) => Some(OidcSettings { issuer, client_id, client_secret, hosts, loopback }),
        (None, None) => None,
        _ => {
            reader.fault("TERMOMETRO_OIDC_ISSUER and TERMOMETRO_OIDC_CLIENT_ID go together: set both, or none");
            None
        }
    }
}

fn parse_issuer(text: &str) -> Result<String, String> {
    let url = url::Url::parse(text).ok().filter(|url| url.has_host() && ["https", "http"].contains(&url.scheme()));
    let is_plain = text.len() <= 500 && !text.contains(['?', '#', '@']);
    url.filter(|_| is_plain).map(|_| text.to_owned()).ok_or_else(|| {
        format!("is \"{text}\", not an issuer such as https://id.example.org/realms/salud, without query or fragment")
    })
}

fn parse_client_id(text: &str) -> Result<String, String> {
    let fits = text.len() <= 200 && text.bytes().all(|byte| byte.is_ascii_graphic());
    if fits { Ok(text.to_owned()) } else { Err("has signs that no client id has, or more than 200".to_owned()) }
}

/// Says nothing of the value.
fn parse_client_secret(text: &str) -> Result<ClientSecret, String> {
    let fits = text.bytes().all(|byte| byte.is_ascii_graphic());
    if fits { Ok(ClientSecret(text.to_owned())) } else { Err("has signs that no secret has (the value is not shown)".to_owned()) }
}

/// Between spaces or commas, each with its port where that is not 443.
fn parse_hosts(text: &str) -> Result<Vec<String>, String> {
    let is_host = |host: &str| host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte));
    let one = |host: &str| {
        let named = host.to_ascii_lowercase();
        if is_host(host) { Ok(named) } else { Err(format!("names \"{host}\", not a host such as login.example.org")) }
    };
    text.split([',', ' ']).filter(|part| !part.is_empty()).map(one).collect()
}

fn parse_portal(text: &str) -> Result<url::Url, String> {
    let origin = parse_origin(text)?;
    url::Url::parse(&origin).map_err(|_| format!("is \"{text}\", not a scheme and host such as https://www.datos.gov.co"))
}

/// Sent as a header. Says nothing of the value.
fn parse_token(text: &str) -> Result<PortalToken, String> {
    let fits = text.bytes().all(|byte| byte.is_ascii_graphic());
    if fits { Ok(PortalToken(text.to_owned())) } else { Err("has signs that no token has (the value is not shown)".to_owned()) }
}

fn parse_proxy(text: &str) -> Result<String, String> {
    let parts =
        text.rsplit_once(':').filter(|(host, port)| !host.is_empty() && !host.contains('/') && port.parse::<u16>().is_ok());
    parts.map(|_| text.to_owned()).ok_or_else(|| format!("is \"{text}\", not host:port such as proxy.example.org:3128"))
}

/// Printed as it stands into a file of lines and into pages.
fn parse_contact(text: &str) -> Result<String, String> {
    let uri = ["mailto:", "https://", "tel:"].iter().any(|scheme| text.len() > scheme.len() && text.starts_with(scheme));
    let plain = text.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"<>".contains(&byte));
    if uri && plain { Ok(text.to_owned()) } else { Err(format!("is \"{text}\", not a mailto:, https:// or tel: address")) }
}

fn parse_switch(text: &str) -> Result<bool, String> {
    match text {
        "on" => Ok(true),
        "off" => Ok(false),
        _ => Err(format!("is \"{text}\", not on or off")),
    }
}

fn parse_log_format(text: &str) -> Result<LogFormat, String> {
    match text {
        "auto" => Ok(LogFormat::Auto),
        "pretty" => Ok(LogFormat::Pretty),
        "json" => Ok(LogFormat::Json),
        _ => Err(format!("is \"{text}\", not auto, pretty or json")),
    }
}

#[cfg(test)]
mod tests;
