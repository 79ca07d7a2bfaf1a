//! Requests that cost much work: few at once for each client and over all, so that they can never take the last connections to the database.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::Instant,
};

use hyper::header::{CONTENT_LENGTH, HeaderMap};

use super::client::ClientNetwork;
use crate::http::{Problem, base::problem_kind, request::query::QueryPairs};

/// What a request costs while it is worked on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Work {
    Small,
    Large,
    /// Little work, but its answer is sent for a long time.
    Download,
}

/// Whatever they are asked for: their filters may meet few of many rows, or they compare whole lists.
const LARGE: [&str; 9] = [
    "list_assessments", "list_market_prices", "list_source_faults", "diff_acts", "preview_act_draft", "show_dossier",
    "list_audit", "check_invoices", CHECK_INVOICES_PAGE,
];
/// The page that does what `check_invoices` does.
pub(crate) const CHECK_INVOICES_PAGE: &str = "check_invoices_page";
const ROWS_MAX: u32 = 200;
/// Some 170 checks.
const BODY_BYTES_MAX: u64 = 20_000;

impl Work {
    pub(crate) fn of(operation: Option<&str>, query: &QueryPairs, headers: &HeaderMap) -> Self {
        let Some(operation) = operation else { return Self::Small };
        let rows = query.get("limit").and_then(|limit| limit.parse().ok()).unwrap_or(0);
        let body = || {
            headers
                .get(CONTENT_LENGTH)
                .map_or(u64::MAX, |length| length.to_str().ok().and_then(|text| text.parse().ok()).unwrap_or(u64::MAX))
        };
        // A state of the past is counted anew each time.
        let of_the_past = || operation == "summarise_assessments" && query.get("known_at").is_some();
        let many_checks = || matches!(operation, "check_prices" | "read_item_texts") && body() > BODY_BYTES_MAX;
        match operation {
            "download_export" => Self::Download,
            _ if LARGE.contains(&operation) || rows > ROWS_MAX || of_the_past() || many_checks() => Self::Large,
            _ => Self::Small,
        }
    }
}

#[derive(Debug)]
pub(crate) struct LargeWork {
    over_all: Arc<Semaphore>,
    per_client: usize,
    clients: Mutex<HashMap<ClientNetwork, Arc<Semaphore>>>,
    wait: Duration,
}

/// Held until the answer is ready, or sent.
#[derive(Debug)]
pub(crate) struct Permits {
    _over_all: OwnedSemaphorePermit,
    _of_client: Option<OwnedSemaphorePermit>,
}

impl LargeWork {
    pub(crate) fn new(over_all: usize, per_client: usize, wait: Duration) -> Self {
        Self { over_all: Arc::new(Semaphore::new(over_all)), per_client, clients: Mutex::default(), wait }
    }

    /// Waits a little for a place: requests of one client, or of several, that overlap are no attack.
    pub(crate) async fn begin(&self, client: Option<ClientNetwork>) -> Result<Permits, Problem> {
        let permits = self.permits(client).await;
        self.forget_idle();
        permits
    }

    async fn permits(&self, client: Option<ClientNetwork>) -> Result<Permits, Problem> {
        let until = Instant::now() + self.wait;
        let of_client = match client.map(|client| self.own(client)) {
            Some(own) => match tokio::time::timeout_at(until, own.acquire_owned()).await {
                Ok(permit) => permit.ok(),
                Err(_elapsed) => return Err(self.too_many()),
            },
            None => None,
        };
        match tokio::time::timeout_at(until, self.over_all.clone().acquire_owned()).await {
            Ok(Ok(over_all)) => Ok(Permits { _over_all: over_all, _of_client: of_client }),
            _ => Err(Problem::overloaded()),
        }
    }

    fn own(&self, client: ClientNetwork) -> Arc<Semaphore> {
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        clients.entry(client).or_insert_with(|| Arc::new(Semaphore::new(self.per_client))).clone()
    }

    /// A client that holds nothing and waits for nothing needs no semaphore.
    fn forget_idle(&self) {
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        if clients.len() > CLIENTS_KEPT {
            clients.retain(|_, own| Arc::strong_count(own) > 1);
        }
    }

    fn too_many(&self) -> Problem {
        let most = self.per_client;
        let detail = (
            format!("de las consultas grandes se atienden {most} a la vez por dirección: espere a que termine la anterior"),
            format!("of large requests, {most} are answered at once for an address: wait until the one before has ended"),
        );
        Problem::new(&problem_kind::TOO_MANY_REQUESTS).with_detail(detail).with_retry_after_s(RETRY_AFTER_S)
    }
}

const CLIENTS_KEPT: usize = 256;
const RETRY_AFTER_S: u32 = 1;

#[cfg(test)]
mod tests {
    use super::*;
    use hyper::header::HeaderValue;

    #[test]
    fn what_costs_much_is_known_by_its_operation_its_rows_and_its_body() {
        let work = |operation, query: &str, bytes: &'static str| {
            let headers = HeaderMap::from_iter([(CONTENT_LENGTH, HeaderValue::from_static(bytes))]);
            Work::of(Some(operation), &QueryPairs::parse(query, None).unwrap(), &headers)
        };
        assert_eq!(work("list_assessments", "", "0"), Work::Large);
        assert_eq!(work("list_prices", "limit=200", "0"), Work::Small);
        assert_eq!(work("list_prices", "limit=1000", "0"), Work::Large);
        assert_eq!(work("summarise_assessments", "", "0"), Work::Small);
        assert_eq!(work("summarise_assessments", "known_at=2020-01-01T00:00:00Z", "0"), Work::Large);
        assert_eq!((work("check_prices", "", "1000"), work("check_prices", "", "900000")), (Work::Small, Work::Large));
        assert_eq!(work("check_invoices", "", "100"), Work::Large);
        assert_eq!(work("download_export", "", "0"), Work::Download);
        assert_eq!(Work::of(Some("check_prices"), &QueryPairs::parse("", None).unwrap(), &HeaderMap::new()), Work::Large);
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_has_its_few_places_and_everybody_together_some_more() {
        let work = LargeWork::new(3, 2, Duration::from_secs(1));
        let held = (work.begin(Some(1)).await.unwrap(), work.begin(Some(1)).await.unwrap());
        assert_eq!(work.begin(Some(1)).await.unwrap_err().status(), 429);
        let third = work.begin(Some(2)).await.unwrap();
        assert_eq!(work.begin(Some(3)).await.unwrap_err().status(), 503);
        drop(third);
        assert!(work.begin(None).await.is_ok());
        drop(held);
        assert!(work.begin(Some(1)).await.is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_comes_a_little_early_waits_instead() {
        let work = Arc::new(LargeWork::new(4, 1, Duration::from_secs(1)));
        let first = work.begin(Some(1)).await.unwrap();
        let second = tokio::spawn({
            let work = work.clone();
            async move { work.begin(Some(1)).await.is_ok() }
        });
        tokio::time::sleep(Duration::from_millis(500)).await;
        drop(first);
        assert!(second.await.unwrap());
    }

    #[tokio::test]
    async fn clients_that_ended_are_forgotten() {
        let work = LargeWork::new(4, 1, Duration::from_secs(1));
        for client in 0..2_000 {
            drop(work.begin(Some(client)).await.unwrap());
        }
        assert!(work.clients.lock().unwrap().len() <= CLIENTS_KEPT + 1);
    }
}
