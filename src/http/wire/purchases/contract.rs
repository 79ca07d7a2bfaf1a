//! A contract on the wire, and what happened to it.

use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    domain::number::amount,
    read_model::purchases::contracts::{ContractEventView, ContractView},
};

/// A contract (SECOP II) with its events. Nothing sums them: whether an amount is the new total or what was added is not proven.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ContractBody {
    #[schema(example = "CO1.PCCNTR.123456")]
    pub id: String,
    pub process: Option<String>,
    pub buyer_nit: String,
    pub buyer: String,
    /// `organisation`, `natural_person` (who has no name here) or `not_stated`.
    pub seller_kind: String,
    pub seller_nit: Option<String>,
    pub seller: Option<String>,
    #[schema(value_type = Option<String>, format = Date)]
    pub signed_on: Option<Date>,
    /// UNSPSC, digits only; 51 is drugs.
    pub category: Option<String>,
    pub object: Option<String>,
    pub state: String,
    /// A draft binds nobody.
    pub is_draft: bool,
    /// The value that the data set has, in pesos.
    pub value: Option<String>,
    /// Days that the publisher says were added.
    pub added_days: Option<i32>,
    pub events: Vec<ContractEventBody>,
}

/// What happened to a contract, as published.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ContractEventBody {
    /// Several rows may speak of one event.
    pub id: String,
    /// addition, extension, modification, suspension or other.
    #[schema(example = "addition")]
    pub kind: String,
    pub kind_text: String,
    #[schema(value_type = Option<String>, format = Date)]
    pub recorded_on: Option<Date>,
    pub description: Option<String>,
    pub amount: Option<String>,
    /// total, delta or unknown.
    #[schema(example = "unknown")]
    pub amount_means: String,
}

impl ContractBody {
    pub fn new(contract: &ContractView, events: &[ContractEventView]) -> Self {
        Self {
            id: contract.contract_id.clone(),
            process: contract.process_id.clone(),
            buyer_nit: contract.buyer_nit.clone(),
            buyer: contract.buyer_name.clone(),
            seller_kind: contract.seller.kind.clone(),
            seller_nit: contract.seller.nit.clone(),
            seller: contract.seller.name.clone(),
            signed_on: contract.signed_on,
            category: contract.category.clone(),
            object: contract.object.clone(),
            state: contract.state.clone(),
            is_draft: contract.is_draft,
            value: contract.value.map(amount::plain),
            added_days: contract.added_days,
            events: events.iter().map(ContractEventBody::from).collect(),
        }
    }
}

impl From<&ContractEventView> for ContractEventBody {
    fn from(event: &ContractEventView) -> Self {
        Self {
            id: event.event_id.clone(),
            kind: event.kind.clone(),
            kind_text: event.kind_text.clone(),
            recorded_on: event.recorded_on,
            description: event.description.clone(),
            amount: event.amount.map(amount::plain),
            amount_means: event.amount_means.clone(),
        }
    }
}
