//! Every key with its default; a test compares this list with `.env.example`.

/// A key and its default, if it has one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    pub name: &'static str,
    pub default: Option<&'static str>,
}

const fn key(name: &'static str, default: &'static str) -> Key {
    Key { name, default: Some(default) }
}

const fn unset(name: &'static str) -> Key {
    Key { name, default: None }
}

/// The default filter of the log.
pub const DEFAULT_LOG_FILTER: &str = "info,refinery_core=warn,tokio_postgres=warn";

pub const KEYS: &[Key] = &[
    // Read before all others, and from the environment only.
    unset("TERMOMETRO_CONFIG_FILE"),
    unset("DATABASE_URL"),
    unset("DATABASE_MIGRATION_URL"),
    unset("DATABASE_READ_URLS"),
    key("TERMOMETRO_STANDBY_LAG_MAX_MS", "500"),
    key("TERMOMETRO_DATA_DIR", ".data"),
    unset("TERMOMETRO_SECRETS_DIR"),
    unset("TERMOMETRO_SPOOL_DIR"),
    unset("TERMOMETRO_ADMIN_KEY"),
    unset("TERMOMETRO_PG_BIN"),
    key("TERMOMETRO_POSTGRES_RESTARTS_MAX", "11"),
    key("TERMOMETRO_LISTEN", "127.0.0.1:8080"),
    key("TERMOMETRO_LOG_FORMAT", "auto"),
    key("TERMOMETRO_LOG", DEFAULT_LOG_FILTER),
    key("TERMOMETRO_POOL_CONNECTIONS_MAX", "8"),
    key("TERMOMETRO_POOL_WAITING_MAX", "16"),
    key("TERMOMETRO_POOL_WAIT_TIMEOUT_MS", "2000"),
    key("TERMOMETRO_POOL_CREATE_TIMEOUT_MS", "2000"),
    key("TERMOMETRO_POOL_RECYCLE_TIMEOUT_MS", "1000"),
    key("TERMOMETRO_STATEMENT_TIMEOUT_MS", "5000"),
    key("TERMOMETRO_LOCK_TIMEOUT_MS", "2000"),
    key("TERMOMETRO_CONNECTIONS_MAX", "1024"),
    key("TERMOMETRO_HEADER_TIMEOUT_MS", "5000"),
    key("TERMOMETRO_BODY_TIMEOUT_MS", "10000"),
    key("TERMOMETRO_REQUEST_TIMEOUT_MS", "15000"),
    key("TERMOMETRO_SHUTDOWN_TIMEOUT_MS", "10000"),
    key("TERMOMETRO_BODY_BYTES_MAX", "8388608"),
    key("TERMOMETRO_RATE_ADDRESS_PER_MINUTE", "1200"),
    key("TERMOMETRO_RATE_KEY_PER_MINUTE", "12000"),
    key("TERMOMETRO_KEYS_PER_ADDRESS_PER_DAY", "20"),
    unset("TERMOMETRO_TRUSTED_PROXIES"),
    unset("TERMOMETRO_METRICS_LISTEN"),
    unset("TERMOMETRO_METRICS_CLIENTS"),
    unset("TERMOMETRO_PUBLIC_ORIGIN"),
    unset("TERMOMETRO_SECURITY_CONTACT"),
    unset("TERMOMETRO_OIDC_ISSUER"),
    unset("TERMOMETRO_OIDC_CLIENT_ID"),
    unset("TERMOMETRO_OIDC_CLIENT_SECRET"),
    unset("TERMOMETRO_OIDC_HOSTS"),
    key("TERMOMETRO_OIDC_LOOPBACK", "off"),
    unset("TERMOMETRO_SMTP_RELAY"),
    key("TERMOMETRO_SMTP_TLS", "starttls"),
    unset("TERMOMETRO_SMTP_CA_FILE"),
    unset("TERMOMETRO_SMTP_USER"),
    unset("TERMOMETRO_SMTP_SECRET"),
    unset("TERMOMETRO_SMTP_FROM"),
    key("TERMOMETRO_CEILING_LIST_AGE_DAYS_MAX", "120"),
    key("TERMOMETRO_MEMORY", "on"),
    key("TERMOMETRO_WATCH_LOOPBACK", "off"),
    key("TERMOMETRO_EXPORTS_KEPT", "12"),
    key("TERMOMETRO_EXPORTS_REPORTS_MINUTES", "60"),
    key("TERMOMETRO_FEEDS", "off"),
    key("TERMOMETRO_FEEDS_URL", "https://www.datos.gov.co"),
    unset("TERMOMETRO_FEEDS_TOKEN"),
    key("TERMOMETRO_FEEDS_EVERY_MINUTES", "720"),
    unset("TERMOMETRO_FEEDS_PROXY"),
    key("TERMOMETRO_FEEDS_LOOPBACK", "off"),
    // Read by the tests.
    unset("TERMOMETRO_REAL_DATA"),
];
