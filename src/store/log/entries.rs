//! What the leaves of the log say: one compact JSON object each, made from the rows that it speaks of.

use deadpool_postgres::Transaction;
use serde_json::{Map, Value as Json, json};
use tokio_postgres::Row;

use super::digest;
use crate::{
    store::postgres::{error::StoreError, statements},
    text::hex::sha256,
};

/// The kinds of leaf, in the order in which the first start adds them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LeafKind {
    Act,
    Publication,
    Import,
    Audit,
    Receipt,
}

impl LeafKind {
    pub const ALL: [Self; 5] = [Self::Act, Self::Publication, Self::Import, Self::Audit, Self::Receipt];

    pub fn code(self) -> &'static str {
        match self {
            Self::Act => "act",
            Self::Publication => "publication",
            Self::Import => "import",
            Self::Audit => "audit",
            Self::Receipt => "receipt",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// A leaf before it has an index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewLeaf {
    pub kind: LeafKind,
    /// The row that it speaks of.
    pub subject: String,
    /// What orders the rows of its kind.
    pub number: Option<i64>,
    pub entry: String,
    pub salt: Option<Vec<u8>>,
}

/// The object with its kind as the first member.
fn entry(kind: LeafKind, members: Json) -> String {
    let mut object = Map::from_iter([("kind".to_owned(), json!(kind.code()))]);
    if let Json::Object(members) = members {
        object.extend(members);
    }
    Json::Object(object).to_string()
}

/// Acts as they are described; `logged` is the newest leaf of each.
pub(crate) struct ActRow {
    pub(crate) leaf: NewLeaf,
    pub(crate) logged: Option<String>,
}

pub(crate) async fn acts(tx: &Transaction<'_>, only_new: bool) -> Result<Vec<ActRow>, StoreError> {
    let rows = tx.query(statements::log_acts, &[&only_new]).await?;
    let one = |row: &Row| -> Result<_, StoreError> {
        let (subject, facts): (String, Json) = (row.try_get("id")?, row.try_get("facts")?);
        let entry = entry(LeafKind::Act, json!({"act": subject, "facts": facts}));
        let leaf = NewLeaf { kind: LeafKind::Act, subject, number: None, entry, salt: None };
        Ok(ActRow { leaf, logged: row.try_get("logged")? })
    };
    rows.iter().map(one).collect()
}

/// Which rows of a kind: so many after a number.
#[derive(Clone, Copy)]
pub(crate) struct Rows {
    after: i64,
    limit: i64,
}

impl Rows {
    /// `None`: from the first one on.
    pub(crate) fn after(number: Option<i64>, limit: i64) -> Self {
        Self { after: number.unwrap_or(i64::MIN), limit }
    }
}

/// An act published here, with its ceilings and the spans in which they bind.
pub(crate) async fn publications(tx: &Transaction<'_>, which: Rows) -> Result<Vec<NewLeaf>, StoreError> {
    let mut found = Vec::new();
    for row in tx.query(statements::log_publications, &[&which.after, &which.limit]).await? {
        let (import, mut facts): (i64, Json) = (row.try_get("source_file_id")?, row.try_get("facts")?);
        facts["ceilings"] = digest::of_lines(tx, statements::log_ceiling_lines, [import]).await?;
        facts["unit_prices"] = digest::of_lines(tx, statements::log_market_lines, [import]).await?;
        facts["validities"] = digest::of_lines(tx, statements::log_validity_lines, [import]).await?;
        let kind = LeafKind::Publication;
        let entry = entry(kind, facts);
        found.push(NewLeaf { kind, subject: import.to_string(), number: Some(import), entry, salt: None });
    }
    Ok(found)
}

/// The changes that an import covers: those recorded since the import before it in the log.
#[derive(Clone, Copy)]
pub(crate) struct ChangeSpan {
    pub(crate) after: i64,
    pub(crate) until: i64,
}

/// An import's row, before its leaf is made.
pub(crate) struct ImportRow {
    pub(crate) id: i64,
    kind: String,
    facts: Json,
    /// The digest of its reports as they were encoded.
    rows_sha256: Option<String>,
    /// How many reports it ended; `None` before the log was.
    reports_ended: Option<i64>,
}

pub(crate) async fn import_rows(tx: &Transaction<'_>, which: Rows) -> Result<Vec<ImportRow>, StoreError> {
    let rows = tx.query(statements::log_imports, &[&which.after, &which.limit]).await?;
    let one = |row: &Row| -> Result<_, StoreError> {
        let (id, kind, facts) = (row.try_get("id")?, row.try_get("kind")?, row.try_get("facts")?);
        let (rows_sha256, reports_ended) = (row.try_get("reports_sha256")?, row.try_get("reports_ended")?);
        Ok(ImportRow { id, kind, facts, rows_sha256, reports_ended })
    };
    rows.iter().map(one).collect()
}

impl ImportRow {
    /// Its reports are read, whatever was noted of them; `ended` are those that it ended as the table has them.
    pub(crate) fn read_anew(self, ended: i64) -> Self {
        Self { rows_sha256: None, reports_ended: self.reports_ended.map(|_| ended), ..self }
    }

    /// What reporters send is private: its digests are in a hash with a salt.
    pub(crate) fn is_private(&self) -> bool {
        self.kind == "submission"
    }

    /// `salt` of a private one only.
    pub(crate) async fn leaf(
        self,
        tx: &Transaction<'_>,
        changes: ChangeSpan,
        salt: Option<Vec<u8>>,
    ) -> Result<NewLeaf, StoreError> {
        let is_private = self.is_private();
        let Self { id, kind: of, facts: mut file, rows_sha256, reports_ended } = self;
        let mut verdicts = Map::new();
        for row in tx.query(statements::log_verdict_counts, &[&id]).await? {
            verdicts.insert(row.try_get("verdict")?, json!(row.try_get::<_, i64>("reports")?));
        }
        file["ceilings"] = digest::of_lines(tx, statements::log_ceiling_lines, [id]).await?;
        file["unit_prices"] = digest::of_lines(tx, statements::log_market_lines, [id]).await?;
        file["faults"] = digest::of_lines(tx, statements::log_fault_lines, [id]).await?;
        file["reports_ended"] = json!(reports_ended);
        file["rows_sha256"] = match rows_sha256 {
            Some(known) => json!(known),
            None => digest::of_copy(tx, &of, id).await?,
        };
        let mut members = json!({"import": id, "of": of, "verdicts": verdicts});
        members["changes"] = changes_between(tx, changes).await?;
        if is_private {
            members["private"] = json!(salted(salt.as_deref().unwrap_or_default(), &file.to_string()));
        } else {
            members["file"] = file;
        }
        let kind = LeafKind::Import;
        Ok(NewLeaf { kind, subject: id.to_string(), number: Some(id), entry: entry(kind, members), salt })
    }
}

async fn changes_between(tx: &Transaction<'_>, ChangeSpan { after, until }: ChangeSpan) -> Result<Json, StoreError> {
    let lines = digest::of_lines(tx, statements::log_change_lines, [after, until]).await?;
    Ok(json!({"after": after, "until": until, "rows": lines["rows"], "sha256": lines["sha256"]}))
}

/// SHA-256 of the salt and the text.
fn salted(salt: &[u8], text: &str) -> String {
    sha256([salt, text.as_bytes()].concat())
}

pub(crate) async fn audit_entries(tx: &Transaction<'_>, which: Rows) -> Result<Vec<NewLeaf>, StoreError> {
    let rows = tx.query(statements::log_audit_entries, &[&which.after, &which.limit]).await?;
    let one = |row: &Row| -> Result<_, StoreError> {
        let (position, hash): (i64, String) = (row.try_get("position")?, row.try_get("hash")?);
        let kind = LeafKind::Audit;
        let entry = entry(kind, json!({"position": position, "hash": hash}));
        Ok(NewLeaf { kind, subject: position.to_string(), number: Some(position), entry, salt: None })
    };
    rows.iter().map(one).collect()
}

/// Of a receipt only its SHA-256 is said.
pub(crate) async fn receipts(tx: &Transaction<'_>, which: Rows) -> Result<Vec<NewLeaf>, StoreError> {
    let rows = tx.query(statements::log_receipts, &[&which.after, &which.limit]).await?;
    let one = |row: &Row| -> Result<_, StoreError> {
        let (subject, position, receipt): (String, i64, String) =
            (row.try_get("id")?, row.try_get("position")?, row.try_get("receipt")?);
        let kind = LeafKind::Receipt;
        let entry = entry(kind, json!({"sha256": sha256(receipt)}));
        Ok(NewLeaf { kind, subject, number: Some(position), entry, salt: None })
    };
    rows.iter().map(one).collect()
}

/// A new salt.
pub(crate) async fn salt(tx: &Transaction<'_>) -> Result<Vec<u8>, StoreError> {
    Ok(tx.query_one(statements::new_log_salt, &[]).await?.try_get("salt")?)
}
