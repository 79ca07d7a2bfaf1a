//! The configuration: defaults, all faults together, no secret, and agreement with `.env.example`.
use super::*;

fn read(pairs: &[(&str, &str)]) -> Result<Config, ConfigError> {
    Config::read(pairs.iter().map(|(key, value)| ((*key).to_owned(), *value)))
}

#[test]
fn an_empty_environment_gives_the_defaults() {
    let config = read(&[]).unwrap();
    assert!(config.database_url.is_none());
    assert_eq!(config.data_dir, PathBuf::from(".data"));
    assert_eq!(config.listen, "127.0.0.1:8080".parse().unwrap());
    assert_eq!(config.pool.connections_max, 8);
    assert_eq!(config.ceiling_list_age_days_max, 120);
    assert_eq!(config.log.format, LogFormat::Auto);
}

#[test]
fn reports_every_fault_at_once() {
    let faults = read(&[
        ("TERMOMETRO_LISTEN", "8080"),
        ("TERMOMETRO_POOL_CONNECTIONS_MAX", "0"),
        ("TERMOMETRO_CEILING_LIST_AGE_DAYS_MAX", "+120"),
        ("TERMOMETRO_LOG_FORMAT", "xml"),
        ("TERMOMETRO_SECURITY_CONTACT", "seguridad@example.org"),
        ("TERMOMETRO_LISTENS", "1"),
        ("TERMOMETRO_SOMETHING_ELSE", "1"),
        ("HOME", "/not/ours"),
    ])
    .unwrap_err()
    .faults;
    assert_eq!(
        faults,
        [
            "TERMOMETRO_LISTENS is not a known key: TERMOMETRO_LISTEN is meant?",
            "TERMOMETRO_SOMETHING_ELSE is not a known key: .env.example lists them all",
            "TERMOMETRO_LISTEN is \"8080\", not an address and port such as 127.0.0.1:8080",
            "TERMOMETRO_LOG_FORMAT is \"xml\", not auto, pretty or json",
            "TERMOMETRO_POOL_CONNECTIONS_MAX is \"0\", not a whole number from 1 to 1000",
            "TERMOMETRO_SECURITY_CONTACT is \"seguridad@example.org\", not a mailto:, https:// or tel: address",
            "TERMOMETRO_CEILING_LIST_AGE_DAYS_MAX is \"+120\", not a whole number from 0 to 36500",
        ]
    );
}

#[test]
fn a_password_is_never_printed() {
    let config = read(&[("DATABASE_URL", "postgresql://ana:s3creto@db.example:5433/precios")]).unwrap();
    let shown = format!("{config:?}");
    assert!(!shown.contains("s3creto"), "{shown}");
    assert!(shown.contains("precios on"), "{shown}");
    let fault = read(&[("DATABASE_URL", "postgresql://ana:s3creto@db:notaport/x")]).unwrap_err().to_string();
    assert!(!fault.contains("s3creto") && fault.starts_with("DATABASE_URL is not a PostgreSQL URL"), "{fault}");
}

#[test]
fn an_identity_provider_is_set_whole_and_its_secret_is_never_printed() {
    assert!(read(&[]).unwrap().oidc.is_none());
    let whole = [
        ("TERMOMETRO_OIDC_ISSUER", "https://id.example/realms/salud"),
        ("TERMOMETRO_OIDC_CLIENT_ID", "termometro"),
        ("TERMOMETRO_OIDC_CLIENT_SECRET", "s3creto"),
        ("TERMOMETRO_OIDC_HOSTS", "Token.example, keys.example:8443"),
    ];
    let config = read(&whole).unwrap();
    assert!(!format!("{config:?}").contains("s3creto"));
    assert_eq!(shown_value("TERMOMETRO_OIDC_CLIENT_SECRET", "s3creto"), "(not shown)");
    let oidc = config.oidc.unwrap();
    assert_eq!((oidc.issuer.as_str(), oidc.loopback), ("https://id.example/realms/salud", false));
    assert_eq!(
        (oidc.hosts, oidc.client_secret.unwrap().reveal()),
        (vec!["token.example".to_owned(), "keys.example:8443".to_owned()], "s3creto")
    );
    for half in [&whole[..1], &whole[1..2]] {
        let fault = read(half).unwrap_err().to_string();
        assert!(fault.starts_with("TERMOMETRO_OIDC_ISSUER and TERMOMETRO_OIDC_CLIENT_ID go together"), "{fault}");
    }
    for bad in ["id.example", "https://id.example?x=1", "https://ana@id.example", "ftp://id.example", "https://id.example#x"] {
        let fault = read(&[("TERMOMETRO_OIDC_ISSUER", bad), whole[1]]).unwrap_err().to_string();
        assert!(fault.starts_with("TERMOMETRO_OIDC_ISSUER is"), "{fault}");
    }
}

#[test]
fn a_relay_is_set_whole_and_speaks_tls_unless_it_is_on_this_machine() {
    assert!(read(&[]).unwrap().mail.is_none());
    let whole = [
        ("TERMOMETRO_SMTP_RELAY", "smtp.example.org:587"),
        ("TERMOMETRO_SMTP_FROM", "avisos@example.org"),
        ("TERMOMETRO_PUBLIC_ORIGIN", "https://t.example"),
        ("TERMOMETRO_SMTP_USER", "termometro"),
        ("TERMOMETRO_SMTP_SECRET", "s3creto"),
    ];
    let config = read(&whole).unwrap();
    assert!(!format!("{config:?}").contains("s3creto"));
    assert_eq!(shown_value("TERMOMETRO_SMTP_SECRET", "s3creto"), "(not shown)");
    let mail = config.mail.unwrap();
    assert_eq!((mail.host.as_str(), mail.port, mail.tls), ("smtp.example.org", 587, MailTls::StartTls));
    for (some, fault) in [
        (&whole[..1], "TERMOMETRO_SMTP_RELAY needs"),
        (&whole[..2], "TERMOMETRO_SMTP_RELAY needs"),
        (&whole[..4], "TERMOMETRO_SMTP_USER and TERMOMETRO_SMTP_SECRET go together"),
        (
            &whole[1..3],
            "TERMOMETRO_SMTP_USER, TERMOMETRO_SMTP_SECRET, TERMOMETRO_SMTP_FROM and TERMOMETRO_SMTP_CA_FILE are of no use",
        ),
        (
            &[("TERMOMETRO_SMTP_CA_FILE", "/etc/ca.pem"), whole[2]],
            "TERMOMETRO_SMTP_USER, TERMOMETRO_SMTP_SECRET, TERMOMETRO_SMTP_FROM",
        ),
        (&[whole[0], whole[1], whole[2], ("TERMOMETRO_SMTP_TLS", "off")], "TERMOMETRO_SMTP_TLS is off"),
        (&[whole[0], ("TERMOMETRO_SMTP_FROM", "Ana <ana@example.org>"), whole[2]], "TERMOMETRO_SMTP_FROM is"),
        (&[("TERMOMETRO_SMTP_RELAY", "smtp.example.org"), whole[2]], "TERMOMETRO_SMTP_RELAY is"),
    ] {
        let said = read(some).unwrap_err().to_string();
        assert!(said.starts_with(fault), "{said}");
    }
    let here = [("TERMOMETRO_SMTP_RELAY", "127.0.0.1:2525"), whole[1], whole[2], ("TERMOMETRO_SMTP_TLS", "off")];
    assert_eq!(read(&here).unwrap().mail.unwrap().tls, MailTls::Off);
    let own = ("TERMOMETRO_SMTP_CA_FILE", "/etc/termometro/ca.pem");
    let plain = [here[0], here[1], here[2], here[3], own];
    assert!(read(&plain).unwrap_err().to_string().starts_with("TERMOMETRO_SMTP_CA_FILE is of no use"));
    let trusted = read(&[whole[0], whole[1], whole[2], own]).unwrap().mail.unwrap();
    assert_eq!(trusted.ca_file.as_deref(), Some(std::path::Path::new("/etc/termometro/ca.pem")));
}

#[test]
fn standbys_are_listed_with_spaces_or_commas_and_shown_without_passwords() {
    let urls = "postgresql://a:s3creto@one,two/p, postgres://b:s3creto@three/p,postgresql://c@four/p postgresql://d@five/p";
    let config = read(&[("DATABASE_URL", "postgresql://primary/p"), ("DATABASE_READ_URLS", urls)]).unwrap();
    let hosts: Vec<usize> = config.database_read_urls.iter().map(|url| url.connection_config().get_hosts().len()).collect();
    assert_eq!(hosts, [2, 1, 1, 1]);
    assert_eq!(config.standby_lag_max, Duration::from_millis(500));
    assert!(!format!("{config:?}").contains("s3creto"));
    let fault = read(&[("DATABASE_READ_URLS", "postgresql://a:s3creto@one:x/p")]).unwrap_err().to_string();
    assert!(!fault.contains("s3creto") && fault.starts_with("DATABASE_READ_URLS is not a PostgreSQL URL"), "{fault}");
    let fault = read(&[("DATABASE_READ_URLS", "postgresql://one/p")]).unwrap_err().to_string();
    assert!(fault.starts_with("DATABASE_READ_URLS needs DATABASE_URL"), "{fault}");
}

#[test]
fn a_statement_must_end_before_its_request() {
    let fault = read(&[("TERMOMETRO_STATEMENT_TIMEOUT_MS", "15000")]).unwrap_err();
    assert_eq!(fault.faults.len(), 1);
    assert!(fault.to_string().starts_with("TERMOMETRO_STATEMENT_TIMEOUT_MS must be less than"));
}

#[test]
fn metrics_have_another_listener_or_none() {
    assert_eq!(read(&[]).unwrap().metrics_listen, None);
    let own = read(&[("TERMOMETRO_METRICS_LISTEN", "[::1]:9464")]).unwrap();
    assert_eq!(own.metrics_listen, Some("[::1]:9464".parse().unwrap()));
    let fault = read(&[("TERMOMETRO_METRICS_LISTEN", "127.0.0.1:8080")]).unwrap_err().to_string();
    assert!(fault.starts_with("TERMOMETRO_METRICS_LISTEN is TERMOMETRO_LISTEN"), "{fault}");
}

#[test]
fn an_empty_value_means_unset() {
    assert!(read(&[("DATABASE_URL", ""), ("TERMOMETRO_LISTEN", " ")]).unwrap().database_url.is_none());
}

#[test]
fn env_example_lists_every_key_with_its_default() {
    let example = include_str!("../../.env.example");
    let settings = example.lines().filter_map(|line| line.strip_prefix('#').unwrap_or(line).split_once('='));
    let listed: Vec<(&str, &str)> = settings.filter(|(key, _)| !key.contains(' ')).collect();
    let expected: Vec<(&str, &str)> = KEYS.iter().map(|key| (key.name, key.default.unwrap_or(""))).collect();
    assert_eq!(listed, expected);
}
