//! Answers from the cache: the same bytes as the database gives, never older than what anybody here knows.

use std::{
    collections::BTreeSet,
    convert::Infallible,
    io,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use jiff::{
    Timestamp,
    civil::{Date, date},
};
use termometro::{
    http::{
        Answer,
        base::{answer::Response, request_context::Context},
        cache::{AnswerCache, CacheService},
        routing::deprecation::Deprecated,
    },
    ingest::SourceKind,
    read_model::ReadModel,
    store::postgres::{database::Database, version_listener},
};

use crate::{
    acts_day::{draft, enacted},
    expected::{Expected, column},
    kit::{client::Client, folder::written, program::Program, tables},
    people::{self, People},
    server::Server,
    stage::{Dice, read_model},
    support::{self, SAMPLE_FILES, import, import_open_data_list, sample_file},
};

const TODAY: Date = date(2026, 11, 23);
/// What other processes may take to hear of a new version.
const HEARD_WITHIN: Duration = Duration::from_secs(1);

fn fixed() -> termometro::http::Now {
    Arc::new(|| (Timestamp::MAX, TODAY))
}

/// One that answers from its cache, on the day of `Server::on`.
pub async fn warm(read_model: ReadModel) -> Server {
    let (server, cache) = Server::cached(read_model, fixed()).await;
    filled(&cache).await;
    server
}

/// Both of the sample: without a cache, and with it.
async fn both() -> (Server, Server) {
    (Server::with_the_sample().await, warm(support::sample().await).await)
}

/// A process of its own on the same database: nothing but the database tells it anything.
fn apart(database: &Database) -> ReadModel {
    let limits = termometro::store::postgres::limits::PoolLimits::default();
    read_model(&Database::new(database.connection_config().clone(), &limits).unwrap())
}

async fn until(within: Duration, what: &str, mut done: impl AsyncFnMut() -> bool) -> Duration {
    let start = Instant::now();
    while !done().await {
        assert!(start.elapsed() < within, "{what} took longer than {within:?}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    start.elapsed()
}

pub async fn filled(cache: &AnswerCache) -> i64 {
    until(Duration::from_secs(30), "filling the cache", async || cache.version().is_some()).await;
    cache.version().unwrap()
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
    column(&server.data("/v1/medicines?limit=1000").await, "cum").into_iter().map(str::to_owned).collect()
}

fn question(dice: &mut Dice, cums: &[String]) -> String {
    let cum = dice.pick(cums).as_str();
    let lang = dice.pick(&["", "lang=es", "lang=en"]);
    let path = match dice.roll(5) {
        0 => format!("/v1/medicines/{cum}?{lang}"),
        1 => format!("/v1/medicines/{cum}/thermometer?{lang}"),
        2 => format!("/v1/medicines/{cum}/thermometer?{}&{lang}", dice.pick(&["channel=commercial", "channel=institutional"])),
        3 => {
            let words = [
                "lantus", "insulina", "losartan%2050", "acetaminof%C3%A9n", "a+b", "sanofi", "lamtus", "paracetamol",
                "xyzzyq+50+mg", "lantus+genfar", "2012M-9914262", "7702605101234", cum,
            ];
            let q = dice.pick(&words);
            format!("/v1/medicines?q={q}&{}&{lang}", dice.pick(&["limit=10", "limit=1", "limit=0", ""]))
        }
        _ => {
            let sale = dice.pick(&["transaction=1", "transaction=2", "transaction=5", "channel=commercial&stage=final"]);
            let date = dice.pick(&["", "date=2020-06-15", "date=2020-06", "date=2021-10", "date=2024-08-01", "date=2019-01"]);
            let per = dice.pick(&["", "per=dispensing_unit", "per=regulated_unit", "per=primary_pack", "currency=COP&per=pack"]);
            let seller = dice.pick(&["", "seller=ips", "seller=other"]);
            let amount = dice.pick(&["1", "171764", "33052.01", "999999.5", "14933.80", "3000"]);
            format!("/v1/check?cum={cum}&amount={amount}&{sale}&{date}&{per}&{seller}&{lang}")
        }
    };
    path.replace("&&", "&").replace("?&", "?").trim_end_matches(['&', '?']).to_owned()
}

/// How many answers the cache has given, all operations together; its metric has an old name too.
pub async fn hits(server: &Server) -> u64 {
    let metrics = server.get("/metrics").await.body;
    let of = |name: &str| -> u64 {
        let line = metrics.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        line.map_or(0, |count| count.parse().unwrap())
    };
    // Other tests of this process count too, between the two lines at most.
    assert!(of("http_answers_from_memory_total").abs_diff(of("http_cache_hits_total")) < 10, "{metrics}");
    of("http_cache_hits_total")
}

/// Every kind of verdict, and every doubt about a price.
const CHECKS: [&str; 12] = [
    "19914312-20&amount=33052&date=2020-06-15&transaction=1",
    "19914312-20&amount=40000&date=2020-06-15&transaction=1",
    "19914312-20&amount=171764&date=2020-06-15&transaction=1",
    "19914312-20&amount=1&date=2020-06-15&transaction=1",
    "19914312-20&amount=3305200&date=2020-06-15&transaction=1",
    "19914312-20&amount=33052.01&date=2020-06-15&transaction=1",
    "19993896-2&amount=2441.71&per=dispensing_unit&date=2020-06-15&transaction=3",
    "19914312-20&amount=33052&date=2020-06-15&channel=commercial&stage=final",
    "19914312-20&amount=33052&date=2026-11-23&transaction=1",
    "19993896-2&amount=63546&per=dispensing_unit&date=2020-06-15&transaction=3",
    "90000303-3&amount=500&date=2020-06-15&transaction=1",
    "1-1&amount=500&date=2020-06-15&transaction=1",
];

#[tokio::test(flavor = "multi_thread")]
async fn cache_and_database_answer_the_same_bytes() {
    let (cold, hot) = both().await;
    let mut cums = cums(&cold).await;
    assert!(cums.len() > 100, "{}", cums.len());
    cums.push("1-1".to_owned()); // nobody knows it
    let mut dice = Dice(4);
    let (before, mut asked, mut met) = (hits(&hot).await, 0, BTreeSet::new());
    let checks = CHECKS.iter().flat_map(|check| ["es", "en"].map(|lang| format!("/v1/check?cum={check}&lang={lang}")));
    for path in (0..300).map(|_| question(&mut dice, &cums)).chain(checks) {
        let answer = raw(&cold, &path, "").await;
        assert_eq!(raw(&hot, &path, "").await, answer, "{path}");
        met.extend(kinds(&answer));
        asked += u64::from(answer.starts_with("HTTP/1.1 200"));
        let Some(tag) = tag(&answer) else { continue };
        for headers in [
            format!("if-none-match: {tag}\r\n"),
            "if-none-match: *\r\n".to_owned(),
            "if-match: \"x\"\r\n".to_owned(),
            "accept-language: en-GB, es;q=0.5\r\naccept: */*\r\n".to_owned(),
            "origin: https://otra.example\r\n".to_owned(),
            "authorization: Bearer nobody\r\n".to_owned(),
            "accept: text/csv\r\n".to_owned(),
            "accept-encoding: br\r\n".to_owned(),
            "accept-encoding: gzip, identity;q=0.1\r\n".to_owned(),
        ] {
            assert_eq!(raw(&hot, &path, &headers).await, raw(&cold, &path, &headers).await, "{path} {headers}");
        }
    }
    assert!(hits(&hot).await - before > 7 * asked, "the cache must have answered almost all of them: {asked}");
    for kind in [
        "within", "above", "no_ceiling_for_this_stage", "not_regulated", "cannot_compare", "another_unit_fits",
        "implausibly_low", "implausibly_high", "ceiling_list_out_of_date", "unknown_medicine", "explained_by_rounding",
    ] {
        assert!(met.contains(kind), "no verdict was {kind}: {met:?}");
    }
}

/// What a verdict says, in codes.
fn kinds(answer: &str) -> Vec<String> {
    let Some(body) = answer.split("\r\n\r\n").nth(1) else { return Vec::new() };
    let Ok(body) = serde_json::from_str::<serde_json::Value>(body) else { return Vec::new() };
    let data = &body["data"];
    let verdict = data["verdict"].as_str().map(str::to_owned);
    let reasons = data["reasons"].as_array().into_iter().flatten().filter_map(|reason| reason.as_str().map(str::to_owned));
    let rounding = (data["explained_by_rounding"] == true).then(|| "explained_by_rounding".to_owned());
    verdict.into_iter().chain(reasons).chain(rounding).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn uncommon_requests_are_answered_the_same() {
    let (cold, hot) = both().await;
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

/// Several questions on one connection, sent ahead: some are answered from the cache, others by the routes.
#[tokio::test(flavor = "multi_thread")]
async fn on_one_connection_cached_and_routed_answers_follow_each_other() {
    let (cold, hot) = both().await;
    let cums = cums(&cold).await;
    let (mut dice, before) = (Dice(11), hits(&hot).await);
    let ask = |path: &str, headers: &str| format!("GET {path} HTTP/1.1\r\nHost: t\r\nX-Request-ID: t\r\n{headers}\r\n");
    for round in 0..30 {
        let mut message = String::new();
        for _ in 0..10 {
            let headers = dice.pick(&[
                "", "If-None-Match: *\r\n", "Accept-Language: en\r\n", "Origin: https://otra.example\r\n", "User-Agent: x\r\n",
            ]);
            message += &ask(&question(&mut dice, &cums), headers);
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
    assert!(hits(&hot).await - before > 200);
}

/// Two servers, one with a cache and one without; whenever they name the same version, they say the same. (The database path names
/// the version it found before it read, so an answer counts only when no import ended meanwhile.)
#[tokio::test(flavor = "multi_thread")]
async fn while_imports_run_one_version_has_one_answer() {
    let database = support::database("memory_imports").await;
    import(&database, SourceKind::Catalogue, &sample_file("catalogue.csv")).await;
    let cold = Server::on(apart(&database)).await;
    let hot = warm(apart(&database)).await;
    let cums = cums(&cold).await;
    let client = database.import_connection().await.unwrap();
    let importing = tokio::spawn(async move {
        for (kind, file) in SAMPLE_FILES {
            import(&database, kind, &sample_file(file)).await;
            tokio::time::sleep(Duration::from_millis(300)).await;
        }
        import_open_data_list(&database).await;
    });
    let (mut dice, mut same, mut newest) = (Dice(7), 0, 0);
    let before = hits(&hot).await;
    let mut rest = 200; // after the last import
    while rest > 0 {
        rest -= i32::from(importing.is_finished());
        let path = question(&mut dice, &cums);
        let (one, other) = tokio::join!(raw(&hot, &path, ""), raw(&cold, &path, ""));
        let version = one.split("\"data_version\":\"").nth(1).and_then(|rest| rest.split('"').next()?.parse().ok());
        let version: i64 = version.unwrap_or(newest);
        let now: i64 = client.query_one("SELECT lists_version FROM data_version", &[]).await.unwrap().get(0);
        if tag(&one) == tag(&other) && version == now {
            assert_eq!(one, other, "{path}");
            same += 1;
        }
        assert!(version >= newest, "{path}: version {version} after {newest}");
        newest = version;
    }
    importing.await.unwrap();
    assert!(same > 200, "{same}");
    assert!(hits(&hot).await > before);
}

/// The version of the data, whatever answers depend on.
async fn newest(database: &Database) -> i64 {
    support::number(database, "SELECT version FROM data_version").await
}

async fn version_of(server: &Server) -> String {
    let answer = server.get("/v1/medicines/19914312-20").await.json();
    answer["meta"]["data_version"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_version_is_heard_of_everywhere_within_a_second() {
    let database = people::sample("memory_two_servers").await;
    let (one, first) = Server::cached(apart(&database), fixed()).await;
    let (other, second) = Server::cached(apart(&database), fixed()).await;
    let before = filled(&first).await.max(filled(&second).await);
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
    let cut: i64 = client.query_one(cut, &[&version_listener::NAME]).await.unwrap().get(0);
    assert_eq!(cut, 2);
    client.batch_execute("UPDATE data_version SET version = version + 1").await.unwrap();
    let after = before + 3;
    until(HEARD_WITHIN, "hearing again", async || version_of(&one).await == after.to_string()).await;
    // And the cache comes back by itself.
    until(Duration::from_secs(20), "filling again", async || first.version() == Some(after)).await;
    assert_eq!(version_of(&one).await, after.to_string());
}

/// With a private PostgreSQL the service's log-in may read nothing but under its role.
#[tokio::test(flavor = "multi_thread")]
async fn a_service_with_its_own_postgresql_hears_of_what_another_program_imports() {
    let program = Program::run(&["run"]);
    let client = Client::at(program.address);
    let of_medicine =
        async || client.get("/v1/medicines/19914312-20").await.json()["meta"]["data_version"].as_str().unwrap().to_owned();
    let from_memory = async || {
        of_medicine().await;
        client
            .get("/metrics")
            .await
            .body
            .lines()
            .any(|line| line.strip_prefix("http_cache_hits_total ").is_some_and(|hits| hits != "0"))
    };
    until(Duration::from_secs(30), "filling the cache", from_memory).await;
    let before = of_medicine().await;
    // It names a product that nothing else names, so that more than reports changed.
    let file = written("sismed-2022.csv", tables::SISMED.replace("19914312,20,2020", "70000001,1,2022"));
    let import = program.command(&["import", "sismed", file.to_str().unwrap()], None);
    assert!(import.status.success(), "{}", String::from_utf8_lossy(&import.stderr));
    // Only what is in memory is requested.
    until(Duration::from_secs(3), "hearing of the import", async || of_medicine().await != before).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn reports_alone_are_no_reason_to_read_everything_again() {
    let database = people::sample("memory_reports").await;
    let (server, cache) = Server::cached(apart(&database), fixed()).await;
    let (cold, read_at) = (Server::on(apart(&database)).await, filled(&cache).await);
    let paths: Vec<String> = CHECKS
        .iter()
        .map(|check| format!("/v1/check?cum={check}"))
        .chain(["/v1/medicines/19914312-20", "/v1/medicines/90000301-1/thermometer", "/v1/medicines?q=lantus"].map(str::to_owned))
        .collect();
    let answers_of = async |server: &Server| {
        let mut answers = Vec::new();
        for path in &paths {
            answers.push(raw(server, path, "").await);
        }
        answers
    };
    let first = answers_of(&server).await;
    let reports = tables::SISMED.replace(",2020,", ",2022,");
    import(&database, SourceKind::Sismed, &written("sismed-2022.csv", reports)).await;
    let after = newest(&database).await;
    assert!(after > read_at);
    until(HEARD_WITHIN, "keeping what is held", async || cache.version() == Some(after)).await;
    assert_eq!(cache.read_at(), Some(read_at), "nothing was read again");
    let before = hits(&server).await;
    // Also their ETag and `meta.data_version`: who has them need not read them again.
    assert_eq!((answers_of(&server).await, answers_of(&cold).await), (first.clone(), first));
    assert!(hits(&server).await - before >= paths.len() as u64, "from memory");
    // A product that nothing else names is new in the lists too.
    let named = tables::SISMED.replace("19914312,20,2020", "70000001,1,2022");
    import(&database, SourceKind::Sismed, &written("sismed-new.csv", named)).await;
    let after = newest(&database).await;
    until(Duration::from_secs(20), "reading again", async || cache.version() == Some(after)).await;
    assert_eq!(cache.read_at(), Some(after));
    assert_eq!(server.data("/v1/medicines/70000001-1").await["sources"], serde_json::json!(["sismed"]));
    // An act is one of the lists.
    import_open_data_list(&database).await;
    let after = newest(&database).await;
    until(Duration::from_secs(20), "reading again", async || cache.version() == Some(after)).await;
    assert_eq!(cache.read_at(), Some(after));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_writer_sees_its_own_write_at_once() {
    let database = people::sample("memory_own_write").await;
    let people = People::arrive(database.clone()).await;
    let now = people::now();
    let (server, cache) = Server::cached(apart(&database), Arc::new(move || (now, TODAY))).await;
    for round in 0..10 {
        filled(&cache).await;
        let path = format!("/v1/check?cum=19914312-20&amount=1&date=2027-{:02}-02&transaction=1", round + 1);
        assert_eq!(server.get(&path).await.json()["data"]["verdict"], if round == 0 { "cannot_compare" } else { "within" });
        let title = format!("Circular {} de 2026", 100 + round);
        let before = (round > 0).then(|| format!("circular-{}-2026", 99 + round));
        let supersedes: Vec<&str> = before.iter().map(String::as_str).collect();
        let amount = format!("{}.00", 30_000 + round);
        let day = format!("2027-{:02}-01", round + 1);
        let body = draft(&title, &day, &supersedes, &[("19914312-20", "institutional", Some(&amount))]);
        enacted(&server, &people, &format!("w{round}"), &body).await.data(201);
        assert_has!(server.data(&path).await, {"/ceiling/amount": amount});
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn at_midnight_the_cache_is_of_yesterday() {
    let today = Arc::new(Mutex::new(TODAY));
    let shown = today.clone();
    let clock: termometro::http::Now = Arc::new(move || (Timestamp::MAX, *shown.lock().unwrap()));
    let (server, cache) = Server::cached(support::sample().await, clock).await;
    filled(&cache).await;
    *today.lock().unwrap() = TODAY.tomorrow().unwrap();
    assert_eq!(cache.version(), None);
    let as_of = server.get("/v1/medicines/19914312-20").await.json()["meta"]["as_of"].clone();
    assert_eq!(as_of, "2026-11-24");
    filled(&cache).await;
    assert_eq!(server.get("/v1/medicines/19914312-20").await.json()["meta"]["as_of"], as_of);
}

/// A cache in front of routes that are not there.
async fn alone(deprecated: &[Deprecated]) -> impl AsyncFn(&str) -> Response {
    let model = support::sample().await;
    let cache = Arc::new(AnswerCache::with(model.database.latest_version.clone(), fixed(), deprecated));
    tokio::spawn(version_listener::watch(model.database.clone()));
    tokio::spawn(cache.clone().keep_fresh(model));
    filled(&cache).await;
    let not_there = hyper::StatusCode::IM_A_TEAPOT;
    let routes = tower::service_fn(move |_| async move { Ok::<_, Infallible>(Answer::empty(not_there).into_response()) });
    let service = CacheService::new(Some(cache), routes);
    async move |path: &str| {
        let mut request = hyper::Request::get(path).header("x-request-id", "mine").body(String::new()).unwrap();
        let context = Context::new(request.headers(), None);
        request.extensions_mut().insert(context);
        tower::ServiceExt::oneshot(service.clone(), request).await.unwrap()
    }
}

const CHECK: &str = "/v1/check?cum=19914312-20&amount=33052&per=pack&date=2020-06&transaction=1";

#[tokio::test(flavor = "multi_thread")]
async fn a_cached_answer_says_that_its_operation_is_deprecated() {
    let (since, sunset) = (date(2027, 1, 1), date(2027, 7, 1));
    let going = [Deprecated { operation: "check_price", since, sunset, successor: "/v1/checks", guide: "/docs" }];
    let ask = alone(&going).await;
    let deprecated = |response: &Response| response.headers().contains_key("deprecation");
    let (check, other) = (ask(CHECK).await, ask("/v1/medicines?q=lantus").await);
    assert_eq!((check.status().as_u16(), deprecated(&check)), (200, true));
    assert_eq!((other.status().as_u16(), deprecated(&other)), (200, false));
    assert_eq!(ask("/v1/medicines/1-1").await.status(), 418, "what is unknown is left to the routes");
}

/// What was logged.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn a_cached_answer_has_one_access_line_at_info() {
    let (ask, lines) = (alone(&[]).await, Lines::default());
    let shown = lines.clone();
    let log = tracing_subscriber::fmt().with_max_level(tracing::Level::INFO).with_ansi(false).with_writer(move || shown.clone());
    let logging = tracing::subscriber::set_default(log.finish());
    // A test beside this one, without a subscriber, may just have been the first to log here.
    tracing::callsite::rebuild_interest_cache();
    assert_eq!(ask(CHECK).await.status(), 200);
    drop(logging);
    let text = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
    let access: Vec<&str> = text.lines().filter(|line| line.contains("access:")).collect();
    let [line] = access[..] else { panic!("one line, not {text}") };
    for part in ["INFO", "method=\"GET\"", "template=\"/v1/check\"", "status=200", "request_id=\"client:mine\""] {
        assert!(line.contains(part), "{part} in {line}");
    }
}
