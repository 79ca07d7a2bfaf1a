//! Hot reads answered from memory, before routing: the same bytes as the database would give, as long as nothing newer is known.
//!
//! Invariant: a snapshot answers only while it is of the newest version this process has heard of, and of today.
mod answers;
mod arena;
mod bound;
mod heads;
mod keeper;
mod medicines;
mod pairs;
mod question;
mod records;
mod snapshot;
mod split;
mod templates;
mod thermometers;

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::Instant,
};

use ::metrics::Counter;
use arc_swap::ArcSwapOption;
use bytes::Bytes;
use hyper::{
    Request, Response,
    body::Body,
    header::{self, HeaderValue},
};

use self::{
    heads::{Filling, Heads},
    question::Asked,
    snapshot::Snapshot,
};
use super::{
    Now, access,
    conditional::Validator,
    context::{self, Context},
    metrics::EndpointMetrics,
};
use crate::read_model::version::NewestVersion;

/// What the front of every connection asks first.
pub struct Memory {
    current: ArcSwapOption<Held>,
    newest: Arc<NewestVersion>,
    clock: Now,
    heads: Heads,
    metrics: [EndpointMetrics; Asked::TEMPLATES.len()],
    given: Counter,
}

/// A snapshot with what is made from it once.
struct Held {
    snapshot: Snapshot,
    /// What an `ETag` is made from beside the question, as `Envelope::begin` has it.
    made_from: [String; 4],
    metas: answers::Metas,
    templates: templates::Templates,
    bound: bound::BoundVerdicts,
}

impl Memory {
    pub fn new(newest: Arc<NewestVersion>, clock: Now) -> Self {
        let metrics = Asked::TEMPLATES.map(|template| EndpointMetrics::new("GET", template));
        let given = ::metrics::counter!("http_answers_from_memory_total");
        Self { current: ArcSwapOption::empty(), newest, clock, heads: Heads::default(), metrics, given }
    }

    /// The version that is answered from memory now, if any is.
    pub fn version(&self) -> Option<i64> {
        let held = self.current.load_full()?;
        self.is_current(&held.snapshot).then_some(held.snapshot.version.version)
    }

    fn is_current(&self, snapshot: &Snapshot) -> bool {
        snapshot.version.version == self.newest.get() && snapshot.today == (self.clock)().1
    }

    /// The whole answer, or `None`: then the router is asked, which also answers everything that is wrong with a request.
    pub fn answer<B: Body>(&self, request: &Request<B>) -> Option<Response<Bytes>> {
        // A fault in here costs speed, not the answer.
        catch_unwind(AssertUnwindSafe(|| self.look_up(request))).unwrap_or_else(|_| {
            tracing::error!(path = request.uri().path(), "memory panicked; asking the database");
            ::metrics::counter!("http_panics_total").increment(1);
            None
        })
    }

    fn look_up<B: Body>(&self, request: &Request<B>) -> Option<Response<Bytes>> {
        let held = self.current.load();
        let held = held.as_ref().filter(|held| self.is_current(&held.snapshot))?;
        let start = Instant::now();
        let question = question::read(request, held.snapshot.today)?;
        let [version, today, max_age_days, program] = &held.made_from;
        let asked = [question.path, &question.canonical, "json", question.language.code()];
        let validator = Validator::of(asked, request.headers(), &[version, today, max_age_days, program]);
        let (body, link) = held.body(&question, &validator)?;
        let filling = Filling {
            tag: validator.tag()?,
            request_id: context::request_id_value(request.headers())?,
            from_another_origin: request.headers().contains_key(header::ORIGIN),
            link,
        };
        let template = question.asked.index();
        let response = self.heads.respond(body, filling);
        let elapsed = start.elapsed();
        self.metrics[template].record(response.status(), elapsed);
        self.given.increment(1);
        if tracing::enabled!(target: "access", tracing::Level::DEBUG) {
            let request_id = response.headers().get(context::X_REQUEST_ID).and_then(|id: &HeaderValue| id.to_str().ok());
            let context = Context { request_id: request_id.unwrap_or_default().into(), peer: None };
            access::log_hot(request.method(), Asked::TEMPLATES[template], response.status(), elapsed, &context);
        }
        Some(response)
    }
}
