//! The audit log: nothing in it changes, its hashes chain, and a reader who goes on misses nothing, however many write at once.

use std::time::Duration;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use termometro::{
    domain::access::principal::PrincipalKind,
    store::{
        postgres::{connections::WriteConnection, database::Database},
        transaction::audit::{self, NewAuditEntry},
    },
    workflow::access::keys::Holder,
};

use crate::{people, server::Server, stage::arrive};

/// All pages, each from where the one before ended.
async fn read_on(server: &Server, key: &str, cursor: &mut Option<String>, seen: &mut Vec<Value>) {
    loop {
        let after = cursor.as_ref().map(|cursor| format!("&cursor={cursor}")).unwrap_or_default();
        let page = server.get_as(key, &format!("/v1/audit?limit=7{after}")).await.json();
        let entries = page["data"].as_array().unwrap();
        if entries.is_empty() {
            return;
        }
        seen.extend(entries.iter().cloned());
        *cursor = Some(page["meta"]["next_cursor"].as_str().unwrap().to_owned());
    }
}

/// What the document says of a hash, from the answer alone.
fn chained(entries: &[Value]) -> Result<(), String> {
    let mut previous = "0".repeat(64);
    for (index, entry) in entries.iter().enumerate() {
        if entry["position"] != json!(index + 1) || entry["previous_hash"] != json!(previous) {
            return Err(format!("{entry} does not follow"));
        }
        let part = |name: &str| entry[name].clone();
        let names = ["position", "at", "principal", "key", "actor", "action", "subject", "reason", "request_id", "details"];
        let text = Value::Array(names.map(part).to_vec());
        let hash: String =
            Sha256::digest(format!("{previous}\n{text}").as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
        if entry["hash"] != json!(hash) {
            return Err(format!("{entry} was altered"));
        }
        previous = hash;
    }
    Ok(())
}

async fn owner(database: &Database) -> WriteConnection<deadpool_postgres::ClientWrapper> {
    let client = database.import_connection().await.unwrap();
    client.batch_execute("SET ROLE NONE").await.unwrap();
    client
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_changes_evidence_and_who_could_is_found_out() {
    let (database, people, server) = arrive("audit_kept").await;
    let tables = [
        "audit_entry", "log_leaf", "log_node", "log_head", "act_publication", "submission_body", "case_event", "submission",
        "act_draft", "act_draft_contributor", "act_draft_decision", "case_assignment", "case_note",
    ];
    let service = database.import_connection().await.unwrap();
    let role: String = service.query_one("SELECT current_user::text", &[]).await.unwrap().get(0);
    assert_eq!(role, "termometro_service");
    for table in tables {
        for sql in [format!("DELETE FROM {table}"), format!("TRUNCATE {table} CASCADE")] {
            let error = service.execute(&sql, &[]).await.unwrap_err();
            assert_eq!(error.code().unwrap().code(), "42501", "{sql}");
        }
    }
    for sql in [
        "UPDATE audit_entry SET actor = 'x'", "UPDATE api_key SET mac = decode(repeat('00', 32), 'hex')",
        "UPDATE sismed_row SET maximum = 1", "UPDATE reassessment SET judged = 0", "UPDATE sismed_row SET judged = 0",
        "UPDATE basis SET binding = 1", "UPDATE ceiling SET amount = 1", "UPDATE case_evidence SET amount = 0",
        "UPDATE idempotency_record SET body = ''", "DELETE FROM case_file",
    ] {
        assert_eq!(service.execute(sql, &[]).await.unwrap_err().code().unwrap().code(), "42501", "{sql}");
    }
    // The owner is stopped by the triggers; only who turns them off gets through, and the chain tells.
    let owner = owner(&database).await;
    for sql in ["UPDATE audit_entry SET actor = 'x'", "DELETE FROM audit_entry", "TRUNCATE audit_entry CASCADE"] {
        assert!(owner.execute(sql, &[]).await.is_err(), "{sql}");
    }
    let mut before = Vec::new();
    read_on(&server, &people.auditor, &mut None, &mut before).await;
    assert!(before.len() >= 6 && chained(&before) == Ok(()));
    let around = async |sql: &str| {
        owner.batch_execute(&format!("BEGIN; SET LOCAL session_replication_role = replica; {sql}; COMMIT")).await.unwrap();
    };
    for (tampering, undo) in [
        ("UPDATE audit_entry SET reason = 'otro' WHERE position = 3", "UPDATE audit_entry SET reason = NULL WHERE position = 3"),
        (
            "UPDATE audit_entry SET at = at + interval '1 second' WHERE position = 2",
            "UPDATE audit_entry SET at = at - interval '1 second' WHERE position = 2",
        ),
        ("DELETE FROM audit_entry WHERE position = 4", ""),
    ] {
        around(tampering).await;
        let mut after = Vec::new();
        read_on(&server, &people.auditor, &mut None, &mut after).await;
        assert!(chained(&after).is_err(), "{tampering} was not noticed");
        around(undo).await;
    }
}

const WRITERS: usize = 16;
const ENTRIES_EACH: usize = 12;

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_who_goes_on_misses_nothing() {
    let (database, people, server) = arrive("audit_cursor").await;
    let (mut cursor, mut seen) = (None, Vec::new());
    let writers = (0..WRITERS).map(|writer| {
        let database = database.clone();
        tokio::spawn(async move {
            for round in 0..ENTRIES_EACH {
                let mut client = database.import_connection().await.unwrap();
                let tx = client.transaction().await.unwrap();
                let wait = |salt: usize| Duration::from_millis(((writer * 7 + round * 13 + salt) % 9) as u64);
                tokio::time::sleep(wait(0)).await;
                let subject = format!("{writer}-{round}");
                let entry = NewAuditEntry {
                    at: people::now(),
                    principal: None,
                    key: None,
                    actor: "service",
                    action: "test_entry",
                    subject: &subject,
                    reason: None,
                    request_id: "t",
                    details: json!({"b": 1, "a": [writer, round]}),
                };
                audit::record(&tx, &entry).await.unwrap();
                // Others wait for this one's end, in whatever order they came.
                tokio::time::sleep(wait(5)).await;
                if round % 5 == 4 {
                    tx.rollback().await.unwrap();
                } else {
                    tx.commit().await.unwrap();
                }
            }
        })
    });
    let writers: Vec<_> = writers.collect();
    while writers.iter().any(|writer| !writer.is_finished()) {
        read_on(&server, &people.auditor, &mut cursor, &mut seen).await;
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    for writer in writers {
        writer.await.unwrap();
    }
    let auditor = Holder::New { kind: PrincipalKind::Auditor, name: "A".to_owned(), company: None };
    people::key(&people.workflow, &people.admin, auditor, None).await;
    read_on(&server, &people.auditor, &mut cursor, &mut seen).await;
    let written: Vec<&str> =
        seen.iter().filter(|entry| entry["action"] == "test_entry").map(|entry| entry["subject"].as_str().unwrap()).collect();
    let kept = WRITERS * (0..ENTRIES_EACH).filter(|round| round % 5 != 4).count();
    assert_eq!(written.len(), kept);
    assert_eq!(chained(&seen), Ok(()), "every position once, in order, and none missing");
}
