//! A primary with the sample, two standbys of it, and the service before them.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use termometro::{
    cluster::{scratch::ScratchCluster, scratch_standby::ScratchStandby},
    store::{
        postgres::{
            database::Database,
            limits::PoolLimits,
            primary_watch,
            replicas::{ReplicaSet, Server as Which},
        },
        transaction::migrate::migrate,
    },
};
use tokio::sync::{Mutex, MutexGuard};
use tokio_postgres::{
    Config, SimpleQueryMessage,
    config::{Host, TargetSessionAttrs},
};

use crate::{
    client::Client,
    people::{self, People},
    server::Server,
    support,
};

const NAME: &str = "followed";
const LAG_MAX: Duration = Duration::from_millis(500);

pub struct Servers {
    pub primary: ScratchCluster,
    pub standbys: [Arc<ScratchStandby>; 2],
    pub database: Database,
    pub service: Server,
    pub people: People,
    _alone: MutexGuard<'static, ()>,
}

impl Servers {
    /// One test at a time: they count what is counted for the whole process.
    pub async fn start() -> Self {
        Self::begin(false).await
    }

    /// The service looks for the primary among all three, as when `DATABASE_URL` names them.
    pub async fn start_following() -> Self {
        Self::begin(true).await
    }

    async fn begin(follows: bool) -> Self {
        static ALONE: Mutex<()> = Mutex::const_new(());
        let alone = ALONE.lock().await;
        let (primary, config) = blocking(|| {
            let primary = ScratchCluster::start().unwrap();
            let config = primary.create_database(NAME).unwrap();
            (primary, config)
        })
        .await;
        // As in earnest: a commit is on its way to the standbys at once, not when the log happens to be written.
        on(config.clone(), "ALTER SYSTEM SET synchronous_commit = on").await;
        on(config.clone(), "SELECT pg_reload_conf()").await;
        let database = Database::new(config, &PoolLimits::default()).unwrap();
        migrate(&database).await.unwrap();
        support::fill(&database).await;
        let (primary, standbys) = blocking(move || {
            let standbys = [0, 1].map(|_| Arc::new(ScratchStandby::of(&primary).unwrap()));
            (primary, standbys)
        })
        .await;
        let configs: Vec<Config> = standbys.iter().map(|standby| standby.connection_config(NAME)).collect();
        let database = if follows {
            Database::new(any_of(primary.connection_config(NAME), &configs), &PoolLimits::default()).unwrap()
        } else {
            database
        };
        let database = database.with_standbys(configs, LAG_MAX).unwrap();
        if follows {
            tokio::spawn(primary_watch::follow(database.clone()));
        }
        let people = People::arrive(database.clone()).await;
        let service = people::server(&database).await;
        let servers = Self { primary, standbys, database, service, people, _alone: alone };
        servers.fit(&[0, 1]).await;
        servers
    }

    pub fn replicas(&self) -> &ReplicaSet {
        &self.database.standbys().unwrap().replicas
    }

    /// Waits until these standbys take reads; says how long that took.
    pub async fn fit(&self, standbys: &[usize]) -> Duration {
        let fit = || standbys.iter().all(|index| self.replicas().is_fit(Which::Standby(*index)));
        until("the standbys take reads", fit).await
    }

    /// Waits until this standby takes none.
    pub async fn left_out(&self, standby: usize) -> Duration {
        until("the standby is left out", || !self.replicas().is_fit(Which::Standby(standby))).await
    }

    /// On one standby itself, past the service.
    pub async fn on_standby(&self, standby: usize, sql: &str) {
        on(self.standbys[standby].connection_config(NAME), sql).await;
    }

    /// What one standby itself answers.
    pub async fn said_by_standby(&self, standby: usize, sql: &str) -> String {
        let (client, connection) = self.standbys[standby].connection_config(NAME).connect(tokio_postgres::NoTls).await.unwrap();
        tokio::spawn(connection);
        let answer = client.simple_query(sql).await.unwrap();
        let row = answer.iter().find_map(|message| if let SimpleQueryMessage::Row(row) = message { Some(row) } else { None });
        row.unwrap().get(0).unwrap_or_default().to_owned()
    }

    /// On each standby itself.
    pub async fn on_standbys(&self, sql: &str) {
        for standby in [0, 1] {
            self.on_standby(standby, sql).await;
        }
    }

    /// On the primary itself, as another process would.
    pub async fn on_primary(&self, sql: &str) {
        on(self.primary.connection_config(NAME), sql).await;
    }

    /// How many reads each server answered, by the metrics: primary, first, second standby.
    pub async fn answered(&self) -> [u64; 3] {
        let metrics = self.service.get("/metrics").await.body;
        ["primary", "standby-1", "standby-2"].map(|name| {
            let line = format!("database_reads_total{{server=\"{name}\"}} ");
            metrics.lines().find_map(|found| found.strip_prefix(&line)?.parse().ok()).unwrap_or(0)
        })
    }

    /// An act made by two persons and published; its id, which every public read must know from now on.
    pub async fn publish(&self, number: u32) -> String {
        publish(&self.service, &self.people, number).await
    }
}

/// Whichever of these servers can be written to.
fn any_of(mut primary: Config, standbys: &[Config]) -> Config {
    for host in standbys.iter().flat_map(Config::get_hosts) {
        let Host::Unix(folder) = host else { panic!("the servers of the tests are reached by sockets in folders") };
        primary.host_path(folder);
    }
    primary.target_session_attrs(TargetSessionAttrs::ReadWrite);
    primary
}

pub fn draft(number: u32) -> Value {
    let amount = json!({"amount": (30_000 - number).to_string(), "currency": "COP", "per": "pack"});
    let ceiling = json!({"cum": "19914312-20", "column": "institutional", "amount": amount, "ips_margin": "rule"});
    // Each binds from the day after the one before, which it supersedes.
    let day = jiff::civil::date(2027, 1, 1).saturating_add(jiff::Span::new().days(i64::from(number)));
    let supersedes: Vec<String> =
        (1..number).next_back().map(|before| format!("circular-{}-2027", 100 + before)).into_iter().collect();
    json!({"title": format!("Circular {} de 2027", 100 + number), "valid_from": day.to_string(), "subject_es": "Precios máximos.",
        "subject_en": "Ceilings.", "source": "Acta", "supersedes": supersedes, "reason": "vigencia", "ceilings": [ceiling]})
}

pub async fn publish(service: &Client, people: &People, number: u32) -> String {
    let made = service.post_as(&people.drafter, &format!("draft-{number}"), "/v1/act-drafts", &draft(number)).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let made: Value = made.json()["data"].clone();
    let path = format!("/v1/act-drafts/{}", made["id"].as_str().unwrap());
    let approval = json!({"digest": made["digest"], "reason": "revisado"});
    let approved = service.post_as(&people.approver, &format!("approve-{number}"), &format!("{path}/approval"), &approval).await;
    assert_eq!(approved.status, 200, "{}", approved.body);
    let reason = json!({"reason": "aprobado", "no_consultation_reason": "corrección urgente de un error"});
    let published =
        service.post_as(&people.approver, &format!("publish-{number}"), &format!("{path}/publication"), &reason).await;
    assert_eq!(published.status, 201, "{}", published.body);
    published.json()["data"]["act"].as_str().unwrap().to_owned()
}

pub async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    tokio::task::spawn_blocking(work).await.unwrap()
}

async fn until(what: &str, is_so: impl Fn() -> bool) -> Duration {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < Duration::from_secs(15), "waited in vain: {what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    start.elapsed()
}

async fn on(config: tokio_postgres::Config, sql: &str) {
    let (client, connection) = config.connect(tokio_postgres::NoTls).await.unwrap();
    let connection = tokio::spawn(connection);
    client.simple_query(sql).await.unwrap();
    drop(client);
    let _ = connection.await;
}
