//! The cache: the current snapshot behind a pointer that is swapped, and the operations that it answers.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::Instant,
};

use ::metrics::Counter;
use arc_swap::ArcSwapOption;
use hyper::{Method, Request, header};

use super::{operation::Operation, snapshot::Snapshot};
use crate::{
    http::{
        Now, api,
        base::{access_log, answer::Response, metrics, request_context::Context},
        routing::{
            deprecation::{self, Deprecated},
            endpoint,
            routes::Routes,
        },
    },
    store::postgres::latest_version::LatestVersion,
};

pub struct AnswerCache {
    pub(crate) current: ArcSwapOption<Snapshot>,
    pub(crate) latest_version: Arc<LatestVersion>,
    pub(crate) clock: Now,
    operations: Routes<Operation>,
    hits: Counter,
    /// The same under its old name, for one release.
    hits_old_name: Counter,
}

impl AnswerCache {
    /// Empty until `keep_fresh` has read everything once.
    pub fn new(latest_version: Arc<LatestVersion>, clock: Now) -> Self {
        Self::with(latest_version, clock, deprecation::TABLE)
    }

    pub fn with(latest_version: Arc<LatestVersion>, clock: Now, deprecated: &[Deprecated]) -> Self {
        let mut operations = Routes::default();
        for endpoint in endpoint::announced(api::endpoints(), deprecated) {
            if let Some(operation) = Operation::new(endpoint) {
                let template = operation.template().to_owned();
                operations.insert(&template, operation);
            }
        }
        let _ = metrics::recorder();
        let hits = ::metrics::counter!("http_cache_hits_total");
        let hits_old_name = ::metrics::counter!("http_answers_from_memory_total");
        Self { current: ArcSwapOption::empty(), latest_version, clock, operations, hits, hits_old_name }
    }

    /// The version that is answered now, if any is.
    pub fn version(&self) -> Option<i64> {
        let snapshot = self.current.load_full()?;
        self.is_current(&snapshot).then_some(snapshot.version.version)
    }

    /// The version for which everything was read.
    pub fn read_at(&self) -> Option<i64> {
        self.current.load().as_ref().map(|snapshot| snapshot.read_at)
    }

    pub(crate) fn is_current(&self, snapshot: &Snapshot) -> bool {
        snapshot.version.version == self.latest_version.get() && snapshot.today == (self.clock)().1
    }

    /// The whole answer, or `None`: then the router answers, also for malformed requests.
    pub(crate) fn answer<B>(&self, request: &Request<B>) -> Option<Response> {
        // A panic in here must not cost the answer.
        catch_unwind(AssertUnwindSafe(|| self.look_up(request))).unwrap_or_else(|_| {
            tracing::error!(path = request.uri().path(), "cache: lookup panicked, the database answers");
            ::metrics::counter!("http_panics_total").increment(1);
            None
        })
    }

    fn look_up<B>(&self, request: &Request<B>) -> Option<Response> {
        let (method, headers) = (request.method(), request.headers());
        let (operation, path_values) = self.operations.find(request.uri().path())?;
        if !(method == Method::GET || method == Method::HEAD) || headers.contains_key(header::IF_MATCH) {
            return None;
        }
        let snapshot = self.current.load();
        let snapshot = snapshot.as_ref().filter(|snapshot| self.is_current(snapshot))?;
        let (start, context) = (Instant::now(), request.extensions().get::<Context>()?);
        let question = operation.read(request.uri(), &path_values, headers, snapshot.today)?;
        let response = operation.respond(snapshot.answer(&question, headers)?, question.language);
        let elapsed = start.elapsed();
        operation.metrics.record(response.status(), elapsed);
        self.hits.increment(1);
        self.hits_old_name.increment(1);
        access_log::log(method, operation.template(), response.status(), elapsed, context);
        Some(response)
    }
}
