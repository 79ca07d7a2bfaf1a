//! What somebody with the database's password can do beyond one statement: recompute the audit chain, and the whole log.

use deadpool_postgres::ClientWrapper;
use jiff::Timestamp;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use termometro::domain::merkle::{hash::leaf_hash, tree::Edge};

fn sha256(text: &str) -> String {
    Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Positions without gaps and hashes that follow from each other, from whatever entries there are now.
pub async fn rechain(client: &ClientWrapper) {
    let rows = client.query("SELECT * FROM audit_entry ORDER BY position", &[]).await.unwrap();
    client.batch_execute("DELETE FROM audit_entry").await.unwrap();
    let mut previous = "0".repeat(64);
    for (position, row) in (1_i64..).zip(&rows) {
        let at: Timestamp = row.get("at");
        let text = |column: &str| row.get::<_, Option<String>>(column);
        let details: Value = row.get("details");
        let columns = [text("principal_id"), text("key_id"), text("actor"), text("action"), text("subject"), text("reason")];
        let [principal, key, actor, action, subject, reason] = &columns;
        let request = text("request_id");
        let entry = json!([position, at.to_string(), principal, key, actor, action, subject, reason, request, details]);
        let hash = sha256(&format!("{previous}\n{entry}"));
        let insert =
            "INSERT INTO audit_entry (position, at, principal_id, key_id, actor, action, subject, reason, request_id, details,
            previous_hash, hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
        client
            .execute(
                insert,
                &[&position, &at, principal, key, actor, action, subject, reason, &request, &details, &previous, &hash],
            )
            .await
            .unwrap();
        previous = hash;
    }
}

/// Indexes without gaps, hashes and nodes from whatever leaves there are now; heads that no longer fit are taken away. For audit
/// entries the leaves say what the table says.
pub async fn rebuild_log(client: &ClientWrapper) {
    let follow =
        "UPDATE log_leaf l SET entry = '{\"kind\":\"audit\",\"position\":' || e.position || ',\"hash\":\"' || e.hash || '\"}'
        FROM audit_entry e WHERE l.kind = 'audit' AND l.number = e.position";
    client.batch_execute(follow).await.unwrap();
    let rows = client.query("SELECT kind, subject, number, entry, salt FROM log_leaf ORDER BY leaf_index", &[]).await.unwrap();
    client.batch_execute("DELETE FROM log_leaf; DELETE FROM log_node; DELETE FROM log_head").await.unwrap();
    let mut edge = Edge::default();
    for (index, row) in (0_i64..).zip(&rows) {
        let (kind, subject, entry): (String, String, String) = (row.get("kind"), row.get("subject"), row.get("entry"));
        let (number, salt): (Option<i64>, Option<Vec<u8>>) = (row.get("number"), row.get("salt"));
        let hash = leaf_hash(entry.as_bytes()).to_vec();
        let insert =
            "INSERT INTO log_leaf (leaf_index, kind, subject, number, entry, hash, salt) VALUES ($1, $2, $3, $4, $5, $6, $7)";
        client.execute(insert, &[&index, &kind, &subject, &number, &entry, &hash, &salt]).await.unwrap();
        for (place, hash) in edge.append(entry.as_bytes()).into_iter().filter(|(place, _)| place.level > 0) {
            let (level, ordinal) = (i16::from(place.level), i64::try_from(place.ordinal).unwrap());
            let insert = "INSERT INTO log_node VALUES ($1, $2, $3)";
            client.execute(insert, &[&level, &ordinal, &hash.to_vec()]).await.unwrap();
        }
    }
}
