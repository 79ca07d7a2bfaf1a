//! A receiver of webhooks on a real socket, which echoes challenges, answers messages as it is told to, and keeps what it got.

use std::{
    collections::{HashMap, VecDeque},
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
    time::sleep,
};

/// How it answers one message; what comes after the last of them is taken.
#[derive(Clone, Debug)]
pub enum Manner {
    Takes,
    Status(u16),
    Redirects(String),
    /// Reads and says nothing.
    Silent,
    HangsUp,
    /// One byte of an endless head at a time.
    Trickles,
    /// Takes it, and never stops talking.
    Floods,
}

#[derive(Clone, Debug)]
pub struct Got {
    pub line: String,
    pub headers: HashMap<String, String>,
    pub body: Vec<u8>,
}

pub struct Receiver {
    pub address: SocketAddr,
    got: Arc<Mutex<Vec<Got>>>,
    challenges: Challenges,
    serving: JoinHandle<()>,
}

/// The challenges that came, and whether they are echoed.
#[derive(Clone, Default)]
struct Challenges {
    got: Arc<Mutex<Vec<Got>>>,
    unechoed: Arc<AtomicBool>,
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl Receiver {
    pub async fn with(manners: impl IntoIterator<Item = Manner>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let got: Arc<Mutex<Vec<Got>>> = Arc::default();
        let manners: Arc<Mutex<VecDeque<Manner>>> = Arc::new(Mutex::new(manners.into_iter().collect()));
        let (kept, challenges) = (got.clone(), Challenges::default());
        let challenged = challenges.clone();
        let serving = tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                tokio::spawn(receive(stream, kept.clone(), challenged.clone(), manners.clone()));
            }
        });
        Self { address, got, challenges, serving }
    }

    /// Whether challenges are echoed from now on.
    pub fn echo(&self, echoes: bool) {
        self.challenges.unechoed.store(!echoes, Ordering::Relaxed);
    }

    pub fn challenges(&self) -> Vec<Got> {
        self.challenges.got.lock().unwrap().clone()
    }

    pub fn url(&self) -> String {
        format!("http://{}/hook?of=prices", self.address)
    }

    pub fn got(&self) -> Vec<Got> {
        self.got.lock().unwrap().clone()
    }

    /// Waits until it got so many, at most twenty seconds.
    pub async fn wait_for(&self, count: usize) -> Vec<Got> {
        for _ in 0..400 {
            let got = self.got();
            if got.len() >= count {
                return got;
            }
            sleep(Duration::from_millis(50)).await;
        }
        panic!("got {} messages, not {count}", self.got().len());
    }
}

async fn receive(
    mut stream: TcpStream,
    got: Arc<Mutex<Vec<Got>>>,
    challenges: Challenges,
    manners: Arc<Mutex<VecDeque<Manner>>>,
) {
    let Some(message) = read(&mut stream).await else { return };
    let body: serde_json::Value = serde_json::from_slice(&message.body).unwrap_or_default();
    if body["type"] == "challenge" {
        challenges.got.lock().unwrap().push(message);
        let echo = if challenges.unechoed.load(Ordering::Relaxed) { "ok" } else { body["data"]["challenge"].as_str().unwrap() };
        let answer = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{echo}", echo.len());
        let _ = stream.write_all(answer.as_bytes()).await;
        return;
    }
    got.lock().unwrap().push(message);
    let manner = manners.lock().unwrap().pop_front().unwrap_or(Manner::Takes);
    let answer = match manner {
        Manner::Takes => "HTTP/1.1 204 No Content\r\n\r\n".to_owned(),
        Manner::Status(status) => format!("HTTP/1.1 {status} Told\r\ncontent-length: 4\r\n\r\ntold"),
        Manner::Redirects(to) => format!("HTTP/1.1 307 Elsewhere\r\nlocation: {to}\r\ncontent-length: 0\r\n\r\n"),
        Manner::HangsUp => return,
        Manner::Silent => {
            sleep(Duration::from_secs(60)).await;
            return;
        }
        Manner::Trickles => {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n").await;
            while stream.write_all(b"x").await.is_ok() {
                sleep(Duration::from_millis(20)).await;
            }
            return;
        }
        Manner::Floods => {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n").await;
            let chunk = format!("1000\r\n{}\r\n", "x".repeat(0x1000));
            while stream.write_all(chunk.as_bytes()).await.is_ok() {}
            return;
        }
    };
    let _ = stream.write_all(answer.as_bytes()).await;
}

async fn read(stream: &mut TcpStream) -> Option<Got> {
    let mut bytes = Vec::new();
    let head = loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break end + 4;
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let text = String::from_utf8(bytes[..head].to_vec()).unwrap();
    let mut lines = text.lines();
    let line = lines.next()?.to_owned();
    let headers: HashMap<String, String> =
        lines.filter_map(|line| line.split_once(": ")).map(|(name, value)| (name.to_lowercase(), value.to_owned())).collect();
    let length: usize = headers["content-length"].parse().unwrap();
    while bytes.len() < head + length {
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
    Some(Got { line, headers, body: bytes[head..].to_vec() })
}
