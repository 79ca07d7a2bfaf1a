//! A server on a free port and a client that writes bytes, so that nothing tidies what is being tested.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use termometro::http::{Limits, endpoint::announced, operations, serve::serve, site::Site};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::oneshot,
    task::JoinHandle,
};

use super::endpoints::{DEPRECATED, State, endpoints};

/// Longer than anything a test waits for on purpose.
const PATIENCE: Duration = Duration::from_secs(10);

pub struct Server {
    pub address: SocketAddr,
    pub state: State,
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

pub fn quick() -> Limits {
    Limits {
        header_read_timeout_ms: 400,
        body_read_timeout_ms: 1_500,
        body_rate_grace_ms: 300,
        request_timeout_ms: 2_000,
        write_stall_timeout_ms: 400,
        drain_timeout_ms: 600,
        ..Limits::default()
    }
}

impl Server {
    pub async fn start() -> Server {
        Server::with(quick()).await
    }

    pub async fn with(limits: Limits) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let state = State::default();
        let mut all = announced(endpoints(), DEPRECATED);
        all.extend(operations::endpoints(|state: State| async move { state.ready() }, "{\"openapi\":\"3.1.0\"}\n"));
        let limits = Arc::new(limits);
        let site = Site::new(state.clone(), all, limits.clone());
        let (stop, stopped) = oneshot::channel();
        let task = tokio::spawn(serve(listener, site, limits, async {
            let _ = stopped.await;
        }));
        Server { address, state, stop, task }
    }

    /// Asks for shutdown; the task ends when the server has.
    pub fn stop(self) -> JoinHandle<()> {
        self.stop.send(()).unwrap();
        self.task
    }

    pub async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    pub async fn get(&self, target: &str) -> Response {
        self.send("GET", target, "").await
    }

    /// `headers` are whole lines ending in CRLF.
    pub async fn send(&self, method: &str, target: &str, headers: &str) -> Response {
        self.raw(format!("{method} {target} HTTP/1.1\r\nhost: t\r\nconnection: close\r\n{headers}\r\n").as_bytes()).await
    }

    pub async fn post(&self, target: &str, content_type: &str, body: &[u8]) -> Response {
        let length = body.len();
        let mut message = format!(
            "POST {target} HTTP/1.1\r\nhost: t\r\nconnection: close\r\ncontent-type: {content_type}\r\ncontent-length: {length}\r\n\r\n"
        )
        .into_bytes();
        message.extend_from_slice(body);
        self.raw(&message).await
    }

    pub async fn raw(&self, message: &[u8]) -> Response {
        let mut socket = self.connect().await;
        let _ = socket.write_all(message).await; // a refusal may come, and the socket close, before all is sent
        read(&mut socket).await
    }
}

/// All that comes until the server closes.
pub async fn read(socket: &mut TcpStream) -> Response {
    let mut bytes = Vec::new();
    let ended = tokio::time::timeout(PATIENCE, socket.read_to_end(&mut bytes)).await;
    assert!(ended.is_ok(), "the server did not close; so far: {}", String::from_utf8_lossy(&bytes));
    Response::parse(&bytes)
}

#[derive(Debug)]
pub struct Response {
    /// 0 when nothing came.
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Response {
    fn parse(bytes: &[u8]) -> Response {
        let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") else {
            return Response { status: 0, headers: Vec::new(), body: bytes.to_vec() };
        };
        let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
        let mut lines = head.split("\r\n");
        let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
        let headers = lines.map(|line| {
            let (name, value) = line.split_once(": ").unwrap();
            (name.to_ascii_lowercase(), value.to_owned())
        });
        let mut response = Response { status, headers: headers.collect(), body: bytes[end + 4..].to_vec() };
        if response.header("transfer-encoding") == Some("chunked") {
            response.body = unchunk(&response.body);
        }
        response
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
    }

    pub fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The problem, after checking what is true of all of them.
    #[track_caller]
    pub fn problem(&self, status: u16, code: &str) -> serde_json::Value {
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

fn unchunk(mut bytes: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    while let Some(end) = bytes.windows(2).position(|window| window == b"\r\n") {
        let length = usize::from_str_radix(std::str::from_utf8(&bytes[..end]).unwrap(), 16).unwrap();
        if length == 0 || bytes.len() < end + 2 + length {
            break;
        }
        body.extend_from_slice(&bytes[end + 2..end + 2 + length]);
        bytes = &bytes[end + 4 + length..];
    }
    body
}
