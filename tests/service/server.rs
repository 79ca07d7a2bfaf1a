//! A running service, and a client that holds every JSON answer against the OpenAPI document.

use std::{net::SocketAddr, sync::Arc};

use jiff::{
    Timestamp,
    civil::{Date, date},
};
use serde_json::Value;
use termometro::{
    desk::Desk,
    http::{
        self, App, Limits, Now,
        cache::AnswerCache,
        rates::{RateLimits, Rates},
        site::Site,
    },
    read_model::ReadModel,
    store::version_watch,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::oneshot,
};

use crate::{conformance, support};

pub struct Server {
    pub address: SocketAddr,
    _stop: oneshot::Sender<()>,
}

pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        let line = self.head.lines().find(|line| line.to_ascii_lowercase().starts_with(&format!("{name}:")))?;
        Some(line.split_once(':')?.1.trim())
    }
}

impl Server {
    /// One that somebody else runs.
    #[expect(clippy::allow_attributes, reason = "only the walk through a day uses it")]
    #[allow(dead_code)]
    pub fn at(address: SocketAddr) -> Self {
        Self { address, _stop: oneshot::channel().0 }
    }

    pub async fn with_the_sample() -> Self {
        Self::on(support::sample().await).await
    }

    /// Today is a day in 2026, when the sample's lists are long out of date. The instant is the last one there is, since the
    /// imports of the test are recorded by the real clock and must not lie in the future.
    pub async fn on(read_model: ReadModel) -> Self {
        Self::with(read_model, Limits::default(), Timestamp::MAX).await
    }

    pub async fn with(read_model: ReadModel, limits: Limits, now: Timestamp) -> Self {
        Self::start(read_model, limits, now, date(2026, 11, 23)).await
    }

    /// At an instant of one's own, so that keys are alive.
    pub async fn living(read_model: ReadModel, now: Timestamp, today: Date) -> Self {
        Self::start(read_model, Limits::default(), now, today).await
    }

    async fn start(read_model: ReadModel, limits: Limits, now: Timestamp, today: Date) -> Self {
        let desk = support::desk(read_model.database.clone());
        Self::start_with(None, None, read_model, desk, limits, Arc::new(move || (now, today))).await
    }

    /// One that answers from its cache, as soon as that is filled.
    pub async fn cached(read_model: ReadModel, clock: Now) -> (Self, Arc<AnswerCache>) {
        let cache = Self::cache(&read_model, &clock);
        let desk = support::desk(read_model.database.clone());
        (Self::start_with(Some(cache.clone()), None, read_model, desk, Limits::default(), clock).await, cache)
    }

    fn cache(read_model: &ReadModel, clock: &Now) -> Arc<AnswerCache> {
        let cache = Arc::new(AnswerCache::new(read_model.database.newest.clone(), clock.clone()));
        tokio::spawn(version_watch::watch(read_model.database.clone()));
        tokio::spawn(cache.clone().keep_fresh(read_model.clone()));
        cache
    }

    /// With a desk of one's own.
    #[expect(clippy::allow_attributes, reason = "only some binaries use it")]
    #[allow(dead_code)]
    pub async fn of_desk(read_model: ReadModel, desk: Desk, clock: Now) -> Self {
        Self::start_with(None, None, read_model, desk, Limits::default(), clock).await
    }

    /// One that counts what each client asks.
    #[expect(clippy::allow_attributes, reason = "only some binaries use it")]
    #[allow(dead_code)]
    pub async fn rated(read_model: ReadModel, rates: RateLimits, clock: Now) -> (Self, Arc<AnswerCache>) {
        let cache = Self::cache(&read_model, &clock);
        let desk = support::desk(read_model.database.clone());
        (Self::start_with(Some(cache.clone()), Some(rates), read_model, desk, Limits::default(), clock).await, cache)
    }

    async fn start_with(
        cache: Option<Arc<AnswerCache>>,
        rates: Option<RateLimits>,
        read_model: ReadModel,
        desk: Desk,
        limits: Limits,
        clock: Now,
    ) -> Self {
        let limits = Arc::new(limits);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let app = App { read_model, desk, clock, links: http::known_links::KnownLinks::default() };
        let rates = rates.map(|rates| Arc::new(Rates::new(&rates, http::guard::known(&app))));
        let site = Site { cache, rates, ..http::routes(app, limits.clone()) };
        tokio::spawn(http::serve::serve(listener, site, limits, async {
            let _ = stopped.await;
        }));
        Self { address, _stop: stop }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, "", None).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.ask("POST", path, "content-type: application/json\r\n", Some(&body.to_string())).await
    }

    pub async fn ask(&self, method: &str, path: &str, headers: &str, body: Option<&str>) -> Answer {
        self.send(method, path, headers, body.map(str::as_bytes)).await
    }

    pub async fn send(&self, method: &str, path: &str, headers: &str, body: Option<&[u8]>) -> Answer {
        let length = if method == "POST" || body.is_some() {
            format!("content-length: {}\r\n", body.unwrap_or_default().len())
        } else {
            String::new()
        };
        let mut request =
            format!("{method} {path} HTTP/1.1\r\nhost: t\r\nconnection: close\r\n{headers}{length}\r\n").into_bytes();
        request.extend_from_slice(body.unwrap_or_default());
        let bytes = self.raw(&request).await;
        let text = String::from_utf8(bytes).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        let chunked = head.to_ascii_lowercase().contains("transfer-encoding: chunked");
        let body = if chunked { unchunk(body) } else { body.to_owned() };
        let answer = Answer { status, head: head.to_owned(), body };
        conformance::check(method, path, &answer);
        answer
    }

    /// Writes `message` as it is and reads until the server closes; a refusal may come before all is sent.
    pub async fn raw(&self, message: &[u8]) -> Vec<u8> {
        let (mut reading, mut writing) = TcpStream::connect(self.address).await.unwrap().into_split();
        let mut bytes = Vec::new();
        let (_, read) = tokio::join!(writing.write_all(message), reading.read_to_end(&mut bytes));
        assert!(read.is_ok() || !bytes.is_empty(), "no answer at all: {read:?}");
        check_raw(message, &bytes);
        bytes
    }
}

/// Where the message reads as one request and its answer as one whole answer, that is held against the document too.
fn check_raw(message: &[u8], bytes: &[u8]) {
    let line = message.split(|byte| *byte == b'\r').next().unwrap_or_default();
    let (Ok(line), Ok(text)) = (str::from_utf8(line), str::from_utf8(bytes)) else { return };
    let (&[method, path, "HTTP/1.1"], Some((head, body))) = (&*line.split(' ').collect::<Vec<_>>(), text.split_once("\r\n\r\n"))
    else {
        return;
    };
    let Some(status) = head.split(' ').nth(1).and_then(|status| status.parse().ok()) else { return };
    let answer = Answer { status, head: head.to_owned(), body: body.to_owned() };
    if matches!(method, "GET" | "POST") && answer.header("content-length") == Some(&body.len().to_string()) {
        conformance::check(method, path, &answer);
    }
}

fn unchunk(mut rest: &str) -> String {
    let mut whole = String::new();
    while let Some((size, after)) = rest.split_once("\r\n") {
        let size = usize::from_str_radix(size.trim(), 16).unwrap();
        if size == 0 {
            break;
        }
        whole.push_str(&after[..size]);
        rest = &after[size + 2..];
    }
    whole
}
