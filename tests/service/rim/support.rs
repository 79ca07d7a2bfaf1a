//! A server of the endpoints that exist only here, on a free port.

use std::{
    ops::Deref,
    sync::{Arc, atomic::Ordering},
};

use termometro::http::{
    Limits,
    routing::endpoint::announced,
    server::{serve::serve, site::Site},
    service::health,
};
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};

use super::endpoints::{DEPRECATED, State, endpoints};
use crate::client::Client;

pub struct Server {
    client: Client,
    pub state: State,
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Deref for Server {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}

pub fn quick() -> Limits {
    Limits {
        header_read_timeout_ms: 400,
        body_read_timeout_ms: 1_500,
        body_rate_grace_ms: 300,
        request_timeout_ms: 2_000,
        write_stall_timeout_ms: 400,
        drain_timeout_ms: 600,
        ..Limits::default()
    }
}

impl Server {
    pub async fn start() -> Server {
        Server::with(quick()).await
    }

    pub async fn with(limits: Limits) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let state = State::default();
        let mut all = announced(endpoints(), DEPRECATED);
        all.extend(health::endpoints(|state: State| async move { state.ready() }, "{\"openapi\":\"3.1.0\"}\n"));
        let limits = Arc::new(limits);
        let queueing = state.queueing.clone();
        let is_queueing = Some(Arc::new(move || queueing.load(Ordering::Relaxed)) as _);
        let site = Site { is_queueing, ..Site::new(state.clone(), all, limits.clone()) };
        let (stop, stopped) = oneshot::channel();
        let task = tokio::spawn(serve(listener, site, limits, async {
            let _ = stopped.await;
        }));
        Server { client: Client::of_undocumented(address), state, stop, task }
    }

    /// Asks for shutdown; the task ends when the server has.
    pub fn stop(self) -> JoinHandle<()> {
        self.stop.send(()).unwrap();
        self.task
    }
}
