//! The check of the log: every hash of the tree from its leaves, and every leaf against the rows that it speaks of.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use deadpool_postgres::Transaction;
use serde_json::Value as Json;
use tokio_postgres::Row;

use super::{
    entries::{self, ChangeSpan, ImportRow, LeafKind, NewLeaf, Rows},
    heads::SignedHead,
    subtrees::{SubtreeQuery, signed, unsigned},
};
use crate::{
    domain::merkle::{
        hash::{Hash, leaf_hash},
        tree::{Edge, Subtree},
    },
    store::postgres::{database::Database, error::StoreError, statements},
};

const ROWS_AT_ONCE: i64 = 1_000;
/// Imports and publications are read one by one, each with all its rows.
const IMPORTS_AT_ONCE: i64 = 50;

/// What the check came to.
#[derive(Debug, Default)]
pub struct Checked {
    pub size: u64,
    pub root: Hash,
    /// Leaves by kind.
    pub leaves: BTreeMap<LeafKind, u64>,
    /// The roots at the sizes that were asked for, where the log reaches them.
    pub roots: BTreeMap<u64, Hash>,
    pub heads: Vec<SignedHead>,
    /// One line each, with its place.
    pub findings: Vec<String>,
}

/// A stored leaf.
struct StoredLeaf {
    index: u64,
    kind: String,
    subject: String,
    number: Option<i64>,
    entry: String,
    hash: Vec<u8>,
    salt: Option<Vec<u8>>,
}

/// Reads one state of the database from the first leaf to the last. `sizes`: at which roots are wanted.
pub async fn check(database: &Database, sizes: &[u64]) -> Result<Checked, StoreError> {
    let mut client = database.import_connection().await?;
    client.batch_execute("SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0").await?;
    let tx = client.build_transaction().isolation_level(tokio_postgres::IsolationLevel::RepeatableRead).read_only(true);
    let tx = tx.start().await?;
    let mut found = Checked { heads: heads(&tx).await?, ..Checked::default() };
    let wanted: BTreeSet<u64> = found.heads.iter().map(|head| unsigned(head.size)).chain(sizes.iter().copied()).collect();
    let mut tree = Tree { edge: Edge::default(), whole: true, nodes: 0, wanted };
    let mut tables = Tables::default();
    for row in tx.query(statements::log_ended_reports, &[]).await? {
        tables.ended.insert(row.try_get("import")?, row.try_get("reports")?);
    }
    let mut from = 0;
    loop {
        let rows = tx.query(statements::log_leaves, &[&from, &ROWS_AT_ONCE]).await?;
        let leaves = rows.iter().map(stored_leaf).collect::<Result<Vec<_>, _>>()?;
        let Some(last) = leaves.last() else { break };
        from = signed(last.index) + 1;
        tree.take(&tx, &leaves, &mut found).await?;
        for leaf in &leaves {
            tables.take(&tx, leaf, &mut found).await?;
        }
    }
    tree.finish(&tx, &mut found).await?;
    tables.finish(&tx, &mut found).await?;
    for head in &found.heads {
        match found.roots.get(&unsigned(head.size)) {
            None => found.findings.push(format!("log head of {} leaves: the log has only {}", head.size, found.size)),
            Some(root) if *root != *head.root => {
                found.findings.push(format!("log head of {} leaves: its root is not that of the leaves", head.size));
            }
            Some(_) => {}
        }
    }
    Ok(found)
}

async fn heads(tx: &Transaction<'_>) -> Result<Vec<SignedHead>, StoreError> {
    let mut found: Vec<SignedHead> = Vec::new();
    loop {
        let after = found.last().map_or(0, |head| head.size);
        let rows = tx.query(statements::log_heads, &[&after, &ROWS_AT_ONCE]).await?;
        if rows.is_empty() {
            return Ok(found);
        }
        for row in &rows {
            found.extend(SignedHead::of(row)?);
        }
    }
}

fn stored_leaf(row: &Row) -> Result<StoredLeaf, StoreError> {
    Ok(StoredLeaf {
        index: unsigned(row.try_get("leaf_index")?),
        kind: row.try_get("kind")?,
        subject: row.try_get("subject")?,
        number: row.try_get("number")?,
        entry: row.try_get("entry")?,
        hash: row.try_get("hash")?,
        salt: row.try_get("salt")?,
    })
}

/// The tree as its leaves make it.
struct Tree {
    edge: Edge,
    /// No leaf is missing so far.
    whole: bool,
    nodes: u64,
    wanted: BTreeSet<u64>,
}

impl Tree {
    async fn take(&mut self, tx: &Transaction<'_>, leaves: &[StoredLeaf], found: &mut Checked) -> Result<(), StoreError> {
        let mut complete = BTreeMap::new();
        for leaf in leaves {
            if leaf.hash != leaf_hash(leaf.entry.as_bytes()) {
                found.findings.push(format!("log leaf {}: its hash is not that of its content", leaf.index));
            }
            if self.whole && leaf.index != self.edge.size() {
                found.findings.push(format!("log leaf {}: it is not there", self.edge.size()));
                self.whole = false;
            }
            if self.whole {
                complete.extend(self.edge.append(leaf.entry.as_bytes()).into_iter().filter(|(place, _)| place.level > 0));
                self.note_root(found);
            }
        }
        self.nodes += complete.len() as u64;
        self.compare(tx, &complete, found).await
    }

    fn note_root(&self, found: &mut Checked) {
        if self.wanted.contains(&self.edge.size()) {
            found.roots.insert(self.edge.size(), self.edge.root());
        }
    }

    async fn compare(
        &self,
        tx: &Transaction<'_>,
        complete: &BTreeMap<Subtree, Hash>,
        found: &mut Checked,
    ) -> Result<(), StoreError> {
        let wanted = SubtreeQuery::of(complete.keys().copied());
        let rows = tx.query(statements::log_subtrees, &[&wanted.levels, &wanted.ordinals]).await?;
        let mut stored = BTreeMap::new();
        for row in &rows {
            let (level, ordinal): (i16, i64) = (row.try_get("level")?, row.try_get("ordinal")?);
            stored.insert((level, ordinal), row.try_get::<_, Option<Vec<u8>>>("hash")?);
        }
        for (Subtree { level, ordinal }, hash) in complete {
            let place = format!("log node {ordinal} of level {level}");
            match stored.get(&(i16::from(*level), signed(*ordinal))).and_then(Option::as_ref) {
                None => found.findings.push(format!("{place}: it is not there")),
                Some(stored) if stored != hash => found.findings.push(format!("{place}: its hash is not that of its leaves")),
                Some(_) => {}
            }
        }
        Ok(())
    }

    async fn finish(self, tx: &Transaction<'_>, found: &mut Checked) -> Result<(), StoreError> {
        (found.size, found.root) = (self.edge.size(), self.edge.root());
        let nodes: i64 = tx.query_one(statements::log_node_count, &[]).await?.try_get("nodes")?;
        if self.whole && unsigned(nodes) > self.nodes {
            found.findings.push(format!("log nodes: {nodes} are stored, and the leaves make {}", self.nodes));
        }
        Ok(())
    }
}

/// The rows that leaves speak of, each kind in its own order.
#[derive(Default)]
struct Tables {
    publications: Expected,
    imports: Expected,
    audit: Expected,
    receipts: Expected,
    acts: BTreeSet<String>,
    /// The last change that an import covers.
    changes: i64,
    /// How many reports each import ended.
    ended: BTreeMap<i64, i64>,
}

/// The rows of a kind that no leaf was held against yet.
#[derive(Default)]
struct Expected {
    read: VecDeque<ExpectedRow>,
    after: Option<i64>,
}

enum ExpectedRow {
    Made(NewLeaf),
    Import(ImportRow),
}

impl ExpectedRow {
    fn number(&self) -> i64 {
        match self {
            Self::Made(leaf) => leaf.number.unwrap_or_default(),
            Self::Import(row) => row.id,
        }
    }
}

/// Of a row, in a finding.
fn name(kind: LeafKind, subject: &str) -> String {
    match kind {
        LeafKind::Act => format!("act {subject}"),
        LeafKind::Publication => format!("publication of import {subject}"),
        LeafKind::Import => format!("import {subject}"),
        LeafKind::Audit => format!("audit entry {subject}"),
        LeafKind::Receipt => format!("receipt of submission {subject}"),
    }
}

impl Expected {
    /// The next row, left in its place.
    async fn next(&mut self, tx: &Transaction<'_>, kind: LeafKind) -> Result<Option<&ExpectedRow>, StoreError> {
        if self.read.is_empty() {
            let few = Rows::after(self.after, IMPORTS_AT_ONCE);
            let many = Rows::after(self.after, ROWS_AT_ONCE);
            self.read = match kind {
                LeafKind::Act => VecDeque::new(),
                LeafKind::Publication => entries::publications(tx, few).await?.into_iter().map(ExpectedRow::Made).collect(),
                LeafKind::Import => entries::import_rows(tx, many).await?.into_iter().map(ExpectedRow::Import).collect(),
                LeafKind::Audit => entries::audit_entries(tx, many).await?.into_iter().map(ExpectedRow::Made).collect(),
                LeafKind::Receipt => entries::receipts(tx, many).await?.into_iter().map(ExpectedRow::Made).collect(),
            };
            self.after = self.read.back().map(ExpectedRow::number).or(self.after);
        }
        Ok(self.read.front())
    }

    /// The row with this number, if it is the next one; those before it have no leaf.
    async fn take(
        &mut self,
        tx: &Transaction<'_>,
        kind: LeafKind,
        number: i64,
        findings: &mut Vec<String>,
    ) -> Result<Option<ExpectedRow>, StoreError> {
        while let Some(next) = self.next(tx, kind).await? {
            let next = next.number();
            if next > number {
                return Ok(None);
            }
            let row = self.read.pop_front();
            if next == number {
                return Ok(row);
            }
            findings.push(format!("{}: no leaf of the log speaks of it", name(kind, &next.to_string())));
        }
        Ok(None)
    }
}

impl Tables {
    async fn take(&mut self, tx: &Transaction<'_>, leaf: &StoredLeaf, found: &mut Checked) -> Result<(), StoreError> {
        let StoredLeaf { index, subject, .. } = leaf;
        let Some(kind) = LeafKind::from_code(&leaf.kind) else {
            found.findings.push(format!("log leaf {index}: its kind is unknown"));
            return Ok(());
        };
        *found.leaves.entry(kind).or_default() += 1;
        let expected = match kind {
            LeafKind::Act => {
                self.acts.insert(subject.clone());
                return Ok(());
            }
            LeafKind::Publication => &mut self.publications,
            LeafKind::Import => &mut self.imports,
            LeafKind::Audit => &mut self.audit,
            LeafKind::Receipt => &mut self.receipts,
        };
        let row = expected.take(tx, kind, leaf.number.unwrap_or_default(), &mut found.findings).await?;
        let subject = name(kind, subject);
        let expected = match row {
            None => {
                found.findings.push(format!("{subject}: it is not there, and leaf {index} of the log speaks of it"));
                return Ok(());
            }
            Some(ExpectedRow::Made(made)) => made,
            Some(ExpectedRow::Import(row)) => self.import(tx, row, leaf, found).await?,
        };
        if expected.subject != leaf.subject || expected.entry != leaf.entry {
            let parts = differing(&leaf.entry, &expected.entry);
            found.findings.push(format!("{subject}: it is not what leaf {index} of the log says ({parts})"));
        }
        Ok(())
    }

    /// The leaf that an import would have with the changes and the salt of the stored one.
    async fn import(
        &mut self,
        tx: &Transaction<'_>,
        row: ImportRow,
        leaf: &StoredLeaf,
        found: &mut Checked,
    ) -> Result<NewLeaf, StoreError> {
        let stated: Json = serde_json::from_str(&leaf.entry).unwrap_or_default();
        let position = |member: &str| stated["changes"][member].as_i64().unwrap_or(0);
        let span = ChangeSpan { after: position("after"), until: position("until") };
        if span.after != self.changes {
            let (id, expected) = (row.id, self.changes);
            found
                .findings
                .push(format!("import {id}: its leaf {} covers the changes after {}, not {expected}", leaf.index, span.after));
        }
        self.changes = span.until;
        let ended = self.ended.get(&row.id).copied().unwrap_or(0);
        row.read_anew(ended).leaf(tx, span, leaf.salt.clone()).await
    }

    /// Rows without a leaf, and acts, of which the newest leaf counts.
    async fn finish(mut self, tx: &Transaction<'_>, found: &mut Checked) -> Result<(), StoreError> {
        for (kind, expected) in [
            (LeafKind::Publication, &mut self.publications),
            (LeafKind::Import, &mut self.imports),
            (LeafKind::Audit, &mut self.audit),
            (LeafKind::Receipt, &mut self.receipts),
        ] {
            expected.take(tx, kind, i64::MAX, &mut found.findings).await?;
        }
        for act in entries::acts(tx, false).await? {
            let subject = name(LeafKind::Act, &act.leaf.subject);
            self.acts.remove(&act.leaf.subject);
            match act.logged {
                None => found.findings.push(format!("{subject}: no leaf of the log speaks of it")),
                Some(logged) if logged != act.leaf.entry => {
                    let parts = differing(&logged, &act.leaf.entry);
                    found.findings.push(format!("{subject}: it is not what its leaf of the log says ({parts})"));
                }
                Some(_) => {}
            }
        }
        let gone = self.acts.iter().map(|act| format!("act {act}: it is not there, and a leaf of the log speaks of it"));
        found.findings.extend(gone);
        Ok(())
    }
}

/// Which members of the first text the second one states in another way.
fn differing(stated: &str, computed: &str) -> String {
    let parse = |text: &str| serde_json::from_str::<Json>(text).unwrap_or_default();
    let mut parts = Vec::new();
    compare("", &parse(stated), &parse(computed), &mut parts);
    if parts.is_empty() { "its spelling".to_owned() } else { parts.join(", ") }
}

fn compare(path: &str, stated: &Json, computed: &Json, parts: &mut Vec<String>) {
    match (stated, computed) {
        (Json::Object(one), Json::Object(other)) => {
            let members: BTreeSet<&String> = one.keys().chain(other.keys()).collect();
            for member in members {
                let below = if path.is_empty() { member.clone() } else { format!("{path}.{member}") };
                compare(&below, &stated[member.as_str()], &computed[member.as_str()], parts);
            }
        }
        _ if stated != computed => parts.push(if path.is_empty() { "all of it" } else { path }.to_owned()),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_that_differ_are_named() {
        let stated = r#"{"kind":"import","import":3,"verdicts":{"above":1},"file":{"ceilings":{"rows":2,"sha256":"a"}}}"#;
        assert_eq!(differing(stated, stated), "its spelling");
        let changed = stated.replace("\"a\"", "\"b\"").replace("\"above\":1", "\"within\":1");
        assert_eq!(differing(stated, &changed), "file.ceilings.sha256, verdicts.above, verdicts.within");
        assert_eq!(differing(stated, "{"), "all of it");
    }
}
