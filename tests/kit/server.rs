//! A running service on a free port, and its client.

use std::{ops::Deref, sync::Arc};

use jiff::{
    Timestamp,
    civil::{Date, date},
};
use termometro::{
    http::{
        self, App, Limits, Now,
        access::rate_limit::{ClientLimiter, RateLimits},
        cache::AnswerCache,
        server::site::Site,
    },
    read_model::ReadModel,
    store::postgres::version_listener,
    workflow::Workflow,
};
use tokio::{net::TcpListener, sync::oneshot};

use super::{client::Client, support};

pub struct Server {
    client: Client,
    _stop: oneshot::Sender<()>,
}

impl Deref for Server {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}

impl Server {
    pub async fn with_the_sample() -> Self {
        Self::on(support::sample().await).await
    }

    /// Today is a day in 2026, when the sample's lists are long out of date. The instant is the last one there is, since the
    /// imports of the test are recorded by the real clock and must not lie in the future.
    pub async fn on(read_model: ReadModel) -> Self {
        Self::with(read_model, Limits::default(), Timestamp::MAX).await
    }

    pub async fn with(read_model: ReadModel, limits: Limits, now: Timestamp) -> Self {
        Self::start(read_model, limits, now, date(2026, 11, 23)).await
    }

    /// At an instant of one's own, so that keys are alive.
    pub async fn living(read_model: ReadModel, now: Timestamp, today: Date) -> Self {
        Self::start(read_model, Limits::default(), now, today).await
    }

    async fn start(read_model: ReadModel, limits: Limits, now: Timestamp, today: Date) -> Self {
        let workflow = support::workflow(read_model.database.clone());
        Self::start_with(None, None, read_model, workflow, limits, Arc::new(move || (now, today))).await
    }

    /// One that answers from its cache, as soon as that is filled.
    pub async fn cached(read_model: ReadModel, clock: Now) -> (Self, Arc<AnswerCache>) {
        Self::with_cache(read_model, None, clock).await
    }

    /// With a desk of one's own.
    pub async fn with_workflow(read_model: ReadModel, workflow: Workflow, clock: Now) -> Self {
        Self::start_with(None, None, read_model, workflow, Limits::default(), clock).await
    }

    /// One that counts what each client asks.
    pub async fn rated(read_model: ReadModel, rates: RateLimits, clock: Now) -> (Self, Arc<AnswerCache>) {
        Self::with_cache(read_model, Some(rates), clock).await
    }

    async fn with_cache(read_model: ReadModel, rates: Option<RateLimits>, clock: Now) -> (Self, Arc<AnswerCache>) {
        let cache = Arc::new(AnswerCache::new(read_model.database.latest_version.clone(), clock.clone()));
        tokio::spawn(version_listener::watch(read_model.database.clone()));
        tokio::spawn(cache.clone().keep_fresh(read_model.clone()));
        let workflow = support::workflow(read_model.database.clone());
        (Self::start_with(Some(cache.clone()), rates, read_model, workflow, Limits::default(), clock).await, cache)
    }

    async fn start_with(
        cache: Option<Arc<AnswerCache>>,
        rates: Option<RateLimits>,
        read_model: ReadModel,
        workflow: Workflow,
        limits: Limits,
        clock: Now,
    ) -> Self {
        let limits = Arc::new(limits);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let links = http::base::known_links::KnownLinks::default();
        let kept_pages = cache.as_ref().map(|_| Arc::default());
        let app = App { read_model, workflow, clock, security_contact: None, kept_pages, reads_feeds: false, links };
        let limiter = rates.map(|rates| Arc::new(ClientLimiter::new(&rates, http::routing::authenticate::known(&app))));
        let site = Site { cache, limiter, ..http::routes(app, limits.clone()) };
        tokio::spawn(http::server::serve::serve(listener, site, limits, async {
            let _ = stopped.await;
        }));
        Self { client: Client::at(address), _stop: stop }
    }
}
