//! The rim as each operation of the product wears it: the table of routes, methods, formats, tags and body limits.

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use termometro::http::{Limits, api};

use crate::{server::Server, stage::with, support};

/// One address per documented operation that the sample answers with 200.
pub const ANSWERED: &[&str] = &[
    "/v1/check?cum=19914312-20&amount=171764&date=2020-06-15&transaction=1",
    "/v1/assessments?verdict=above",
    "/v1/assessments/summary",
    "/v1/medicines?q=lantus",
    "/v1/changes?limit=20",
    "/v1/medicines/19914312-20",
    "/v1/medicines/19914312-20/ceilings?as_of=2020-06-15",
    "/v1/medicines/90000301-1/thermometer",
    "/v1/medicines/19914312-20/prices",
    "/v1/medicines/90000301-1/equivalents",
    "/v1/thermometer?concentration=losartan%2050%20mg&unit=tableta&channel=institutional",
    "/v1/thermometer/agreement",
    "/v1/codes/19914312-20",
    "/v1/vital-authorisations?q=norepinefrina",
    "/v1/exchange-rates?from=2026-11-21",
    "/v1/markets/prices",
    "/v1/markets?q=insulina",
    "/v1/thermometer/groups?q=losartan",
    "/v1/acts",
    "/v1/acts/circular-10-2020",
    "/v1/acts/circular-10-2020/diff/circular-19-2024",
    "/v1/sources",
    "/v1/status",
    "/v1/feeds",
    "/v1/feeds/ceilings/runs",
    "/v1/validation-rules",
    "/v1/exports",
    "/v1/consultations",
    "/v1/petitions",
    "/v1/price-report-statistics",
    "/v1/price-report-counts",
    "/v1/territories",
    "/v1/purchases?limit=5",
    "/v1/purchase-quality",
    "/v1/price-dispersion?market=96",
    "/v1/purchase-corrections",
    "/v1/participation/board",
    "/v1/participation/indicators",
    "/v1/log",
    "/v1/log/entries?limit=3",
    "/v1/log/proof/inclusion?index=1&size=4",
    "/v1/log/proof/consistency?first=3&second=7",
];

#[tokio::test(flavor = "multi_thread")]
async fn every_path_knows_its_methods() {
    let server = Server::with_the_sample().await;
    let document: Value = serde_json::from_str(&api::document()).unwrap();
    for (template, item) in document["paths"].as_object().unwrap() {
        let path = template.replace("{cum}", "19914312-20").replace("{id}", "circular-10-2020").replace("{other}", "y");
        let path = path.replace("{sha256}", &"0".repeat(64));
        let documented: Vec<String> = item.as_object().unwrap().keys().map(|method| method.to_uppercase()).collect();
        let mut allowed = documented.clone();
        allowed.extend(documented.contains(&"GET".to_owned()).then(|| "HEAD".to_owned()));
        allowed.push("OPTIONS".to_owned());
        for method in ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"] {
            let answer = server.ask(method, &path, "", None).await;
            if allowed.iter().any(|known| known == method) {
                assert_ne!(answer.status, 405, "{method} {path}");
                continue;
            }
            assert_eq!(answer.status, 405, "{method} {path}: {}", answer.body);
            let told: BTreeSet<&str> = answer.header("allow").unwrap().split(", ").collect();
            assert_eq!(told, allowed.iter().map(String::as_str).collect(), "{method} {path}");
        }
        let preflight = "origin: https://app.example\r\naccess-control-request-method: GET\r\n";
        let answer = server.ask("OPTIONS", &path, preflight, None).await;
        assert_eq!((answer.status, answer.header("access-control-allow-origin")), (204, Some("*")), "{path}");
        for crooked in [format!("{path}/"), path.replacen("/v1/", "/v1//", 1), path.replacen("/v1", "/V1", 1)] {
            let answer = server.get(&crooked).await;
            assert_eq!(answer.status, 404, "{crooked}: {}", answer.body);
            assert!(answer.body.contains("route_not_found") && answer.header("access-control-allow-origin").is_some());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_read_in_another_language_is_another_answer() {
    let server = Server::with_the_sample().await;
    for path in ANSWERED {
        let spanish = server.ask("GET", path, "x-request-id: one\r\n", None).await;
        assert_eq!((spanish.status, spanish.header("x-request-id")), (200, Some("client:one")), "{path}: {}", spanish.body);
        assert!(spanish.header("etag").is_some(), "{path} has no tag");
        let english = server.get(&with(path, "lang=en")).await;
        assert_ne!(english.header("etag"), spanish.header("etag"), "{path}");
        assert!(english.json()["meta"]["disclaimer"].as_str().unwrap().starts_with("Public information"), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_age_limit_is_another_answer() {
    let mut tags = std::collections::HashSet::new();
    for max_age_days in [120, 5_000] {
        let mut read_model = support::sample().await;
        read_model.max_age_days = max_age_days;
        let server = Server::on(read_model).await;
        let answer = server.get("/v1/check?cum=19914312-20&amount=1&date=2026-06&transaction=1").await;
        let verdict = if max_age_days == 120 { "cannot_compare" } else { "within" };
        assert_eq!(answer.json()["data"]["verdict"], verdict);
        assert!(tags.insert(answer.header("etag").unwrap().to_owned()), "a stale verdict would be taken as fresh");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_exist_is_404_whatever_the_client_has() {
    let server = Server::with_the_sample().await;
    for path in ["/v1/medicines/1-1", "/v1/medicines/1-1/ceilings", "/v1/acts/circular-99-1999", "/v1/medicines/1-1/prices"] {
        let answer = server.ask("GET", path, "if-none-match: *\r\n", None).await;
        assert_eq!(answer.status, 404, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_have_a_size_a_kind_and_a_pace() {
    let limits = Limits { body_bytes_max: 20_000, body_rate_grace_ms: 300, ..Limits::default() };
    let server = Server::with(support::sample().await, limits, jiff::Timestamp::MAX).await;
    let json = "content-type: application/json\r\n";
    let nothing = vec![b' '; 10 * 1024 * 1024];
    let started = Instant::now();
    assert_eq!(server.send("POST", "/v1/checks", json, Some(&nothing)).await.status, 413);
    assert!(started.elapsed() < Duration::from_secs(3), "{:?}", started.elapsed());
    let chunks = format!("{:x}\r\n{}\r\n", 15_000, " ".repeat(15_000)).repeat(2);
    let begun = async |headers: &str, body: &str| {
        server.ask("POST", "/v1/checks", &format!("{json}connection: keep-alive\r\n{headers}\r\n"), Some(body)).await
    };
    assert_eq!(begun("transfer-encoding: chunked", &format!("{chunks}0\r\n\r\n")).await.status, 413);
    let promised = begun("expect: 100-continue\r\ncontent-length: 20001", "").await;
    assert_eq!(promised.status, 413, "before a byte of the body is read");
    for kind in ["", "content-type: text/plain\r\n", "content-type: application/json\r\ncontent-encoding: gzip\r\n"] {
        let answer = server.ask("POST", "/v1/checks", kind, Some("{\"checks\":[]}")).await;
        assert_eq!(answer.status, 415, "{kind}: {}", answer.body);
    }
    let started = Instant::now();
    assert_eq!(begun("content-length: 100", "{").await.status, 408, "a body that stops is given up");
    assert!(started.elapsed() < Duration::from_secs(2), "{:?}", started.elapsed());
    let answer = server.post("/v1/checks", &json!({"checks": []})).await;
    assert_eq!((answer.status, &answer.json()["data"]), (200, &json!([])), "and the next one is served");
}

#[tokio::test(flavor = "multi_thread")]
async fn compression_is_for_those_who_ask_and_answers_that_are_large() {
    let server = Server::with_the_sample().await;
    let coding = async |path: &str, accepted: &str| {
        let accepted = if accepted.is_empty() { String::new() } else { format!("accept-encoding: {accepted}\r\n") };
        let answer = server.ask("GET", path, &accepted, None).await;
        (answer.header("content-encoding").map(str::to_owned), answer.bytes.len())
    };
    let large = "/v1/medicines?limit=1000";
    let (none, plain) = coding(large, "").await;
    assert_eq!(none, None);
    for (accepted, expected) in [("gzip", Some("gzip")), ("br, gzip;q=0.1", Some("br")), ("identity", None)] {
        let (found, bytes) = coding(large, accepted).await;
        assert_eq!(found.as_deref(), expected);
        assert_eq!(bytes * 3 < plain, expected.is_some(), "{accepted}: {bytes} of {plain}");
    }
    assert_eq!(coding("/healthz", "gzip").await.0, None, "too small to gain");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_altered_cursor_is_refused_or_an_empty_page_never_a_fault() {
    let server = Server::with_the_sample().await;
    for path in [
        "/v1/medicines?limit=1", "/v1/medicines?q=losartan&limit=1", "/v1/assessments?limit=1", "/v1/sources?limit=1",
        "/v1/medicines/19914312-20/prices?limit=1", "/v1/medicines/90000301-1/equivalents?limit=1", "/v1/acts?limit=1",
    ] {
        let first = server.get(path).await.json();
        let Some(cursor) = first["meta"]["next_cursor"].as_str() else { panic!("{path} has one page") };
        let open: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(cursor).unwrap()).unwrap();
        let altered = [
            json!(u64::MAX),
            json!(-1),
            json!(null),
            json!("\u{0}"),
            json!(i64::MIN),
            json!([]),
            json!({}),
            json!({"rank": u64::MAX}),
            json!({"after": [i32::MIN, i32::MAX]}),
            json!([i64::MAX, i64::MAX]),
            json!(["9999-12-31", i64::MAX]),
            json!("é"),
        ];
        for after in altered {
            let mut forged = open.clone();
            forged["after"] = after.clone();
            let target = format!("{path}&cursor={}", URL_SAFE_NO_PAD.encode(forged.to_string()));
            let answer = server.get(&target).await;
            assert!([200, 400].contains(&answer.status), "{path} {after}: {} {}", answer.status, answer.body);
        }
        for broken in ["x", "e30", &cursor[1..], &"a".repeat(3_000)] {
            let answer = server.get(&format!("{path}&cursor={broken}")).await;
            assert_eq!(answer.status, 400, "{path} {broken}");
            assert!(answer.body.contains("\"parameter\":\"cursor\""), "{}", answer.body);
        }
    }
}
