//! Which bucket counts a request, what is counted, and what the headers say.

use super::*;
use hyper::header::HeaderValue;

fn rates(address: u32, trusted: &[&str]) -> ClientLimiter {
    let limits = RateLimits {
        address_per_minute: NonZeroU32::new(address),
        key_per_minute: NonZeroU32::new(address * 10),
        keys_per_address_per_day: NonZeroU32::new(address),
        trusted_proxies: trusted.iter().map(|text| text.parse().unwrap()).collect(),
    };
    ClientLimiter::new(
        &limits,
        Arc::new(|headers| {
            let good = headers.get("authorization").is_some_and(|value| value == "Bearer good");
            Box::pin(async move { good.then(|| "p1".to_owned()) })
        }),
    )
}

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

async fn get(rates: &ClientLimiter, peer: IpAddr, path: &str, headers: &HeaderMap) -> Result<Option<RemainingQuota>, TooMany> {
    rates.count(peer, &Method::GET, path, headers).await
}

fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
    pairs.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value))).collect()
}

#[tokio::test]
async fn each_address_has_its_own_bucket_and_pages_another() {
    let (rates, none) = (rates(3, &[]), HeaderMap::new());
    for remaining in [2, 1, 0] {
        let left = get(&rates, ip("192.0.2.1"), "/v1/acts", &none).await.unwrap().unwrap();
        assert_eq!((left.quota, left.remaining, left.policy), (3, remaining, "address"));
    }
    let refused = get(&rates, ip("192.0.2.1"), "/v1/acts", &none).await.unwrap_err();
    assert!((1..=20).contains(&refused.retry_after_s), "{refused:?}");
    assert!(get(&rates, ip("192.0.2.2"), "/v1/acts", &none).await.is_ok());
    assert_eq!(get(&rates, ip("192.0.2.1"), "/medicamentos/1-1", &none).await.unwrap().unwrap().policy, "pages");
}

#[tokio::test]
async fn exports_and_documentation_are_never_counted() {
    let (rates, none) = (rates(1, &[]), HeaderMap::new());
    for _ in 0..20 {
        for path in ["/v1/exports", "/v1/exports/acts/latest/acts.csv", "/v1/catalog", "/docs/", "/openapi.json", "/healthz"] {
            assert_eq!(get(&rates, ip("192.0.2.1"), path, &none).await, Ok(None), "{path}");
        }
    }
    assert!(get(&rates, ip("192.0.2.1"), "/v1/exportsx", &none).await.unwrap().is_some());
}

#[tokio::test]
async fn a_key_has_a_bucket_of_its_own_and_a_false_one_has_none() {
    let rates = rates(1, &[]);
    let (good, bad) = (headers(&[("authorization", "Bearer good")]), headers(&[("authorization", "Bearer bad")]));
    for _ in 0..10 {
        assert_eq!(get(&rates, ip("192.0.2.1"), "/v1/acts", &good).await.unwrap().unwrap().policy, "key");
    }
    assert!(get(&rates, ip("192.0.2.9"), "/v1/acts", &good).await.is_err(), "the same key elsewhere");
    assert_eq!(get(&rates, ip("192.0.2.1"), "/v1/acts", &bad).await.unwrap().unwrap().policy, "address");
    assert!(get(&rates, ip("192.0.2.1"), "/v1/acts", &bad).await.is_err());
}

#[test]
fn a_proxy_is_believed_only_when_it_is_trusted() {
    let rates = rates(1, &["10.0.0.1", "10.0.0.2"]);
    let forwarded = |text: &'static str| headers(&[("x-forwarded-for", text)]);
    let cases = [
        ("192.0.2.9", "198.51.100.1", "192.0.2.9"),
        ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "203.0.113.5, 198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "198.51.100.1, 10.0.0.2", "198.51.100.1"),
        ("10.0.0.1", "10.0.0.2", "10.0.0.1"),
        ("10.0.0.1", "nonsense", "10.0.0.1"),
        ("10.0.0.1", "198.51.100.1, nonsense", "10.0.0.1"),
    ];
    for (peer, header, client) in cases {
        assert_eq!(rates.client(ip(peer), &forwarded(header)), ip(client), "{peer}: {header}");
    }
}

#[test]
fn a_household_is_one_client_and_a_crowd_is_counted_by_larger_networks() {
    let rates = rates(1, &[]);
    assert_eq!(rates.network(ip("2001:db8:0:1200::1")), rates.network(ip("2001:db8:0:12ff:1::9")));
    assert_ne!(rates.network(ip("2001:db8:0:1200::1")), rates.network(ip("2001:db8:0:1300::1")));
    assert_eq!(rates.network(ip("::ffff:192.0.2.1")), rates.network(ip("192.0.2.1")));
    assert_ne!(rates.network(ip("192.0.2.1")), rates.network(ip("192.0.2.2")));
    rates.coarse.store(true, Ordering::Relaxed);
    assert_eq!(rates.network(ip("192.0.2.1")), rates.network(ip("192.0.99.2")));
}

#[test]
fn the_fields_are_structured_as_the_draft_says() {
    let left = RemainingQuota { policy: "address", quota: 1200, window: MINUTE, remaining: 1199, full_in_s: 1 };
    let mut map = HeaderMap::new();
    left.put(&mut map);
    assert_eq!(map["ratelimit-policy"], "\"address\";q=1200;w=60");
    assert_eq!(map["ratelimit"], "\"address\";r=1199;t=1");
}

#[tokio::test]
async fn whoever_asks_nothing_is_forgotten() {
    // 60,000 a minute: after two milliseconds every bucket is idle.
    let rates = rates(60_000, &[]);
    for last in 0..100 {
        get(&rates, ip(&format!("192.0.2.{last}")), "/v1/acts", &HeaderMap::new()).await.unwrap();
    }
    tokio::time::sleep(Duration::from_millis(20)).await;
    rates.evict_idle();
    assert_eq!(rates.programs.as_ref().unwrap().states.len(), 0);
}

#[tokio::test]
async fn free_keys_are_counted_by_the_day() {
    let (rates, none) = (rates(1, &[]), HeaderMap::new());
    let ask = || rates.count(ip("192.0.2.1"), &Method::POST, "/v1/free-keys", &none);
    let left = ask().await.unwrap().unwrap();
    assert_eq!((left.policy, left.window), ("free-keys", DAY));
    assert!(ask().await.unwrap_err().retry_after_s > 86_000);
    assert!(get(&rates, ip("192.0.2.1"), "/v1/acts", &none).await.is_ok());
}
