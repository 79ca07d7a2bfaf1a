//! Submissions: the bodies that were received, and the receipts that prove them.

use std::collections::HashMap;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ed25519_dalek::{Signature, VerifyingKey};
use serde_json::{Value as Json, json};
use sha2::{Digest, Sha256};
use tokio_postgres::Row;

use super::section::{Findings, Subject};
use crate::{store::postgres::statements, text::hex::hex};

const SUBMISSIONS_AT_ONCE: i64 = 500;
const RECEIPTS_AT_ONCE: i32 = 500;

pub async fn check_bodies(subject: Subject) -> anyhow::Result<Findings> {
    let mut client = subject.connection().await?;
    let state = subject.state(&mut client).await?;
    let (mut findings, mut checked, mut after) = (Findings::default(), 0_u64, String::new());
    let piece = state.prepare(statements::submission_piece).await?;
    loop {
        let page = state.query(statements::bodies, &[&after, &SUBMISSIONS_AT_ONCE]).await?;
        let Some(last) = page.last() else { break };
        after = last.try_get("id")?;
        for row in &page {
            let (id, bytes, sha256): (&str, i64, &str) = (row.try_get("id")?, row.try_get("bytes")?, row.try_get("sha256")?);
            let (mut length, mut hash) = (0, Sha256::new());
            for ordinal in 0_i32.. {
                let Some(row) = state.query_opt(&piece, &[&id, &ordinal]).await? else { break };
                let bytes: &[u8] = row.try_get("bytes")?;
                length += bytes.len();
                hash.update(bytes);
            }
            if i64::try_from(length)? != bytes || hex(&hash.finalize()) != sha256 {
                findings.fault(format!("submission {id}: its stored body is not the one that was received"));
            }
            checked += 1;
        }
    }
    for row in state.query(statements::lost_submissions, &[]).await? {
        let (id, logged): (&str, bool) = (row.try_get("id")?, row.try_get("logged")?);
        let fault = if logged {
            "is not there, and the audit log saw it come"
        } else {
            "is there, and the audit log did not see it come"
        };
        findings.fault(format!("submission {id} {fault}"));
    }
    findings.summary = format!("{checked} submissions with their bodies");
    Ok(findings)
}

pub async fn check_receipts(subject: Subject) -> anyhow::Result<Findings> {
    let mut client = subject.connection().await?;
    let state = subject.state(&mut client).await?;
    let mut keys = HashMap::new();
    for row in state.query(statements::signing_keys, &[]).await? {
        let (kid, bytes): (String, Vec<u8>) = (row.try_get("kid")?, row.try_get("public_key")?);
        keys.extend(<[u8; 32]>::try_from(bytes).ok().and_then(|bytes| Some((kid, VerifyingKey::from_bytes(&bytes).ok()?))));
    }
    let (mut findings, mut checked) = (Findings::default(), 0_u64);
    let portal = state.bind(statements::receipts, &[]).await?;
    loop {
        let rows = state.query_portal(&portal, RECEIPTS_AT_ONCE).await?;
        if rows.is_empty() {
            break;
        }
        for row in &rows {
            checked += 1;
            if let Some(fault) = receipt_fault(row, &keys)? {
                findings.fault(format!("submission {}: {fault}", row.try_get::<_, &str>("id")?));
            }
        }
    }
    findings.summary = format!("{checked} receipts with their signatures");
    Ok(findings)
}

fn receipt_fault(row: &Row, keys: &HashMap<String, VerifyingKey>) -> anyhow::Result<Option<String>> {
    let Some(said) = signed(row.try_get("receipt")?, keys) else {
        return Ok(Some("its receipt is not signed by a key of this service".to_owned()));
    };
    let text = |column: &str| row.try_get::<_, Option<&str>>(column).map(|value| json!(value));
    let number = |column: &str| row.try_get::<_, Option<i64>>(column).map(|value| json!(value));
    let stored = [
        ("submission", text("id")?),
        ("nit", text("nit")?),
        ("period", text("period")?),
        ("version", json!(row.try_get::<_, i32>("version")?)),
        ("sha256", text("sha256")?),
        ("bytes", number("bytes")?),
        ("state", text("state")?),
        ("read", number("rows_read")?),
        ("accepted", number("rows_accepted")?),
        ("quarantined", number("rows_quarantined")?),
        ("refused", number("rows_refused")?),
        ("position", number("position")?),
        ("audit_hash", text("audit_hash")?),
    ];
    let other = stored.iter().find(|(name, value)| said[*name] != *value);
    Ok(other.map(|(name, value)| format!("{name} is {value}, its receipt says {}", said[*name])))
}

/// What a receipt says, if one of these keys signed it.
fn signed(receipt: &str, keys: &HashMap<String, VerifyingKey>) -> Option<Json> {
    let (signed, signature) = receipt.rsplit_once('.')?;
    let (header, payload) = signed.split_once('.')?;
    let decoded = |text: &str| URL_SAFE_NO_PAD.decode(text).ok();
    let header: Json = serde_json::from_slice(&decoded(header)?).ok()?;
    let key = keys.get(header["kid"].as_str()?)?;
    let signature = Signature::from_slice(&decoded(signature)?).ok()?;
    key.verify_strict(signed.as_bytes(), &signature).ok()?;
    serde_json::from_slice(&decoded(payload)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use ed25519_dalek::{Signer, SigningKey};

    #[test]
    fn only_a_known_key_and_untouched_bytes_make_a_receipt() {
        let key = SigningKey::from_bytes(&[7; 32]);
        let part = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let signed_text = format!("{}.{}", part(br#"{"alg":"EdDSA","kid":"one"}"#), part(br#"{"bytes":5}"#));
        let receipt = format!("{signed_text}.{}", part(&key.sign(signed_text.as_bytes()).to_bytes()));
        let known = HashMap::from([("one".to_owned(), key.verifying_key())]);
        assert_eq!(signed(&receipt, &known), Some(json!({"bytes": 5})));
        assert_eq!(signed(&receipt, &HashMap::new()), None);
        let stranger = HashMap::from([("one".to_owned(), SigningKey::from_bytes(&[8; 32]).verifying_key())]);
        assert_eq!(signed(&receipt, &stranger), None);
        let altered = receipt.replace(&part(br#"{"bytes":5}"#), &part(br#"{"bytes":6}"#));
        assert_eq!(signed(&altered, &known), None);
        assert_eq!(signed("no receipt", &known), None);
    }
}
