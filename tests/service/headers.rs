//! The headers of every answer of a path: a 304, a part, a refusal and a HEAD say what the 200 says (see `src/http/routing/path_headers.rs`).

use std::{collections::BTreeMap, num::NonZeroU32, sync::Arc};

use jiff::{Timestamp, civil::date};
use termometro::{
    http::{Limits, access::rate_limit::RateLimits, api, pages, routing::routes::Routes},
    read_model::ReadModel,
};

use crate::{
    cache, edge,
    expected::Expected,
    exports::{builder, built, data_set},
    people, petitions, price_reports, purchases,
    server::Server,
    stage::{self, with},
    support,
};

/// Beside what `edge::ANSWERED` has: one address of every page, and what is neither page nor list.
const OTHERS: &[&str] = &[
    "/",
    "/?q=lantus",
    "/medicamentos/19914312-20",
    "/medicamentos/19914312-20?precio=171764&venta=laboratorio&fecha=2020-06-15",
    "/medicamentos/19914312-20/hoja",
    "/termometro?concentracion=Losartan%2050%20mg&unidad=Tableta&canal=institutional",
    "/linea",
    "/linea?texto=LANTUS%20100%20UI%2FML&precio=171764",
    "/mercados/96",
    "/actos",
    "/actos/circular-10-2020",
    "/estado",
    "/datos",
    "/guia",
    "/revisar",
    "/registro",
    "/cumplimiento",
    "/compras",
    "/compras?mercado=96",
    "/compradores/899999063",
    "/peticiones",
    "/pedir",
    "/apoyo",
    "/tiquete",
    "/reportar-precio",
    "/reporte",
    "/precios-reportados",
    "/consultas",
    "/participacion",
    "/docs/",
    "/favicon.ico",
    "/robots.txt",
    "/sitemap.xml",
    "/.well-known/security.txt",
    "/docs/swagger-ui.css",
    "/v1/medicines?limit=2",
    "/v1/medicines?q=lantus&limit=1",
    "/v1/sources?limit=1&format=csv",
    "/v1/medicines/19914312-20/prices?limit=1",
    "/v1/medicines/90000301-1/thermometer.svg",
    "/v1/changes.atom",
    "/v1/medicines/19914312-20/changes.atom",
    "/v1/buyers/899999063",
    "/v1/contracts/CO1.PCCNTR.1",
    "/v1/ocds-releases",
    "/v1/catalog",
    "/v1/register",
    "/v1/keys",
    "/v1/reporters",
    "/openapi.json",
    "/problems/not_found",
    "/healthz",
    "/readyz",
];

/// What describes the content that is sent, and what is told of one request.
const OF_CONTENT: [&str; 6] =
    ["content-type", "content-length", "content-encoding", "content-range", "content-disposition", "transfer-encoding"];
const OF_REQUEST: [&str; 4] = ["date", "x-request-id", "ratelimit", "retry-after"];
/// An error is kept by nobody, so it has no tag; and no page follows it.
const NOT_ON_ERRORS: [&str; 4] = ["etag", "cache-control", "link", "accept-ranges"];

struct Answer {
    status: u16,
    headers: BTreeMap<String, String>,
}

impl Answer {
    fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }

    fn without(&self, names: &[&[&str]]) -> BTreeMap<&str, &str> {
        let kept = self.headers.iter().filter(|(name, _)| !names.iter().any(|names| names.contains(&name.as_str())));
        kept.map(|(name, value)| (name.as_str(), value.as_str())).collect()
    }

    /// Of a 304 and its 200.
    fn lasting(&self) -> BTreeMap<&str, &str> {
        self.without(&[&OF_CONTENT, &OF_REQUEST])
    }

    /// Of an error and its 200. Errors are prose, so they have a language everywhere.
    fn standing(&self) -> BTreeMap<&str, &str> {
        self.without(&[
            &OF_CONTENT,
            &OF_REQUEST,
            &NOT_ON_ERRORS,
            &["content-language", "ratelimit-policy", "allow", "connection"],
        ])
    }
}

async fn ask(server: &Server, method: &str, path: &str, headers: &str) -> Answer {
    let answer = server.ask(method, path, headers, None).await;
    let mut headers: BTreeMap<String, String> = BTreeMap::new();
    for (name, value) in answer.headers() {
        let place = headers.entry(name).or_default();
        place.push_str(if place.is_empty() { "" } else { ", " });
        place.push_str(value);
    }
    Answer { status: answer.status, headers }
}

async fn paths(server: &Server) -> Vec<String> {
    let mut all: Vec<String> = edge::ANSWERED.iter().chain(OTHERS).map(|path| (*path).to_owned()).collect();
    let page = server.get("/").await.body.replace("&#x2f;", "/");
    all.extend(page.split('"').filter(|part| part.starts_with("/assets/")).map(str::to_owned));
    let files = data_set(server, "medicines").await;
    all.extend(files["newest"]["files"].as_array().unwrap().iter().map(|file| file["path"].as_str().unwrap().to_owned()));
    // The same each time: a second try is answered as the first one.
    let petition = petitions::sent(server, "headers", &petitions::body()).await.data(201)["petition"].take();
    let id = petition.as_str().unwrap();
    let report = price_reports::sent(server, "headers", &price_reports::body()).await.data(201)["price_report"].take();
    all.push(format!("/v1/price-reports/{}", report.as_str().unwrap()));
    all.extend([format!("/v1/petitions/{id}"), format!("/peticiones/{id}"), format!("/peticiones/{id}/apoyar")]);
    let line = purchases::line_of(server, "70001").await;
    let received = purchases::corrected(server, "headers", &line, &purchases::body()).await.data(201);
    let id = received["correction"].as_str().unwrap();
    all.extend([format!("/v1/purchases/{line}"), format!("/compras/{line}"), format!("/compras/{line}/corregir")]);
    all.extend([format!("/v1/purchase-corrections/{id}"), format!("/correcciones/{id}")]);
    all
}

/// On the sample, with its open-data files.
async fn served(name: &'static str) -> (ReadModel, Server) {
    let database = people::sample(name).await;
    purchases::import(&database).await;
    // Both acts that are compared are held.
    support::import_open_data_list(&database).await;
    built(&builder(&database)).await;
    let read_model = stage::read_model(&database);
    (read_model.clone(), Server::on(read_model).await)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_of_a_path_has_the_headers_of_its_200() {
    let (read_model, cold) = served("headers").await;
    let hot = cache::warm(read_model).await;
    let (mut unchanged, mut parts) = (0, 0);
    for path in paths(&cold).await {
        for server in [&cold, &hot] {
            let full = ask(server, "GET", &path, "").await;
            assert_eq!(full.status, 200, "{path}");
            unchanged += on_good_answers(server, &path, &full).await;
            on_errors(server, &path, &full).await;
            parts += on_parts(server, &path, &full).await;
        }
    }
    assert!(unchanged > 160 && parts > 4, "the table must have met them: {unchanged} {parts}");
}

/// HEAD, 304 and 412, of the plain and of the compressed form. Returns how many 304 there were.
async fn on_good_answers(server: &Server, path: &str, full: &Answer) -> usize {
    let head = ask(server, "HEAD", path, "").await;
    assert_eq!((head.status, head.without(&[&OF_REQUEST])), (200, full.without(&[&OF_REQUEST])), "HEAD {path}");
    let mut unchanged = 0;
    for coding in ["", "accept-encoding: br\r\n", "accept-encoding: gzip\r\n"] {
        let full = ask(server, "GET", path, coding).await;
        let Some(tag) = full.header("etag") else { continue };
        for known in [tag.to_owned(), format!("\"a\", W/{tag}")] {
            let again = ask(server, "GET", path, &format!("{coding}if-none-match: {known}\r\n")).await;
            assert_eq!((again.status, again.lasting()), (304, full.lasting()), "{path} {coding}{known}");
            unchanged += 1;
        }
    }
    if full.header("etag").is_some() {
        let again = ask(server, "GET", path, "if-none-match: *\r\n").await;
        assert_eq!((again.status, again.lasting()), (304, full.lasting()), "{path} *");
        let allowed = ask(server, "GET", path, &format!("if-match: {}\r\n", full.header("etag").unwrap())).await;
        assert_eq!(allowed.status, 200, "{path}: the tag is still what there is");
    }
    let changed = ask(server, "GET", path, "if-match: \"x\"\r\n").await;
    assert_eq!((changed.status, changed.standing()), (412, full.standing()), "412 {path}");
    unchanged
}

/// 206 and 416. Returns how many there were.
async fn on_parts(server: &Server, path: &str, full: &Answer) -> usize {
    if full.header("accept-ranges") != Some("bytes") {
        return 0;
    }
    let part = ask(server, "GET", path, "range: bytes=0-1\r\n").await;
    assert_eq!((part.status, part.lasting()), (206, full.lasting()), "206 {path}");
    let none = ask(server, "GET", path, "range: bytes=99999999999-\r\n").await;
    let also = |answer: &Answer| ["etag", "accept-ranges"].map(|name| answer.header(name).map(str::to_owned));
    assert_eq!((none.status, none.standing(), also(&none)), (416, full.standing(), also(full)), "416 {path}");
    1
}

/// 400, 405 and, of the words of a path that leads nowhere, 404.
async fn on_errors(server: &Server, path: &str, full: &Answer) {
    let malformed = ask(server, "GET", &with(path, "lang=zz"), "").await;
    let method = ask(server, "PUT", path, "content-length: 0\r\n").await;
    for (error, status) in [(malformed, 400), (method, 405)] {
        assert_eq!((error.status, error.standing()), (status, full.standing()), "{status} {path}");
        assert_eq!((error.header("cache-control"), error.header("etag")), (Some("no-store"), None), "{status} {path}");
        assert!(error.header("content-language").is_some(), "{status} {path}");
    }
    for (word, other) in [("19914312-20", "1-1"), ("circular-10-2020", "circular-99-1999"), ("medicines.csv", "none.csv")] {
        let elsewhere = path.replace(word, other);
        let unknown = ask(server, "GET", &elsewhere, "").await;
        if elsewhere != path && unknown.status == 404 {
            assert_eq!(unknown.standing(), full.standing(), "404 {elsewhere}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_at_the_edge_has_the_headers_of_its_path() {
    let (read_model, cold) = served("headers_edge").await;
    let limits = Limits { requests_in_flight_max: 0, ..Limits::default() };
    let full_up = Server::with(read_model.clone(), limits, Timestamp::MAX).await;
    let address_per_minute = NonZeroU32::new(1);
    let rates = RateLimits { address_per_minute, ..RateLimits::default() };
    let (counting, _) = Server::rated(read_model, rates, Arc::new(|| (Timestamp::MAX, date(2026, 11, 23)))).await;
    let mut refused = 0;
    for path in paths(&cold).await {
        let full = ask(&cold, "GET", &path, "").await;
        let busy = ask(&full_up, "GET", &path, "").await;
        // Health is answered outside everybody's places.
        let status = if ["/healthz", "/readyz"].contains(&path.as_str()) { full.status } else { 503 };
        assert_eq!((busy.status, busy.standing()), (status, full.standing()), "{status} {path}");
        let misled = ask(&cold, "GET", &path, "host: t\r\nhost: other\r\n").await;
        assert_eq!((misled.status, misled.standing()), (400, full.standing()), "400 {path}");
        for _ in 0..2 {
            let answer = ask(&counting, "GET", &path, "").await;
            if answer.status == 429 {
                assert_eq!(answer.standing(), full.standing(), "429 {path}");
                refused += 1;
            }
        }
    }
    assert!(refused > 50, "pages and lists are counted: {refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_table_holds_every_page_and_every_list() {
    let (_, server) = served("headers_table").await;
    let tried = paths(&server).await;
    let mut templates = Routes::default();
    let endpoints = pages::endpoints().into_iter().chain(api::endpoints()).filter(|endpoint| endpoint.method == "GET");
    let endpoints: Vec<_> = endpoints.map(|endpoint| (endpoint.template, endpoint.operation)).collect();
    endpoints.iter().for_each(|(template, _)| templates.insert(template, template.clone()));
    let document: serde_json::Value = serde_json::from_str(&api::document()).unwrap();
    for (template, operation) in &endpoints {
        let public = document["paths"][template]["get"]["security"] == serde_json::json!([]);
        // The faults of one file and the reporters' standing need what the sample has not, and have nothing of their own.
        // So do consultations: no draft of the sample is consulted on.
        let unneeded = [
            "list_source_faults", "show_compliance", "show_thermometer_group", "show_consultation", "list_consultation_lines",
            "list_comments", "show_comment", "show_consultation_report",
        ];
        let needs_a_draft = ["/consultas/{", "/comentarios/{"].iter().any(|start| template.starts_with(start));
        if needs_a_draft || (operation.is_some() && !public) || operation.as_deref().is_some_and(|name| unneeded.contains(&name))
        {
            continue;
        }
        let met = tried.iter().filter_map(|path| templates.find(path.split('?').next().unwrap())).any(|(met, _)| met == template);
        assert!(met, "{template} is in no row of the table");
    }
}
