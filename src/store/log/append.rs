//! Adds to the log, in the transaction that writes them, the rows that no leaf speaks of yet.

use deadpool_postgres::Transaction;

use super::{
    entries::{self, ChangeSpan, LeafKind, NewLeaf, Rows},
    subtrees::{StoredHashes, SubtreeQuery, signed, unsigned},
};
use crate::{
    domain::merkle::{
        hash::leaf_hash,
        tree::{Edge, Subtree},
    },
    store::postgres::{database::Database, error::StoreError, statements},
};

/// Held from the first leaf, or the audit entry before it, to the commit: indexes and positions are given in the order of commits.
/// Taken after every other lock, as the last thing before a commit.
pub(crate) const LOG_LOCK: i64 = 0x7465_726d_6f03;
/// How many leaves of a kind one transaction adds, so that the first start after an update works in bounded steps.
const LEAVES_AT_ONCE: i64 = 1_000;

pub(crate) async fn lock(tx: &Transaction<'_>) -> Result<(), StoreError> {
    tx.query(statements::lock_audit, &[&LOG_LOCK]).await?;
    Ok(())
}

/// Which acts get a leaf.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Acts {
    /// Those without one.
    New,
    /// Those too whose description a migration changed: a leaf more, and the earlier one stays.
    NewAndRestated,
}

/// How far the log has come.
struct Tail {
    size: u64,
    publication: Option<i64>,
    import: Option<i64>,
    audit: Option<i64>,
    receipt: Option<i64>,
    /// The last change that an import covers.
    changes: i64,
    /// Kinds of which rows have no leaf yet.
    lacking: Vec<LeafKind>,
}

impl Tail {
    async fn read(tx: &Transaction<'_>) -> Result<Self, StoreError> {
        let row = tx.query_one(statements::log_tail, &[]).await?;
        let mut lacking = Vec::new();
        for kind in LeafKind::ALL {
            if row.try_get(format!("lacks_{}", kind.code()).as_str())? {
                lacking.push(kind);
            }
        }
        Ok(Self {
            size: unsigned(row.try_get("size")?),
            publication: row.try_get("publication")?,
            import: row.try_get("import")?,
            audit: row.try_get("audit")?,
            receipt: row.try_get("receipt")?,
            changes: row.try_get::<_, Option<i64>>("changes")?.unwrap_or(0),
            lacking,
        })
    }
}

/// With an audit entry, wherever in its transaction that stands: imports and publications may be incomplete then.
pub(crate) async fn append_audit(tx: &Transaction<'_>) -> Result<(), StoreError> {
    append_some(tx, &[LeafKind::Audit], Acts::New).await?;
    Ok(())
}

/// Last before the commit of a transaction that adds an import, a publication or a receipt.
pub(crate) async fn append(tx: &Transaction<'_>) -> Result<(), StoreError> {
    lock(tx).await?;
    append_some(tx, &LeafKind::ALL, Acts::New).await?;
    Ok(())
}

/// How many leaves were added. Under the lock.
async fn append_some(tx: &Transaction<'_>, kinds: &[LeafKind], of: Acts) -> Result<usize, StoreError> {
    let tail = Tail::read(tx).await?;
    let mut leaves = Vec::new();
    for kind in kinds.iter().copied() {
        let is_restated = kind == LeafKind::Act && of == Acts::NewAndRestated;
        if !is_restated && !tail.lacking.contains(&kind) {
            continue;
        }
        let before = leaves.len();
        add(tx, kind, of, &tail, &mut leaves).await?;
        // The next kind begins when this one is complete.
        if leaves.len() - before >= usize::try_from(LEAVES_AT_ONCE).unwrap_or(usize::MAX) {
            break;
        }
    }
    write(tx, tail.size, &leaves).await?;
    Ok(leaves.len())
}

async fn add(tx: &Transaction<'_>, kind: LeafKind, of: Acts, tail: &Tail, leaves: &mut Vec<NewLeaf>) -> Result<(), StoreError> {
    let after = |number| Rows::after(number, LEAVES_AT_ONCE);
    match kind {
        LeafKind::Act => {
            let acts = entries::acts(tx, of == Acts::New).await?.into_iter();
            leaves.extend(acts.filter(|act| act.logged.as_ref() != Some(&act.leaf.entry)).map(|act| act.leaf));
        }
        LeafKind::Publication => leaves.extend(entries::publications(tx, after(tail.publication)).await?),
        LeafKind::Import => imports(tx, tail, leaves).await?,
        LeafKind::Audit => leaves.extend(entries::audit_entries(tx, after(tail.audit)).await?),
        LeafKind::Receipt => leaves.extend(entries::receipts(tx, after(tail.receipt)).await?),
    }
    Ok(())
}

/// The first import covers every change recorded until now, the others none.
async fn imports(tx: &Transaction<'_>, tail: &Tail, leaves: &mut Vec<NewLeaf>) -> Result<(), StoreError> {
    let rows = entries::import_rows(tx, Rows::after(tail.import, LEAVES_AT_ONCE)).await?;
    if rows.is_empty() {
        return Ok(());
    }
    let until = tx.query_one(statements::last_change, &[]).await?.try_get("position")?;
    let mut span = ChangeSpan { after: tail.changes, until };
    for row in rows {
        let salt = if row.is_private() { Some(entries::salt(tx).await?) } else { None };
        leaves.push(row.leaf(tx, span, salt).await?);
        span.after = until;
    }
    Ok(())
}

/// As many statements for one leaf as for a thousand.
async fn write(tx: &Transaction<'_>, size: u64, leaves: &[NewLeaf]) -> Result<(), StoreError> {
    if leaves.is_empty() {
        return Ok(());
    }
    let wanted = SubtreeQuery::of(Edge::needs(size));
    let rows = tx.query(statements::log_subtrees, &[&wanted.levels, &wanted.ordinals]).await?;
    let mut edge = StoredHashes::read(&rows)?.edge(size)?;
    let mut nodes: Vec<(Subtree, Vec<u8>)> = Vec::new();
    for leaf in leaves {
        let complete = edge.append(leaf.entry.as_bytes()).into_iter().filter(|(place, _)| place.level > 0);
        nodes.extend(complete.map(|(place, hash)| (place, hash.to_vec())));
    }
    let kinds: Vec<&str> = leaves.iter().map(|leaf| leaf.kind.code()).collect();
    let subjects: Vec<&str> = leaves.iter().map(|leaf| leaf.subject.as_str()).collect();
    let numbers: Vec<Option<i64>> = leaves.iter().map(|leaf| leaf.number).collect();
    let texts: Vec<&str> = leaves.iter().map(|leaf| leaf.entry.as_str()).collect();
    let hashes: Vec<Vec<u8>> = leaves.iter().map(|leaf| leaf_hash(leaf.entry.as_bytes()).to_vec()).collect();
    let salts: Vec<Option<&[u8]>> = leaves.iter().map(|leaf| leaf.salt.as_deref()).collect();
    tx.execute(statements::insert_log_leaves, &[&signed(size), &kinds, &subjects, &numbers, &texts, &hashes, &salts]).await?;
    if !nodes.is_empty() {
        let wanted = SubtreeQuery::of(nodes.iter().map(|(place, _)| *place));
        let hashes: Vec<&[u8]> = nodes.iter().map(|(_, hash)| hash.as_slice()).collect();
        tx.execute(statements::insert_log_nodes, &[&wanted.levels, &wanted.ordinals, &hashes]).await?;
    }
    Ok(())
}

/// At every start, before anything else is written: leaves for what was stored without one, a bounded number a transaction. The order is
/// acts by id, publications and imports by import, audit entries by position, receipts by the position of their acceptance.
pub(crate) async fn catch_up(database: &Database, acts: Acts) -> Result<usize, StoreError> {
    let mut client = database.import_connection().await?;
    client.batch_execute("SET statement_timeout = 0; SET lock_timeout = 0; SET idle_in_transaction_session_timeout = 0").await?;
    let mut all = 0;
    loop {
        let tx = client.transaction().await?;
        lock(&tx).await?;
        let added = append_some(&tx, &LeafKind::ALL, acts).await?;
        tx.commit().await?;
        all += added;
        if added == 0 {
            return Ok(all);
        }
    }
}
