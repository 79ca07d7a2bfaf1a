//! The settings of the relay for e-mail: all of them, or none.

use std::path::PathBuf;

use super::reader::SettingsReader;

/// Where e-mail goes.
#[derive(Debug, Clone)]
pub struct MailSettings {
    pub host: String,
    pub port: u16,
    pub tls: MailTls,
    /// A file of certificates that are trusted in the place of the public authorities.
    pub ca_file: Option<PathBuf>,
    pub user: Option<String>,
    pub secret: Option<RelaySecret>,
    /// The address that messages come from.
    pub from: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailTls {
    StartTls,
    Implicit,
    /// A relay on this machine.
    Off,
}

/// The password at the relay. Its `Debug` output hides it.
#[derive(Clone)]
pub struct RelaySecret(String);

impl RelaySecret {
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for RelaySecret {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("RelaySecret(…)")
    }
}

const LOOPBACK: [&str; 3] = ["127.0.0.1", "localhost", "[::1]"];

pub(super) fn parse(reader: &mut SettingsReader) -> Option<MailSettings> {
    let relay = reader.optional("TERMOMETRO_SMTP_RELAY", parse_relay);
    let tls = reader.required("TERMOMETRO_SMTP_TLS", parse_tls);
    let ca_file = reader.optional("TERMOMETRO_SMTP_CA_FILE", |text| Ok(PathBuf::from(text)));
    let user = reader.optional("TERMOMETRO_SMTP_USER", parse_user);
    let secret = reader.optional("TERMOMETRO_SMTP_SECRET", |text| Ok(RelaySecret(text.to_owned())));
    let from = reader.optional("TERMOMETRO_SMTP_FROM", parse_from);
    let origin = reader.optional("TERMOMETRO_PUBLIC_ORIGIN", |text| Ok(text.to_owned()));
    let Some((host, port)) = relay else {
        if user.is_some() || secret.is_some() || from.is_some() || ca_file.is_some() {
            reader.fault("TERMOMETRO_SMTP_USER, TERMOMETRO_SMTP_SECRET, TERMOMETRO_SMTP_FROM and TERMOMETRO_SMTP_CA_FILE are of no use without TERMOMETRO_SMTP_RELAY");
        }
        return None;
    };
    let Some(from) = from.filter(|_| origin.is_some()) else {
        reader.fault("TERMOMETRO_SMTP_RELAY needs TERMOMETRO_SMTP_FROM and TERMOMETRO_PUBLIC_ORIGIN");
        return None;
    };
    if user.is_some() != secret.is_some() {
        reader.fault("TERMOMETRO_SMTP_USER and TERMOMETRO_SMTP_SECRET go together: set both, or none");
    }
    if tls == MailTls::Off && !LOOPBACK.contains(&host.as_str()) {
        reader.fault("TERMOMETRO_SMTP_TLS is off, which is for a relay on this machine only");
    }
    if tls == MailTls::Off && ca_file.is_some() {
        reader.fault("TERMOMETRO_SMTP_CA_FILE is of no use when TERMOMETRO_SMTP_TLS is off");
    }
    Some(MailSettings { host, port, tls, ca_file, user, secret, from })
}

fn parse_relay(text: &str) -> Result<(String, u16), String> {
    let fits = |host: &str| !host.is_empty() && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-[]:".contains(&byte));
    let parts = text.rsplit_once(':').filter(|(host, _)| fits(host) && (!host.contains(':') || host.ends_with(']')));
    let relay = parts.and_then(|(host, port)| Some((host.to_owned(), port.parse().ok().filter(|port| *port > 0)?)));
    relay.ok_or_else(|| format!("is \"{text}\", not a host and port such as smtp.example.org:587"))
}

fn parse_tls(text: &str) -> Result<MailTls, String> {
    match text {
        "starttls" => Ok(MailTls::StartTls),
        "tls" => Ok(MailTls::Implicit),
        "off" => Ok(MailTls::Off),
        _ => Err(format!("is \"{text}\", not starttls, tls or off")),
    }
}

fn parse_user(text: &str) -> Result<String, String> {
    if text.chars().any(char::is_control) { Err("has signs that no user has".to_owned()) } else { Ok(text.to_owned()) }
}

fn parse_from(text: &str) -> Result<String, String> {
    let address = crate::domain::access::mail_address::MailAddress::parse(text);
    address.map(|address| address.to_string()).ok_or_else(|| format!("is \"{text}\", not an address such as avisos@example.org"))
}
