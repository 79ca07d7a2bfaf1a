//! One GET at a time to the portal, and to no other host: the address is judged at each try, what comes is bounded in bytes and in time, redirects are
//! not followed, and whoever says to wait is waited for.

use std::{
    fs::File,
    io::{self, Write},
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use flate2::write::GzDecoder;
use http_body_util::{BodyExt, Empty};
use hyper::{
    Request, Response, StatusCode,
    body::Incoming,
    client::conn::http1,
    header::{self, HeaderMap, HeaderName},
};
use hyper_util::rt::TokioIo;
use tokio::{
    sync::Mutex,
    time::{Instant, sleep, sleep_until, timeout},
};
use url::{Position, Url};

use crate::{
    domain::feeds::fault::FeedFault,
    outbound::{
        connector::{ByteStream, Connector, EndsWith, authority},
        url_policy::UrlPolicy,
    },
};

const USER_AGENT: &str = concat!("Termometro/", env!("CARGO_PKG_VERSION"));
const HEAD_BYTES_MAX: usize = 32 * 1024;
/// Enough to know a page for people or an error by.
const BEGINNING_BYTES: usize = 512;
const CONNECT_WAIT: Duration = Duration::from_secs(10);
/// What a person is shown of somebody else's words.
const MESSAGE_CHARS_MAX: usize = 200;
const TOKEN: HeaderName = HeaderName::from_static("x-app-token");

/// How a portal is read.
#[derive(Clone)]
pub struct PortalSettings {
    /// Scheme and host, without a path: the only host that is spoken to.
    pub base: Url,
    /// The application token, which lifts the limit that all without one share.
    pub token: Option<String>,
    /// `host:port` of a proxy, which then judges addresses.
    pub proxy: Option<String>,
    pub policy: UrlPolicy,
    /// Between the beginnings of two requests.
    pub pace: Duration,
    /// For one answer, from the request to its last byte.
    pub answer_wait: Duration,
    /// Without a byte.
    pub silence: Duration,
    /// Of one answer, unpacked.
    pub bytes_max: u64,
    /// Of all pages of a data set together.
    pub file_bytes_max: u64,
    /// Rows of a page.
    pub page_rows: u64,
    pub tries: u32,
    /// After the first try that failed; it doubles.
    pub retry_first: Duration,
    /// A server that says to wait longer gets its next request in the next run only.
    pub retry_after_max: Duration,
}

impl PortalSettings {
    pub fn new(base: Url, loopback: bool) -> Self {
        Self {
            base,
            token: None,
            proxy: None,
            policy: UrlPolicy::new(loopback),
            pace: Duration::from_secs(1),
            answer_wait: Duration::from_secs(300),
            silence: Duration::from_secs(30),
            bytes_max: 256 << 20,
            file_bytes_max: 16 << 30,
            page_rows: 20_000,
            tries: 4,
            retry_first: Duration::from_secs(2),
            retry_after_max: Duration::from_secs(120),
        }
    }
}

/// Speaks to one portal; clones keep its pace together.
#[derive(Clone)]
pub struct PortalClient {
    pub settings: Arc<PortalSettings>,
    connector: Connector,
    /// When the next request may begin.
    next: Arc<Mutex<Instant>>,
    /// Requests made.
    count: Arc<AtomicI64>,
}

/// Where a body goes.
pub enum Target<'a> {
    Memory,
    File(&'a Path),
}

/// By which an answer that did not change is known.
#[derive(Clone, Copy, Debug, Default)]
pub struct Validators<'a> {
    pub etag: Option<&'a str>,
    pub last_modified: Option<&'a str>,
}

/// An answer whose body is whole.
pub struct PortalAnswer {
    pub status: StatusCode,
    pub etag: Option<String>,
    pub last_modified: Option<String>,
    pub media_type: String,
    /// Of a body that went to memory.
    pub body: Vec<u8>,
    pub beginning: Vec<u8>,
}

/// What a try ended with.
enum TryEnd {
    Answered(PortalAnswer),
    /// Too many requests, or out of service.
    Wait(StatusCode, Option<Duration>),
}

impl PortalClient {
    /// # Errors
    /// When TLS cannot be set up.
    pub fn new(settings: PortalSettings) -> Result<Self, rustls::Error> {
        let connector = Connector::new(CONNECT_WAIT)?;
        let (next, count) = (Arc::new(Mutex::new(Instant::now())), Arc::default());
        Ok(Self { settings: Arc::new(settings), connector, next, count })
    }

    /// The same client with a count of its own.
    #[must_use]
    pub fn counting(&self) -> Self {
        Self { count: Arc::default(), ..self.clone() }
    }

    pub fn requests(&self) -> i64 {
        self.count.load(Ordering::Relaxed)
    }

    /// An answer of status 200, 304 or 400; everything else is a fault.
    pub async fn get(&self, url: &Url, validators: Validators<'_>, target: Target<'_>) -> Result<PortalAnswer, FeedFault> {
        let mut pause = self.settings.retry_first;
        for left in (0..self.settings.tries.max(1)).rev() {
            let wait = match self.try_once(url, validators, &target).await {
                Ok(TryEnd::Answered(answer)) => return Ok(answer),
                Ok(TryEnd::Wait(status, wanted)) => {
                    let wait = wanted.unwrap_or(pause);
                    if left == 0 || wait > self.settings.retry_after_max {
                        return Err(FeedFault::Throttled { status: status.as_u16(), wait_s: wait.as_secs() });
                    }
                    wait
                }
                Err(fault) if left > 0 && fault.may_pass() => pause,
                Err(fault) => return Err(fault),
            };
            sleep(wait).await;
            pause = pause.saturating_mul(2);
        }
        Err(FeedFault::TimedOut)
    }

    async fn try_once(&self, url: &Url, validators: Validators<'_>, target: &Target<'_>) -> Result<TryEnd, FeedFault> {
        if (url.scheme(), authority(url)) != (self.settings.base.scheme(), authority(&self.settings.base)) {
            return Err(FeedFault::AddressRefused("other_host"));
        }
        {
            let mut next = self.next.lock().await;
            sleep_until(*next).await;
            *next = Instant::now() + self.settings.pace;
        }
        self.count.fetch_add(1, Ordering::Relaxed);
        let answering = timeout(self.settings.answer_wait, self.exchange(url, validators, target));
        answering.await.map_err(|_| FeedFault::TimedOut)?
    }

    async fn connect(&self, url: &Url) -> Result<Box<dyn ByteStream>, FeedFault> {
        let policy = &self.settings.policy;
        let url = policy.read(url.as_str()).map_err(|rejected| FeedFault::AddressRefused(rejected.code()))?;
        if let Some(proxy) = &self.settings.proxy {
            return self.connector.connect_through(proxy, &url).await.map_err(FeedFault::Unreachable);
        }
        let addresses = policy.addresses(&url).await.map_err(|rejected| FeedFault::AddressRefused(rejected.code()))?;
        self.connector.connect(&url, &addresses).await.map_err(FeedFault::Unreachable)
    }

    async fn exchange(&self, url: &Url, validators: Validators<'_>, target: &Target<'_>) -> Result<TryEnd, FeedFault> {
        let stream = self.connect(url).await?;
        let mut builder = http1::Builder::new();
        builder.max_buf_size(HEAD_BYTES_MAX);
        let handshake = builder.handshake(TokioIo::new(stream)).await;
        let (mut sender, connection) = handshake.map_err(|_| FeedFault::Unreachable("hung_up"))?;
        let _connection = EndsWith(tokio::spawn(async move {
            let _ = connection.await;
        }));
        let request = self.request(url, validators).map_err(|_| FeedFault::AddressRefused("url_malformed"))?;
        let sending = timeout(self.settings.silence, sender.send_request(request));
        let response = sending.await.map_err(|_| FeedFault::TimedOut)?.map_err(|_| FeedFault::Unreachable("hung_up"))?;
        let status = response.status();
        match status {
            StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => {
                Ok(TryEnd::Wait(status, retry_after(response.headers())))
            }
            StatusCode::INTERNAL_SERVER_ERROR | StatusCode::BAD_GATEWAY | StatusCode::GATEWAY_TIMEOUT => {
                Ok(TryEnd::Wait(status, None))
            }
            StatusCode::OK | StatusCode::NOT_MODIFIED | StatusCode::BAD_REQUEST => {
                self.take(response, target).await.map(TryEnd::Answered)
            }
            _ if status.is_redirection() => {
                let to = text(response.headers(), &header::LOCATION).unwrap_or_default();
                Err(FeedFault::Redirected { to: shortened(&to) })
            }
            _ => Err(FeedFault::UnexpectedStatus(status.as_u16())),
        }
    }

    fn request(&self, url: &Url, validators: Validators<'_>) -> Result<Request<Empty<Bytes>>, hyper::http::Error> {
        let mut request = Request::get(&url[Position::BeforePath..Position::AfterQuery])
            .header(header::HOST, authority(url))
            .header(header::USER_AGENT, USER_AGENT)
            .header(header::ACCEPT_ENCODING, "gzip")
            .header(header::CONNECTION, "close");
        let own = [
            (TOKEN, self.settings.token.as_deref()),
            (header::IF_NONE_MATCH, validators.etag),
            (header::IF_MODIFIED_SINCE, validators.last_modified),
        ];
        for (name, value) in own {
            if let Some(value) = value {
                request = request.header(name, value);
            }
        }
        request.body(Empty::new())
    }

    async fn take(&self, response: Response<Incoming>, target: &Target<'_>) -> Result<PortalAnswer, FeedFault> {
        let (head, mut body) = response.into_parts();
        let media_type = text(&head.headers, &header::CONTENT_TYPE).unwrap_or_default();
        let is_gzip = text(&head.headers, &header::CONTENT_ENCODING).is_some_and(|coding| coding.eq_ignore_ascii_case("gzip"));
        let mut taking = Taking::new(target, self.settings.bytes_max, is_gzip)?;
        // A slow drip is bounded by the whole answer's time.
        while let Some(frame) = timeout(self.settings.silence, body.frame()).await.map_err(|_| FeedFault::TimedOut)? {
            let frame = frame.map_err(|_| FeedFault::CutShort)?;
            if let Some(chunk) = frame.data_ref() {
                taking.write(chunk)?;
            }
        }
        let Bounded { sink, beginning, .. } = taking.end()?;
        let body = if let BodySink::Memory(bytes) = sink { bytes } else { Vec::new() };
        Ok(PortalAnswer {
            status: head.status,
            etag: text(&head.headers, &header::ETAG),
            last_modified: text(&head.headers, &header::LAST_MODIFIED),
            media_type,
            body,
            beginning,
        })
    }
}

fn text(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    Some(headers.get(name)?.to_str().ok()?.to_owned())
}

/// Seconds, or an instant; a wait that cannot be read is none.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let value = text(headers, &header::RETRY_AFTER)?;
    if let Ok(seconds) = value.trim().parse() {
        return Some(Duration::from_secs(seconds));
    }
    let until = httpdate::parse_http_date(value.trim()).ok()?;
    // By the portal's own clock where it tells it: this machine's may be wrong.
    let now = text(headers, &header::DATE).and_then(|date| httpdate::parse_http_date(&date).ok())?;
    Some(until.duration_since(now).unwrap_or_default())
}

/// Somebody else's words, on one line and not too long.
pub(crate) fn shortened(text: &str) -> String {
    let one_line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    one_line.chars().filter(|letter| !letter.is_control()).take(MESSAGE_CHARS_MAX).collect()
}

enum BodySink {
    Memory(Vec<u8>),
    File(File),
}

/// At most so many bytes, and the first of them.
struct Bounded {
    sink: BodySink,
    left: u64,
    is_full: bool,
    beginning: Vec<u8>,
}

impl Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let Some(left) = self.left.checked_sub(bytes.len() as u64) else {
            self.is_full = true;
            return Err(io::ErrorKind::FileTooLarge.into());
        };
        let room = BEGINNING_BYTES.saturating_sub(self.beginning.len()).min(bytes.len());
        self.beginning.extend_from_slice(&bytes[..room]);
        self.left = left;
        match &mut self.sink {
            BodySink::Memory(body) => body.extend_from_slice(bytes),
            BodySink::File(file) => file.write_all(bytes)?,
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A body on its way, unpacked where it is packed.
enum Taking {
    Plain(Bounded, u64),
    Gzip(Box<GzDecoder<Bounded>>, u64),
}

impl Taking {
    fn new(target: &Target<'_>, bytes_max: u64, is_gzip: bool) -> Result<Self, FeedFault> {
        let sink = match target {
            Target::Memory => BodySink::Memory(Vec::new()),
            Target::File(path) => BodySink::File(File::create(path).map_err(|error| machine("a page on disk", &error))?),
        };
        let bounded = Bounded { sink, left: bytes_max, is_full: false, beginning: Vec::new() };
        Ok(if is_gzip { Self::Gzip(Box::new(GzDecoder::new(bounded)), bytes_max) } else { Self::Plain(bounded, bytes_max) })
    }

    fn write(&mut self, chunk: &[u8]) -> Result<(), FeedFault> {
        match self {
            Self::Plain(bounded, bytes_max) => bounded.write_all(chunk).map_err(|error| {
                if bounded.is_full { FeedFault::TooLarge { bytes_max: *bytes_max } } else { machine("a page on disk", &error) }
            }),
            Self::Gzip(decoder, bytes_max) => {
                let written = decoder.write_all(chunk);
                written.map_err(|error| unpacking(decoder.get_ref(), *bytes_max, &error))
            }
        }
    }

    fn end(self) -> Result<Bounded, FeedFault> {
        match self {
            Self::Plain(bounded, _) => Ok(bounded),
            Self::Gzip(mut decoder, bytes_max) => {
                let ended = decoder.try_finish();
                ended.map_err(|error| unpacking(decoder.get_ref(), bytes_max, &error))?;
                decoder.finish().map_err(|_| FeedFault::CutShort)
            }
        }
    }
}

fn unpacking(bounded: &Bounded, bytes_max: u64, error: &io::Error) -> FeedFault {
    match error.kind() {
        _ if bounded.is_full => FeedFault::DecompressionBomb { bytes_max },
        io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof | io::ErrorKind::WriteZero => {
            FeedFault::CutShort
        }
        _ => machine("a page on disk", error),
    }
}

pub(crate) fn machine(what: &str, error: &dyn std::fmt::Display) -> FeedFault {
    FeedFault::Machine { what: format!("{what}: {error}") }
}
