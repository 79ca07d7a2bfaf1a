//! How much one client may ask, over real sockets: cache and database in one bucket, keys and pages in others, and free keys.

use std::{num::NonZeroU32, sync::Arc};

use jiff::civil::date;
use serde_json::{Value, json};
use termometro::{
    domain::access::principal::{PrincipalKind, Scope},
    http::access::rate_limit::RateLimits,
};

use crate::{cache, client::Answer, expected::Expected, people, server::Server, stage::read_model, support};

fn limits(address: u32) -> RateLimits {
    RateLimits {
        address_per_minute: NonZeroU32::new(address),
        key_per_minute: NonZeroU32::new(100),
        keys_per_address_per_day: NonZeroU32::new(2),
        ..RateLimits::default()
    }
}

/// On the sample, answering from the cache.
async fn server(name: &'static str, address: u32) -> Server {
    limited(name, limits(address)).await
}

async fn limited(name: &'static str, limits: RateLimits) -> Server {
    let database = people::sample(name).await;
    let clock = Arc::new(move || (people::now(), date(2026, 11, 23)));
    let (server, answers) = Server::rated(read_model(&database), limits, clock).await;
    cache::filled(&answers).await;
    server
}

async fn without_limits(gives_keys: bool) -> Server {
    let name = if gives_keys { "rates_unlimited" } else { "rates_no_keys" };
    let database = support::database(name).await;
    let workflow = support::workflow(database.clone()).giving_free_keys(gives_keys);
    let clock = Arc::new(move || (people::now(), date(2026, 11, 23)));
    Server::with_workflow(read_model(&database), workflow, clock).await
}

fn remaining(answer: &Answer) -> u64 {
    let text = answer.header("ratelimit").unwrap_or_else(|| panic!("no RateLimit in {}", answer.head));
    text.split("r=").nth(1).unwrap().split(';').next().unwrap().parse().unwrap()
}

async fn take_key(server: &Server, name: &Value) -> Answer {
    server.post("/v1/free-keys", &json!({ "name": name })).await
}

#[tokio::test(flavor = "multi_thread")]
async fn cache_and_database_count_in_one_bucket() {
    let server = server("rates_memory", 6).await;
    let hot = server.get("/v1/medicines/19914312-20").await;
    assert_eq!((hot.status, remaining(&hot)), (200, 5));
    assert_eq!(hot.header("ratelimit-policy"), Some("\"address\";q=6;w=60"));
    let cold = server.get("/v1/acts").await;
    assert_eq!((cold.status, remaining(&cold)), (200, 4));
    let compressed = server.ask("GET", "/v1/medicines/19914312-20", "accept-encoding: identity\r\n", None).await;
    assert_eq!(remaining(&compressed), 3);
    // Two cached answers in one go, and one by the routes.
    let plain = "GET /v1/medicines/19914312-20 HTTP/1.1\r\nhost: t\r\n\r\n";
    let last = "GET /v1/status HTTP/1.1\r\nhost: t\r\nconnection: close\r\n\r\n";
    let text = String::from_utf8(server.raw(format!("{plain}{plain}{last}").as_bytes()).await).unwrap();
    for left in ["r=2;", "r=1;", "r=0;"] {
        assert!(text.contains(&format!("ratelimit: \"address\";{left}")), "{left} in {text}");
    }
    for path in ["/v1/medicines/19914312-20", "/v1/acts"] {
        let refused = server.get(path).await;
        refused.problem(429, "too_many_requests");
        let wait: u64 = refused.header("retry-after").unwrap().parse().unwrap();
        assert!((1..=10).contains(&wait), "{wait}");
        assert_eq!(remaining(&refused), 0);
    }
    let refused = server.raw(format!("{plain}{last}").as_bytes()).await;
    assert!(String::from_utf8(refused).unwrap().starts_with("HTTP/1.1 429"));
    for (path, status) in [("/", 200), ("/docs/", 200), ("/openapi.json", 200), ("/healthz", 200)] {
        assert_eq!(server.get(path).await.status, status, "{path} is not a program's question");
    }
    assert_eq!(server.ask("OPTIONS", "/v1/acts", "", None).await.status, 204, "what may be asked may be asked");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_free_key_raises_the_limit_and_watches() {
    let server = server("rates_key", 3).await;
    let taken = take_key(&server, &json!("  Precios justos  ")).await.data(201);
    let key = taken["key"].as_str().unwrap();
    assert_eq!(taken["kind"], "developer");
    for _ in 0..3 {
        assert_eq!(server.get("/v1/acts").await.status, 200);
    }
    assert_eq!(server.get("/v1/acts").await.status, 429, "a key is no address");
    for _ in 0..10 {
        let answer = server.get_as(key, "/v1/acts").await;
        assert_eq!((answer.status, answer.header("ratelimit-policy")), (200, Some("\"key\";q=100;w=60")));
    }
    let me = server.get_as(key, "/v1/me").await.data(200);
    assert_has!(me, {"name": "Precios justos", "scopes": ["watches:own"]});
    assert_eq!(server.get_as(key, "/v1/watches").await.status, 200, "its own watches");
    for closed in ["/v1/audit", "/v1/cases", "/v1/submissions", "/v1/act-drafts"] {
        assert_eq!(server.get_as(key, closed).await.status, 403, "{closed}");
    }
    // Another last character than the key's own; the minute of the address may have gone on meanwhile.
    let forged = format!("{}{}", &key[..key.len() - 1], if key.ends_with('x') { 'y' } else { 'x' });
    let refused = server.get_as(&forged, "/v1/acts").await;
    assert!([401, 429].contains(&refused.status), "{}", refused.status);
    let policy = refused.header("ratelimit-policy");
    assert_eq!(policy, Some("\"address\";q=3;w=60"), "what opens nothing counts as its address");
}

/// A key, a coding and a proxy that is believed change who is counted and how it is sent, not what is answered.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_asks_is_answered_from_the_cache() {
    let limits = RateLimits { trusted_proxies: vec!["127.0.0.1/32".parse().unwrap()], ..limits(100) };
    let server = limited("rates_cached", limits).await;
    let key = take_key(&server, &json!("a")).await.json()["data"]["key"].as_str().unwrap().to_owned();
    let path = "/v1/medicines/19914312-20";
    let plain = server.get(path).await;
    for (headers, policy) in [
        (format!("authorization: Bearer {key}\r\n"), "\"key\";q=100;w=60"),
        ("accept-encoding: identity\r\n".to_owned(), "\"address\";q=100;w=60"),
    ] {
        let before = cache::hits(&server).await;
        for _ in 0..50 {
            let answer = server.ask("GET", path, &headers, None).await;
            assert_eq!((answer.status, answer.header("ratelimit-policy")), (200, Some(policy)), "{headers}");
            assert_eq!((&answer.body, answer.header("etag")), (&plain.body, plain.header("etag")), "{headers}");
        }
        assert!(cache::hits(&server).await >= before + 50, "{headers}");
    }
}

/// A cache between would give one client's quota, and the id of its request, to another.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_shared_cache_may_keep_says_nothing_of_one_client() {
    let limits = RateLimits { trusted_proxies: vec!["127.0.0.1/32".parse().unwrap()], ..limits(100) };
    let server = limited("rates_shared", limits).await;
    for through in ["x-forwarded-for: 198.51.100.7\r\n", "via: 1.1 cache.example\r\n"] {
        for (path, kept) in
            [("/v1/medicines/19914312-20", false), ("/v1/acts", false), ("/v1/status", true), ("/v1/medicines/1-1", true)]
        {
            let answer = server.ask("GET", path, through, None).await;
            let said = ["ratelimit", "ratelimit-policy", "x-request-id"].map(|name| answer.header(name).is_some());
            assert_eq!(said, [kept; 3], "{path} {:?}", answer.header("cache-control"));
        }
    }
    assert!(server.get("/v1/acts").await.header("ratelimit").is_some(), "whoever comes directly is told");
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_in_a_row_close_the_connection_and_long_pages_weigh_more() {
    let server = server("rates_close", 20).await;
    let page = server.get("/v1/acts?limit=1000").await;
    assert_eq!((page.status, remaining(&page)), (200, 9), "ten requests for the rows, and itself");
    let plain = "GET /v1/acts HTTP/1.1\r\nhost: t\r\n\r\n";
    let text = String::from_utf8(server.raw(plain.repeat(40).as_bytes()).await).unwrap();
    let refused = text.matches("HTTP/1.1 429").count();
    assert!((10..=11).contains(&refused), "the minute may have gone on meanwhile: {refused} of {text}");
    assert_eq!(text.matches("connection: close").count(), 1, "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_of_invoices_weighs_by_its_lines() {
    let server = server("rates_invoices", 60).await;
    let list = format!("cum,valor unitario,fecha\n{}", "19914312-20,33052,2020-06-15\n".repeat(1_600));
    let headers = "content-type: text/csv\r\n";
    let answer = server.ask("POST", "/v1/invoice-checks?transaction=3&per=pack", headers, Some(&list)).await;
    assert_eq!((answer.status, answer.json()["meta"]["totals"]["lines"].as_u64()), (200, Some(1_600)));
    // Forty lines are one request; one comes back each second.
    let left = remaining(&server.get("/v1/acts").await);
    assert!((18..50).contains(&left), "{left}");
}

#[tokio::test(flavor = "multi_thread")]
async fn free_keys_have_a_limit_and_a_name() {
    let server = server("rates_free", 100).await;
    let unlimited = without_limits(true).await;
    for bad in [json!(""), json!("   "), json!("x".repeat(101)), json!(7)] {
        assert_eq!(take_key(&unlimited, &bad).await.status, 400, "{bad}");
    }
    for _ in 0..2 {
        assert_eq!(take_key(&server, &json!("a")).await.status, 201);
    }
    let refused = take_key(&server, &json!("a")).await;
    assert_eq!(refused.status, 429);
    assert!(refused.header("retry-after").unwrap().parse::<u64>().unwrap() > 40_000);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_runs_the_service_may_give_no_keys() {
    take_key(&without_limits(false).await, &json!("a")).await.problem(403, "forbidden");
}

#[test]
fn a_developer_opens_nothing_of_substance() {
    assert_eq!(PrincipalKind::Developer.scopes(), [Scope::WatchesOwn]);
}
