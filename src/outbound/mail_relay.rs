//! Hands one message to an SMTP relay, within a time, and says what the relay made of it.

use std::time::Duration;

use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{
        Mailbox,
        header::{ContentType, HeaderName, HeaderValue},
    },
    transport::smtp::{
        authentication::Credentials,
        client::{Certificate, CertificateStore, Tls, TlsParameters},
        extension::ClientId,
    },
};
use rustls::pki_types::{CertificateDer, pem::PemObject};

/// How the relay is spoken to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RelayTls {
    /// From the first byte.
    Implicit,
    /// `STARTTLS`, without which nothing is said.
    StartTls,
    /// To this machine only.
    Plain,
}

pub struct RelaySettings {
    pub host: String,
    pub port: u16,
    pub tls: RelayTls,
    /// Certificates in PEM that are trusted in the place of the public authorities.
    pub authorities: Option<Vec<u8>>,
    /// User and password.
    pub login: Option<(String, String)>,
    /// The address that mail comes from.
    pub from: String,
    /// What this service calls itself.
    pub own_name: String,
    /// For the whole of one message.
    pub overall: Duration,
}

/// A message, as text alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// The same at every try.
    pub id: String,
    pub to: String,
    pub subject: String,
    pub text: String,
}

/// What became of one try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Handed {
    Taken,
    /// For good: there is no such mailbox, or it takes nothing.
    Refused,
    /// Not now.
    PutOff,
    /// The relay itself does not work, whatever the message: it is away, slow, or does not let this service in.
    RelayAway,
}

#[derive(Clone)]
pub struct MailRelay {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    own_name: String,
    overall: Duration,
}

/// Codes that speak of this service or its connection, not of the message (RFC 4954, RFC 5321).
const OF_RELAY: [u16; 8] = [421, 454, 502, 503, 530, 534, 535, 538];
/// Codes that speak of the mailbox, for good.
const OF_MAILBOX: [u16; 4] = [550, 551, 553, 556];

impl MailRelay {
    /// # Errors
    /// What of the settings cannot be used.
    pub fn new(settings: RelaySettings) -> Result<Self, String> {
        let RelaySettings { host, port, tls, authorities, login, from, own_name, overall } = settings;
        let parameters = || trusting(host.clone(), authorities.as_deref());
        let tls = match tls {
            RelayTls::Implicit => Tls::Wrapper(parameters()?),
            RelayTls::StartTls => Tls::Required(parameters()?),
            RelayTls::Plain => Tls::None,
        };
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(host)
            .port(port)
            .tls(tls)
            .timeout(Some(overall))
            .hello_name(ClientId::Domain(own_name.clone()));
        if let Some((user, password)) = login {
            builder = builder.credentials(Credentials::new(user, password));
        }
        let from = from.parse().map_err(|error| format!("the sender's address: {error}"))?;
        Ok(Self { transport: builder.build(), from: Mailbox::new(None, from), own_name, overall })
    }

    /// Never longer than it may take overall.
    pub async fn hand(&self, letter: &Letter) -> Handed {
        let Some(message) = self.message(letter) else { return Handed::Refused };
        match tokio::time::timeout(self.overall, self.transport.send(message)).await {
            Ok(Ok(_)) => Handed::Taken,
            Ok(Err(error)) => error.status().map_or(Handed::RelayAway, |code| by_code(u16::from(code))),
            Err(_) => Handed::RelayAway,
        }
    }

    /// `None`: the address is none.
    fn message(&self, letter: &Letter) -> Option<Message> {
        let generated = HeaderName::new_from_ascii("Auto-Submitted".to_owned()).ok()?;
        Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, letter.to.parse().ok()?))
            .subject(one_line(&letter.subject))
            .message_id(Some(format!("<{}@{}>", letter.id, self.own_name)))
            .raw_header(HeaderValue::new(generated, "auto-generated".to_owned()))
            .header(ContentType::TEXT_PLAIN)
            .body(letter.text.clone())
            .ok()
    }
}

/// TLS by the host's name, trusting these authorities or the public ones.
fn trusting(host: String, authorities: Option<&[u8]>) -> Result<TlsParameters, String> {
    let Some(pem) = authorities else { return TlsParameters::new_rustls(host).map_err(|error| error.to_string()) };
    let read = CertificateDer::pem_slice_iter(pem).collect::<Result<Vec<_>, _>>();
    let certificates = read.map_err(|error| format!("the file of authorities: {error}"))?;
    if certificates.is_empty() {
        return Err("the file of authorities has no certificate".to_owned());
    }
    let mut builder = TlsParameters::builder(host).certificate_store(CertificateStore::None);
    for certificate in certificates {
        let authority = Certificate::from_der(certificate.to_vec()).map_err(|error| error.to_string())?;
        builder = builder.add_root_certificate(authority);
    }
    builder.build_rustls().map_err(|error| format!("the file of authorities: {error}"))
}

fn by_code(code: u16) -> Handed {
    if OF_RELAY.contains(&code) {
        Handed::RelayAway
    } else if OF_MAILBOX.contains(&code) {
        Handed::Refused
    } else {
        Handed::PutOff
    }
}

/// No text ends a header.
fn one_line(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings() -> RelaySettings {
        RelaySettings {
            host: "relay.example.org".to_owned(),
            port: 25,
            tls: RelayTls::Plain,
            authorities: None,
            login: None,
            from: "avisos@example.org".to_owned(),
            own_name: "termometro.example.org".to_owned(),
            overall: Duration::from_secs(1),
        }
    }

    fn relay() -> MailRelay {
        MailRelay::new(settings()).unwrap()
    }

    #[test]
    fn a_file_without_a_certificate_trusts_nobody_and_is_refused() {
        for (pem, why) in [
            ("", "has no certificate"),
            ("# to be filled in", "has no certificate"),
            ("-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n", "the file of authorities"),
        ] {
            let settings = RelaySettings { tls: RelayTls::StartTls, authorities: Some(pem.as_bytes().to_vec()), ..settings() };
            let fault = MailRelay::new(settings).err().unwrap_or_else(|| panic!("taken: {pem}"));
            assert!(fault.contains(why), "{fault}");
        }
    }

    #[test]
    fn no_text_becomes_a_header() {
        let letter = Letter {
            id: "1".to_owned(),
            to: "ana@example.org".to_owned(),
            subject: "Caso\r\nBcc: eva@example.org\nX: y".to_owned(),
            text: "Línea\n.\nBcc: eva@example.org\n".to_owned(),
        };
        let text = String::from_utf8(relay().message(&letter).unwrap().formatted()).unwrap();
        let (head, _) = text.split_once("\r\n\r\n").unwrap();
        for line in head.split("\r\n") {
            assert!(!line.to_ascii_lowercase().starts_with("bcc") && !line.starts_with("X:"), "{head}");
        }
        assert!(
            head.contains("Auto-Submitted: auto-generated") && head.contains("Message-ID: <1@termometro.example.org>"),
            "{head}"
        );
        let bad = Letter { to: "ana@example.org\r\nRCPT TO:<eva@example.org>".to_owned(), ..letter };
        assert!(relay().message(&bad).is_none());
    }

    #[test]
    fn what_speaks_of_the_relay_is_not_held_against_a_message() {
        for (code, handed) in [
            (421, Handed::RelayAway),
            (535, Handed::RelayAway),
            (451, Handed::PutOff),
            (550, Handed::Refused),
            (554, Handed::PutOff),
        ] {
            assert_eq!(by_code(code), handed, "{code}");
        }
    }
}
