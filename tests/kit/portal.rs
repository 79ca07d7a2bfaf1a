//! A portal of open data on a socket of this machine: one data set, SODA 2, and every way in which such a portal goes wrong.

use std::{
    io::Write,
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use flate2::{Compression, write::GzEncoder};
use termometro::feeds::client::PortalSettings;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use url::Url;

use super::tables::{CEILINGS, header};

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// A page holds other rows than the next ones in order.
    UnstableOrder,
    /// The second page is the first once more.
    DuplicatePage,
    /// While the second page is read, a row of the first goes: so many times.
    RowDeleted(u32),
    RowAdded(u32),
    /// This status so many times, with this wait.
    Status(u16, u32, Option<&'static str>),
    /// A count that no page keeps.
    NoRowsDespiteCount,
    HtmlPage,
    JsonErrorPage,
    JsonErrorMetadata,
    BadMetadata,
    MetadataSaysLittle,
    CountRefused,
    NotModifiedAtOnce,
    SlowDrip,
    Silence,
    HangUp,
    CutBody,
    CutRow,
    GzipBomb,
    LargeBody,
    DamagedGzip,
    RedirectToPrivate,
    Latin1,
    NoKey,
    OtherColumnsLater,
    SmallPages,
    EmptyBody,
    EndlessHead,
}

/// Small pages, no pauses, short waits.
pub fn quick(base: Url) -> PortalSettings {
    PortalSettings {
        pace: Duration::ZERO,
        answer_wait: Duration::from_secs(3),
        silence: Duration::from_secs(2),
        bytes_max: 4 << 20,
        page_rows: 80,
        tries: 2,
        retry_first: Duration::from_millis(5),
        retry_after_max: Duration::from_secs(1),
        ..PortalSettings::new(base, true)
    }
}

/// A list of ceilings with so many presentations, each with an amount of its own.
pub fn list(rows: u32, act: &str, amount: impl Fn(u32) -> u32) -> String {
    let row = |at: u32| {
        let amount = amount(at);
        format!(
            "{at},8,Ambrisentan - Sólido - Oral,{}-1,MARCA - Ambrisentan 5mg/1U - Sólido - Oral x 10 - TITULAR,50,mg,{amount},0,No Regulado,No regulado,\
             {act},2024 Jul 31 12:00:00 AM\n",
            20_100_000 + at
        )
    };
    header(CEILINGS) + &(1..=rows).map(row).collect::<String>()
}

#[derive(Clone)]
pub struct DataSet {
    pub columns: Vec<String>,
    /// Number of the row in the portal's order, and its cells.
    pub rows: Vec<(u64, Vec<String>)>,
    pub updated_at: i64,
}

#[derive(Default)]
struct Seen {
    requests: Vec<String>,
    heads: Vec<String>,
    pages: u32,
    troubles: u32,
}

#[derive(Clone)]
pub struct Portal {
    pub address: SocketAddr,
    pub data: Arc<Mutex<DataSet>>,
    trouble: Arc<Mutex<Option<Trouble>>>,
    seen: Arc<Mutex<Seen>>,
}

struct Reply {
    status: u16,
    headers: Vec<String>,
    media_type: &'static str,
    body: Vec<u8>,
    /// What stands in `content-length`.
    length: usize,
}

impl Reply {
    fn new(status: u16, media_type: &'static str, body: impl Into<Vec<u8>>) -> Self {
        let body = body.into();
        Self { status, headers: Vec::new(), media_type, length: body.len(), body }
    }

    fn json(body: impl Into<Vec<u8>>) -> Self {
        Self::new(200, "application/json;charset=utf-8", body)
    }

    fn csv(body: impl Into<Vec<u8>>) -> Self {
        Self::new(200, "text/csv; charset=UTF-8", body)
    }

    fn with(mut self, header: impl Into<String>) -> Self {
        self.headers.push(header.into());
        self
    }
}

/// As the portal names rows: no order can be seen in it.
pub fn key(number: u64) -> String {
    format!("row-{:08x}", (number as u32).wrapping_mul(0x9e37_79b1).rotate_left(7))
}

pub fn gzip(body: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(body).unwrap();
    encoder.finish().unwrap()
}

impl Portal {
    /// Of a table with its header.
    pub async fn with(table: &str, updated_at: i64) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let data = Arc::new(Mutex::new(DataSet { columns: Vec::new(), rows: Vec::new(), updated_at }));
        let portal = Self { address, data, trouble: Arc::default(), seen: Arc::default() };
        portal.publish(table, updated_at);
        let serving = portal.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let portal = serving.clone();
                tokio::spawn(async move { portal.answer(stream).await });
            }
        });
        portal
    }

    pub fn base(&self) -> Url {
        Url::parse(&format!("http://{}", self.address)).unwrap()
    }

    /// Another table takes the place of the one before.
    pub fn publish(&self, table: &str, updated_at: i64) {
        let mut reader = csv::ReaderBuilder::new().from_reader(table.as_bytes());
        let columns = reader.headers().unwrap().iter().map(str::to_owned).collect();
        let rows = reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect());
        *self.data.lock().unwrap() = DataSet { columns, rows: (1..).zip(rows).collect(), updated_at };
    }

    pub fn goes_wrong(&self, trouble: Option<Trouble>) {
        *self.trouble.lock().unwrap() = trouble;
        let mut seen = self.seen.lock().unwrap();
        (seen.pages, seen.troubles) = (0, 0);
    }

    /// What was requested since the last time, as path and query.
    pub fn requests(&self) -> Vec<String> {
        std::mem::take(&mut self.seen.lock().unwrap().requests)
    }

    /// The heads of all requests, in lower case.
    pub fn heads(&self) -> Vec<String> {
        self.seen.lock().unwrap().heads.clone()
    }

    async fn answer(&self, mut stream: TcpStream) {
        let Some(head) = head(&mut stream).await else { return };
        let target = head.split(' ').nth(1).unwrap_or_default().to_owned();
        {
            let mut seen = self.seen.lock().unwrap();
            seen.requests.push(target.clone());
            seen.heads.push(head.to_lowercase());
        }
        let trouble = *self.trouble.lock().unwrap();
        match trouble {
            Some(Trouble::Silence) => return tokio::time::sleep(Duration::from_secs(60)).await,
            Some(Trouble::HangUp) => return,
            Some(Trouble::SlowDrip) if target.contains(".csv") => return drip(stream).await,
            Some(Trouble::EndlessHead) if target.contains(".csv") => {
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n").await;
                while stream.write_all(format!("x-more: {}\r\n", "x".repeat(1_000)).as_bytes()).await.is_ok() {}
                return;
            }
            _ => {}
        }
        let mut reply = self.reply(&target, &head, trouble);
        let packed = head.to_lowercase().contains("accept-encoding: gzip") && reply.length == reply.body.len();
        if packed && !reply.headers.iter().any(|header| header.starts_with("content-encoding")) && reply.body.len() > 200 {
            reply.body = gzip(&reply.body);
            reply.length = reply.body.len();
            reply = reply.with("content-encoding: gzip");
        }
        let Reply { status, headers, media_type, body, length } = reply;
        let mut answer =
            format!("HTTP/1.1 {status} X\r\ncontent-type: {media_type}\r\ncontent-length: {length}\r\nconnection: close\r\n");
        headers.iter().for_each(|header| answer.push_str(&format!("{header}\r\n")));
        let _ = stream.write_all(answer.as_bytes()).await;
        let _ = stream.write_all(b"\r\n").await;
        let _ = stream.write_all(&body).await;
        let _ = stream.shutdown().await;
    }

    /// Whether the trouble comes once more, of so many times.
    fn once_more(&self, times: u32) -> bool {
        let mut seen = self.seen.lock().unwrap();
        seen.troubles += 1;
        seen.troubles <= times
    }

    fn reply(&self, target: &str, head: &str, trouble: Option<Trouble>) -> Reply {
        if let Some(Trouble::Status(status, times, wait)) = trouble
            && self.once_more(times)
        {
            let reply = Reply::new(status, "text/plain", "busy");
            return match wait {
                Some(wait) => reply.with(format!("retry-after: {wait}")),
                None => reply,
            };
        }
        let url = Url::parse(&format!("http://portal{target}")).unwrap();
        let query = |name: &str| url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
        if url.path().starts_with("/api/views/") {
            return self.metadata(head, trouble);
        }
        if url.path().ends_with(".json") {
            return self.count(trouble);
        }
        let limit = query("$limit").and_then(|limit| limit.parse().ok()).unwrap_or(1_000);
        assert_eq!((query("$order").as_deref(), query("$select").as_deref()), (Some(":id"), Some(":id,*")), "{target}");
        self.page(query("$where").as_deref(), limit, trouble)
    }

    fn metadata(&self, head: &str, trouble: Option<Trouble>) -> Reply {
        let data = self.data.lock().unwrap();
        let etag = format!("\"{}-{}\"", data.updated_at, data.columns.len());
        match trouble {
            Some(Trouble::JsonErrorMetadata) => {
                return Reply::json(r#"{"error":true,"code":"not_found","message":"Cannot find view"}"#);
            }
            Some(Trouble::BadMetadata) => return Reply::json("{\"rowsUpdatedAt\": 17"),
            Some(Trouble::MetadataSaysLittle) => return Reply::json(r#"{"id":"nauz-qkjw"}"#),
            Some(Trouble::NotModifiedAtOnce) => return Reply::new(304, "application/json", ""),
            _ if head.contains(&format!("if-none-match: {etag}")) => {
                return Reply::new(304, "application/json", "").with(format!("etag: {etag}"));
            }
            _ => {}
        }
        let columns: Vec<_> = data.columns.iter().map(|name| serde_json::json!({"name": name, "fieldName": name})).collect();
        let body = serde_json::json!({"id": "nauz-qkjw", "rowsUpdatedAt": data.updated_at, "columns": columns});
        Reply::json(body.to_string()).with(format!("etag: {etag}"))
    }

    fn count(&self, trouble: Option<Trouble>) -> Reply {
        if matches!(trouble, Some(Trouble::CountRefused)) {
            return Reply::new(400, "application/json", r#"{"errorCode":"query.soql.no-such-column","message":":updated_at"}"#);
        }
        let data = self.data.lock().unwrap();
        // The sum of the rows' numbers stands for when the newest of them was changed.
        let newest =
            format!("2026-11-01T00:00:00.{:09}Z", data.rows.iter().map(|(number, _)| number).sum::<u64>() % 1_000_000_000);
        if matches!(trouble, Some(Trouble::MetadataSaysLittle)) {
            return Reply::json(serde_json::json!([{"total": data.rows.len().to_string()}]).to_string());
        }
        Reply::json(serde_json::json!([{"total": data.rows.len().to_string(), "newest": newest}]).to_string())
    }

    fn page(&self, filter: Option<&str>, limit: usize, trouble: Option<Trouble>) -> Reply {
        let number = {
            let mut seen = self.seen.lock().unwrap();
            seen.pages += 1;
            seen.pages
        };
        match trouble {
            Some(Trouble::HtmlPage) => {
                return Reply::new(200, "text/html; charset=utf-8", "<!doctype html><title>Mantenimiento</title>");
            }
            Some(Trouble::JsonErrorPage) => {
                return Reply::json(r#"{"error":true,"message":"Query timed out"}"#);
            }
            Some(Trouble::RedirectToPrivate) => {
                return Reply::new(302, "text/plain", "").with("location: http://10.0.0.1/resource/nauz-qkjw.csv");
            }
            Some(Trouble::EmptyBody) => return Reply::csv(""),
            Some(Trouble::GzipBomb) => {
                return Reply::csv(gzip(&vec![b'0'; 64 << 20])).with("content-encoding: gzip");
            }
            Some(Trouble::LargeBody) => return Reply::csv(vec![b'0'; 8 << 20]).with("content-encoding: identity"),
            Some(Trouble::RowDeleted(times)) if number % 2 == 0 && self.once_more(times) => {
                self.data.lock().unwrap().rows.remove(0);
            }
            Some(Trouble::RowAdded(times)) if number % 2 == 0 && self.once_more(times) => {
                let mut data = self.data.lock().unwrap();
                let next = data.rows.last().unwrap().0 + 1_000;
                let cells = data.rows[0].1.clone();
                data.rows.push((next, cells));
            }
            _ => {}
        }
        let data = self.data.lock().unwrap();
        let after = filter.map_or(0, |filter| {
            let key_of = filter.strip_prefix(":id > '").and_then(|rest| rest.strip_suffix('\'')).expect("a filter by key");
            let known = data.rows.iter().map(|(number, _)| *number).chain(1..=100_000).find(|number| key(*number) == key_of);
            known.expect("a key that was given out")
        });
        let limit = if matches!(trouble, Some(Trouble::SmallPages)) { limit.min(7) } else { limit };
        let mut rows: Vec<&(u64, Vec<String>)> = match trouble {
            Some(Trouble::NoRowsDespiteCount) => Vec::new(),
            Some(Trouble::DuplicatePage) if number == 2 => data.rows.iter().collect(),
            _ => data.rows.iter().filter(|(number, _)| *number > after).collect(),
        };
        if matches!(trouble, Some(Trouble::UnstableOrder)) {
            rows.reverse();
            let by = (limit / 2).min(rows.len());
            rows.rotate_left(by);
        }
        rows.truncate(limit);
        let mut out = csv::WriterBuilder::new().quote_style(csv::QuoteStyle::Always).from_writer(Vec::new());
        let with_key = !matches!(trouble, Some(Trouble::NoKey));
        let renamed = matches!(trouble, Some(Trouble::OtherColumnsLater)) && number > 1;
        let header = data.columns.iter().map(|name| if renamed && name == "cum" { "codigo_cum" } else { name.as_str() });
        out.write_record(with_key.then_some(":id").into_iter().chain(header)).unwrap();
        for (number, cells) in rows {
            let key = key(*number);
            out.write_record(with_key.then_some(key.as_str()).into_iter().chain(cells.iter().map(String::as_str))).unwrap();
        }
        let body = out.into_inner().unwrap();
        match trouble {
            Some(Trouble::CutBody) => {
                let mut reply = Reply::csv(body);
                reply.body.truncate(reply.body.len() / 2);
                reply
            }
            // The end of a whole answer, as far as HTTP knows; within the second field of a row.
            Some(Trouble::CutRow) => {
                let text = String::from_utf8(body).unwrap();
                let cut = text.rfind("\n\"row-").unwrap() + 20;
                Reply::csv(&text.as_bytes()[..cut])
            }
            Some(Trouble::DamagedGzip) => {
                let mut packed = gzip(&body);
                let middle = packed.len() / 2;
                packed[middle] ^= 0xff;
                packed[middle + 1] ^= 0xff;
                Reply::csv(packed).with("content-encoding: gzip")
            }
            Some(Trouble::Latin1) => {
                let text = String::from_utf8(body).unwrap();
                Reply::csv(text.chars().map(|letter| u8::try_from(u32::from(letter)).unwrap_or(b'?')).collect::<Vec<u8>>())
            }
            _ => Reply::csv(body),
        }
    }
}

async fn head(stream: &mut TcpStream) -> Option<String> {
    let mut head = Vec::new();
    let mut chunk = [0; 4096];
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        match stream.read(&mut chunk).await {
            Ok(0) | Err(_) => return None,
            Ok(count) => head.extend_from_slice(&chunk[..count]),
        }
    }
    String::from_utf8(head).ok()
}

/// A byte now and then, for ever.
async fn drip(mut stream: TcpStream) {
    let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-type: text/csv\r\ncontent-length: 1000000\r\n\r\n").await;
    while stream.write_all(b"x").await.is_ok() {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
