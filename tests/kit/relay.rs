//! A relay for e-mail on a plain socket, or one that offers STARTTLS: it answers each connection in the way it is given, and keeps what it took.

use std::{
    collections::VecDeque,
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use base64::{Engine, engine::general_purpose::STANDARD};
use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufStream},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
    time::sleep,
};
use tokio_rustls::TlsAcceptor;

/// How it answers one connection; what comes after the last of them is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RelayManner {
    Takes,
    /// Without a word.
    HangsUp,
    /// Says nothing, and stays.
    Silent,
    /// In the place of its greeting.
    Greets(u16),
    /// To the address.
    ToRecipient(u16),
    /// After the whole message.
    ToMessage(u16),
    /// Hangs up in the middle of the message.
    DropsInData,
}

/// A message that it took.
#[derive(Clone, Debug)]
pub struct TakenMail {
    pub from: String,
    pub to: Vec<String>,
    pub head: String,
    /// Decoded.
    pub text: String,
}

impl TakenMail {
    /// What stands after `codigo=` in the first address of a page.
    pub fn code(&self) -> String {
        let rest = self.text.split("codigo=").nth(1).unwrap_or_else(|| panic!("no code: {}", self.text));
        rest.chars().take_while(char::is_ascii_alphanumeric).collect()
    }
}

pub struct Relay {
    pub address: SocketAddr,
    taken: Arc<Mutex<Vec<TakenMail>>>,
    manners: Arc<Mutex<VecDeque<RelayManner>>>,
    /// Commands that came without TLS.
    clear: Arc<Mutex<Vec<String>>>,
    serving: JoinHandle<()>,
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl Relay {
    pub async fn open() -> Self {
        Self::listen(None).await
    }

    /// It offers STARTTLS with a certificate made for that name; and the certificate in PEM.
    pub async fn offering_tls(name: &str) -> (Self, Vec<u8>) {
        let made = rcgen::generate_simple_self_signed([name.to_owned()]).unwrap();
        let certificate = made.cert.der().clone();
        let key = rustls::pki_types::PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
        let config = rustls::ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.clone()], key)
            .unwrap();
        (Self::listen(Some(TlsAcceptor::from(Arc::new(config)))).await, pem(&certificate))
    }

    async fn listen(tls: Option<TlsAcceptor>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (taken, manners) = (Arc::<Mutex<Vec<TakenMail>>>::default(), Arc::<Mutex<VecDeque<RelayManner>>>::default());
        let clear = Arc::<Mutex<Vec<String>>>::default();
        let (kept, ways, plain) = (taken.clone(), manners.clone(), clear.clone());
        let serving = tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let manner = ways.lock().unwrap().pop_front().unwrap_or(RelayManner::Takes);
                tokio::spawn(meet(BufStream::new(stream), manner, tls.clone(), plain.clone(), kept.clone()));
            }
        });
        Self { address, taken, manners, clear, serving }
    }

    /// For the next connections.
    pub fn answer(&self, manners: &[RelayManner]) {
        *self.manners.lock().unwrap() = manners.iter().copied().collect();
    }

    pub fn taken(&self) -> Vec<TakenMail> {
        self.taken.lock().unwrap().clone()
    }

    pub fn said_in_clear(&self) -> Vec<String> {
        self.clear.lock().unwrap().clone()
    }

    /// Waits until it took so many, at most twenty seconds.
    pub async fn wait_for(&self, count: usize) -> Vec<TakenMail> {
        for _ in 0..400 {
            let taken = self.taken();
            if taken.len() >= count {
                return taken;
            }
            sleep(Duration::from_millis(50)).await;
        }
        panic!("took {} messages, not {count}", self.taken().len());
    }
}

fn pem(certificate: &[u8]) -> Vec<u8> {
    let text = STANDARD.encode(certificate);
    let lines: Vec<&str> = text.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
    format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", lines.join("\n")).into_bytes()
}

/// Errors of the socket end the conversation.
async fn meet(
    mut stream: BufStream<TcpStream>,
    manner: RelayManner,
    tls: Option<TlsAcceptor>,
    clear: Arc<Mutex<Vec<String>>>,
    kept: Arc<Mutex<Vec<TakenMail>>>,
) -> Option<()> {
    match manner {
        RelayManner::HangsUp => return None,
        RelayManner::Silent => sleep(Duration::from_secs(30)).await,
        RelayManner::Greets(code) => return say(&mut stream, &format!("{code} no")).await,
        _ => say(&mut stream, "220 relay.example.org ready").await?,
    }
    let Some(acceptor) = tls else { return converse(stream, manner, Some(clear), kept).await };
    loop {
        let command = line(&mut stream).await?.trim_end().to_ascii_uppercase();
        clear.lock().unwrap().push(command.clone());
        if command == "STARTTLS" {
            say(&mut stream, "220 go on").await?;
            let secured = acceptor.accept(stream.into_inner()).await.ok()?;
            return converse(BufStream::new(secured), manner, None, kept).await;
        }
        say(
            &mut stream,
            if command.starts_with("EHLO") { "250-relay.example.org\r\n250 STARTTLS" } else { "530 STARTTLS first" },
        )
        .await?;
    }
}

/// After the greeting.
async fn converse<S: AsyncRead + AsyncWrite + Unpin>(
    mut stream: BufStream<S>,
    manner: RelayManner,
    clear: Option<Arc<Mutex<Vec<String>>>>,
    kept: Arc<Mutex<Vec<TakenMail>>>,
) -> Option<()> {
    let (mut from, mut to) = (String::new(), Vec::new());
    loop {
        let line = line(&mut stream).await?;
        let command = line.trim_end().to_owned();
        let upper = command.to_ascii_uppercase();
        if let Some(clear) = &clear {
            clear.lock().unwrap().push(upper.clone());
        }
        if upper.starts_with("DATA") {
            say(&mut stream, "354 go on").await?;
            let message = message(&mut stream, manner).await?;
            if let RelayManner::ToMessage(code) = manner {
                say(&mut stream, &format!("{code} no")).await?;
                continue;
            }
            kept.lock().unwrap().push(read(std::mem::take(&mut from), std::mem::take(&mut to), &message));
            say(&mut stream, "250 taken").await?;
        } else if upper.starts_with("QUIT") {
            return say(&mut stream, "221 bye").await;
        } else if upper.starts_with("MAIL FROM:") {
            from = address_in(&command);
            say(&mut stream, "250 ok").await?;
        } else if upper.starts_with("RCPT TO:") {
            if let RelayManner::ToRecipient(code) = manner {
                say(&mut stream, &format!("{code} no")).await?;
                continue;
            }
            to.push(address_in(&command));
            say(&mut stream, "250 ok").await?;
        } else {
            say(&mut stream, "250 relay.example.org").await?;
        }
    }
}

async fn say<S: AsyncRead + AsyncWrite + Unpin>(stream: &mut BufStream<S>, words: &str) -> Option<()> {
    stream.write_all(format!("{words}\r\n").as_bytes()).await.ok()?;
    stream.flush().await.ok()
}

async fn line<S: AsyncRead + AsyncWrite + Unpin>(stream: &mut BufStream<S>) -> Option<String> {
    let mut bytes = Vec::new();
    let read = stream.read_until(b'\n', &mut bytes).await.ok()?;
    (read > 0).then(|| String::from_utf8_lossy(&bytes).into_owned())
}

/// Up to the line with a dot alone.
async fn message<S: AsyncRead + AsyncWrite + Unpin>(stream: &mut BufStream<S>, manner: RelayManner) -> Option<String> {
    let mut whole = String::new();
    loop {
        let line = line(stream).await?;
        if manner == RelayManner::DropsInData {
            return None;
        }
        if line == ".\r\n" {
            return Some(whole);
        }
        whole.push_str(line.strip_prefix('.').unwrap_or(&line));
    }
}

fn address_in(command: &str) -> String {
    command.split(['<', '>']).nth(1).unwrap_or_default().to_owned()
}

fn read(from: String, to: Vec<String>, message: &str) -> TakenMail {
    let (head, body) = message.split_once("\r\n\r\n").unwrap_or((message, ""));
    let encoding = head.to_ascii_lowercase();
    let bytes = if encoding.contains("content-transfer-encoding: base64") {
        STANDARD.decode(body.replace("\r\n", "")).unwrap()
    } else if encoding.contains("content-transfer-encoding: quoted-printable") {
        unquoted(body.replace("=\r\n", "").as_bytes())
    } else {
        body.as_bytes().to_vec()
    };
    TakenMail { from, to, head: head.to_owned(), text: String::from_utf8(bytes).unwrap().replace("\r\n", "\n") }
}

/// `=3D` is `=`.
fn unquoted(body: &[u8]) -> Vec<u8> {
    let (mut out, mut at) = (Vec::new(), 0);
    while at < body.len() {
        let digits = (body[at] == b'=').then(|| body.get(at + 1..at + 3)).flatten().and_then(|two| std::str::from_utf8(two).ok());
        match digits.and_then(|two| u8::from_str_radix(two, 16).ok()) {
            Some(byte) => {
                out.push(byte);
                at += 3;
            }
            None => {
                out.push(body[at]);
                at += 1;
            }
        }
    }
    out
}
