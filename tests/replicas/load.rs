//! Constant reading by several clients, each answer held against the newest version that a client had seen before it asked.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering::SeqCst},
    },
    time::Instant,
};

use tokio::task::JoinSet;

use crate::client::{Answer, Client};

const CLIENTS: u64 = 6;
const CUMS: [&str; 5] = ["19914312-20", "19914312-2", "20003423-1", "19914312-3", "1-1"];

#[derive(Default)]
pub struct Seen {
    /// The data version of the newest write that is known to be done.
    pub written: AtomicI64,
    pub reads: AtomicU64,
    /// The longest that a client waited.
    pub longest_ms: AtomicU64,
    stop: AtomicBool,
}

pub struct Load {
    pub seen: Arc<Seen>,
    clients: JoinSet<()>,
}

impl Load {
    pub fn start(service: &Client) -> Self {
        let (seen, address) = (Arc::<Seen>::default(), service.address);
        let mut clients = JoinSet::new();
        for client in 0..CLIENTS {
            let seen = seen.clone();
            clients.spawn(async move { read_on(&Client::at(address), &seen, client).await });
        }
        Self { seen, clients }
    }

    /// How many reads there were; every one of them succeeded, or this panics with the first that did not.
    pub async fn finish(mut self) -> u64 {
        self.seen.stop.store(true, SeqCst);
        while let Some(client) = self.clients.join_next().await {
            client.unwrap();
        }
        self.seen.reads.load(SeqCst)
    }
}

async fn read_on(service: &Client, seen: &Seen, client: u64) {
    // A plain generator: which medicine is asked for next only has to vary.
    let mut state = client.wrapping_add(1);
    while !seen.stop.load(SeqCst) {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let cum = CUMS[usize::try_from(state >> 33).unwrap() % CUMS.len()];
        let path = match (state >> 40) % 6 {
            0 => format!("/v1/medicines/{cum}"),
            1 => format!("/v1/check?cum={cum}&amount={}&per=pack&date=2020-06-15&transaction=1", 1 + (state >> 50)),
            2 => format!("/v1/medicines/{cum}/prices"),
            3 => format!("/v1/medicines/{cum}/ceilings?as_of=2020-06-15"),
            4 => "/v1/acts".to_owned(),
            _ => format!("/v1/medicines?limit={}", 1 + (state >> 58)),
        };
        let written = seen.written.load(SeqCst);
        let asked = Instant::now();
        let answer = service.get(&path).await;
        seen.longest_ms.fetch_max(u64::try_from(asked.elapsed().as_millis()).unwrap(), SeqCst);
        let known = answer.status == 200 || (answer.status == 404 && path.starts_with("/v1/medicines/"));
        assert!(known, "a failed read: {path}: {} {}", answer.status, answer.body);
        if answer.status == 200 {
            let version = data_version(&answer);
            assert!(version >= written, "{path} is of version {version}, but {written} was written before it was asked");
        }
        seen.reads.fetch_add(1, SeqCst);
    }
}

pub fn data_version(answer: &Answer) -> i64 {
    answer.json()["meta"]["data_version"].as_str().unwrap().parse().unwrap()
}
