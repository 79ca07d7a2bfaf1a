//! Four regulators, some with two keys, and lists that they upload into drafts.

use serde_json::{Value, json};
use termometro::{
    domain::access::principal::PrincipalKind,
    store::postgres::database::Database,
    workflow::access::keys::{Holder, NewKey},
};

use crate::{
    acts_day::draft,
    client::Answer,
    expected::Expected,
    people::{self, People},
    server::Server,
    stage::{self, arrive, ceilings_header},
};

/// Ana drafts. Each pair is two keys of one principal.
pub struct Regulators {
    pub database: Database,
    pub people: People,
    /// Two services on one database: nothing but the database keeps their requests apart.
    pub servers: [Server; 2],
    pub ana: [String; 2],
    pub berta: [String; 2],
    pub carla: [String; 2],
    pub diego: [String; 2],
}

impl Regulators {
    pub async fn arrive(name: &'static str) -> Self {
        let (database, people, server) = arrive(name).await;
        let servers = [server, people::server(&database).await];
        let regulator = |name: &str| Holder::New { kind: PrincipalKind::Regulator, name: name.to_owned(), company: None };
        let mut keys = Vec::new();
        for name in ["Ana", "Berta", "Carla", "Diego"] {
            let first = people::key(&people.workflow, &people.admin, regulator(name), None).await;
            let second = second_key(&people, &servers[0], &first).await;
            keys.push([first, second]);
        }
        let [ana, berta, carla, diego] = <[[String; 2]; 4]>::try_from(keys).unwrap();
        Self { database, people, servers, ana, berta, carla, diego }
    }

    /// A POST under a fresh Idempotency-Key, through one of the services.
    async fn post(&self, server: usize, who: &str, path: &str, body: &Value) -> Answer {
        self.servers[server].post_as(who, &fresh(), path, body).await
    }

    pub async fn draft(&self, id: &str) -> Value {
        self.servers[0].get_as(&self.people.auditor, &format!("/v1/act-drafts/{id}")).await.data(200)
    }

    /// Drafted by Ana with one ceiling; its id.
    pub async fn drafted(&self, act: &str) -> String {
        let cum = format!("{}-1", cum_of(act));
        let body = draft(act, VALID_FROM, &[], &[(&cum, "institutional", Some("1000"))]);
        let made = self.post(0, &self.ana[0], "/v1/act-drafts", &body).await.data(201);
        made["id"].as_str().unwrap().to_owned()
    }

    pub async fn upload(&self, server: usize, who: &str, id: &str, rows: &str, query: &str) -> Answer {
        let path = format!("/v1/act-drafts/{id}/list{query}");
        stage::upload(&self.servers[server], who, &fresh(), &path, "text/csv", rows.as_bytes()).await
    }

    /// As it stands now.
    pub async fn approve(&self, who: &str, id: &str) -> Answer {
        let digest = self.draft(id).await["digest"].clone();
        self.approve_digest(0, who, id, &digest).await
    }

    pub async fn approve_digest(&self, server: usize, who: &str, id: &str, digest: &Value) -> Answer {
        let body = json!({"digest": digest, "reason": "revisado"});
        self.post(server, who, &format!("/v1/act-drafts/{id}/approval"), &body).await
    }

    pub async fn withdraw(&self, server: usize, who: &str, id: &str) -> Answer {
        self.post(server, who, &format!("/v1/act-drafts/{id}/withdrawal"), &json!({"reason": "no hace falta"})).await
    }

    pub async fn publish(&self, server: usize, who: &str, id: &str) -> Answer {
        let reason = json!({"reason": "aprobado", "no_consultation_reason": "corrección urgente de un error"});
        self.post(server, who, &format!("/v1/act-drafts/{id}/publication"), &reason).await
    }

    /// As the owner of the tables, who sees every session too.
    pub async fn number(&self, sql: &str) -> i64 {
        let client = self.database.import_connection().await.unwrap();
        client.batch_execute("SET ROLE NONE").await.unwrap();
        client.query_one(sql, &[]).await.unwrap().get(0)
    }
}

pub const VALID_FROM: &str = "2027-01-01";

/// The registration that a test's act speaks of: `Circular 31 de 2027` of 30,000,031.
pub fn cum_of(act: &str) -> i32 {
    let number = act.split(' ').nth(1).and_then(|number| number.parse::<i32>().ok());
    30_000_000 + number.unwrap()
}

/// Another key of the principal who holds `key`.
pub async fn second_key(people: &People, server: &Server, key: &str) -> String {
    let me = server.get_as(key, "/v1/me").await.data(200);
    let holder = Holder::Known(me["principal"].as_str().unwrap().to_owned());
    let new = NewKey { holder, scopes: None, days: 30 };
    people::made(&people.workflow, &people.admin, &new, people::now()).await.key.reveal()
}

pub fn fresh() -> String {
    static COUNT: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
    format!("regulator-{}", COUNT.fetch_add(1, std::sync::atomic::Ordering::Relaxed))
}

/// A list in the open-data layout with one institutional ceiling for each CUM, under one act, valid from `VALID_FROM`.
pub fn list(act: &str, rows: &[(&str, &str)]) -> String {
    let row = |(index, (cum, amount)): (usize, &(&str, &str))| {
        format!(
            "\"{}\",\"8\",\"Ambrisentan - Sólido - Oral\",\"{cum}\",\"BRIXENT - Ambrisentan 5mg/1U - Sólido - Oral x 10 - BIOTOSCANA\",\
             \"50\",\"mg\",\"{amount}\",\"0\",\"No Regulado\",\"No regulado\",\"{act}\",\"2027 Jan 01 12:00:00 AM\"\n",
            index + 1
        )
    };
    rows.iter().enumerate().map(row).fold(format!("{}\n", ceilings_header()), |text, row| text + &row)
}
