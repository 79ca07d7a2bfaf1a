//! The check of the log with its signatures: stored heads, and heads that somebody kept outside.

use serde_json::Value as Json;

use super::log_heads::FORMAT;
use crate::{
    dossier::seal::Jws,
    store::{
        log::{
            check::{self, Checked},
            heads::SignedHead,
        },
        postgres::{database::Database, error::StoreError, statements},
    },
    text::hex::hex,
};

/// A head as its signature states it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutsideHead {
    pub size: u64,
    /// In hexadecimal digits.
    pub root: String,
    pub at: String,
    /// JWS, compact.
    pub signed: String,
}

impl OutsideHead {
    /// From an answer of `/v1/log`, or from the JWS alone.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let answer: Json = serde_json::from_str(text).unwrap_or_default();
        let signed = answer["data"]["signed_head"].as_str().or(answer["signed_head"].as_str()).unwrap_or(text).to_owned();
        let stated: Json = serde_json::from_slice(&Jws::parse(&signed)?.payload).ok()?;
        if stated["format"] != FORMAT {
            return None;
        }
        let (root, at) = (stated["root"].as_str()?.to_owned(), stated["at"].as_str()?.to_owned());
        Some(Self { size: stated["size"].as_u64()?, root, at, signed })
    }
}

/// What was read, and everything that is wrong, with its place.
#[derive(Debug)]
pub struct LogReport {
    pub checked: Checked,
    pub findings: Vec<String>,
}

/// The keys whose signatures are believed.
struct Keys(Vec<(String, [u8; 32])>);

impl Keys {
    async fn stored(database: &Database) -> Result<Self, StoreError> {
        let rows = database.read_connection().await?.query(statements::log_signing_keys, &[]).await?;
        let mut keys = Vec::new();
        for row in rows {
            let public: Vec<u8> = row.try_get("public_key")?;
            keys.extend(public.try_into().ok().zip(Some(row.try_get("kid")?)).map(|(public, kid)| (kid, public)));
        }
        Ok(Self(keys))
    }

    fn signed(&self, jws: &str) -> bool {
        Jws::parse(jws).is_some_and(|jws| self.0.iter().any(|(kid, key)| *kid == jws.kid && jws.is_signed_by(key)))
    }
}

/// `pinned` are the kids and public keys that alone are believed; where there is none, those in the database are.
pub async fn verify_log(
    database: &Database,
    kept: &[OutsideHead],
    pinned: &[(String, [u8; 32])],
) -> Result<LogReport, StoreError> {
    let mut keys = Keys::stored(database).await?;
    let sizes: Vec<u64> = kept.iter().map(|head| head.size).collect();
    let checked = check::check(database, &sizes).await?;
    let mut findings = checked.findings.clone();
    for (kid, public) in pinned {
        if keys.0.iter().any(|(stored, key)| stored == kid && key != public) {
            findings.push(format!("signing key {kid}: the stored public key is another one"));
        }
    }
    if !pinned.is_empty() {
        keys = Keys(pinned.to_vec());
    }
    findings.extend(
        checked
            .heads
            .iter()
            .filter(|head| !is_as_signed(head, &keys))
            .map(|head| format!("log head of {} leaves: no known key signed what it says", head.size)),
    );
    findings.extend(against(&checked, kept, &keys));
    Ok(LogReport { checked, findings })
}

fn is_as_signed(head: &SignedHead, keys: &Keys) -> bool {
    keys.signed(&head.signed)
        && OutsideHead::parse(&head.signed).is_some_and(|stated| {
            i64::try_from(stated.size).ok() == Some(head.size)
                && stated.root == hex(&head.root)
                && stated.at == head.at.to_string()
        })
}

/// In the order of their sizes: what was changed lies behind the last one that holds.
fn against(checked: &Checked, kept: &[OutsideHead], keys: &Keys) -> Vec<String> {
    let mut kept: Vec<&OutsideHead> = kept.iter().collect();
    kept.sort_by_key(|head| head.size);
    let (mut holds_until, mut findings) = (0, Vec::new());
    for head in kept {
        let (size, now) = (head.size, checked.size);
        if !keys.signed(&head.signed) {
            findings.push(format!("head of {size} leaves kept outside: no known key signed it"));
        }
        match checked.roots.get(&size) {
            None => findings.push(format!("log leaf {now}: it is not there, and a head kept outside counts {size} leaves")),
            Some(root) if hex(root) != head.root => {
                let last = size.saturating_sub(1);
                findings.push(format!(
                    "log leaves {holds_until} to {last}: they are not those of the head of {size} leaves kept outside"
                ));
            }
            Some(_) => holds_until = size,
        }
    }
    findings
}
