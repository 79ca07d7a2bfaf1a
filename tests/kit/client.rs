//! A client that writes bytes, so that nothing tidies what is being tested, and holds every answer against the OpenAPI document.

use std::{net::SocketAddr, time::Duration};

use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::conformance;

/// Longer than anything a test waits for on purpose.
const PATIENCE: Duration = Duration::from_secs(120);

pub struct Client {
    pub address: SocketAddr,
    documented: bool,
}

impl Client {
    /// Of a service: its answers must be what the document says.
    pub fn at(address: SocketAddr) -> Self {
        Self { address, documented: true }
    }

    /// Of a server whose endpoints are in no document.
    pub fn of_undocumented(address: SocketAddr) -> Self {
        Self { address, documented: false }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, "", None).await
    }

    /// The data of an answer that must be there.
    pub async fn data(&self, path: &str) -> Value {
        let answer = self.get(path).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        answer.json()["data"].clone()
    }

    pub async fn get_as(&self, key: &str, path: &str) -> Answer {
        self.ask("GET", path, &bearer(key), None).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.ask("POST", path, "content-type: application/json\r\n", Some(&body.to_string())).await
    }

    /// `deed` is the Idempotency-Key.
    pub async fn post_as(&self, key: &str, deed: &str, path: &str, body: &Value) -> Answer {
        let headers = format!("{}idempotency-key: {deed}\r\ncontent-type: application/json\r\n", bearer(key));
        self.ask("POST", path, &headers, Some(&body.to_string())).await
    }

    pub async fn ask(&self, method: &str, path: &str, headers: &str, body: Option<&str>) -> Answer {
        self.send(method, path, headers, body.map(str::as_bytes)).await
    }

    /// `headers` are whole lines ending in CRLF.
    pub async fn send(&self, method: &str, path: &str, headers: &str, body: Option<&[u8]>) -> Answer {
        let answer = Answer::of(self.exchange(&message(method, path, headers, body)).await);
        assert_ne!(answer.status, 0, "no answer: {answer:?}");
        self.check(method, path, &answer);
        answer
    }

    /// Writes `message` as it is and reads until the server closes; a refusal may come before all is sent. Where the message reads as one
    /// request and its answer as one whole answer, that is held against the document too.
    pub async fn raw(&self, message: &[u8]) -> Vec<u8> {
        let bytes = self.exchange(message).await;
        let line = message.split(|byte| *byte == b'\r').next().unwrap_or_default();
        if let (Ok(line), Some(answer)) = (str::from_utf8(line), Answer::parse(&bytes))
            && let &[method @ ("GET" | "POST"), path, "HTTP/1.1"] = &*line.split(' ').collect::<Vec<_>>()
            && answer.header("content-length") == Some(&answer.bytes.len().to_string())
        {
            self.check(method, path, &answer);
        }
        bytes
    }

    pub async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    fn check(&self, method: &str, path: &str, answer: &Answer) {
        if self.documented {
            conformance::check(method, path, answer);
        }
    }

    async fn exchange(&self, message: &[u8]) -> Vec<u8> {
        let (mut reading, mut writing) = self.connect().await.into_split();
        let mut bytes = Vec::new();
        let both = async { tokio::join!(writing.write_all(message), reading.read_to_end(&mut bytes)) };
        let (_, read) = tokio::time::timeout(PATIENCE, both).await.expect("the server did not close");
        assert!(read.is_ok() || !bytes.is_empty(), "no answer at all: {read:?}");
        bytes
    }
}

/// All that comes until the server closes.
pub async fn read(socket: &mut TcpStream) -> Answer {
    let mut bytes = Vec::new();
    let ended = tokio::time::timeout(PATIENCE, socket.read_to_end(&mut bytes)).await;
    assert!(ended.is_ok(), "the server did not close; so far: {}", String::from_utf8_lossy(&bytes));
    Answer::of(bytes)
}

pub fn bearer(key: &str) -> String {
    format!("authorization: Bearer {key}\r\n")
}

/// A request as it is sent: for the host `t`, on a connection of its own and of its true length, unless `headers` say otherwise.
pub fn message(method: &str, path: &str, headers: &str, body: Option<&[u8]>) -> Vec<u8> {
    let says = |name: &str| headers.lines().any(|line| line.starts_with(name));
    let mut head = format!("{method} {path} HTTP/1.1\r\n{headers}");
    for (name, default) in [("host:", "t"), ("connection:", "close")] {
        if !says(name) {
            head += &format!("{name} {default}\r\n");
        }
    }
    if (method == "POST" || body.is_some()) && !says("content-length:") && !says("transfer-encoding:") {
        head += &format!("content-length: {}\r\n", body.unwrap_or_default().len());
    }
    [head.as_bytes(), b"\r\n", body.unwrap_or_default()].concat()
}

#[derive(Debug)]
pub struct Answer {
    /// 0 when no answer came.
    pub status: u16,
    pub head: String,
    /// As text; what is no text is in `bytes`.
    pub body: String,
    pub bytes: Vec<u8>,
}

impl Answer {
    /// What a server wrote until it closed.
    pub fn of(bytes: Vec<u8>) -> Self {
        Self::parse(&bytes).unwrap_or_else(|| {
            let body = String::from_utf8_lossy(&bytes).into_owned();
            Self { status: 0, head: String::new(), body, bytes }
        })
    }

    fn parse(bytes: &[u8]) -> Option<Self> {
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
        let head = str::from_utf8(&bytes[..end]).ok()?.to_owned();
        let status = head.split(' ').nth(1)?.parse().ok()?;
        let mut answer = Self { status, head, body: String::new(), bytes: bytes[end + 4..].to_vec() };
        if answer.header("transfer-encoding") == Some("chunked") {
            answer.bytes = unchunked(&answer.bytes);
        }
        let kind = answer.header("content-type").unwrap_or_default();
        let is_text =
            ["json", "html", "+xml"].iter().any(|text| kind.contains(text)) && answer.header("content-encoding").is_none();
        answer.body = match String::from_utf8(answer.bytes.clone()) {
            Err(error) if is_text => panic!("{kind} that is not UTF-8: {error}"),
            Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
            Ok(body) => body,
        };
        Some(answer)
    }

    /// Names in lower case, in the order of the head.
    pub fn headers(&self) -> impl Iterator<Item = (String, &str)> {
        self.head.lines().skip(1).filter_map(|line| line.split_once(": ").map(|(name, value)| (name.to_ascii_lowercase(), value)))
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers().find(|(other, _)| other == name).map(|(_, value)| value)
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    /// The problem, after checking what is true of all of them.
    #[track_caller]
    pub fn problem(&self, status: u16, code: &str) -> Value {
        assert_eq!(self.status, status, "{self:?}");
        assert_eq!(self.header("content-type"), Some("application/problem+json"));
        assert_eq!(self.header("cache-control"), Some("no-store"));
        assert_eq!(self.header("access-control-allow-origin"), Some("*"));
        let problem = self.json();
        assert_eq!(problem["code"], code);
        assert_eq!(problem["status"], status);
        assert_eq!(problem["type"], format!("/problems/{code}"));
        assert_eq!(problem["request_id"].as_str(), self.header("x-request-id"));
        assert!(problem["title"].as_str().is_some_and(|title| !title.is_empty()));
        problem
    }

    /// A problem with one fault in one parameter.
    #[track_caller]
    pub fn bad_parameter(&self, name: &str, code: &str) -> String {
        let problem = self.problem(400, "bad_parameter");
        assert_eq!(problem["errors"][0]["parameter"], name, "{problem}");
        assert_eq!(problem["errors"][0]["code"], code, "{problem}");
        problem["errors"][0]["detail"].as_str().unwrap().to_owned()
    }
}

/// The bytes of a chunked body, as far as they came.
fn unchunked(mut rest: &[u8]) -> Vec<u8> {
    let mut whole = Vec::new();
    while let Some(end) = rest.windows(2).position(|two| two == b"\r\n") {
        let length = usize::from_str_radix(str::from_utf8(&rest[..end]).unwrap(), 16).unwrap();
        if length == 0 || rest.len() < end + 2 + length {
            break;
        }
        whole.extend_from_slice(&rest[end + 2..end + 2 + length]);
        rest = &rest[end + 4 + length..];
    }
    whole
}
