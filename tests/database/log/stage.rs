//! A small database with everything that the log speaks of, and the check of it.

use std::process::Output;

use serde_json::{Value, json};
use termometro::{
    exports::build::Builder,
    store::postgres::database::Database,
    workflow::{
        Workflow,
        log_check::{LogReport, OutsideHead, verify_log},
    },
};

use crate::{
    kit::{
        client::bearer,
        folder::folder,
        people::{self, People, pesos},
        program::command,
        server::Server,
    },
    support,
};

pub const SALES: &str = "NoExpediente,PresentacionComercial,AnnioCorte,MesFactura,CodRolActorReportante,CodTipoOperacion,CodTipoTransaccion,CodUnidadFactura,ValorMinimo,ValorMaximo,TotalUnidadesFacturadas,ValorTotalFacturado,NitContraparte
19914312,20,2020,4,2,VN,1,A,171764,171764,1,171764,
19914312,20,2020,5,2,VN,1,A,33000,33052,10,330400,
19914312,20,2020,6,2,VN,1,A,40000,30000,1,35000,
";

/// The sample; people with keys; an act published; two submissions, the second with rows that are not taken; open-data files. And the
/// heads that somebody kept: one before the act, one at the end.
pub async fn filled(name: &'static str) -> (Database, Vec<OutsideHead>) {
    let database = people::sample(name).await;
    let people = People::arrive(database.clone()).await;
    people.workflow.publish_signing_key().await.unwrap();
    let server = people::server(&database).await;
    let first = head(&server).await;
    publish(&server, &people).await;
    submit(&server, &people.reporter, "s1", &SALES.lines().take(3).collect::<Vec<_>>().join("\n")).await;
    submit(&server, &people.other_reporter, "s2", SALES).await;
    let folder = support::workflow(database.clone()).spool;
    Builder { folder, database: database.clone(), kept: 12, reports_every: std::time::Duration::ZERO }
        .refresh(true)
        .await
        .unwrap();
    let last = head(&server).await;
    (database, vec![first, last])
}

pub async fn head(server: &Server) -> OutsideHead {
    let answer = server.get("/v1/log").await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    OutsideHead::parse(&answer.body).unwrap()
}

pub async fn submit(server: &Server, key: &str, once: &str, body: &str) -> Value {
    let headers = format!("{}idempotency-key: {once}\r\ncontent-type: text/csv\r\n", bearer(key));
    let answer = server.send("POST", "/v1/submissions?period=2020-Q2", &headers, Some(body.as_bytes())).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    answer.json()["data"].clone()
}

async fn publish(server: &Server, people: &People) {
    let ceiling = json!({"cum": "19914312-20", "column": "institutional", "amount": pesos("30000.00"), "ips_margin": "rule"});
    let body = json!({"title": "Circular 30 de 2026", "valid_from": "2027-01-01", "subject_es": "Precios máximos.",
        "subject_en": "Ceilings.", "source": "Acta 12", "supersedes": [], "reason": "vigencia 2027", "ceilings": [ceiling]});
    let made = server.post_as(&people.drafter, "d", "/v1/act-drafts", &body).await.json();
    let path = format!("/v1/act-drafts/{}", made["data"]["id"].as_str().unwrap());
    let approval = json!({"digest": made["data"]["digest"], "reason": "revisado"});
    assert_eq!(server.post_as(&people.approver, "a", &format!("{path}/approval"), &approval).await.status, 200);
    let reason = json!({"reason": "aprobado", "no_consultation_reason": "corrección urgente de un error"});
    let published = server.post_as(&people.approver, "p", &format!("{path}/publication"), &reason).await;
    assert_eq!(published.status, 201, "{}", published.body);
}

/// By the key of the tests' own service.
pub async fn report(database: &Database, kept: &[OutsideHead]) -> LogReport {
    let workflow: Workflow = support::workflow(database.clone());
    let pinned = [(workflow.secrets.kid.clone(), workflow.secrets.public_key())];
    verify_log(database, kept, &pinned).await.unwrap()
}

/// The program itself on a database of the tests' cluster.
pub fn program(database: &str, arguments: &[&str]) -> Output {
    command(&folder()).env("DATABASE_URL", support::url(database)).args(arguments).output().unwrap()
}
