//! Rate limits: a bucket (GCRA) for each client's network (an IPv4 address, or a prefix of IPv6), another one for pages, and one for
//! each key (all free keys that one network took share one).
//!
//! Many people share an address behind a hospital's or an operator's NAT. So the bucket of an address is generous, reading pages does not
//! take from the quota of programs, and requests with a key do not use the address's bucket.

use std::{
    hash::Hash,
    net::{IpAddr, Ipv6Addr},
    num::NonZeroU32,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use governor::{
    DefaultKeyedRateLimiter, Quota, RateLimiter,
    clock::{Clock, DefaultClock},
    middleware::StateInformationMiddleware,
};
use hyper::{
    Method,
    header::{AUTHORIZATION, HeaderMap, HeaderName},
};

pub use super::remaining_quota::RemainingQuota;
use crate::http::{Problem, base::problem_kind};

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const MINUTE: Duration = Duration::from_secs(60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// With more clients than this, larger networks share a bucket.
const CLIENTS_MAX: usize = 200_000;
/// The prefix that providers give to one household.
const IPV6_PREFIX_BITS: u32 = 56;
const IPV6_COARSE_PREFIX_BITS: u32 = 32;
const IPV4_COARSE_PREFIX_BITS: u32 = 16;

/// Requests a minute, which may also come at once; `None` is no limit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RateLimits {
    pub address_per_minute: Option<NonZeroU32>,
    pub key_per_minute: Option<NonZeroU32>,
    /// Free keys that one address may take in a day.
    pub keys_per_address_per_day: Option<NonZeroU32>,
    /// The addresses from which `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpAddr>,
}

/// Finds whose bucket the requests of a key come out of, if the key is valid: its principal's, or that of the network that took it.
pub type KeyResolver = Arc<dyn Fn(HeaderMap) -> Pin<Box<dyn Future<Output = Option<String>> + Send>> + Send + Sync>;

pub struct ClientLimiter {
    programs: Option<Bucket<ClientNetwork>>,
    pages: Option<Bucket<ClientNetwork>>,
    keys: Option<Bucket<String>>,
    given_keys: Option<Bucket<ClientNetwork>>,
    trusted_proxies: Vec<IpAddr>,
    key_resolver: KeyResolver,
    coarse: AtomicBool,
}

/// The network that counts as one client.
type ClientNetwork = u128;

/// A request too many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooMany {
    pub left: RemainingQuota,
    pub retry_after_s: u32,
}

impl TooMany {
    /// The hint for clients over the limit: a key allows more, and the exports hold everything.
    pub fn problem(&self) -> Problem {
        let detail = (
            "espere lo que dice Retry-After; con una llave gratuita (POST /v1/free-keys) se puede pedir más, y /v1/exports lo trae todo de una vez",
            "wait as Retry-After says; a free key (POST /v1/free-keys) allows more, and /v1/exports has everything at once",
        );
        Problem::new(&problem_kind::TOO_MANY_REQUESTS).with_detail(detail).with_retry_after_s(self.retry_after_s)
    }
}

/// The cost of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cost {
    Free,
    Page,
    Question,
    /// Taking a free key.
    Key,
}

impl ClientLimiter {
    pub fn new(limits: &RateLimits, key_resolver: KeyResolver) -> Self {
        let address = limits.address_per_minute;
        Self {
            programs: address.and_then(|most| Bucket::new("address", most, MINUTE)),
            pages: address.and_then(|most| Bucket::new("pages", most, MINUTE)),
            keys: limits.key_per_minute.and_then(|most| Bucket::new("key", most, MINUTE)),
            given_keys: limits.keys_per_address_per_day.and_then(|most| Bucket::new("free-keys", most, DAY)),
            trusted_proxies: limits.trusted_proxies.clone(),
            key_resolver,
            coarse: AtomicBool::new(false),
        }
    }

    /// The network that counts as one client, however many clients there are.
    pub(crate) fn client_network(&self, peer: IpAddr, headers: &HeaderMap) -> u128 {
        network(self.client(peer, headers), false)
    }

    /// Counts one request; `None` when nothing is counted.
    pub async fn count(
        &self,
        peer: IpAddr,
        method: &Method,
        path: &str,
        headers: &HeaderMap,
    ) -> Result<Option<RemainingQuota>, TooMany> {
        let network = || self.network(self.client(peer, headers));
        match cost(method, path) {
            Cost::Free => Ok(None),
            Cost::Key => self.given_keys.as_ref().map(|bucket| bucket.check(&network())).transpose(),
            Cost::Page => self.pages.as_ref().map(|bucket| bucket.check(&network())).transpose(),
            Cost::Question => {
                if let (true, Some(keys)) = (headers.contains_key(AUTHORIZATION), &self.keys)
                    && let Some(holder) = (self.key_resolver)(headers.clone()).await
                {
                    return keys.check(&holder).map(Some);
                }
                self.programs.as_ref().map(|bucket| bucket.check(&network())).transpose()
            }
        }
    }

    /// The peer, or whom a trusted proxy names: the last address in the list that is not a trusted proxy itself.
    fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        if !self.trusted_proxies.contains(&peer) {
            return peer;
        }
        let values = headers.get_all(FORWARDED_FOR).iter().filter_map(|value| value.to_str().ok());
        let named: Vec<&str> = values.flat_map(|value| value.split(',')).map(str::trim).collect();
        for text in named.iter().rev() {
            // Our proxy does not write unreadable addresses: such a request counts against the proxy itself.
            let Ok(address) = text.parse::<IpAddr>() else { return peer };
            if !self.trusted_proxies.contains(&address) {
                return address;
            }
        }
        peer
    }

    fn network(&self, address: IpAddr) -> ClientNetwork {
        network(address, self.coarse.load(Ordering::Relaxed))
    }

    /// Drops idle buckets. To be called now and then.
    pub(crate) fn evict_idle(&self) {
        let addresses = [&self.programs, &self.pages, &self.given_keys].into_iter().flatten();
        let clients: usize = addresses.map(Bucket::evict_idle).sum();
        let coarse = clients + self.keys.as_ref().map_or(0, Bucket::evict_idle) > CLIENTS_MAX;
        if self.coarse.swap(coarse, Ordering::Relaxed) != coarse {
            if coarse {
                tracing::warn!(clients, "rate limit: many clients, counting by larger networks");
            } else {
                tracing::info!(clients, "rate limit: few clients again, counting by usual networks");
            }
        }
    }
}

/// An IPv4 address, or a prefix of an IPv6 address; larger networks when there are many clients.
fn network(address: IpAddr, coarse: bool) -> ClientNetwork {
    match address.to_canonical() {
        IpAddr::V4(four) => {
            let mask = if coarse { u32::MAX << (32 - IPV4_COARSE_PREFIX_BITS) } else { u32::MAX };
            u128::from(u32::from(four) & mask)
        }
        IpAddr::V6(six) => network_of(six, if coarse { IPV6_COARSE_PREFIX_BITS } else { IPV6_PREFIX_BITS }),
    }
}

fn network_of(address: Ipv6Addr, bits: u32) -> ClientNetwork {
    const { assert!(IPV6_PREFIX_BITS < 64, "bit 64 marks IPv6") };
    // Never equal to an IPv4 address, whose high bits are zero.
    u128::from(address) & (u128::MAX << (128 - bits)) | 1 << 64
}

/// Whether asking here takes from what a client may ask.
pub(crate) fn is_counted(path: &str) -> bool {
    cost(&Method::GET, path) != Cost::Free
}

/// Open data, documentation and what watches over the service are free: taking everything once is better than asking for it piece by piece.
fn cost(method: &Method, path: &str) -> Cost {
    let within = |folder: &str| path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    const FREE: [&str; 9] =
        ["/v1/exports", "/v1/catalog", "/assets", "/docs", "/problems", "/healthz", "/readyz", "/metrics", "/openapi.json"];
    if FREE.into_iter().any(within) {
        Cost::Free
    } else if method == Method::POST && path == "/v1/free-keys" {
        Cost::Key
    } else if within("/v1") {
        Cost::Question
    } else {
        Cost::Page
    }
}

struct Bucket<K: Hash + Eq + Clone> {
    policy: &'static str,
    quota: Quota,
    window: Duration,
    states: DefaultKeyedRateLimiter<K, StateInformationMiddleware>,
    clock: DefaultClock,
}

impl<K: Hash + Eq + Clone> Bucket<K> {
    fn new(policy: &'static str, most: NonZeroU32, window: Duration) -> Option<Self> {
        let quota = Quota::with_period(window / most.get())?.allow_burst(most);
        let states = RateLimiter::dashmap_with_hasher(quota, std::hash::RandomState::new()).with_middleware();
        Some(Self { policy, quota, window, states, clock: DefaultClock::default() })
    }

    fn check(&self, client: &K) -> Result<RemainingQuota, TooMany> {
        match self.states.check_key(client) {
            Ok(state) => Ok(self.left(state.remaining_burst_capacity())),
            Err(until) => {
                let wait = until.wait_time_from(self.clock.now());
                let retry_after_s = u32::try_from(wait.as_millis().div_ceil(1000)).unwrap_or(u32::MAX).max(1);
                Err(TooMany { left: self.left(0), retry_after_s })
            }
        }
    }

    fn left(&self, remaining: u32) -> RemainingQuota {
        let quota = self.quota.burst_size().get();
        let full_in = self.quota.replenish_interval() * (quota - remaining.min(quota));
        let full_in_s = u64::try_from(full_in.as_millis().div_ceil(1000)).unwrap_or(u64::MAX);
        RemainingQuota { policy: self.policy, quota, window: self.window, remaining, full_in_s }
    }

    fn evict_idle(&self) -> usize {
        self.states.retain_recent();
        self.states.len()
    }
}

/// Buckets: their clients, the requests they count, and what is answered.
#[cfg(test)]
mod tests {
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

    async fn get(
        rates: &ClientLimiter,
        peer: IpAddr,
        path: &str,
        headers: &HeaderMap,
    ) -> Result<Option<RemainingQuota>, TooMany> {
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
            for path in ["/v1/exports", "/v1/exports/acts/latest/acts.csv", "/v1/catalog", "/docs/", "/openapi.json", "/healthz"]
            {
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
        // 60,000 a minute: after two milliseconds nothing is held against anybody.
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
}
