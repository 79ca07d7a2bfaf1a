//! Answers from memory: the same bytes as the database gives, never older than what anybody here knows.

use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use jiff::{
    Timestamp,
    civil::{Date, date},
};
use termometro::{
    http::{deprecation::Deprecated, memory::Memory, rates::Meter},
    ingest::SourceKind,
    read_model::ReadModel,
    store::{pool::Database, version_watch},
};

use crate::{
    acts_day::{approved, draft, publish},
    people::{self, People},
    server::Server,
    support::{self, MAX_AGE_DAYS, SAMPLE_FILES, import, import_open_data_list, sample_file},
};

const TODAY: Date = date(2026, 11, 23);
/// What other processes may take to hear of a new version.
const HEARD_WITHIN: Duration = Duration::from_secs(1);

fn fixed() -> termometro::http::Now {
    Arc::new(|| (Timestamp::MAX, TODAY))
}

/// A process of its own on the same database: nothing but the database tells it anything.
fn apart(database: &Database) -> ReadModel {
    let limits = termometro::store::limits::PoolLimits::default();
    ReadModel::new(Database::new(database.connection_config().clone(), &limits).unwrap(), MAX_AGE_DAYS)
}

async fn until(within: Duration, what: &str, mut done: impl AsyncFnMut() -> bool) -> Duration {
    let start = Instant::now();
    while !done().await {
        assert!(start.elapsed() < within, "{what} took longer than {within:?}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    start.elapsed()
}

async fn remembered(memory: &Memory) -> i64 {
    until(Duration::from_secs(30), "remembering", async || memory.version().is_some()).await;
    memory.version().unwrap()
}

/// The whole answer as it comes over the wire, without the date.
async fn raw(server: &Server, path: &str, headers: &str) -> String {
    let message = format!("GET {path} HTTP/1.1\r\nhost: t\r\nx-request-id: t\r\nconnection: close\r\n{headers}\r\n");
    let text = String::from_utf8_lossy(&server.raw(message.as_bytes()).await).into_owned();
    text.split_inclusive("\r\n").filter(|line| !line.to_ascii_lowercase().starts_with("date:")).collect()
}

fn tag(answer: &str) -> Option<&str> {
    answer.lines().find_map(|line| line.strip_prefix("etag: "))
}

async fn cums(server: &Server) -> Vec<String> {
    let listed = server.get("/v1/medicines?limit=1000").await.json();
    listed["data"].as_array().unwrap().iter().map(|one| one["cum"].as_str().unwrap().to_owned()).collect()
}

/// The same list of questions for the same seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % sides
    }

    fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.roll(of.len())]
    }

    fn question(&mut self, cums: &[String]) -> String {
        let cum = &cums[self.roll(cums.len())];
        let lang = self.one(&["", "lang=es", "lang=en"]);
        let path = match self.roll(5) {
            0 => format!("/v1/medicines/{cum}?{lang}"),
            1 => format!("/v1/medicines/{cum}/thermometer?{lang}"),
            2 => format!("/v1/medicines/{cum}/thermometer?{}&{lang}", self.one(&["channel=commercial", "channel=institutional"])),
            3 => {
                let q = self.one(&["lantus", "insulina", "losartan%2050", "acetaminof%C3%A9n", "a+b", "sanofi", "lamtus", cum]);
                format!("/v1/medicines?q={q}&{}&{lang}", self.one(&["limit=10", "limit=1", "limit=0", ""]))
            }
            _ => {
                let sale = self.one(&["transaction=1", "transaction=2", "transaction=5", "channel=commercial&stage=final"]);
                let date = self.one(&["", "date=2020-06-15", "date=2020-06", "date=2021-10", "date=2024-08-01", "date=2019-01"]);
                let per =
                    self.one(&["", "per=dispensing_unit", "per=regulated_unit", "per=primary_pack", "currency=COP&per=pack"]);
                let seller = self.one(&["", "seller=ips", "seller=other"]);
                let amount = self.one(&["1", "171764", "33052.01", "999999.5", "14933.80", "3000"]);
                format!("/v1/check?cum={cum}&amount={amount}&{sale}&{date}&{per}&{seller}&{lang}")
            }
        };
        path.replace("&&", "&").replace("?&", "?").trim_end_matches(['&', '?']).to_owned()
    }
}

/// How many answers memory has given, all operations together.
async fn given(server: &Server) -> u64 {
    let metrics = server.get("/metrics").await.body;
    let lines = metrics.lines().filter(|line| line.starts_with("http_answers_from_memory_total"));
    lines.map(|line| line.rsplit(' ').next().unwrap().parse::<u64>().unwrap()).sum()
}

#[tokio::test(flavor = "multi_thread")]
async fn memory_and_database_answer_the_same_bytes() {
    let cold = Server::with_the_sample().await;
    let (hot, memory) = Server::remembering(support::sample().await, fixed()).await;
    remembered(&memory).await;
    let mut cums = cums(&cold).await;
    assert!(cums.len() > 100, "{}", cums.len());
    cums.push("1-1".to_owned()); // nobody knows it
    let mut dice = Dice(4);
    let (before, mut asked) = (given(&hot).await, 0);
    for _ in 0..300 {
        let path = dice.question(&cums);
        let answer = raw(&cold, &path, "").await;
        assert_eq!(raw(&hot, &path, "").await, answer, "{path}");
        asked += u64::from(answer.starts_with("HTTP/1.1 200"));
        let Some(tag) = tag(&answer) else { continue };
        for headers in [
            format!("if-none-match: {tag}\r\n"),
            "if-none-match: *\r\n".to_owned(),
            "accept-language: en-GB, es;q=0.5\r\naccept: */*\r\n".to_owned(),
            "origin: https://otra.example\r\n".to_owned(),
            "accept: text/csv\r\n".to_owned(),
        ] {
            assert_eq!(raw(&hot, &path, &headers).await, raw(&cold, &path, &headers).await, "{path} {headers}");
        }
        for encoding in ["accept-encoding: br\r\n", "accept-encoding: gzip, identity;q=0.1\r\n"] {
            assert_eq!(raw(&hot, &path, encoding).await, raw(&cold, &path, encoding).await, "{path} {encoding}");
        }
    }
    assert!(given(&hot).await - before > 5 * asked, "memory must have answered almost all of them: {asked}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_unusual_is_left_to_the_router() {
    let cold = Server::with_the_sample().await;
    let (hot, memory) = Server::remembering(support::sample().await, fixed()).await;
    remembered(&memory).await;
    for path in [
        "/v1/medicines/19914312-20?as_of=2020-06-15",
        "/v1/medicines/%31%39914312-20",
        "/v1/medicines/19914312-020",
        "/v1/medicines/0-1",
        "/v1/medicines/19914312-20/",
        "/v1/medicines/19914312-20?lang=fr",
        "/v1/medicines/19914312-20?nada=1",
        "/v1/check?cum=19914312-20",
        "/v1/check?cum=19914312-20&amount=1&transaction=1&known_at=2020-01-01T00:00:00Z",
        "/v1/check?cum=19914312-20&amount=1&amount=2&transaction=1",
        "/v1/medicines?q=lantus&regulated=true",
        "/v1/medicines?q=lantus&format=csv",
        "/v1/medicines?q=lantus&limit=1001",
        "/v1/medicines?q=+",
    ] {
        assert_eq!(raw(&hot, path, "").await, raw(&cold, path, "").await, "{path}");
    }
    for message in [
        "HEAD /v1/medicines/19914312-20 HTTP/1.1\r\nhost: t\r\nx-request-id: t\r\nconnection: close\r\n\r\n",
        "GET /v1/medicines/19914312-20 HTTP/1.0\r\nx-request-id: t\r\n\r\n",
        "GET /v1/medicines/19914312-20 HTTP/1.1\r\nx-request-id: t\r\nconnection: close\r\n\r\n",
        "DELETE /v1/medicines/19914312-20 HTTP/1.1\r\nhost: t\r\nx-request-id: t\r\nconnection: close\r\n\r\n",
    ] {
        let lines = |bytes: Vec<u8>| {
            let text = String::from_utf8_lossy(&bytes).into_owned();
            text.lines().filter(|line| !line.starts_with("date:")).map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(lines(hot.raw(message.as_bytes()).await), lines(cold.raw(message.as_bytes()).await), "{message}");
    }
}

/// Several questions on one connection, sent ahead, so that the lane before hyper answers what it can and leaves the rest.
#[tokio::test(flavor = "multi_thread")]
async fn on_one_connection_the_lane_and_hyper_write_the_same() {
    let cold = Server::with_the_sample().await;
    let (hot, memory) = Server::remembering(support::sample().await, fixed()).await;
    remembered(&memory).await;
    let cums = cums(&cold).await;
    let (mut dice, before) = (Dice(11), given(&hot).await);
    let ask = |path: &str, headers: &str| format!("GET {path} HTTP/1.1\r\nHost: t\r\nX-Request-ID: t\r\n{headers}\r\n");
    for round in 0..30 {
        let mut message = String::new();
        for _ in 0..10 {
            let headers = dice.one(&[
                "", "If-None-Match: *\r\n", "Accept-Language: en\r\n", "Origin: https://otra.example\r\n", "User-Agent: x\r\n",
            ]);
            message += &ask(&dice.question(&cums), headers);
        }
        // In every second round something that only the router can answer.
        if round % 2 == 0 {
            message += &ask("/v1/medicines/19914312-20?as_of=2020-06-15", "");
            message += &ask("/healthz", "");
            message += "HEAD /v1/medicines/19914312-20 HTTP/1.1\r\nHost: t\r\nX-Request-ID: t\r\n\r\n";
            message += "POST /v1/checks HTTP/1.1\r\nHost: t\r\nX-Request-ID: t\r\nContent-Length: 2\r\nContent-Type: application/json\r\n\r\n{}";
        }
        message += &ask("/v1/medicines/19914312-20", "Connection: close\r\n");
        let whole = async |server: &Server| {
            let text = String::from_utf8(server.raw(message.as_bytes()).await).unwrap();
            text.split_inclusive("\r\n").filter(|line| !line.starts_with("date: ")).collect::<String>()
        };
        assert_eq!(whole(&hot).await, whole(&cold).await, "{message}");
    }
    assert!(given(&hot).await - before > 200);
}

/// A head that comes in pieces, a client that goes away, and one that says nothing.
#[tokio::test(flavor = "multi_thread")]
async fn the_lane_leaves_what_is_not_whole() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let (hot, memory) = Server::remembering(support::sample().await, fixed()).await;
    remembered(&memory).await;
    let mut socket = tokio::net::TcpStream::connect(hot.address).await.unwrap();
    for _ in 0..2 {
        for piece in ["GET /v1/medicines/19914312-20 HT", "TP/1.1\r\nhost: t\r\n", "\r\n"] {
            socket.write_all(piece.as_bytes()).await.unwrap();
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let mut bytes = vec![0; 64 * 1024];
        let read = socket.read(&mut bytes).await.unwrap();
        assert!(bytes[..read].starts_with(b"HTTP/1.1 200 OK\r\n"));
    }
    // Half a head, and then the end.
    let bytes = hot_end(&hot, b"GET /v1/med").await;
    assert!(bytes.is_empty() || bytes.starts_with(b"HTTP/1.1 400"), "{}", String::from_utf8_lossy(&bytes));
    assert!(hot_end(&hot, b"").await.is_empty());
    let whole = hot_end(&hot, b"GET /v1/medicines/19914312-20 HTTP/1.1\r\nhost: t\r\n\r\n").await;
    assert!(whole.starts_with(b"HTTP/1.1 200 OK\r\n") && whole.ends_with(b"}}"));
}

/// What comes back when the client has no more to say.
async fn hot_end(server: &Server, message: &[u8]) -> Vec<u8> {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let mut socket = tokio::net::TcpStream::connect(server.address).await.unwrap();
    socket.write_all(message).await.unwrap();
    socket.shutdown().await.unwrap();
    let mut bytes = Vec::new();
    socket.read_to_end(&mut bytes).await.unwrap();
    bytes
}

/// Two servers, one with memory and one without; whenever they name the same version, they say the same. (The database path names
/// the version it found before it read, so an answer counts only when no import ended meanwhile.)
#[tokio::test(flavor = "multi_thread")]
async fn while_imports_run_one_version_has_one_answer() {
    let database = support::database("memory_imports").await;
    import(&database, SourceKind::Catalogue, &sample_file("catalogue.csv")).await;
    let cold = Server::on(apart(&database)).await;
    let (hot, memory) = Server::remembering(apart(&database), fixed()).await;
    remembered(&memory).await;
    let cums = cums(&cold).await;
    let client = database.writer().await.unwrap();
    let importing = tokio::spawn(async move {
        for (kind, file) in SAMPLE_FILES {
            import(&database, kind, &sample_file(file)).await;
            tokio::time::sleep(Duration::from_millis(300)).await;
        }
        import_open_data_list(&database).await;
    });
    let (mut dice, mut same, mut newest) = (Dice(7), 0, 0);
    let before = given(&hot).await;
    let mut rest = 200; // after the last import
    while rest > 0 {
        rest -= i32::from(importing.is_finished());
        let path = dice.question(&cums);
        let (one, other) = tokio::join!(raw(&hot, &path, ""), raw(&cold, &path, ""));
        let version = one.split("\"data_version\":\"").nth(1).and_then(|rest| rest.split('"').next()?.parse().ok());
        let version: i64 = version.unwrap_or(newest);
        let now: i64 = client.query_one("SELECT version FROM data_version", &[]).await.unwrap().get(0);
        if tag(&one) == tag(&other) && version == now {
            assert_eq!(one, other, "{path}");
            same += 1;
        }
        assert!(version >= newest, "{path}: version {version} after {newest}");
        newest = version;
    }
    importing.await.unwrap();
    assert!(same > 200, "{same}");
    assert!(given(&hot).await > before);
}

async fn version_of(server: &Server) -> String {
    let answer = server.get("/v1/medicines/19914312-20").await.json();
    answer["meta"]["data_version"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_version_is_heard_of_everywhere_within_a_second() {
    let database = people::sample("memory_two_servers").await;
    let (one, first) = Server::remembering(apart(&database), fixed()).await;
    let (other, second) = Server::remembering(apart(&database), fixed()).await;
    let before = remembered(&first).await.max(remembered(&second).await);
    // Told by the commit.
    import_open_data_list(&database).await;
    let after = (before + 1).to_string();
    for server in [&one, &other] {
        until(HEARD_WITHIN, "hearing", async || version_of(server).await == after).await;
    }
    // Told by nobody: the questions alone must find it out.
    let (client, connection) = database.connection_config().connect(tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    client.batch_execute("UPDATE data_version SET version = version + 1").await.unwrap();
    let after = (before + 2).to_string();
    until(HEARD_WITHIN, "asking", async || version_of(&other).await == after).await;
    // The listening connections are cut, and made again.
    let cut = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = $1 AND datname = current_database()";
    let cut: i64 = client.query_one(cut, &[&version_watch::NAME]).await.unwrap().get(0);
    assert_eq!(cut, 2);
    client.batch_execute("UPDATE data_version SET version = version + 1").await.unwrap();
    let after = before + 3;
    until(HEARD_WITHIN, "hearing again", async || version_of(&one).await == after.to_string()).await;
    // And memory comes back by itself.
    until(Duration::from_secs(20), "remembering again", async || first.version() == Some(after)).await;
    assert_eq!(version_of(&one).await, after.to_string());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_writer_sees_its_own_write_at_once() {
    let database = people::sample("memory_own_write").await;
    let people = People::arrive(database.clone()).await;
    let now = people::now();
    let (server, memory) = Server::remembering(apart(&database), Arc::new(move || (now, TODAY))).await;
    for round in 0..10 {
        remembered(&memory).await;
        let path = format!("/v1/check?cum=19914312-20&amount=1&date=2027-{:02}-02&transaction=1", round + 1);
        assert_eq!(server.get(&path).await.json()["data"]["verdict"], if round == 0 { "cannot_compare" } else { "within" });
        let title = format!("Circular {} de 2026", 100 + round);
        let before = (round > 0).then(|| format!("circular-{}-2026", 99 + round));
        let supersedes: Vec<&str> = before.iter().map(String::as_str).collect();
        let amount = format!("{}.00", 30_000 + round);
        let day = format!("2027-{:02}-01", round + 1);
        let body = draft(&title, &day, &supersedes, &[("19914312-20", "institutional", Some(&amount))]);
        let id = approved(&server, &people, &format!("w{round}"), &body).await;
        assert_eq!(publish(&server, &people, &format!("w{round}"), &id).await.status, 201);
        let seen = server.get(&path).await.json();
        assert_eq!(seen["data"]["ceiling"]["amount"], amount.as_str(), "{seen}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn at_midnight_memory_is_of_yesterday() {
    let today = Arc::new(Mutex::new(TODAY));
    let shown = today.clone();
    let clock: termometro::http::Now = Arc::new(move || (Timestamp::MAX, *shown.lock().unwrap()));
    let (server, memory) = Server::remembering(support::sample().await, clock).await;
    remembered(&memory).await;
    *today.lock().unwrap() = TODAY.tomorrow().unwrap();
    assert_eq!(memory.version(), None);
    let as_of = server.get("/v1/medicines/19914312-20").await.json()["meta"]["as_of"].clone();
    assert_eq!(as_of, "2026-11-24");
    remembered(&memory).await;
    assert_eq!(server.get("/v1/medicines/19914312-20").await.json()["meta"]["as_of"], as_of);
}

/// What will go is answered by the router, which says so; memory goes on answering the others.
#[tokio::test(flavor = "multi_thread")]
async fn memory_leaves_what_is_deprecated_to_the_router() {
    let model = support::sample().await;
    let going = Deprecated {
        operation: "check_price",
        since: date(2027, 1, 1),
        sunset: date(2027, 7, 1),
        successor: "/v1/checks",
        guide: "/docs",
    };
    let memory = Arc::new(Memory::with(model.database.newest.clone(), fixed(), &[going]));
    tokio::spawn(version_watch::watch(model.database.clone()));
    tokio::spawn(memory.clone().keep(model));
    remembered(&memory).await;
    let answer = |path: &str| {
        let request = hyper::Request::get(path).header("host", "t").body(String::new()).unwrap();
        memory.answer(&request, Meter::FREE).map(|answer| answer.status().as_u16())
    };
    let check = "/v1/check?cum=19914312-20&amount=33052&per=pack&date=2020-06&transaction=1";
    assert_eq!((answer("/v1/medicines/19914312-20"), answer(check)), (Some(200), None));
    assert_eq!(answer("/v1/medicines?q=lantus"), Some(200));
}
