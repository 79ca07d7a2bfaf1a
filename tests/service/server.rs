//! A running service, and a client that holds every JSON answer against the OpenAPI document.

use std::{net::SocketAddr, sync::Arc};

use jiff::{Timestamp, civil::date};
use serde_json::Value;
use termometro::{
    http::{self, App, Limits},
    read_model::ReadModel,
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
    pub async fn with_the_sample() -> Self {
        Self::on(support::sample().await).await
    }

    pub async fn on(read_model: ReadModel) -> Self {
        // A day in 2026, as in production: the sample's lists are long out of date then.
        let now: Timestamp = "2026-11-23T12:00:00Z".parse().unwrap();
        // The imports of the test are recorded by the real clock: `now` must not lie before them.
        let clock = Arc::new(move || (now.max(Timestamp::MAX), date(2026, 11, 23)));
        let limits = Arc::new(Limits::default());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let routes = http::routes(App { read_model, clock }, limits.clone());
        tokio::spawn(http::serve::serve(listener, routes, limits, async {
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
        let mut socket = TcpStream::connect(self.address).await.unwrap();
        let body = body.unwrap_or_default();
        let length = if method == "POST" { format!("content-length: {}\r\n", body.len()) } else { String::new() };
        let request = format!("{method} {path} HTTP/1.1\r\nhost: t\r\nconnection: close\r\n{headers}{length}\r\n{body}");
        socket.write_all(request.as_bytes()).await.unwrap();
        let mut bytes = Vec::new();
        socket.read_to_end(&mut bytes).await.unwrap();
        let text = String::from_utf8(bytes).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        let chunked = head.to_ascii_lowercase().contains("transfer-encoding: chunked");
        let body = if chunked { unchunk(body) } else { body.to_owned() };
        let answer = Answer { status, head: head.to_owned(), body };
        conformance::check(method, path, &answer);
        answer
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
