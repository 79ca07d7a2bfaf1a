//! Contracts of the edition that counts, and what happened to them: events, which nothing sums.

use std::collections::HashMap;

use jiff::civil::Date;
use rust_decimal::Decimal;
use tokio_postgres::Row;

use super::lines::{SellerView, seller};
use crate::{
    read_model::{ReadModel, statements},
    store::postgres::error::StoreError,
};

#[derive(Clone, Debug)]
pub struct ContractView {
    pub source_file_id: i64,
    pub contract_id: String,
    pub process_id: Option<String>,
    pub buyer_nit: String,
    pub buyer_name: String,
    pub seller: SellerView,
    pub signed_on: Option<Date>,
    pub category: Option<String>,
    pub object: Option<String>,
    pub state: String,
    pub is_draft: bool,
    pub value: Option<Decimal>,
    pub added_days: Option<i32>,
}

#[derive(Clone, Debug)]
pub struct ContractEventView {
    pub event_id: String,
    pub kind: String,
    /// As published.
    pub kind_text: String,
    pub recorded_on: Option<Date>,
    pub description: Option<String>,
    pub amount: Option<Decimal>,
    pub amount_means: String,
}

/// A contract with its events, the first one first.
pub type ContractWithEvents = (ContractView, Vec<ContractEventView>);

impl ReadModel {
    pub async fn show_contract(&self, id: &str) -> Result<Option<ContractWithEvents>, StoreError> {
        let mut connection = self.database.read_connection().await?;
        let Some(row) = connection.query_opt(statements::contract_one, &[&id]).await? else { return Ok(None) };
        let contract = contract(&row)?;
        let rows = connection.query(statements::contract_events, &[&vec![id.to_owned()]]).await?;
        Ok(Some((contract, rows.iter().map(event).collect::<Result<_, _>>()?)))
    }

    /// Contracts of medicines, in order of id.
    pub async fn list_contracts(&self, after: Option<&str>, limit: i64) -> Result<Vec<ContractWithEvents>, StoreError> {
        let mut connection = self.database.read_connection().await?;
        let rows = connection.query(statements::contract_list, &[&after, &limit]).await?;
        let contracts = rows.iter().map(contract).collect::<Result<Vec<_>, _>>()?;
        let ids: Vec<String> = contracts.iter().map(|contract| contract.contract_id.clone()).collect();
        let mut events: HashMap<String, Vec<ContractEventView>> = HashMap::new();
        for row in connection.query(statements::contract_events, &[&ids]).await? {
            events.entry(row.try_get("contract_id")?).or_default().push(event(&row)?);
        }
        let with_events = |contract: ContractView| {
            let own = events.remove(&contract.contract_id).unwrap_or_default();
            (contract, own)
        };
        Ok(contracts.into_iter().map(with_events).collect())
    }
}

fn contract(row: &Row) -> Result<ContractView, StoreError> {
    Ok(ContractView {
        source_file_id: row.try_get("source_file_id")?,
        contract_id: row.try_get("contract_id")?,
        process_id: row.try_get("process_id")?,
        buyer_nit: row.try_get("buyer_nit")?,
        buyer_name: row.try_get("buyer_name")?,
        seller: seller(row)?,
        signed_on: row.try_get("signed_on")?,
        category: row.try_get("category")?,
        object: row.try_get("object")?,
        state: row.try_get("state")?,
        is_draft: row.try_get("is_draft")?,
        value: row.try_get("value")?,
        added_days: row.try_get("added_days")?,
    })
}

fn event(row: &Row) -> Result<ContractEventView, StoreError> {
    Ok(ContractEventView {
        event_id: row.try_get("event_id")?,
        kind: row.try_get("kind")?,
        kind_text: row.try_get("kind_text")?,
        recorded_on: row.try_get("recorded_on")?,
        description: row.try_get("description")?,
        amount: row.try_get("amount")?,
        amount_means: row.try_get("amount_means")?,
    })
}
