//! What the columns of a list bind: stated by the list, or, for the workbook's single PMV, by the law data of its act.

use deadpool_postgres::Transaction;

use crate::{
    domain::law::{
        channel::CeilingColumn,
        listed::{ListedAmount, ListedCeiling, ListedKind},
    },
    store::postgres::{
        error::{StoreError, corrupt},
        statements,
    },
};

pub struct Bindings(Vec<(Option<String>, CeilingColumn)>);

impl Bindings {
    pub async fn load(tx: &Transaction<'_>) -> Result<Self, StoreError> {
        let mut bindings = Vec::new();
        for row in tx.query(statements::workbook_bindings, &[]).await? {
            let column: &str = row.try_get("column_code")?;
            bindings.push((row.try_get("act_id")?, column.parse().map_err(|()| corrupt("workbook_binding", column))?));
        }
        Ok(Self(bindings))
    }

    pub fn bound(&self, act: &str, row: &ListedCeiling) -> Vec<(CeilingColumn, ListedAmount)> {
        let [(CeilingColumn::Institutional, amount)] = row.amounts.as_slice() else { return row.amounts.clone() };
        if row.kind == ListedKind::Reference {
            return row.amounts.clone();
        }
        let of = |id: Option<&str>| -> Vec<CeilingColumn> {
            self.0.iter().filter(|(act, _)| act.as_deref() == id).map(|(_, column)| *column).collect()
        };
        let own = of(Some(act));
        let columns = if own.is_empty() { of(None) } else { own };
        columns.into_iter().map(|column| (column, *amount)).collect()
    }
}
