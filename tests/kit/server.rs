//! A running service on a free port, and its client.

use std::{ops::Deref, sync::Arc};

use jiff::{
    Timestamp,
    civil::{Date, date},
};
use termometro::{
    desk::Desk,
    http::{
        self, App, Limits, Now,
        hot::Before,
        memory::Memory,
        rates::{RateLimits, Rates},
    },
    read_model::ReadModel,
    store::version_watch,
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
        Self::start_before(None, read_model, limits, Arc::new(move || (now, today))).await
    }

    /// One that answers from memory, as soon as it remembers.
    pub async fn remembering(read_model: ReadModel, clock: Now) -> (Self, Arc<Memory>) {
        let memory = Arc::new(Memory::new(read_model.database.newest.clone(), clock.clone()));
        tokio::spawn(version_watch::watch(read_model.database.clone()));
        tokio::spawn(memory.clone().keep(read_model.clone()));
        (Self::start_before(Some(memory.clone()), read_model, Limits::default(), clock).await, memory)
    }

    async fn start_before(memory: Option<Arc<Memory>>, read_model: ReadModel, limits: Limits, clock: Now) -> Self {
        let desk = support::desk(read_model.database.clone());
        Self::start_with(memory, None, read_model, desk, limits, clock).await
    }

    /// With a desk of one's own.
    pub async fn of_desk(read_model: ReadModel, desk: Desk, clock: Now) -> Self {
        Self::start_with(None, None, read_model, desk, Limits::default(), clock).await
    }

    /// One that counts what each client asks.
    pub async fn rated(read_model: ReadModel, rates: RateLimits, clock: Now) -> (Self, Arc<Memory>) {
        let memory = Arc::new(Memory::new(read_model.database.newest.clone(), clock.clone()));
        tokio::spawn(version_watch::watch(read_model.database.clone()));
        tokio::spawn(memory.clone().keep(read_model.clone()));
        let desk = support::desk(read_model.database.clone());
        let (limits, kept) = (Limits::default(), Some(memory.clone()));
        (Self::start_with(kept, Some(rates), read_model, desk, limits, clock).await, memory)
    }

    async fn start_with(
        memory: Option<Arc<Memory>>,
        rates: Option<RateLimits>,
        read_model: ReadModel,
        desk: Desk,
        limits: Limits,
        clock: Now,
    ) -> Self {
        let limits = Arc::new(limits);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let app = App { read_model, desk, clock, links: http::known_links::KnownLinks::default() };
        let rates = rates.map(|rates| Arc::new(Rates::new(&rates, http::guard::known(&app))));
        let before = Before { memory, rates };
        let routes = http::routes(app, limits.clone());
        tokio::spawn(http::serve::serve_before(before, listener, routes, limits, async {
            let _ = stopped.await;
        }));
        Self { client: Client::at(address), _stop: stop }
    }
}
