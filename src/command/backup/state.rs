//! The state of a database that a backup is of, as far as it is compared: counts of rows, and the heads of the audit log and of the Merkle log.

use std::collections::BTreeMap;

use deadpool_postgres::Transaction;
use serde::{Deserialize, Serialize};

use crate::{
    command::verify::section::Findings,
    store::{log::subtrees, made_again::LeftOut, postgres::statements},
    text::hex::hex,
};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredState {
    pub data_version: i64,
    /// The newest entry of the audit log, `position:hash`.
    pub audit_entry: Option<String>,
    /// Leaves of the Merkle log, and its root.
    pub log_size: u64,
    pub log_root: String,
    /// Rows of each table.
    pub tables: BTreeMap<String, i64>,
}

impl StoredState {
    /// In one state of the database, as its owner.
    pub async fn read(tx: &Transaction<'_>) -> anyhow::Result<Self> {
        let data_version = tx.query_opt(statements::newest_data_version, &[]).await?;
        let data_version = data_version.map_or(Ok(0), |row| row.try_get("version"))?;
        let audit_entry = tx.query_opt(statements::audit_head, &[]).await?.map(|row| {
            let (position, hash): (i64, &str) = (row.try_get("position")?, row.try_get("hash")?);
            Ok::<_, tokio_postgres::Error>(format!("{position}:{hash}"))
        });
        let (log_size, log_root) = subtrees::size_and_root(tx).await?;
        let mut tables = BTreeMap::new();
        for name in tables_of(tx).await? {
            let quoted = name.replace('"', "\"\"");
            let row = tx.query_one(format!("SELECT count(*) AS rows FROM public.\"{quoted}\"").as_str(), &[]).await?;
            tables.insert(name, row.try_get("rows")?);
        }
        Ok(Self { data_version, audit_entry: audit_entry.transpose()?, log_size, log_root: hex(&log_root), tables })
    }

    /// Takes out the tables that a backup leaves out, and answers how many rows each has.
    pub fn without(&mut self, left_out: &[LeftOut]) -> Vec<i64> {
        left_out.iter().map(|one| self.tables.remove(&one.table).unwrap_or_default()).collect()
    }

    /// What is not as it was, found in a database that was restored.
    pub fn differences(&self, restored: &Self, findings: &mut Findings) {
        let newest = |entry: &Option<String>| entry.clone().unwrap_or_else(|| "none".to_owned());
        let heads = [
            ("data version", self.data_version.to_string(), restored.data_version.to_string()),
            ("newest entry of the audit log", newest(&self.audit_entry), newest(&restored.audit_entry)),
            ("leaves of the log", self.log_size.to_string(), restored.log_size.to_string()),
            ("root of the log", self.log_root.clone(), restored.log_root.clone()),
        ];
        for (what, stated, found) in heads {
            if stated != found {
                findings.fault(format!("{what}: {found}, and the manifest says {stated}"));
            }
        }
        for (table, stated) in &self.tables {
            match restored.tables.get(table) {
                Some(found) if found == stated => {}
                Some(found) => findings.fault(format!("{table}: {found} rows, and the manifest says {stated}")),
                None => findings.fault(format!("{table}: it is not there, and the manifest says {stated} rows")),
            }
        }
    }
}

/// By their names.
async fn tables_of(tx: &Transaction<'_>) -> anyhow::Result<Vec<String>> {
    let rows = tx.query(statements::backup_tables, &[]).await?;
    Ok(rows.iter().map(|row| row.try_get("name")).collect::<Result<_, _>>()?)
}
