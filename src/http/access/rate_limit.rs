//! Rate limits: a bucket (GCRA) for each client's network (an IPv4 address, or a prefix of IPv6), another one for pages, and one for
//! each key (all free keys that one network took share one).
//!
//! Many people share an address behind a hospital's or an operator's NAT. So the bucket of an address is generous, reading pages does not
//! take from the quota of programs, and requests with a key do not use the address's bucket. Requests weigh what they cost: the rows they
//! want, the bytes they bring and those they are answered with.

use std::{hash::Hash, num::NonZeroU32, pin::Pin, sync::Arc, time::Duration};

use governor::{
    DefaultKeyedRateLimiter, Quota, RateLimiter,
    clock::{Clock, DefaultClock},
    middleware::StateInformationMiddleware,
};
use hyper::{
    Method, Uri,
    header::{AUTHORIZATION, CONTENT_LENGTH, HeaderMap},
};
use ipnet::IpNet;

pub use super::remaining_quota::RemainingQuota;
use super::{
    client::{ClientNetwork, Clients},
    refused_keys::RefusedKeys,
};
use crate::{
    http::{Problem, base::problem_kind},
    workflow::access::authenticate::KeyBucket,
};

const MINUTE: Duration = Duration::from_secs(60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// With more clients than this, larger networks share a bucket.
const CLIENTS_MAX: usize = 200_000;
/// A page of so many rows counts as one more request; the longest page has 1,000.
const ROWS_PER_REQUEST: u32 = 100;
const ROWS_MAX: u32 = 1_000;
/// Some 40 checks.
const BODY_BYTES_PER_REQUEST: u64 = 5_000;
/// Of what an answer has beyond these.
const BYTES_PER_REQUEST: u64 = 128 * 1024;
/// What is judged by the file weighs by its lines, once they are known, and not by its bytes: an archive holds many in few.
const LINES_PER_REQUEST: u64 = 40;
const WEIGHS_BY_LINES: &str = "/v1/invoice-checks";

/// Requests a minute, which may also come at once; `None` is no limit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RateLimits {
    pub address_per_minute: Option<NonZeroU32>,
    pub key_per_minute: Option<NonZeroU32>,
    /// Free keys that one address may take in a day.
    pub keys_per_address_per_day: Option<NonZeroU32>,
    /// The networks from which `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// The networks that may read `/metrics`, besides this machine.
    pub operators: Vec<IpNet>,
}

/// Finds whose bucket the requests of a key come out of: its principal's, or that of the network that took it. The second argument is
/// whether the database may be queried for a key that is not remembered.
pub type KeyResolver = Arc<dyn Fn(HeaderMap, bool) -> Pin<Box<dyn Future<Output = KeyBucket> + Send>> + Send + Sync>;

pub struct ClientLimiter {
    programs: Option<Bucket<ClientNetwork>>,
    pages: Option<Bucket<ClientNetwork>>,
    keys: Option<Bucket<String>>,
    given_keys: Option<Bucket<ClientNetwork>>,
    pub(crate) clients: Arc<Clients>,
    key_resolver: KeyResolver,
    refused_keys: RefusedKeys,
}

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
            clients: Arc::new(Clients::new(limits.trusted_proxies.clone(), limits.operators.clone())),
            key_resolver,
            refused_keys: RefusedKeys::default(),
        }
    }

    /// Counts one request of a client by what it costs; `None` when nothing is counted.
    pub async fn count(
        &self,
        client: ClientNetwork,
        method: &Method,
        uri: &Uri,
        headers: &HeaderMap,
    ) -> Result<Option<RemainingQuota>, TooMany> {
        match cost(method, uri.path()) {
            Cost::Free => Ok(None),
            Cost::Key => self.given_keys.as_ref().map(|bucket| bucket.check(&client, NonZeroU32::MIN)).transpose(),
            Cost::Page => self.pages.as_ref().map(|bucket| bucket.check(&client, NonZeroU32::MIN)).transpose(),
            Cost::Question => {
                let by_lines = uri.path() == WEIGHS_BY_LINES;
                let weight = if by_lines { NonZeroU32::MIN } else { weight(uri.query().unwrap_or_default(), headers) };
                if let (true, Some(keys)) = (headers.contains_key(AUTHORIZATION), &self.keys) {
                    // Many keys of this client opened nothing: only those that were known before are looked for.
                    let wait_s = self.refused_keys.wait_s(client);
                    match ((self.key_resolver)(headers.clone(), wait_s.is_none()).await, &self.programs) {
                        (KeyBucket::Of(holder), _) => return keys.check(&holder, weight).map(Some),
                        (KeyBucket::NotLookedFor, Some(bucket)) => {
                            return Err(TooMany { left: bucket.left(0), retry_after_s: wait_s.unwrap_or(1) });
                        }
                        (KeyBucket::LookedForInVain, _) => self.refused_keys.count(client),
                        (KeyBucket::OpensNothing | KeyBucket::NotLookedFor, _) => {}
                    }
                }
                self.programs.as_ref().map(|bucket| bucket.check(&client, weight)).transpose()
            }
        }
    }

    /// Counts what an answer turned out to weigh: it takes from what the client may ask next, as far as there is.
    pub(crate) fn count_answer(&self, client: ClientNetwork, uri: &Uri, bytes: u64) {
        let weight = u32::try_from(bytes / BYTES_PER_REQUEST).ok().and_then(NonZeroU32::new);
        let bucket = self.programs.as_ref().filter(|_| cost(&Method::GET, uri.path()) == Cost::Question);
        if let (Some(weight), Some(bucket)) = (weight, bucket) {
            bucket.take(&client, weight);
        }
    }

    /// Counts the lines that were judged for an answer, from what the client may ask next there.
    pub(crate) fn count_lines(&self, client: ClientNetwork, uri: &Uri, lines: u64) {
        let weight = u32::try_from(lines / LINES_PER_REQUEST).ok().and_then(NonZeroU32::new);
        let bucket = if cost(&Method::GET, uri.path()) == Cost::Question { &self.programs } else { &self.pages };
        if let (Some(weight), Some(bucket)) = (weight, bucket) {
            bucket.take(&client, weight);
        }
    }

    /// Drops idle buckets. To be called now and then.
    pub(crate) fn evict_idle(&self) {
        let addresses = [&self.programs, &self.pages, &self.given_keys].into_iter().flatten();
        let clients: usize = addresses.map(Bucket::evict_idle).sum();
        let coarse = clients + self.keys.as_ref().map_or(0, Bucket::evict_idle) > CLIENTS_MAX;
        if self.clients.count_coarsely(coarse) {
            if coarse {
                tracing::warn!(clients, "rate limit: many clients, counting by larger networks");
            } else {
                tracing::info!(clients, "rate limit: few clients again, counting by usual networks");
            }
        }
    }
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

/// Rows asked for and bytes sent, each in requests: a long page costs what as many short ones do.
fn weight(query: &str, headers: &HeaderMap) -> NonZeroU32 {
    let of_query = |name: &str| query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
    let rows: u32 = of_query("limit").and_then(|limit| limit.parse().ok()).unwrap_or_default();
    let bytes: u64 = headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok()).unwrap_or_default();
    let of_body = u32::try_from(bytes / BODY_BYTES_PER_REQUEST).unwrap_or(u32::MAX);
    NonZeroU32::MIN.saturating_add(rows.min(ROWS_MAX) / ROWS_PER_REQUEST).saturating_add(of_body)
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

    /// What weighs more than the whole bucket takes all of it.
    fn check(&self, client: &K, weight: NonZeroU32) -> Result<RemainingQuota, TooMany> {
        match self.states.check_key_n(client, weight.min(self.quota.burst_size())) {
            Ok(Ok(state)) => Ok(self.left(state.remaining_burst_capacity())),
            Ok(Err(until)) => {
                let wait = until.wait_time_from(self.clock.now());
                let retry_after_s = u32::try_from(wait.as_millis().div_ceil(1000)).unwrap_or(u32::MAX).max(1);
                Err(TooMany { left: self.left(0), retry_after_s })
            }
            Err(_insufficient) => Err(TooMany { left: self.left(0), retry_after_s: 1 }),
        }
    }

    /// Takes this much, or as much of it as there is.
    fn take(&self, client: &K, weight: NonZeroU32) {
        let mut weight = Some(weight.min(self.quota.burst_size()));
        while let Some(some) = weight.filter(|some| self.check(client, *some).is_err()) {
            weight = NonZeroU32::new(some.get() / 2);
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
    use hyper::header::{HeaderName, HeaderValue};

    fn rates(address: u32) -> ClientLimiter {
        let limits = RateLimits {
            address_per_minute: NonZeroU32::new(address),
            key_per_minute: NonZeroU32::new(address * 10),
            keys_per_address_per_day: NonZeroU32::new(address),
            ..RateLimits::default()
        };
        ClientLimiter::new(
            &limits,
            Arc::new(|headers, may_look| {
                let is = |key: &str| headers.get("authorization").is_some_and(|value| value == key);
                let bucket = match () {
                    () if is("Bearer good") => KeyBucket::Of("p1".to_owned()),
                    () if is("Bearer remembered") => KeyBucket::OpensNothing,
                    () if may_look => KeyBucket::LookedForInVain,
                    () => KeyBucket::NotLookedFor,
                };
                Box::pin(async move { bucket })
            }),
        )
    }

    fn ip(text: &str) -> ClientNetwork {
        Clients::default().counted(text.parse().unwrap())
    }

    async fn get(
        rates: &ClientLimiter,
        client: ClientNetwork,
        path: &str,
        headers: &HeaderMap,
    ) -> Result<Option<RemainingQuota>, TooMany> {
        rates.count(client, &Method::GET, &path.parse().unwrap(), headers).await
    }

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value))).collect()
    }

    #[tokio::test]
    async fn each_address_has_its_own_bucket_and_pages_another() {
        let (rates, none) = (rates(3), HeaderMap::new());
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
        let (rates, none) = (rates(1), HeaderMap::new());
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
        let rates = rates(1);
        let (good, bad) = (headers(&[("authorization", "Bearer good")]), headers(&[("authorization", "Bearer bad")]));
        for _ in 0..10 {
            assert_eq!(get(&rates, ip("192.0.2.1"), "/v1/acts", &good).await.unwrap().unwrap().policy, "key");
        }
        assert!(get(&rates, ip("192.0.2.9"), "/v1/acts", &good).await.is_err(), "the same key elsewhere");
        assert_eq!(get(&rates, ip("192.0.2.1"), "/v1/acts", &bad).await.unwrap().unwrap().policy, "address");
        assert!(get(&rates, ip("192.0.2.1"), "/v1/acts", &bad).await.is_err());
    }

    #[tokio::test]
    async fn a_long_page_a_long_body_and_a_long_answer_weigh_more() {
        let (rates, none) = (rates(100), HeaderMap::new());
        let left =
            async |path: &str, headers: &HeaderMap| get(&rates, ip("192.0.2.1"), path, headers).await.unwrap().unwrap().remaining;
        assert_eq!(left("/v1/acts", &none).await, 99);
        assert_eq!(left("/v1/acts?limit=99", &none).await, 98);
        assert_eq!(left("/v1/acts?lang=es&limit=1000", &none).await, 87);
        assert_eq!(left("/v1/checks", &headers(&[("content-length", "50000")])).await, 76);
        rates.count_answer(ip("192.0.2.1"), &Uri::from_static("/v1/acts"), 20 * BYTES_PER_REQUEST);
        assert_eq!(left("/v1/acts", &none).await, 55);
        // What weighs more than there is takes what there is, and what weighs more than the bucket needs all of it.
        rates.count_answer(ip("192.0.2.1"), &Uri::from_static("/v1/acts"), 80 * BYTES_PER_REQUEST);
        assert!(left("/v1/acts", &none).await < 20);
        assert!(get(&rates, ip("192.0.2.1"), "/v1/checks", &headers(&[("content-length", "5000000")])).await.is_err());
        assert!(get(&rates, ip("192.0.2.2"), "/v1/checks", &headers(&[("content-length", "5000000")])).await.is_ok());
    }

    #[tokio::test]
    async fn keys_that_open_nothing_are_soon_not_looked_for() {
        let rates = rates(100_000);
        let bad = headers(&[("authorization", "Bearer bad")]);
        let mut answers = Vec::new();
        for _ in 0..70 {
            answers.push(get(&rates, ip("192.0.2.1"), "/v1/acts", &bad).await.is_ok());
        }
        assert_eq!(answers.iter().filter(|let_in| **let_in).count(), 60);
        // What is known already costs the database nothing: other people's keys at the same address go on.
        for known in ["Bearer good", "Bearer remembered"] {
            let headers = headers(&[("authorization", known)]);
            assert!(get(&rates, ip("192.0.2.1"), "/v1/acts", &headers).await.is_ok(), "{known}");
        }
        assert!(get(&rates, ip("192.0.2.1"), "/v1/acts", &HeaderMap::new()).await.is_ok(), "without a key they may ask");
        assert!(get(&rates, ip("192.0.2.2"), "/v1/acts", &headers(&[("authorization", "Bearer good")])).await.is_ok());
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
        let rates = rates(60_000);
        for last in 0..100 {
            get(&rates, ip(&format!("192.0.2.{last}")), "/v1/acts", &HeaderMap::new()).await.unwrap();
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
        rates.evict_idle();
        assert_eq!(rates.programs.as_ref().unwrap().states.len(), 0);
    }

    #[tokio::test]
    async fn free_keys_are_counted_by_the_day() {
        let (rates, none, uri) = (rates(1), HeaderMap::new(), Uri::from_static("/v1/free-keys"));
        let ask = || rates.count(ip("192.0.2.1"), &Method::POST, &uri, &none);
        let left = ask().await.unwrap().unwrap();
        assert_eq!((left.policy, left.window), ("free-keys", DAY));
        assert!(ask().await.unwrap_err().retry_after_s > 86_000);
        assert!(get(&rates, ip("192.0.2.1"), "/v1/acts", &none).await.is_ok());
    }
}
