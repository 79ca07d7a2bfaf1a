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
mod texts;
mod thermometers;

use std::{
    cell::RefCell,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::Instant,
};

use ::metrics::Counter;
use arc_swap::ArcSwapOption;
use bytes::Bytes;
use hyper::{Method, Request, Response, body::Body, header};

use super::{
    Now, access,
    conditional::Validator,
    context::{self, Context},
    deprecation::{self, Deprecated},
    metrics::EndpointMetrics,
    plain_head::{self, Plain},
    rates::Meter,
};
use crate::store::newest_version::NewestVersion;
use heads::{Filling, Heads};
use question::{Asked, Target};
use snapshot::Snapshot;

/// What the front of every connection asks first.
pub struct Memory {
    current: ArcSwapOption<Held>,
    newest: Arc<NewestVersion>,
    clock: Now,
    heads: Heads,
    metrics: [EndpointMetrics; Asked::TEMPLATES.len()],
    given: Counter,
    /// Their answers say more than a body and a tag: the router knows what.
    deprecated: [bool; Asked::TEMPLATES.len()],
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
        Self::with(newest, clock, deprecation::TABLE)
    }

    pub fn with(newest: Arc<NewestVersion>, clock: Now, deprecated: &[Deprecated]) -> Self {
        let deprecated = Asked::OPERATIONS.map(|operation| deprecated.iter().any(|row| row.operation == operation));
        let metrics = Asked::TEMPLATES.map(|template| EndpointMetrics::new("GET", template));
        let given = ::metrics::counter!("http_answers_from_memory_total");
        Self { current: ArcSwapOption::empty(), newest, clock, heads: Heads::default(), metrics, given, deprecated }
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
    pub fn answer<B: Body>(&self, request: &Request<B>, meter: Meter<'_>) -> Option<Response<Bytes>> {
        let method = request.method();
        Self::guarded(request.uri().path(), || {
            let mut body = Vec::with_capacity(BODY_BYTES);
            self.look_up(method, Target::of(request)?, meter, &mut body, |heads, filling, body| {
                heads.respond(std::mem::take(body), filling)
            })
        })
    }

    /// The same for a GET, written behind what `out` holds; false: nothing was written.
    pub fn write(&self, question: &Plain<'_>, meter: Meter<'_>, out: &mut Vec<u8>) -> bool {
        let start = out.len();
        let target = Target { path: question.path, query: question.query, headers: &question.headers };
        let written = Self::guarded(question.path, || {
            BODY.with_borrow_mut(|scratch| {
                scratch.clear();
                self.look_up(&Method::GET, target, meter, scratch, |heads, filling, body| {
                    plain_head::write(filling.status(), |out| heads.write(&filling, out), body, out);
                    Some(())
                })
            })
        });
        if written.is_none() {
            out.truncate(start);
        }
        written.is_some()
    }

    /// A fault in here costs speed, not the answer.
    fn guarded<T>(path: &str, work: impl FnOnce() -> Option<T>) -> Option<T> {
        catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| {
            tracing::error!(path, "memory panicked; asking the database");
            ::metrics::counter!("http_panics_total").increment(1);
            None
        })
    }

    fn look_up<T>(
        &self,
        method: &Method,
        target: Target<'_>,
        meter: Meter<'_>,
        body: &mut Vec<u8>,
        give: impl FnOnce(&Heads, Filling<'_>, &mut Vec<u8>) -> Option<T>,
    ) -> Option<T> {
        let held = self.current.load();
        let held = held.as_ref().filter(|held| self.is_current(&held.snapshot))?;
        let (start, headers) = (Instant::now(), target.headers);
        let question = target.read(held.snapshot.today)?;
        if self.deprecated[question.asked.index()] {
            return None;
        }
        let [version, today, max_age_days, program] = &held.made_from;
        let asked = [question.path, &question.canonical, "json", question.language.code()];
        let validator = Validator::of(asked, headers, &[version, today, max_age_days, program]);
        let found = held.body(&question, &validator, body)?;
        // Whoever asks too much is told so behind, where everything is refused.
        let left = meter.count().ok()?;
        let request_id = context::request_id_text(headers);
        let from_another_origin = headers.contains_key(header::ORIGIN);
        let logged = tracing::enabled!(target: "access", tracing::Level::DEBUG).then(|| request_id.clone());
        let filling =
            Filling { found: &found, language: question.language, validator: &validator, request_id, from_another_origin, left };
        let (template, status) = (question.asked.index(), filling.status());
        let given = give(&self.heads, filling, body)?;
        let elapsed = start.elapsed();
        self.metrics[template].record(status, elapsed);
        self.given.increment(1);
        if let Some(request_id) = logged {
            let context = Context { request_id: request_id.as_str().into(), peer: None };
            access::log_hot(method, Asked::TEMPLATES[template], status, elapsed, &context);
        }
        Some(given)
    }
}

/// Room for most bodies, so that few have to move while they grow.
const BODY_BYTES: usize = 4096;

thread_local! {
    static BODY: RefCell<Vec<u8>> = RefCell::new(Vec::with_capacity(BODY_BYTES));
}
