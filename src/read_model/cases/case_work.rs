//! Who can be given cases, and the notes that regulators keep on one: neither is public.

use jiff::Timestamp;

use crate::{
    domain::cases::case_file::CaseId,
    read_model::{ReadModel, statements},
    store::postgres::error::{StoreError, corrupt},
};

/// A regulator, and how many cases that are not closed it has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseAssignee {
    pub principal: String,
    pub name: String,
    pub cases: i64,
    /// False: no key of theirs opens cases now, so that they are given no more.
    pub able: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseNote {
    /// From 1, in order.
    pub ordinal: i32,
    pub at: Timestamp,
    /// Principal and name.
    pub author: (String, String),
    pub text: String,
}

impl ReadModel {
    /// In order of name.
    pub async fn case_assignees(&self, now: Timestamp) -> Result<Vec<CaseAssignee>, StoreError> {
        let rows = self.database.read_connection().await?.query(statements::case_assignees, &[&now]).await?;
        rows.iter()
            .map(|row| {
                let (principal, name) = (row.try_get("id")?, row.try_get("name")?);
                Ok(CaseAssignee { principal, name, cases: row.try_get("cases")?, able: row.try_get("able")? })
            })
            .collect()
    }

    /// Oldest first; `after` is the number of the last note of the page before. `None`: there is no such case.
    pub async fn case_notes(&self, id: &CaseId, after: Option<i32>, limit: i64) -> Result<Option<Vec<CaseNote>>, StoreError> {
        let mut connection = self.database.read_connection().await?;
        let known = connection.query_opt(statements::case_is_known, &[&id.as_str()]).await?;
        if !known.ok_or_else(|| corrupt("case_file", "no answer"))?.try_get::<_, bool>("known")? {
            return Ok(None);
        }
        let rows = connection.query(statements::case_notes, &[&id.as_str(), &after, &limit]).await?;
        let notes: Result<Vec<CaseNote>, StoreError> = rows
            .iter()
            .map(|row| {
                let author = (row.try_get("author_id")?, row.try_get("author_name")?);
                Ok(CaseNote { ordinal: row.try_get("ordinal")?, at: row.try_get("at")?, author, text: row.try_get("text")? })
            })
            .collect();
        notes.map(Some)
    }
}
